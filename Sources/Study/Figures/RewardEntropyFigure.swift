internal import Plotting
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// Reward by entropy along reinforcement, and what a law of the first third predicts of the end.
struct RewardEntropyFigure {
  static let name = "reward-entropy"
  private static let runs = ["rl", "rl-from-start", "sft-rl", "sft-plus-rl", "srft"]

  /// Ways to predict, in the order of their rows.
  enum Predictor: CaseIterable {
    case law, ceiling, lastSeen

    func error(of forecast: EntropyForecast) -> Double {
      switch self {
      case .law: forecast.predicted - forecast.actual
      case .ceiling: forecast.ceiling - forecast.actual
      case .lastSeen: forecast.lastSeen - forecast.actual
      }
    }

    var marker: Style.Marker {
      switch self {
      case .law: .circle
      case .ceiling: .ring
      case .lastSeen: .cross
      }
    }

    var words: String {
      switch self {
      case .law: "law at the end's entropy"
      case .ceiling: "law at entropy 0"
      case .lastSeen: "last seen"
      }
    }
  }

  /// A run's forecasts, seed by seed.
  struct Forecasts {
    let name: String
    let seeds: [EntropyForecast]

    /// Predicted less actual, the mean over seeds.
    func error(_ predictor: Predictor) -> Estimate {
      .mean(ofSeeds: seeds.map { predictor.error(of: $0) })
    }

    /// The law's absolute error less that of what was last seen, the mean over seeds.
    var gain: Estimate {
      .mean(
        ofSeeds: seeds.map {
          abs(Predictor.law.error(of: $0)) - abs(Predictor.lastSeen.error(of: $0))
        })
    }
  }

  let curves: RunCurves

  /// The figure; nil without a run of reinforcement whose logs have reward and entropy.
  ///
  /// - Throws: an error of a log.
  func figure() throws -> Figure? {
    let all = try Self.runs.compactMap { try forecasts(of: $0) }
    guard let first = all.first else { return nil }
    let panels = [try path(of: first), predictions(all), errors(all)]
    return Figure(
      title: "Reward by entropy, and what it predicts", caption: caption(all), width: .full,
      height: .points(170), rows: [panels])
  }

  /// Those of one run's seeds; nil where none has any.
  ///
  /// - Throws: an error of a log.
  func forecasts(of name: String) throws -> Forecasts? {
    let seeds = try curves.summary.runs(of: name).compactMap { run -> EntropyForecast? in
      guard let log = try curves.log(run), let entropies = log[.rolloutEntropy],
        let rewards = log[.reward]
      else { return nil }
      return EntropyForecast(entropies: entropies, rewards: rewards)
    }
    return seeds.isEmpty ? nil : Forecasts(name: name, seeds: seeds)
  }

  // MARK: Panels

  /// Averages of some steps of each seed, and the law of each.
  private func path(of forecasts: Forecasts) throws -> Panel {
    var (early, late) = ((x: [Double](), y: [Double]()), (x: [Double](), y: [Double]()))
    for run in curves.summary.runs(of: forecasts.name) {
      guard let log = try curves.log(run), let entropies = log[.rolloutEntropy],
        let rewards = log[.reward]
      else { continue }
      let steps = zip(entropies, rewards).filter { $0.isFinite && $1.isFinite }
      for start in stride(from: 0, to: steps.count - Self.averaged + 1, by: Self.averaged) {
        let some = steps[start..<start + Self.averaged]
        let count = Double(some.count)
        let (x, y) = (
          some.map(\.0).reduce(0, +) / count, some.map(\.1).reduce(0, +) / count
        )
        if start + Self.averaged <= steps.count / 3 {
          early.x.append(x)
          early.y.append(y)
        } else {
          late.x.append(x)
          late.y.append(y)
        }
      }
    }
    let style = CurvePanel.style(of: forecasts.name)
    var (filled, ring, line) = (style, style, style)
    (filled.marker, filled.markerSize) = (.circle, 0.35)
    (ring.marker, ring.markerSize, ring.lineWidth) = (.ring, 0.35, 0.5)
    (line.lineWidth, line.dash, line.colour) = (0.7, .solid, .black)
    let last = (early.x + late.x).max() ?? 1
    let grid = (0...40).map { Double($0) / 40 * last }
    let laws = forecasts.seeds.map { forecast in
      Series(style: line, .line(x: grid, y: grid.map { forecast.law.reward(at: $0) }))
    }
    return Panel(
      title: "(a) \(forecasts.name), and the laws",
      x: Axis("entropy", unit: "nats", range: 0...last * 1.04),
      y: Axis("mean reward", range: 0...1.02),
      series: [
        Series(style: ring, .points(x: late.x, y: late.y)),
        Series(style: filled, .points(x: early.x, y: early.y)),
      ] + laws, note: .init(["filled: first third"], at: .bottomLeft))
  }

