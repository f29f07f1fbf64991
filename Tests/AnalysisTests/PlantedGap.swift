import Analysis
import Foundation
import TestSupport
import TokenStatistics

/// Tokens that a sampler drew in a known way from distributions that a trainer knows.
///
/// All of it is worked out here in Double over sorted lists, as one would write it down.
struct PlantedGap {
  /// How the sampler departs from the trainer.
  struct Cause: Sendable {
    var temperature = 1.0
    var rule: Truncation?
    /// Whether the rule sees the distribution at T = 1, as in llama.cpp.
    var truncatesFirst = false
    /// Changes of the sampler's logits, by position and token.
    var logitChange:
      (@Sendable (_ position: Int, _ logits: [Double], _ earlier: Set<Int>) -> [Double])?
    /// Deviation of noise on the sampler's log-probability itself.
    var heavyNoise = 0.0
    /// Deviation of the trainer's logits' errors, its rounding.
    var rounding = 0.0
  }

  var tokens: MismatchTokens

  /// Draws texts.
  ///
  /// - Parameters:
  ///   - cause: what is planted.
  ///   - seed: of everything.
  ///   - promptCount: prompts, one text each.
  ///   - length: tokens of each.
  ///   - logits: the trainer's exact logits before a position.
  init(
    _ cause: Cause, seed: UInt64, promptCount: Int = 30, length: Int = 20,
    logits: (inout SeededGenerator) -> [Double] = { Self.zipf(&$0) }
  ) {
    var random = SeededGenerator(seed: seed)
    var (trainer, sampler, exact) = ([Float](), [Float](), [Float]())
    var profiles: [Int: DistributionProfile] = [:]
    var texts: [MismatchTokens.Text] = []
    for prompt in 0..<promptCount {
      let first = trainer.count
      var earlier: Set<Int> = []
      for position in 0..<length {
        let z = logits(&random)
        let own = cause.logitChange?(position, z, earlier) ?? z
        let (token, logProbability) = Self.draw(own, cause, &random)
        earlier.insert(token)
        let rounded =
          cause.rounding > 0 ? z.map { $0 + cause.rounding * random.normal() } : z
        let row = rounded.map { Float($0) }
        trainer.append(Float(Self.logSoftmax(rounded, token)))
        exact.append(Float(Self.logSoftmax(z, token)))
        sampler.append(Float(logProbability + cause.heavyNoise * random.normal()))
        profiles[trainer.count - 1] = DistributionProfile(logits: row.span, target: token)
      }
      texts.append(.init(rows: first..<trainer.count, prompt: prompt))
    }
    tokens = MismatchTokens(texts: texts, trainer: trainer, sampler: sampler)
    tokens.profiles = profiles
    if cause.rounding > 0 { tokens.replicate = exact }
  }

  /// Logits of a row like a language model's, in descending order: they fall with the logarithm of the
  /// rank, steeply or not, in uneven steps.
  static func zipf(_ random: inout SeededGenerator, vocabularySize: Int = 300) -> [Double] {
    let steepness = 0.9 + 4 * random.uniform() * random.uniform()
    var logit = 3 * random.uniform()
    return (0..<vocabularySize).map { rank in
      if rank > 0 { logit -= steepness * log1p(1 / Double(rank)) * 2 * random.uniform() }
      if rank == 1 { logit -= 2 * random.uniform() * random.uniform() }
      return logit
    }
  }

  static func logSoftmax(_ z: [Double], _ token: Int) -> Double {
    let largest = z.max() ?? 0
    return z[token] - largest - log(z.reduce(0) { $0 + exp($1 - largest) })
  }

  /// Temperature and truncation, then a draw; with ln of the probability that it had.
  static func draw(
    _ z: [Double], _ cause: Cause, _ random: inout SeededGenerator
  ) -> (token: Int, logProbability: Double) {
    let largest = z.max() ?? 0
    var p = z.map { exp(($0 - largest) / cause.temperature) }
    let total = p.reduce(0, +)
    p = p.map { $0 / total }
    // Without a rule any order will do; with one, tokens below 1e-7 of the largest are never kept here.
    let most = p.max() ?? 0
    let order =
      cause.rule == nil
      ? Array(p.indices) : p.indices.filter { p[$0] > 1e-7 * most }.sorted { p[$0] > p[$1] }
    var kept = order.count
    let plain = z.map { exp($0 - largest) }
    let whole = plain.reduce(0, +)
    let seen = cause.truncatesFirst ? plain.map { $0 / whole } : p
    switch cause.rule {
    case .topP(let share):
      var sum = 0.0
      kept = 0
      while kept < order.count, sum < share {
        sum += seen[order[kept]]
        kept += 1
      }
    case .topK(let count): kept = min(count, order.count)
    case .minP(let least):
      kept = order.count { seen[$0] >= least * seen[order[0]] }
    case nil: break
    }
    let mass = order.prefix(kept).reduce(0) { $0 + p[$1] }
    let target = random.uniform() * mass
    var (sum, token) = (0.0, order[kept - 1])
    for candidate in order.prefix(kept) {
      sum += p[candidate]
      if sum > target {
        token = candidate
        break
      }
    }
    return (token, log(p[token] / mass))
  }
}
