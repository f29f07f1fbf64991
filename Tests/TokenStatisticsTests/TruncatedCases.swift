import Foundation
import TestSupport
import TokenStatistics

/// Two distributions over one vocabulary, known in full, of which lists can be made.
struct WholePair: Sendable {
  /// ln p of each token; −∞ for none.
  var before: [Double]
  var after: [Double]

  var vocabulary: Int { before.count }

  /// A pair of a random shape: near to uniform, one token, ties, near each other, apart, Zipf.
  init(vocabulary: Int, using random: inout SeededGenerator) {
    before = Self.distribution(vocabulary, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1: after = Self.distribution(vocabulary, using: &random)
    case 2:  // near each other
      let scale = pow(10, Double.random(in: -8...0, using: &random))
      after = Self.normalized(before.map { $0 + scale * random.normal() })
    case 3: after = before
    case 4:  // two tokens changed places
      after = before
      after.swapAt(
        Int.random(in: 0..<vocabulary, using: &random),
        Int.random(in: 0..<vocabulary, using: &random))
    default:  // no token in common, where there are two
      let isBefore = (0..<vocabulary).map { _ in Bool.random(using: &random) }
      guard isBefore.contains(true), isBefore.contains(false) else {
        after = before
        return
      }
      after = Self.distribution(vocabulary, using: &random)
      let low = random.uniform() < 0.5 ? -Double.infinity : -30
      before = Self.normalized(zip(before, isBefore).map { $1 ? max($0, -50) : low })
      after = Self.normalized(zip(after, isBefore).map { $1 ? low : max($0, -50) })
    }
  }

  private static func distribution(
    _ vocabulary: Int, using random: inout SeededGenerator
  ) -> [Double] {
    switch Int.random(in: 0..<6, using: &random) {
    case 0:  // Dirichlet of parameter 1
      return normalized((0..<vocabulary).map { _ in log(-log(1 - random.uniform())) })
    case 1:  // sparse
      let scale = Double.random(in: 1...20, using: &random)
      return normalized((0..<vocabulary).map { _ in scale * random.normal() })
    case 2:  // Zipf
      let exponent = Double.random(in: 0.5...3, using: &random)
      return normalized(
        (1...vocabulary).shuffled(using: &random).map { -exponent * log(Double($0)) })
    case 3:  // ties
      return normalized(
        (0..<vocabulary).map { _ in Double(Int.random(in: 0...2, using: &random)) })
    case 4:  // one token has all, or nearly
      let others =
        random.uniform() < 0.5 ? -Double.infinity : -Double.random(in: 5...900, using: &random)
      var logs = [Double](repeating: others, count: vocabulary)
      logs[Int.random(in: 0..<vocabulary, using: &random)] = 0
      return normalized(logs)
    default: return [Double](repeating: -log(Double(vocabulary)), count: vocabulary)
    }
  }

  static func normalized(_ logs: [Double]) -> [Double] {
    let most = logs.max() ?? 0
    let partition = most + log(logs.reduce(0) { $0 + exp($1 - most) })
    return logs.map { $0 - partition }
  }

  // MARK: What is true

  var truth: Truth { Truth(before, after) }

  /// Sums over the whole vocabulary, term by term.
  struct Truth {
    var entropies = (before: 0.0, after: 0.0)
    var js = 0.0
    var tv = 0.0
    var kl = (beforeAfter: 0.0, afterBefore: 0.0)

    init(_ before: [Double], _ after: [Double]) {
      for (a, b) in zip(before, after) {
        let (p, q) = (exp(a), exp(b))
        if p > 0 {
          entropies.before -= p * a
          js += 0.5 * p * (a - log((p + q) / 2))
          kl.beforeAfter += p * (a - b)
        }
        if q > 0 {
          entropies.after -= q * b
          js += 0.5 * q * (b - log((p + q) / 2))
          kl.afterBefore += q * (b - a)
        }
        tv += 0.5 * abs(p - q)
      }
    }
  }
}

/// How a list is written.
enum Writing: CaseIterable {
  case double
  case single
  case half

  var precision: LogProbabilityPrecision {
    switch self {
    case .double: .double
    case .single: .single
    case .half: .half
    }
  }

  func rounded(_ log: Double) -> Double {
    switch self {
    case .double: return log
    case .single: return Double(Float(log))
    case .half:
      guard log.isFinite, log != 0 else { return log }
      let step = max(log.magnitude.binade, 0x1p-14) * 0x1p-10
      return (log / step).rounded() * step
    }
  }
}

extension TruncatedDistribution {
  /// The k most likely tokens as written, and one more if asked.
  init(
    _ logs: [Double], top: Int, sampled: Int? = nil, vocabularySize: Int?,
    _ writing: Writing = .double
  ) throws {
    let order = logs.indices.sorted { (logs[$0], $1) > (logs[$1], $0) }
    var ids = Array(order.prefix(top))
    if let sampled, !ids.contains(sampled) { ids.append(sampled) }
    try self.init(
      ids: ids.map { Int32($0) }, logProbabilities: ids.map { writing.rounded(logs[$0]) },
      topCount: min(top, logs.count), vocabularySize: vocabularySize, precision: writing.precision)
  }
}
