import Foundation

/// What is known of a distribution of which only a list of tokens was written down.
///
/// The listed tokens' log-probabilities, and what follows for all others: together they have what the
/// listed ones leave of 1 (`rest`), and none of them has more than the least likely token of the true top
/// (`cap`). All bounds hold for each distribution that could have been rounded to the list.
///
/// Rounding. A written ℓ stands for any log-probability within δ of it (`LogProbabilityPrecision`). So
/// p ∈ [e^(ℓ−δ), e^(ℓ+δ)], where e^−δ ≥ 1 − δ and e^δ ≤ 1 + δ + δ² for δ ≤ 1, and the rest is known to
/// ± Σ pδ: it lies in [1 − Σ e^(ℓ+δ), 1 − Σ e^(ℓ−δ)]. For each p that is `single` it is 2⁻²⁴ times the
/// list's share of the entropy, whatever the length of the list.
package struct TruncatedDistribution: Sendable {
  /// A token of the list.
  struct Entry: Sendable {
    let token: Int32
    /// ln p as written; −∞ is a probability of exactly 0.
    let log: Double
    /// e^log, but no less than e^`lowestLog` unless it is exactly 0.
    let mass: Double
    /// p is at most mass · (1 + growth) and at least mass · (1 − growth).
    let growth: Double

    /// ln of `mass`.
    var logMass: Double { log == -.infinity ? log : max(log, Self.lowestLog) }

    /// Smaller ones that aren't 0 count as e^this where only sums matter, so that they divide.
    static let lowestLog = -667.0

    /// e^log of a token; only an exact 0 is 0.
    static func mass(_ log: Double) -> Double {
      log == -.infinity ? 0 : exp(max(log, lowestLog))
    }
  }

  /// The list, ascending by token.
  let entries: [Entry]
  /// How many of the list are the most likely tokens of the vocabulary.
  package let topCount: Int
  /// Tokens in the vocabulary; nil if unknown.
  package let vocabularySize: Int?
  /// ln of the most that a token outside the list can have.
  package let logCap: Double
  /// Probability of all tokens outside the list together.
  package let rest: ClosedRange<Double>
  /// −Σ p ln p over the whole vocabulary, nats; up to +∞ where the vocabulary's size isn't known.
  package let entropyBounds: ClosedRange<Double>

  /// e^logCap; of a number that is too small for sums what `Entry.mass` makes of it.
  let cap: Double

  /// A distribution of which `ids` are listed.
  ///
  /// - Parameters:
  ///   - ids: each once, in any order but for `topCount`.
  ///   - logProbabilities: of these, nats; −∞ for a probability of exactly 0.
  ///   - topCount: so many from the start of the list are the most likely tokens of the vocabulary; nil for all. What
  ///     follows (a sampled token, say) is known, but says nothing of tokens outside.
  ///   - vocabularySize: nil if it isn't known.
  ///   - precision: how far a written log-probability may lie from the true one.
  /// - Throws: `TruncationFault` if no distribution could have been written as this list.
  package init(
    ids: [Int32], logProbabilities: [Double], topCount: Int? = nil, vocabularySize: Int?,
    precision: LogProbabilityPrecision
  ) throws(TruncationFault) {
    precondition(ids.count == logProbabilities.count, "\(ids.count) ≠ \(logProbabilities.count)")
    let topCount = topCount ?? ids.count
    precondition(topCount >= 0 && topCount <= ids.count, "\(topCount) of \(ids.count)")
    var entries: [Entry] = []
    entries.reserveCapacity(ids.count)
    var logCap = 0.0
    var (least, most) = (0.0, 0.0)
    for place in ids.indices {
      let (token, log) = (ids[place], logProbabilities[place])
      let error = precision.error(of: log)
      guard !log.isNaN, log <= error else { throw .notALogProbability(token: token, log) }
      guard token >= 0, vocabularySize.map({ Int(token) < $0 }) ?? true else {
        throw .outsideVocabulary(token: token)
      }
      if place < topCount {
        logCap = min(logCap, log + error)
      } else if log - error > logCap {
        throw .moreLikelyThanTop(token: token)
      }
      let growth = error <= 1 ? error + error * error : expm1(error)
      let mass = Entry.mass(log)
      entries.append(Entry(token: token, log: log, mass: mass, growth: growth))
      least += mass * (1 - min(growth, 1))
      most += mass * (1 + growth)
    }
    entries.sort { $0.token < $1.token }
    for place in entries.indices.dropFirst() where entries[place].token == entries[place - 1].token
    {
      throw .repeated(token: entries[place].token)
    }
    let slack = Self.slack(entries.count)
    self.entries = entries
    self.topCount = topCount
    self.vocabularySize = vocabularySize
    self.logCap = logCap
    cap = Entry.mass(logCap)
    rest = try Self.rest(
      listed: least - slack...most + slack, cap: cap,
      tokens: vocabularySize.map { Double($0 - entries.count) } ?? .infinity)
    entropyBounds = Self.entropyBounds(
      entries, rest: rest, cap: cap,
      tokens: vocabularySize.map { Double($0 - entries.count) } ?? .infinity,
      vocabularySize: vocabularySize)
  }

  /// What rounding in Double may add to a sum of so many terms of size 1 or less.
  static func slack(_ count: Int) -> Double { Double(count + 16) * 0x1p-51 }

  /// What the tokens outside the list have: what is left of 1, and no more than all of them at the cap.
  private static func rest(
    listed: ClosedRange<Double>, cap: Double, tokens: Double
  ) throws(TruncationFault) -> ClosedRange<Double> {
    let most = tokens == 0 || cap == 0 ? 0 : cap * tokens
    let (lower, upper) = (1 - listed.upperBound, 1 - listed.lowerBound)
    guard upper >= 0 else { throw .sumAboveOne(excess: -upper) }
    guard lower <= most else { throw .sumBelowOne(missing: lower - most) }
    return max(lower, 0)...max(lower, min(upper, most), 0)
  }

  // MARK: Tokens outside

  /// ln p of a token that isn't in the list.
  ///
  /// At most the cap and the rest. At least what is left when all other tokens outside have the cap:
  /// −∞ unless few are outside.
  package var outsideBounds: ClosedRange<Double> {
    let upper = min(logCap, log(rest.upperBound))
    guard let vocabularySize else { return -.infinity...upper }
    let others = Double(max(vocabularySize - entries.count - 1, 0))
    let lower = rest.lowerBound - (others == 0 ? 0 : others * cap)
    return (lower > 0 ? min(log(lower), upper) : -.infinity)...upper
  }

  // MARK: Entropy

  /// Bounds of −Σ p ln p.
  ///
  /// Listed tokens: h(p) = −p ln p rises up to p = 1/e and falls from there, so its range over an
  /// interval is known from both ends. The rest: entropy is largest where all tokens outside have the
  /// same; being concave, it is smallest in a corner of the possible ones: as many as can be have the cap a, one has what
  /// is left. Of a rest r = ma + s that is m·h(a) + h(s), concave in r between multiples of a: over an interval of r it is
  /// smallest at an end or at the first multiple of a.
  private static func entropyBounds(
    _ entries: [Entry], rest: ClosedRange<Double>, cap: Double, tokens: Double, vocabularySize: Int?
  ) -> ClosedRange<Double> {
    var (lower, upper) = (0.0, 0.0)
    for entry in entries where entry.mass > 0 {
      let (low, high) = (entry.mass * (1 - min(entry.growth, 1)), entry.mass * (1 + entry.growth))
      // ln of either end is within the growth of ln p.
      let ends = [entropy(low), entropy(min(high, 1))]
      lower += min(ends[0], ends[1])
      upper += low < exp(-1) && high > exp(-1) ? exp(-1) : max(ends[0], ends[1])
    }
    if rest.upperBound > 0 {
      lower += leastEntropy(rest, cap: min(cap, 1))
      // r ln(n/r) rises up to r = n/e.
      let mass = min(rest.upperBound, max(rest.lowerBound, tokens / M_E))
      upper += tokens == .infinity ? .infinity : entropy(mass) + mass * log(tokens)
    }
    let slack = Self.slack(entries.count)
    lower = max(0, lower - slack * (1 + lower))
    guard let vocabularySize else { return lower...max(lower, upper + slack * (1 + upper)) }
    let most = log(Double(max(vocabularySize, 1)))
    return min(lower, most)...max(min(lower, most), min(most, upper + slack * (1 + upper)))
  }

  /// −p ln p.
  private static func entropy(_ mass: Double) -> Double { mass > 0 ? -mass * log(mass) : 0 }

  private static func leastEntropy(_ rest: ClosedRange<Double>, cap: Double) -> Double {
    guard cap > 0 else { return 0 }
    func least(_ mass: Double) -> Double {
      let whole = (mass / cap).rounded(.down)
      return whole * entropy(cap) + entropy(min(max(mass - whole * cap, 0), cap))
    }
    let smallest = min(least(rest.lowerBound), least(rest.upperBound))
    let multiple = (rest.lowerBound / cap).rounded(.up)
    return multiple * cap < rest.upperBound ? min(smallest, multiple * entropy(cap)) : smallest
  }
}

