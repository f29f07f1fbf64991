internal import Foundation
internal import Reporting
package import StatisticalInference

/// What a study's seeds say about a claim.
package struct ClaimAnswer: Sendable, Equatable {
  /// One of three answers, or none.
  package enum Outcome: String, Sendable, Codable, CaseIterable {
    /// The number is where the claim has it.
    case supported
    /// It is elsewhere.
    case contradicted
    /// These seeds can't tell.
    case undecided = "undecided at this scale"
    /// A run or a measure is missing.
    case notMeasured = "not measured"
  }

  /// The claim.
  package let claim: StudyClaim
  /// The answer.
  package var outcome: Outcome
  /// Why there is none, or what kind of number stands in; empty for neither.
  package var note = ""
  /// The number in question with its 95 % interval; nil where it wasn't measured.
  package var estimate: Estimate?
  /// The p-value of "neither supported nor contradicted"; nil where nothing was tested.
  package var probability: Double?
  /// What Holm's procedure compared it with; nil where nothing was tested.
  package var threshold: Double?
  /// Seeds that have all that is compared.
  package var seeds: Int
  /// Of what is undecided: how many seeds would decide it in 4 of 5 studies, if the estimate were the truth;
  /// nil where it would take 1,000 or more.
  package var seedsNeeded: Int?

  /// The outcome as people read it.
  package var words: String {
    if outcome == .notMeasured { return "\(outcome.rawValue): \(note)" }
    var notes = note.isEmpty ? [] : [note]
    if outcome == .undecided, probability != nil {
      notes.append(
        seedsNeeded.map { "\($0) seeds would most likely decide it, were the estimate true" }
          ?? "not even \(Number.count(StudyClaims.mostSeeds)) seeds would")
    }
    return outcome.rawValue + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }
}

/// One claim's number with the tests of both answers, before they are weighed against the other claims.
private struct ClaimTest {
  var answer: ClaimAnswer
  private var test: (any ThresholdTest)?
  private var (low, high) = (-Double.infinity, Double.infinity)

  init(_ claim: StudyClaim, _ summary: StudySummary, isSaturated: Bool) {
    answer = ClaimAnswer(claim: claim, outcome: .undecided, seeds: 0)
    if let missing = Self.missing(claim, summary) {
      answer.outcome = .notMeasured
      answer.note = missing
      return
    }
    let first = summary.values(claim.measure, of: claim.run)
    let second = claim.against.map {
      summary.values(claim.againstMeasure ?? claim.measure, of: $0)
    }
    let seeds = first.keys.filter { second == nil || second?[$0] != nil }.sorted()
    answer.seeds = seeds.count
    guard !seeds.isEmpty else {
      answer.outcome = .notMeasured
      answer.note = "\(claim.run) and \(claim.against ?? "") have no seed in common"
      return
    }
    setTest(
      seeds.compactMap { first[$0] }, second.map { other in seeds.compactMap { other[$0] } },
      trials: summary.problems(claim.measure, of: claim.run, seeds: seeds))
    if isSaturated, claim.ranksRuns {
      test = nil
      answer.note +=
        (answer.note.isEmpty ? "" : "; ") + "the study is saturated, so accuracies aren't compared"
    }
  }

  private static func missing(_ claim: StudyClaim, _ summary: StudySummary) -> String? {
    for name in [claim.run, claim.against].compactMap({ $0 })
    where !summary.names.contains(name) {
      return "there is no run '\(name)'"
    }
    if summary.values(claim.measure, of: claim.run).isEmpty {
      return "\(claim.run) has no \(claim.measure)"
    }
    if let against = claim.against, case let measure = claim.againstMeasure ?? claim.measure,
      summary.values(measure, of: against).isEmpty
    {
      return "\(against) has no \(measure)"
    }
    return nil
  }

  /// Sets number, test and where the claim has the number.
  private mutating func setTest(_ first: [Double], _ second: [Double]?, trials: Int?) {
    let claim = answer.claim
    let margin = claim.margin
    switch (claim.compare, second) {
    case (.ratio, let second?):
      guard (first + second).allSatisfy({ $0 > 0 }) else {
        setDifferenceForRatio(first, second)
        return
      }
      let logarithms = zip(first, second).map { log($0 / $1) }
      answer.estimate = .ratio(ofSeeds: first, to: second)
      test = SeedTest(logarithms)
      setRange(log(margin), symmetric: log(margin))
    case (.difference, let second?):
      let differences = zip(first, second).map { $0 - $1 }
      answer.estimate = .mean(ofSeeds: differences)
      // Seeds that all agree say nothing of how far they might not.
      if differences.allSatisfy({ $0 == differences.first }) { answer.estimate?.interval = nil }
      test = SeedTest(differences)
      setRange(margin, symmetric: margin)
    default:
      let bounds = claim.measure.bounds
      answer.estimate = .mean(ofSeeds: first, within: bounds, trials: trials)
      let isShare = bounds.upperBound == 1
      test = isShare ? SeedTest(ofShares: first) : SeedTest(first)
      if isShare, let share = first.first, share == 0 || share == 1,
        first.allSatisfy({ $0 == share })
      {
        test = UnanimousTrials(areRight: share == 1, trials: trials ?? first.count)
        answer.note = "all seeds alike: exact, of \(trials ?? first.count) trials"
      }
      setRange(margin, symmetric: margin)
    }
  }