  /// Steps that a point of the path averages.
  private static let averaged = 5

  private func predictions(_ forecasts: [Forecasts]) -> Panel {
    let values = forecasts.flatMap(\.seeds).flatMap { [$0.predicted, $0.actual] }
    let (low, high) = (min(0, values.min() ?? 0), max(1, values.max() ?? 1))
    let range = low - 0.02...high + 0.02
    let points = forecasts.map { forecasts in
      Series(
        forecasts.name, style: CurvePanel.style(of: forecasts.name),
        .points(x: forecasts.seeds.map(\.actual), y: forecasts.seeds.map(\.predicted)))
    }
    let diagonal = Series(
      style: Style(colour: .guide, dash: .dotted, lineWidth: 0.6),
      .line(x: [range.lowerBound, range.upperBound], y: [range.lowerBound, range.upperBound]))
    return Panel(
      title: "(b) the end", x: Axis("reward that came", range: range),
      y: Axis("reward that the law predicts", range: range), series: [diagonal] + points)
  }

  private func errors(_ forecasts: [Forecasts]) -> Panel {
    var series: [Series] = []
    var (low, high) = (0.0, 0.0)
    for (row, forecasts) in forecasts.enumerated() {
      for (place, predictor) in Predictor.allCases.enumerated() {
        let estimate = forecasts.error(predictor)
        let y = -Double(row) + 0.25 - 0.25 * Double(place)
        var style = CurvePanel.style(of: forecasts.name)
        (style.marker, style.dash, style.lineWidth) = (predictor.marker, .solid, 0.8)
        if let interval = estimate.interval {
          series.append(
            Series(style: style, .line(x: [interval.lowerBound, interval.upperBound], y: [y, y])))
        }
        series.append(Series(style: style, .points(x: [estimate.value], y: [y])))
        low = min(low, estimate.lower ?? estimate.value)
        high = max(high, estimate.upper ?? estimate.value)
      }
    }
    // Three tenths of the height are the note's.
    let count = Double(forecasts.count)
    let rows = 0.4 - count - 0.5 * (count + 0.2)...0.6
    let zero = Series(
      style: Style(colour: .guide, dash: .dotted, lineWidth: 0.6),
      .line(x: [0, 0], y: [0.4 - count, rows.upperBound]))
    let names = forecasts.enumerated().map { Axis.Tick(-Double($0), $1.name) }
    return Panel(
      title: "(c) predicted less actual",
      x: Axis("error of reward", range: max(-1.1, low - 0.05)...min(1.1, high + 0.05)),
      y: Axis("", range: rows, ticks: .at(names)), series: [zero] + series,
      note: .init(
        ["filled: law", "ring: law at entropy 0", "cross: last seen"], at: .bottomLeft))
  }

  // MARK: Caption

  private func caption(_ forecasts: [Forecasts]) -> String {
    let errors = forecasts.map { forecasts in
      let list = Predictor.allCases.map { "\($0.words) \(Phrase.text(forecasts.error($0)))" }
      return "\(forecasts.name) (\(Phrase.count(forecasts.seeds.count, "seed"))): "
        + list.joined(separator: ", ") + "; law's |error| less that of what was last seen "
        + Phrase.text(forecasts.gain)
    }
    let all = forecasts.flatMap(\.seeds)
    return """
      Reward and entropy of each step's rollouts, entropy of the policy at their tokens, temperature 1. \
      R = −a·e^H + b (Cui et al. 2025) is fitted to the steps of the first third of each run by least \
      squares. (a) Means of \(Self.averaged) steps, all seeds; a line for each seed's law. (b) Mean reward \
      over the last tenth of the steps, and the law at these steps' entropies: it is told them. (c) \
      Predicted less actual, mean over seeds with Student's t at 95 %: filled, the law at the end's \
      entropies; ring, the law at entropy 0, which needs nothing of later; cross, the mean reward over as \
      many steps at the end of the first third. \(errors.joined(separator: ". ")). The slope is within two \
      standard errors of 0, steps taken as independent, in \(all.count { !$0.law.isSloped }) of \
      \(Phrase.count(all.count, "fit")).
      """
  }
}
