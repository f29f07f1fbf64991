import Foundation
package import StatisticalInference

/// What is known of one measure's mean over a group's prompts.
package struct MeanVerdict: Sendable, Equatable {
  /// The mean with its 95 % interval, which holds the numerical error.
  package let estimate: Estimate
  /// One for each of the measure's margins, ascending.
  package let verdicts: [Verdict]
  /// At the margin that was asked for, which is one of them.
  package let verdict: Verdict
  /// The mean over even prompts, by which lists are ordered; nil in fewer than two.
  package let evenMean: Double?
  /// The mean over odd prompts with its interval: the effect of what a list chose by even ones.
  package let effect: Estimate?
  /// Whether the even half alone calls it changed, at the margin that was asked for.
  package let isCalledByHalf: Bool
  /// Whether the odd half's interval lies beyond that margin, on the side of the even half's mean.
  package let isConfirmed: Bool
}

/// One measure over many groups: members of one family.
struct GroupMeasure {
  /// Ascending.
  let margins: [Double]
  /// That of the margins that was asked for.
  let margin: Double
  let isSigned: Bool
  let range: ClosedRange<Double>?
  /// How far each group's mean may be off numerically, beside what its ends say.
  let bias: [Double]
  /// Whether values are only middles between bounds, which nobody measured: then only ends are claimed.
  var isBounded = false

  /// Moments of one value per prompt, and of the ends between which each exact one lies.
  struct Ends {
    let measured: Moments
    let low: Moments
    let high: Moments

    init(_ measured: Moments, low: Moments? = nil, high: Moments? = nil) {
      self.measured = measured
      (self.low, self.high) = (low ?? measured, high ?? measured)
    }
  }

  /// Moments of each group over all prompts, even ones, odd ones; nil for fewer than two.
  struct GroupMoments {
    let all: Ends
    let even: Ends?
    let odd: Ends?
    /// Positions, for the estimates.
    let observations: Int
  }

  /// Judges all groups.
  ///
  /// - Parameter moments: of each group, in at least two prompts.
  /// - Returns: in their order.
  func verdicts(_ moments: [GroupMoments]) -> [MeanVerdict] {
    var (bounds, wideBounds) = (StudentBounds(level: 0.95), StudentBounds(level: 0.99))
    func member(_ ends: Ends, _ bias: Double) -> VerdictFamily.Member {
      VerdictFamily.Member(low: ends.low, high: ends.high, bias: bias, &bounds, &wideBounds)
    }
    let all = VerdictFamily(
      members: zip(moments, bias).map { member($0.all, $1) }, isSigned: isSigned)
    let verdicts = margins.map { all.verdicts(margin: $0) }
    let asked = margins.firstIndex(of: margin) ?? 0
    // Halves have half the floor.
    let halves = moments.indices.filter { index in
      [moments[index].even, moments[index].odd].allSatisfy {
        ($0?.measured.count ?? 0) >= VerdictFamily.fewestPrompts / 2
      }
    }
    let even = VerdictFamily(
      members: halves.compactMap { index in
        moments[index].even.map { member($0, bias[index]) }
      }, isSigned: isSigned)
    var called: Set<Int> = []
    for (index, verdict) in zip(halves, even.verdicts(margin: margin)) where verdict == .changed {
      called.insert(index)
    }
    return moments.indices.map { index in
      let odd = moments[index].odd.map { member($0, bias[index]) }
      return MeanVerdict(
        estimate: estimate(
          moments[index].all.measured, all.members[index], moments[index].observations),
        verdicts: verdicts.map { $0[index] }, verdict: verdicts[asked][index],
        evenMean: moments[index].even?.measured.mean,
        effect: zip2(moments[index].odd?.measured, odd).map { estimate($0, $1, nil) },
        isCalledByHalf: called.contains(index),
        isConfirmed: zip2(odd, moments[index].even).map {
          $0.isBeyond(margin, onSideOf: $1.measured.mean)
        } ?? false)
    }
  }

  private func estimate(
    _ moments: Moments, _ member: VerdictFamily.Member, _ observations: Int?
  ) -> Estimate {
    Estimate(
      value: isBounded ? .nan : moments.mean,
      interval: member.isFinite
        ? Estimate.kept(member.interval, around: moments.mean, within: range) : nil,
      clusters: moments.count, observations: observations ?? moments.count,
      method: .maxOfTAndHall, degreesOfFreedom: Double(moments.count - 1))
  }

  private func zip2<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    guard let a, let b else { return nil }
    return (a, b)
  }
}

extension PromptMeans {
  /// Where a measure's values stand among the columns, and both ends of each if it has any.
  struct Place {
    let measured: Int
    var ends: (low: Int, high: Int)?
  }

  /// Moments of a measure over some prompts of a group; nil in fewer than two.
  func moments(
    of group: Int, _ place: Place, _ half: PromptHalf, ranks: [Int32]
  ) -> GroupMeasure.Ends? {
    let cells = cells(of: group).filter { half.holds(ranks[Int(prompts[$0])]) }
    guard cells.count > 1 else { return nil }
    func moments(_ column: Int) -> Moments { Moments(cells.map { means[column][$0] }) }
    return GroupMeasure.Ends(
      moments(place.measured), low: place.ends.map { moments($0.low) },
      high: place.ends.map { moments($0.high) })
  }

  /// The same over all prompts and over both halves; nil in fewer than two.
  func groupMoments(
    of group: Int, _ place: Place, ranks: [Int32]
  ) -> GroupMeasure.GroupMoments? {
    moments(of: group, place, .all, ranks: ranks).map {
      .init(
        all: $0, even: moments(of: group, place, .even, ranks: ranks),
        odd: moments(of: group, place, .odd, ranks: ranks), observations: occurrences[group])
    }
  }
}
