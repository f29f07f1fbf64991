import Foundation
import RunLogs
import TestSupport

/// Made-up training runs, healthy or with one thing that breaks.
struct TrainingWorld {
  private var generator: SeededGenerator
  let steps: Int
  let phi: Double
  var columns: [TrainingMetric: [Double]] = [:]

  /// A healthy run: reward and length rise, entropy falls, all with AR(1) noise.
  init(steps: Int, phi: Double, seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    (self.steps, self.phi) = (steps, phi)
    let times = (0..<steps).map { Double($0) / Double(steps) }
    func share(_ values: [Double]) -> [Double] { values.map { min(max($0, 0), 1) } }
    columns[.reward] = share(
      zip(times, noise(0.05)).map { 0.2 + 0.5 * (1 - exp(-3 * $0)) + $1 })
    columns[.rolloutEntropy] = zip(times, noise(0.12)).map { 0.8 * exp(exp(-4 * $0) - 1 + $1) }
    columns[.responseLength] = zip(times, noise(0.06)).map { 300 * exp(0.45 * $0 + $1) }
    columns[.degenerateGroups] = share(zip(times, noise(0.08)).map { 0.3 + 0.25 * $0 + $1 })
    columns[.gradientNorm] = noise(0.3).map { exp($0) }
    columns[.behaviorGap] = noise(0.25).map { 0.01 * exp($0) }
    columns[.loss] = noise(0.01)
  }

  private mutating func noise(_ deviation: Double) -> [Double] {
    var state = generator.normal()
    return (0..<steps).map { step in
      if step > 0 { state = phi * state + (1 - phi * phi).squareRoot() * generator.normal() }
      return deviation * state
    }
  }

  /// The same with a column changed from some step on, counted from 1; `age` is 0 there.
  func changing(
    _ metric: TrainingMetric, from step: Int,
    _ change: (_ value: Double, _ age: Int) -> Double
  ) -> TrainingWorld {
    var world = self
    world.columns[metric] = columns[metric]?.enumerated().map { index, value in
      index < step - 1 ? value : change(value, index - step + 1)
    }
    return world
  }

  var log: TrainingLog {
    TrainingLog(
      steps: Array(1...steps),
      columns: TrainingMetric.allCases.compactMap { metric in
        columns[metric].map { .init(metric, values: $0) }
      })
  }
}
