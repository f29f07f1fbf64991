import Foundation
package import StatisticalInference

/// Groups that are judged together, since the more are judged the more are called by chance.
///
/// *Changed*: the p-value adjusted by Benjamini and Hochberg is at most 5 % and the 95 % interval lies
/// beyond the margin. *Unchanged*: at most 1 % and the 99 % interval lies within. The second is
/// stricter, because a claim of absence rests on what wasn't seen: prompts with a rare large change.
package struct VerdictFamily: Sendable {
  /// Groups in fewer prompts get no verdict.
  package static let fewestPrompts = 30
  /// Below so many prompts an absence is weak.
  package static let fewestForAbsence = 100
  package static let changedRate = 0.05
  package static let unchangedRate = 0.01

  /// The mean of one group.
  package struct Member: Sendable {
    package let test: MeanTest
    let isFinite: Bool
    /// 95 % interval.
    package let interval: ClosedRange<Double>
    /// 99 % interval.
    package let wideInterval: ClosedRange<Double>

    /// - Parameters:
    ///   - moments: over at least two prompts.
    ///   - bias: how far the mean may be off numerically.
    ///   - bounds: at 95 %.
    ///   - wideBounds: at 99 %.
    package init(
      _ moments: Moments, bias: Double, _ bounds: inout StudentBounds,
      _ wideBounds: inout StudentBounds
    ) {
      self.init(low: moments, high: moments, bias: bias, &bounds, &wideBounds)
    }

    /// Of prompts whose exact values lie between two.
    ///
    /// - Parameters:
    ///   - low: of each prompt's lower end; at least two prompts.
    ///   - high: of the upper ends of the same prompts.
    ///   - bias: how far both means may be off beside that.
    ///   - bounds: at 95 %.
    ///   - wideBounds: at 99 %.
    package init(
      low: Moments, high: Moments, bias: Double, _ bounds: inout StudentBounds,
      _ wideBounds: inout StudentBounds
    ) {
      test = MeanTest(low: low, high: high, bias: bias)
      isFinite =
        [low, high].allSatisfy { $0.mean.isFinite && $0.standardError.isFinite } && bias.isFinite
      guard isFinite else {
        let everything = -Double.infinity...Double.infinity
        (interval, wideInterval) = (everything, everything)
        return
      }
      interval = test.interval(bound: bounds[prompts: low.count])
      wideInterval = test.interval(bound: wideBounds[prompts: low.count])
    }

    /// Whether the 95 % interval lies beyond a margin, on the upper side or on either.
    func isBeyond(_ margin: Double, isSigned: Bool) -> Bool {
      interval.lowerBound > margin || (isSigned && interval.upperBound < -margin)
    }

    /// Whether the 95 % interval lies beyond a margin on the side of a mean of other prompts.
    func isBeyond(_ margin: Double, onSideOf mean: Double) -> Bool {
      mean < 0 ? interval.upperBound < -margin : interval.lowerBound > margin
    }
  }

  package let members: [Member]
  package let isSigned: Bool

  /// - Parameters:
  ///   - members: all that are judged together.
  ///   - isSigned: whether means can be on either side of 0.
  package init(members: [Member], isSigned: Bool) {
    (self.members, self.isSigned) = (members, isSigned)
  }

  /// A verdict for each member, in their order.
  package func verdicts(margin: Double) -> [Verdict] {
    // What isn't finite is undecidable; it would take part as the least significant of all.
    let within = FalseDiscoveries.adjusted(
      members.map { $0.isFinite ? $0.test.probabilityWithin(margin, isSigned: isSigned) : 1 })
    let beyond = FalseDiscoveries.adjusted(
      members.map { $0.isFinite ? $0.test.probabilityBeyond(margin, isSigned: isSigned) : 1 })
    return members.indices.map { index in
      let member = members[index]
      guard member.isFinite else { return .undecidable }
      if within[index] <= Self.changedRate, member.isBeyond(margin, isSigned: isSigned) {
        return .changed
      }
      let isInside =
        member.wideInterval.upperBound < margin
        && (!isSigned || member.wideInterval.lowerBound > -margin)
      return beyond[index] <= Self.unchangedRate && isInside ? .unchanged : .undecidable
    }
  }
}

/// How often *unchanged* is false, in simulations with 40 % of the groups exactly at the margin and values
/// of heavy tails, the worst population that was tried.
///
/// `tokenshift-bench --false-discoveries`; standard errors are 0.2 to 0.3 points. Divergences, which can't
/// exceed ln 2, stay 1 to 2 points below.
package enum UnchangedRate {
  /// Share of false ones among those called unchanged, by number of prompts.
  package static let simulated: [(prompts: Int, share: Double)] = [
    (60, 0.052), (128, 0.050), (250, 0.043), (1_000, 0.042),
  ]

  /// The rate at the largest simulated number of prompts that a log has; nil below all of them.
  package static func atMost(prompts: Int) -> (prompts: Int, share: Double)? {
    simulated.last { $0.prompts <= prompts }
  }
}