/// How far a written log-probability may lie from the true one.
package struct LogProbabilityPrecision: Sendable, Equatable {
  /// Of the number's size: half a step of its format.
  package var relative: Double
  /// What the source's own arithmetic may add, nats.
  package var absolute: Double

  /// A precision of its own.
  package init(relative: Double, absolute: Double = 0) {
    self.relative = relative
    self.absolute = absolute
  }

  /// Rounded to 64 bits.
  package static let double = Self(relative: 0x1p-53)
  /// Rounded to 32 bits.
  package static let single = Self(relative: 0x1p-24)
  /// Rounded to 16 bits with 11 that count.
  package static let half = Self(relative: 0x1p-11)

  /// Of an engine that writes numbers with this relative step.
  ///
  /// Engines subtract a log-partition from logits, whose size is some tens: that is rounded, too.
  package static func engine(step: Double) -> Self {
    Self(relative: step, absolute: step * 32)
  }

  /// δ: the largest distance from what is written to the true log-probability.
  ///
  /// Below 2⁻¹⁴ the steps of half precision get no smaller. The last terms are the errors of this number
  /// and of its exponential in Double.
  func error(of log: Double) -> Double {
    guard log.isFinite else { return log < 0 ? 0 : .nan }
    return relative * max(abs(log), 0x1p-14) + absolute + abs(log) * 0x1p-52 + 0x1p-51
  }
}

