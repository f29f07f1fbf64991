internal import RunLogs
internal import StatisticalInference

/// One metric of one condition by step: each seed, their mean, and a band around it.
package struct TrainingCurve: Sendable, Equatable {
  /// What the band says.
  package enum Band: Sendable, Equatable {
    /// From the lowest to the highest seed.
    case range
    /// The mean's 95 % interval, step by step: Student's t over seeds, on the logit of shares.
    case interval
  }

  /// Steps that any seed has, ascending.
  package let steps: [Int]
  /// Each seed's values at these steps; NaN where it has none.
  package let seeds: [[Double]]
  /// The seeds' mean of smoothed values; NaN where a seed has no value.
  package let mean: [Double]
  /// Both ends of the band of smoothed values; nil where the mean is NaN, empty for one seed.
  package let band: [ClosedRange<Double>?]

  /// From so many seeds on an interval says more than the seeds themselves: of 3 it is 2.5 standard
  /// deviations to each side, of 5 it is 1.2.
  package static let seedsForInterval = 5

  /// Aligns the seeds by step; nil if none has the metric.
  ///
  /// - Parameters:
  ///   - metric: a column's name.
  ///   - condition: its runs are the seeds; those without the metric are left out.
  ///   - window: steps that a smoothed value averages, centred on its own; 1 for none.
  ///   - kind: what the band says.
  ///   - bounds: of the metric, 0...1 for a share; nil for none.
  package init?(
    of metric: String, _ condition: TrainingCondition, window: Int, band kind: Band,
    within bounds: ClosedRange<Double>? = nil
  ) {
    let logs = condition.runs.compactMap { run in
      run.column(metric).map { (run.log.steps, $0.values) }
    }
    guard !logs.isEmpty else { return nil }
    let steps = Set(logs.flatMap { $0.0 }).sorted()
    self.steps = steps
    seeds = logs.map { own, values in
      let known = Dictionary(zip(own, values)) { _, last in last }
      return steps.map { known[$0] ?? .nan }
    }
    let smooth = seeds.map { Self.smoothed($0, steps: steps, window: window) }
    let mean = steps.indices.map { step in
      smooth.reduce(0) { $0 + $1[step] } / Double(smooth.count)
    }
    self.mean = mean
    guard smooth.count > 1 else {
      band = []
      return
    }
    band = steps.indices.map { step in
      guard mean[step].isFinite else { return nil }
      let values = smooth.map { $0[step] }
      switch kind {
      case .range: return (values.min() ?? mean[step])...(values.max() ?? mean[step])
      case .interval:
        // Where all agree, what few seeds leave open would look like a jump of the metric.
        if values.allSatisfy({ $0 == values[0] }) { return values[0]...values[0] }
        return Estimate.mean(ofSeeds: values, within: bounds).interval
      }
    }
  }

  /// The means of windows centred on each step; a gap stays a gap.
  ///
  /// Towards the ends the window shrinks on both sides rather than lean: the first and the last
  /// value are the run's own.
  static func smoothed(_ values: [Double], steps: [Int], window: Int) -> [Double] {
    guard window > 1, let first = values.firstIndex(where: \.isFinite),
      let last = values.lastIndex(where: \.isFinite)
    else { return values }
    return values.indices.map { index in
      guard values[index].isFinite else { return .nan }
      let step = steps[index]
      let reach = min(window / 2, step - steps[first], steps[last] - step)
      let back = steps[first...index].reversed().prefix { step - $0 <= reach }.count
      let ahead = steps[index...last].prefix { $0 - step <= reach }.count
      let near = values[(index - back + 1)..<(index + ahead)].filter(\.isFinite)
      return near.reduce(0, +) / Double(near.count)
    }
  }
}
