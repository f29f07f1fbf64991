import Foundation
internal import Kernels

extension DistributionProfile {
  /// How ln p of the token that occurs changes at a temperature and under a rule, for several
  /// positions.
  ///
  /// - Parameters:
  ///   - profiles: one for each position.
  ///   - temperature: T.
  ///   - rule: a truncation; nil for none.
  ///   - order: whether truncation sees the distribution at that temperature.
  /// - Returns: for each position, nats.
  package static func changes(
    of profiles: [DistributionProfile], temperature: Double, rule: Truncation?,
    order: TruncationOrder = .temperatureFirst
  ) -> [Double] {
    Parallel.map(profiles.count) { index in
      let tempered = profiles[index].tempered(temperature)
      var changed = tempered.logProbability
      switch (rule, order) {
      case (let rule?, .temperatureFirst): changed = tempered.logProbability(rule)
      case (let rule?, .truncationFirst):
        let last = profiles[index].tempered(1).lastKept(rule.kind, [rule.parameter])[0]
        changed = tempered.logProbability(downTo: last)
      case (nil, _): break
      }
      return changed - profiles[index].logProbability
    }
  }

  /// Σ w |gap + change| over positions, for many parameters at a temperature.
  ///
  /// A token that a truncation doesn't keep adds what it lacks.
  ///
  /// - Parameters:
  ///   - profiles: one for each position.
  ///   - gaps: of each, nats.
  ///   - weights: w of each.
  ///   - temperature: T.
  ///   - rules: kinds of truncation, each with parameters.
  /// - Returns: the sum without truncation, and then for each parameter in order.
  package static func distances(
    of profiles: [DistributionProfile], gaps: [Double], weights: [Double], temperature: Double,
    rules: [(kind: Truncation.Kind, parameters: [Double])] = []
  ) -> [Double] {
    precondition(profiles.count == gaps.count && gaps.count == weights.count)
    let columnCount = rules.reduce(1) { $0 + $1.parameters.count }
    return sums(over: profiles, columnCount: columnCount) { index, sums in
      profiles[index].tempered(temperature).addDistances(
        gap: gaps[index], weight: weights[index], rules: rules, to: &sums)
    }
  }

  /// The same where truncation comes first: it sees the distribution at T = 1, and what it keeps is
  /// drawn from at the temperature.
  ///
  /// - Returns: the sum for each parameter, in order.
  package static func distancesTruncatingFirst(
    of profiles: [DistributionProfile], gaps: [Double], weights: [Double], temperature: Double,
    kind: Truncation.Kind, parameters: [Double]
  ) -> [Double] {
    precondition(profiles.count == gaps.count && gaps.count == weights.count)
    return sums(over: profiles, columnCount: parameters.count) { index, sums in
      let (plain, tempered) = (profiles[index].tempered(1), profiles[index].tempered(temperature))
      let offset = gaps[index] - profiles[index].logProbability
      for (place, last) in plain.lastKept(kind, parameters).enumerated() {
        let distance =
          abs(offset + tempered.logProbability(downTo: last)) + plain.lack(kind, downTo: last)
        sums[place] += weights[index] * distance
      }
    }
  }

  /// Sums over profiles in pieces of a fixed size, so that they don't depend on the number of threads.
  private static func sums(
    over profiles: [DistributionProfile], columnCount: Int,
    add: @Sendable (_ index: Int, _ sums: inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    let pieceSize = 64
    let pieces = Parallel.map((profiles.count + pieceSize - 1) / pieceSize) { piece in
      var sums = [Double](repeating: 0, count: columnCount)
      var span = sums.mutableSpan
      for index in piece * pieceSize..<min((piece + 1) * pieceSize, profiles.count) {
        add(index, &span)
      }
      return sums
    }
    return pieces.reduce(into: [Double](repeating: 0, count: columnCount)) { total, sums in
      for column in total.indices { total[column] += sums[column] }
    }
  }
}

extension DistributionProfile.Tempered {
  fileprivate func addDistances(
    gap: Double, weight: Double, rules: [(kind: Truncation.Kind, parameters: [Double])],
    to distances: inout MutableSpan<Double>
  ) {
    let offset = gap + logProbability - profile.logProbability
    distances[0] += weight * abs(offset)
    let own = (log: profile.logProbability, mass: ownMass)
    var column = 1
    for (kind, parameters) in rules {
      TemperedSums.addDistances(
        kind.sums, parameters, from: offset, weight: weight, temperature: temperature,
        own: own, profile.logProbabilities.span, sums.span, profile.counts.span,
        listedCount: profile.listedCount, binWidth: Double(profile.binWidth), to: &distances,
        at: column)
      column += parameters.count
    }
  }

  /// The place of the least likely token that a truncation keeps, for several parameters.
  func lastKept(_ kind: Truncation.Kind, _ parameters: [Double]) -> [Int] {
    TemperedSums.lastKept(
      kind.sums, parameters, temperature: temperature, profile.logProbabilities.span, sums.span,
      profile.counts.span, listedCount: profile.listedCount, binWidth: Double(profile.binWidth))
  }

  /// ln p of the token that occurs where only tokens down to a place are drawn, nats; also down to
  /// itself, since it was drawn.
  func logProbability(downTo last: Int) -> Double {
    logProbability - log(max(sums[last], ownMass) / sums[sums.count - 1])
  }

  /// What the token that occurs lacks where tokens are kept down to a place; 0 if it is one of them.
  func lack(_ kind: Truncation.Kind, downTo last: Int) -> Double {
    guard sums[last] < ownMass else { return 0 }
    return TemperedSums.lack(
      kind.sums, kept: (sums[last], Double(profile.logProbabilities[last])),
      own: (ownMass, profile.logProbability), temperature: temperature)
  }
}