/// Why a list can't be what was written of a distribution.
package enum TruncationFault: Error, Equatable, CustomStringConvertible {
  /// NaN, or above 0.
  case notALogProbability(token: Int32, Double)
  /// A token stands twice.
  case repeated(token: Int32)
  /// The vocabulary has no such token.
  case outsideVocabulary(token: Int32)
  /// A token that is not of the top is more likely than the top's last.
  case moreLikelyThanTop(token: Int32)
  /// Probabilities sum to more than 1.
  case sumAboveOne(excess: Double)
  /// They sum to less than 1, and tokens outside the list can't have the rest.
  case sumBelowOne(missing: Double)

  /// One line, without the place.
  package var description: String {
    switch self {
    case .notALogProbability(let token, let log):
      "token \(token) has \(log), which is no log-probability"
    case .repeated(let token): "token \(token) stands twice"
    case .outsideVocabulary(let token): "token \(token) is not in the vocabulary"
    case .moreLikelyThanTop(let token):
      "token \(token) stands after the most likely ones, but is more likely than the last of them"
    case .sumAboveOne(let excess): "probabilities sum to more than 1, by \(excess)"
    case .sumBelowOne(let missing):
      "probabilities sum to less than 1, and tokens outside the list are too unlikely to fill it: "
        + "\(missing) is missing"
    }
  }
}
