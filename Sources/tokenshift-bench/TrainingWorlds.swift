import Analysis
import Foundation
import Tasks

/// Columns of made-up training runs, by what they mean.
struct TrainingSeries {
  enum Measure: CaseIterable {
    case reward, entropy, length, deadGroups, gradient, gap
  }

  var columns: [Measure: [Double]]
}

/// Healthy runs: trends of real ones with their noise in another order, or made up whole.
enum TrainingWorld {
  /// A real run's trend and what is left around it, on a scale where noise is alike at all levels.
  struct Source {
    let name: String
    let stepCount: Int
    private let parts: [(measure: TrainingSeries.Measure, trend: [Double], rest: [Double])]

    init(name: String, columns: [TrainingSeries.Measure: [Double]]) {
      self.name = name
      parts = TrainingSeries.Measure.allCases.compactMap { measure in
        guard let values = columns[measure] else { return nil }
        let scaled = values.map { TrainingWorld.scaled($0, measure) }
        let trend = Persistence.localLine(of: scaled)
        return (measure, trend, zip(scaled, trend).map(-))
      }
      stepCount = parts.first?.trend.count ?? 0
    }

    /// A run of so many steps: the trend stretched, the rest in blocks of 8 steps at random, 5 % larger, as
    /// a line through the noise takes some of it.
    func run(steps count: Int, _ draws: inout NormalDraws) -> TrainingSeries {
      var places: [Int] = []
      while places.count < count {
        let start = draws.uniform.integer(below: stepCount - 7)
        places += start..<start + 8
      }
      var columns: [TrainingSeries.Measure: [Double]] = [:]
      for (measure, trend, rest) in parts {
        columns[measure] = (0..<count).map { step in
          let place = Double(step) * Double(stepCount - 1) / Double(count - 1)
          let left = min(Int(place), stepCount - 2)
          let level = trend[left] + (place - Double(left)) * (trend[left + 1] - trend[left])
          return TrainingWorld.unscaled(level + 1.05 * rest[places[step]], measure)
        }
      }
      return TrainingSeries(columns: columns)
    }
  }

  static func scaled(_ value: Double, _ measure: TrainingSeries.Measure) -> Double {
    switch measure {
    case .reward, .deadGroups: asin(min(max(value, 0), 1).squareRoot())
    case .entropy, .length, .gradient, .gap: log(max(value, 1e-6))
    }
  }

  static func unscaled(_ value: Double, _ measure: TrainingSeries.Measure) -> Double {
    switch measure {
    case .reward, .deadGroups:
      let root = sin(min(max(value, 0), .pi / 2))
      return root * root
    case .entropy, .length, .gradient, .gap: return exp(value)
    }
  }

  /// AR(1) noise.
  static func noise(
    _ count: Int, _ phi: Double, _ deviation: Double, _ draws: inout NormalDraws
  ) -> [Double] {
    var state = draws.next()
    return (0..<count).map { step in
      if step > 0 { state = phi * state + (1 - phi * phi).squareRoot() * draws.next() }
      return deviation * state
    }
  }

  /// A run whose reward and length grow and whose entropy falls, with heavy tails in the gradient's norm.
  static func synthetic(
    steps count: Int, coefficient phi: Double, _ draws: inout NormalDraws
  ) -> TrainingSeries {
    let times = (0..<count).map { Double($0) / Double(count) }
    func share(_ values: [Double]) -> [Double] { values.map { min(max($0, 0), 1) } }
    func noisy(_ deviation: Double, _ trend: (Double) -> Double) -> [Double] {
      zip(times, noise(count, phi, deviation, &draws)).map { trend($0) + $1 }
    }
    var columns: [TrainingSeries.Measure: [Double]] = [:]
    columns[.reward] = share(noisy(0.05) { 0.2 + 0.5 * (1 - exp(-3 * $0)) })
    columns[.entropy] = noisy(0.12) { log(0.8) - (1 - exp(-4 * $0)) }.map(exp)
    columns[.length] = noisy(0.06) { log(300) + 0.45 * $0 }.map(exp)
    columns[.deadGroups] = share(noisy(0.08) { 0.3 + 0.25 * $0 })
    columns[.gradient] = noisy(0.3) { _ in 0 }.map { exp($0 + 0.15 * draws.student(4)) }
    columns[.gap] = noisy(0.25) { _ in log(0.01) }.map(exp)
    return TrainingSeries(columns: columns)
  }
}

extension NormalDraws {
  /// Student's t.
  mutating func student(_ degrees: Int) -> Double {
    let value = next()
    let squares = (0..<degrees).reduce(0.0) { sum, _ in
      let draw = next()
      return sum + draw * draw
    }
    return value / (squares / Double(degrees)).squareRoot()
  }
}
