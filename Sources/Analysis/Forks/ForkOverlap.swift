internal import RunLogs
package import StatisticalInference

/// How far changed positions and forks are the same ones, in one author's texts, at one margin.
///
/// Forks F are the fifth of the author's positions with the largest entropy before; changed C are those whose
/// Jensen-Shannon divergence exceeds the margin, as measured.
package struct ForkOverlap: Sendable, Equatable, Encodable {
  /// Of the Jensen-Shannon divergence, nats.
  package let margin: Double
  /// |C|.
  package let changedCount: Int
  /// P(F | C): share of the changed positions that are forks; nil where nothing changed.
  package let forksAmongChanged: Estimate?
  /// The most it could be, min(1, |F|/|C|); nil where nothing changed.
  package let largestPossible: Double?
  /// P(C | F): share of the forks that changed.
  package let changedForks: Estimate
  /// P(C | ¬F): share of the other positions that changed; nil without any.
  package let changedOthers: Estimate?
  /// P(F | C) if within each token class and fifth of the response changed positions were forks as often
  /// as all are; nil for a log that doesn't know its tokens' bytes, or where nothing changed.
  package let matched: Null?
  /// P(F | C) if logits changed at random (`RandomLogits`); nil without lists of most likely tokens, or where
  /// nothing changed.
  package let randomLogits: Null?

  /// What chance gives, and by how much P(F | C) is more.
  package struct Null: Sendable, Equatable, Encodable {
    /// P(F | C) under it.
    package let share: Double
    /// P(F | C) − that.
    ///
    /// The null and the entropy from which on a position is a fork are taken as known.
    package let difference: Estimate
  }

  /// Counts.
  ///
  /// - Parameters:
  ///   - margin: nats, not negative.
  ///   - positions: of one author, at least one.
  ///   - random: of the model before; nil for none.
  init(margin: Double, _ positions: ForkPositions, random: RandomLogits?) {
    let isChanged = positions.divergences.map { $0 > margin }
    let isFork = positions.isFork
    self.margin = margin
    changedCount = isChanged.count { $0 }
    let forkCount = isFork.count { $0 }
    /// The share of some positions that are among others, too.
    func share(of chosen: [Bool], in others: [Bool]) -> Estimate {
      positions.ratio(
        { chosen[$0] && others[$0] ? 1 : 0 }, over: { chosen[$0] ? 1 : 0 }, isShare: true)
    }
    changedForks = share(of: isFork, in: isChanged)
    changedOthers =
      forkCount == isFork.count ? nil : share(of: isFork.map { !$0 }, in: isChanged)
    guard changedCount > 0 else {
      (forksAmongChanged, largestPossible, matched, randomLogits) = (nil, nil, nil, nil)
      return
    }
    forksAmongChanged = share(of: isChanged, in: isFork)
    largestPossible = min(1, Double(forkCount) / Double(changedCount))
    func null(_ share: Double, _ expected: (Int) -> Double) -> Null {
      var difference = positions.ratio(
        { isChanged[$0] ? (isFork[$0] ? 1 : 0) - expected($0) : 0 },
        over: { isChanged[$0] ? 1 : 0 }, within: -1...1)
      // Where all changed positions are the null's, too, rounding is all that differs.
      if abs(difference.value) < 1e-12 { difference.value = 0 }
      return Null(share: share, difference: difference)
    }
    matched = positions.strata.map { strata in
      let rates = Self.rates(isFork, strata)
      let sum = isChanged.indices.reduce(0) { $0 + (isChanged[$1] ? rates[strata[$1]] : 0) }
      return null(sum / Double(isChanged.count { $0 })) { rates[strata[$0]] }
    }
    let changedShare = Double(changedCount) / Double(isChanged.count)
    randomLogits = random.flatMap { random in
      let weights = random.probabilities(at: positions.rows, share: changedShare)
      var (onForks, all) = (CompensatedSum(), CompensatedSum())
      for (weight, isFork) in zip(weights, isFork) {
        all.add(weight)
        if isFork { onForks.add(weight) }
      }
      guard all.value > 0 else { return nil }
      let share = onForks.value / all.value
      return null(share) { _ in share }
    }
  }

  /// The share of forks in each stratum.
  private static func rates(_ isFork: [Bool], _ strata: [Int]) -> [Double] {
    let count = (strata.max() ?? 0) + 1
    var (forks, all) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for (stratum, isFork) in zip(strata, isFork) {
      all[stratum] += 1
      if isFork { forks[stratum] += 1 }
    }
    return zip(forks, all).map { $1 > 0 ? $0 / $1 : 0 }
  }
}
