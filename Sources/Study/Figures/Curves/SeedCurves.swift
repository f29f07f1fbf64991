internal import StatisticalInference

/// A quantity of one run along its training: each seed, their mean, and its interval.
package struct SeedCurves {
  /// The run's name.
  package let name: String
  /// Tokens at which seeds are averaged: multiples of a spacing, and both ends of what all seeds have
  /// (less a quarter of the window that they are averaged over).
  package let grid: [Double]
  /// Each seed's quantity there, in the order of the seeds.
  package private(set) var seeds: [[Double]]
  /// Which seeds these are.
  package let numbers: [UInt64]
  /// The seeds' mean.
  package private(set) var mean: [Double]
  /// Its 95 % interval, Student's t over seeds, on the logit of shares; nil of one seed, or where all agree.
  package private(set) var intervals: [ClosedRange<Double>?]
  /// Where training goes on from another run, the mean of the seeds' tokens; nil where it doesn't.
  package var stage: Double?

  /// Averages the seeds where all of them have the quantity; nil where no tokens are common to all.
  ///
  /// - Parameters:
  ///   - name: the run's.
  ///   - curves: one for each seed.
  ///   - spacing: of the grid, tokens, above 0.
  ///   - window: over which a seed's points are averaged, tokens; 0 to interpolate.
  ///   - bounds: of the quantity.
  package init?(
    _ name: String, _ curves: [TokenCurve], spacing: Double, window: Double,
    within bounds: ClosedRange<Double>
  ) {
    // Where a window would be narrower than half of itself, it would show single steps.
    let low = (curves.compactMap(\.x.first).max() ?? 0) + window / 4
    let high = (curves.compactMap(\.x.last).min() ?? -1) - window / 4
    guard low <= high else { return nil }
    var grid = [low]
    var place = ((low / spacing).rounded(.down) + 1) * spacing
    while place < high {
      grid.append(place)
      place += spacing
    }
    if high > low { grid.append(high) }
    self.init(
      name, grid: grid, seeds: curves.map { $0.values(on: grid, window: window) },
      numbers: curves.map(\.seed), within: bounds, onLogit: true)
  }

  /// Averages what lies on one grid, between bounds; the interval is made on the logit where it is asked for
  /// and both bounds are finite.
  private init(
    _ name: String, grid: [Double], seeds: [[Double]], numbers: [UInt64],
    within bounds: ClosedRange<Double>, onLogit: Bool
  ) {
    (self.name, self.grid, self.seeds, self.numbers) = (name, grid, seeds, numbers)
    let estimates = grid.indices.map { index in
      let values = seeds.map { $0[index] }
      var estimate = Estimate.mean(ofSeeds: values, within: onLogit ? bounds : nil)
      estimate.interval = estimate.interval.flatMap {
        Estimate.kept($0, around: estimate.value, within: bounds)
      }
      // Seeds that all agree say nothing of how far they might not.
      if values.allSatisfy({ $0 == values[0] }) { estimate.interval = nil }
      return estimate
    }
    mean = estimates.map(\.value)
    intervals = estimates.map(\.interval)
  }

  /// All values under an ascending function, say from logarithms back.
  func mapped(_ function: (Double) -> Double) -> SeedCurves {
    var result = self
    result.seeds = seeds.map { $0.map(function) }
    result.mean = mean.map(function)
    result.intervals = intervals.map { interval in
      interval.map { function($0.lowerBound)...function($0.upperBound) }
    }
    return result
  }

  /// This run's quantity less another one's, seed by seed, at the tokens that both have.
  ///
  /// - Parameters:
  ///   - other: whose is taken away; its grid has the same spacing.
  ///   - bounds: of the quantity, not of the difference.
  /// - Returns: nil without a seed that both have, or tokens that both have.
  package func difference(from other: SeedCurves, within bounds: ClosedRange<Double>) -> SeedCurves?
  {
    let common = numbers.filter(other.numbers.contains)
    let places = grid.indices.compactMap { mine in
      other.grid.firstIndex(of: grid[mine]).map { (mine, $0) }
    }
    guard !common.isEmpty, places.count > 1 else { return nil }
    let rows = common.compactMap { seed -> [Double]? in
      guard let mine = numbers.firstIndex(of: seed), let others = other.numbers.firstIndex(of: seed)
      else { return nil }
      return places.map { seeds[mine][$0.0] - other.seeds[others][$0.1] }
    }
    let width = bounds.upperBound - bounds.lowerBound
    var result = SeedCurves(
      name, grid: places.map { grid[$0.0] }, seeds: rows, numbers: common, within: -width...width,
      onLogit: false)
    result.stage = stage
    return result
  }
}