  /// A ratio to 0 is no number; the difference from so many times the other asks the same.
  private mutating func setDifferenceForRatio(_ first: [Double], _ second: [Double]) {
    guard answer.claim.direction != .within else {
      answer.note = "a value is 0, which has no ratio"
      return
    }
    let differences = zip(first, second).map { $0 - answer.claim.margin * $1 }
    answer.estimate = .mean(ofSeeds: differences)
    answer.note = "a value is 0: the first less \(answer.claim.limit) times the other, against 0"
    test = SeedTest(differences)
    setRange(0, symmetric: 0)
  }

  private mutating func setRange(_ margin: Double, symmetric: Double) {
    switch answer.claim.direction {
    case .above: low = margin
    case .below: high = margin
    case .within: (low, high) = (-symmetric, symmetric)
    }
  }

  private var isWithin: Bool { answer.claim.direction == .within }

  /// p-values of "it isn't where the claim has it" and of "it is".
  ///
  /// Above or below a margin both are twice a one-sided test's, since either answer can be wrong at it.
  /// Within two: both one-sided tests have to refuse (TOST); elsewhere: either, so twice the smaller.
  private var probabilities: (supported: Double, contradicted: Double)? {
    guard let test, answer.seeds >= StudyClaims.fewestSeeds else { return nil }
    if isWithin {
      return (
        max(test.probabilityAtMost(low), test.probabilityAtLeast(high)),
        min(1, 2 * min(test.probabilityAtLeast(low), test.probabilityAtMost(high)))
      )
    }
    let above = min(1, 2 * test.probabilityAtMost(low.isFinite ? low : high))
    let below = min(1, 2 * test.probabilityAtLeast(low.isFinite ? low : high))
    return low.isFinite ? (above, below) : (below, above)
  }

  /// The smaller one: 1 where nothing was tested, so that it counts among the claims all the same.
  var probability: Double { probabilities.map { min($0.supported, $0.contradicted) } ?? 1 }

  /// The answer where Holm's procedure decided so.
  func answered(_ decision: WeightedHolm.Decision) -> ClaimAnswer {
    var answer = answer
    guard answer.outcome != .notMeasured else { return answer }
    guard let probabilities else {
      if answer.seeds < StudyClaims.fewestSeeds {
        answer.note = "\(answer.seeds) of at least \(StudyClaims.fewestSeeds) seeds"
      } else if answer.note.isEmpty {
        answer.note = "all seeds are alike, so their spread is unknown"
      }
      return answer
    }
    (answer.probability, answer.threshold) = (probability, decision.threshold)
    if decision.isRejected {
      answer.outcome =
        probabilities.supported <= probabilities.contradicted ? .supported : .contradicted
    } else if let seeds = test as? SeedTest {
      answer.seedsNeeded = seedsNeeded(seeds, level: decision.threshold)
    }
    return answer
  }

  private func seedsNeeded(_ test: SeedTest, level: Double) -> Int? {
    let most = StudyClaims.mostSeeds
    return [
      test.seedsNeeded(above: low, below: high, level: isWithin ? level : level / 2, most: most),
      low.isFinite ? test.seedsNeeded(below: low, level: level / 2, most: most) : nil,
      high.isFinite ? test.seedsNeeded(above: high, level: level / 2, most: most) : nil,
    ].compactMap { $0 }.first
  }
}

extension StudyClaims {
  /// Fewer seeds decide nothing.
  static let fewestSeeds = 3
  /// More seeds aren't asked for.
  static let mostSeeds = 999

  /// Answers all claims together.
  ///
  /// Holm's procedure goes over the whole list, what wasn't measured included: leaving out a run makes no
  /// other claim easier.
  ///
  /// - Parameters:
  ///   - summary: the runs.
  ///   - isSaturated: whether methods can't be told apart by what they solve: claims that compare two runs'
  ///     accuracies are then left undecided, with their numbers.
  /// - Returns: in the claims' order.
  package func answers(from summary: StudySummary, isSaturated: Bool = false) -> [ClaimAnswer] {
    let tests = claims.map { ClaimTest($0, summary, isSaturated: isSaturated) }
    let decisions = WeightedHolm.decisions(
      tests.map(\.probability), weights: tests.map { _ in 1 }, level: level)
    return zip(tests, decisions).map { $0.answered($1) }
  }
}
