import Analysis
import Foundation
import RunLogs
import Tasks

/// How often detectors of training logs fire on healthy runs, and on broken ones.
///
/// Healthy runs are made of real ones (`TrainingWorld.Source`) or made up; broken ones are these with one
/// break each. The prototype's figures are of other real runs: the same breaks, not the same noise.
struct DetectorRates {
  let seed: UInt64
  /// Runs of each kind.
  var runs = 200
  /// Where real runs are.
  var folder = "Tests/Fixtures/diagnosis"

  /// Share of healthy runs with an alarm, then of broken ones that are found.
  func lines() throws -> [String] {
    let sources = try sources()
    var thresholds = ChangeThresholds()
    return ["Healthy: false alarms, %, of \(runs) runs each; those of detectors not named are 0"]
      + healthy(sources, &thresholds)
      + ["Broken: found, % at N = 60/100/150 [the prototype's] (median steps from break to report)"]
      + Break.all.map { broken($0, sources, &thresholds) }
  }

  // MARK: Healthy

  private func healthy(
    _ sources: [TrainingWorld.Source], _ thresholds: inout ChangeThresholds
  ) -> [String] {
    var lines: [String] = []
    for (number, source) in sources.enumerated() {
      for steps in [source.stepCount, 400] {
        let name = "\(source.name), \(steps) steps"
        lines.append(
          line(name, stream: UInt64(number * 1_000 + steps), &thresholds) {
            source.run(steps: steps, &$0)
          })
      }
    }
    for steps in [60, 150, 500] {
      for phi in [0, 0.5, 0.8] {
        let stream = UInt64(100_000 + steps * 10) + UInt64(phi * 10)
        lines.append(
          line("made up, \(steps) steps, φ = \(phi)", stream: stream, &thresholds) {
            TrainingWorld.synthetic(steps: steps, coefficient: phi, &$0)
          })
      }
    }
    return lines
  }

  private func line(
    _ name: String, stream: UInt64, _ thresholds: inout ChangeThresholds,
    _ make: (inout NormalDraws) -> TrainingSeries
  ) -> String {
    var counts: [Detector: Int] = [:]
    var failed = 0
    for index in 0..<runs {
      var draws = NormalDraws(seed: seed, stream: stream, index: UInt64(index))
      let diagnosis = TrainingDiagnosis(of: make(&draws).log, thresholds: &thresholds)
      for finding in diagnosis.findings { counts[finding.detector, default: 0] += 1 }
      if diagnosis.fails { failed += 1 }
    }
    let parts = Detector.allCases.compactMap { detector in
      counts[detector].map { "\(detector.rawValue) \(percent($0))" }
    }
    return "\(name): fails \(percent(failed))"
      + (parts.isEmpty ? "" : " | " + parts.joined(separator: ", "))
  }

  private func percent(_ count: Int) -> String {
    String(format: "%.1f", 100 * Double(count) / Double(runs))
  }

  // MARK: Broken

  private func broken(
    _ kind: Break, _ sources: [TrainingWorld.Source], _ thresholds: inout ChangeThresholds
  ) -> String {
    let parts = [60, 100, 150].map { steps in
      var (found, delays): (Int, [Int]) = (0, [])
      for index in 0..<runs {
        var draws = NormalDraws(
          seed: seed, stream: UInt64(200_000 + kind.number * 1_000 + steps), index: UInt64(index))
        var series = sources[draws.uniform.integer(below: sources.count)].run(steps: steps, &draws)
        series.columns[.gap] = TrainingWorld.noise(steps, 0.3, 0.25, &draws)
          .map { 0.01 * exp($0) }
        let place = kind.place(of: steps, &draws)
        kind.apply(&series, place)
        let diagnosis = TrainingDiagnosis(of: series.log, thresholds: &thresholds)
        let own = diagnosis.findings.first { kind.detectors.contains($0.detector) }
        guard let finding = own else { continue }
        found += 1
        delays.append(finding.step - 1 - place)
      }
      delays.sort()
      let delay = delays.isEmpty ? "–" : "\(delays[delays.count / 2])"
      return "\(Int((100 * Double(found) / Double(runs)).rounded())) (\(delay))"
    }
    return "\(kind.name): " + parts.joined(separator: " / ") + " [\(kind.prototype)]"
  }

  /// Real runs without what went wrong in them: three lost their reward at the start.
  private func sources() throws -> [TrainingWorld.Source] {
    try [("rl", 0), ("rl-half", 0), ("sft-plus-rl", 60), ("srft", 60), ("srft-released", 60)]
      .map { name, skipped in
        let text = try String(contentsOfFile: "\(folder)/run-\(name).tsv", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t") }
        let rows = lines.dropFirst(1 + skipped)
        var columns: [TrainingSeries.Measure: [Double]] = [:]
        for measure in TrainingSeries.Measure.allCases where measure != .gap {
          guard let index = lines[0].firstIndex(of: Substring(measure.metric.rawValue)) else {
            continue
          }
          columns[measure] = rows.map { Double($0[index]) ?? .nan }
        }
        return TrainingWorld.Source(name: name, columns: columns)
      }
  }
}

/// What goes wrong in a run, from some step on.
private struct Break {
  let number: Int
  let name: String
  /// Any of them may find it.
  let detectors: [Detector]
  /// The prototype's shares.
  let prototype: String
  /// The step of the break; nil for one in the middle.
  let step: Int?
  let apply: (inout TrainingSeries, _ place: Int) -> Void

  func place(of steps: Int, _ draws: inout NormalDraws) -> Int {
    step.map { $0 - 1 } ?? Int(Double(steps) * (0.35 + 0.35 * draws.uniform.uniform()))
  }

  /// A column times a factor that is reached in so many steps.
  private static func factor(
    _ measure: TrainingSeries.Measure, _ factor: Double, over steps: Int = 0
  ) -> (inout TrainingSeries, Int) -> Void {
    { series, place in
      series.change(measure, from: place) { value, age in
        steps == 0 ? value * factor : value * pow(factor, min(1, Double(age) / Double(steps)))
      }
    }
  }

  private static func lost(over steps: Int) -> (inout TrainingSeries, Int) -> Void {
    { series, place in
      series.change(.reward, from: place) { $0 * max(0, 1 - Double($1) / Double(steps)) }
    }
  }

  private static func dead(_ series: inout TrainingSeries, _ place: Int) {
    series.change(.deadGroups, from: place) { value, _ in 1 - 0.08 * (1 - value) }
  }

  private static func spike(_ factor: Double) -> (inout TrainingSeries, Int) -> Void {
    { series, place in series.columns[.gradient]?[place] *= factor }
  }

  /// The level stays, and noise grows to three times.
  private static func noisyPlateau(_ series: inout TrainingSeries, _ place: Int) {
    guard let rewards = series.columns[.reward] else { return }
    let scaled = rewards.map { TrainingWorld.scaled($0, .reward) }
    let trend = Persistence.localLine(of: scaled)
    let ceiling = trend[trend.count / 2]
    series.columns[.reward] = scaled.indices.map { step in
      let growth = 1 + 2 * Double(step) / Double(scaled.count - 1)
      let rest = growth * (scaled[step] - trend[step])
      return TrainingWorld.unscaled(min(min(trend[step], ceiling) + rest, 1.5), .reward)
    }
  }

  static var all: [Break] {
    typealias Kind = (
      String, [Detector], String, Int?, (inout TrainingSeries, Int) -> Void
    )
    let reward: [Detector] = [.rewardDrop, .earlyRewardDrop]
    let kinds: [Kind] = [
      ("reward halves", [.rewardDrop], "26/60/82", nil, factor(.reward, 0.5)),
      ("reward −70 %", [.rewardDrop], "65/94/100", nil, factor(.reward, 0.3)),
      ("reward to 0 in 20 steps", [.rewardDrop], "92/98/100", nil, lost(over: 20)),
      (
        "entropy to 5 % in 30 steps", [.entropyCollapse], "82/100/100", nil,
        factor(.entropy, 0.05, over: 30)
      ),
      (
        "entropy × 4 in 20 steps", [.entropyExplosion], "98/98/100", nil,
        factor(.entropy, 4, over: 20)
      ),
      (
        "length × 3 in 30 steps", [.lengthExplosion], "89/100/100", nil,
        factor(.length, 3, over: 30)
      ),
      ("length to a quarter", [.lengthCollapse], "none", nil, factor(.length, 0.25)),
      (
        "dead groups to 0.95", [.deadGroups, .solved], "100/100/100", nil,
        dead
      ),
      ("gradient × 10 once", [.gradientSpike], "79/83/86", nil, spike(10)),
      ("gradient × 5 once", [.gradientSpike], "32/28/32", nil, spike(5)),
      ("plateau, noise × 3", [.plateau], "34/76/92", nil, noisyPlateau),
      ("sampler gap × 3 in 10 steps", [.samplerGap], "57/88/99", nil, factor(.gap, 3, over: 10)),
      ("reward halves at step 3", reward, "missed", 3, factor(.reward, 0.5)),
      ("reward −70 % at step 3", reward, "missed", 3, factor(.reward, 0.3)),
      ("the same, by reward drop alone", [.rewardDrop], "missed", 3, factor(.reward, 0.3)),
      ("reward to 0 over steps 2 to 6", reward, "missed", 2, lost(over: 5)),
      (
        "entropy to 5 % over steps 2 to 6", [.entropyCollapse, .earlyEntropyCollapse], "marginal",
        2,
        factor(.entropy, 0.05, over: 5)
      ),
      (
        "length × 4 over steps 2 to 6", [.lengthExplosion, .earlyLengthExplosion], "marginal", 2,
        factor(.length, 4, over: 5)
      ),
    ]
    return kinds.enumerated().map { number, kind in
      Break(
        number: number, name: kind.0, detectors: kind.1, prototype: kind.2, step: kind.3,
        apply: kind.4)
    }
  }
}

extension TrainingSeries {
  /// Changes a column from some step on; `age` is how many steps ago that was.
  fileprivate mutating func change(
    _ measure: Measure, from place: Int, _ change: (_ value: Double, _ age: Int) -> Double
  ) {
    guard let values = columns[measure] else { return }
    columns[measure] = values.enumerated().map { step, value in
      step < place ? value : change(value, step - place)
    }
  }

  /// As a training log has it.
  fileprivate var log: TrainingLog {
    let count = columns.values.first?.count ?? 0
    return TrainingLog(
      steps: Array(1...max(count, 1)),
      columns: Measure.allCases.compactMap { measure in
        columns[measure].map { .init(measure.metric, values: $0) }
      })
  }
}

extension TrainingSeries.Measure {
  /// The dictionary's.
  fileprivate var metric: TrainingMetric {
    switch self {
    case .reward: .reward
    case .entropy: .rolloutEntropy
    case .length: .responseLength
    case .deadGroups: .degenerateGroups
    case .gradient: .gradientNorm
    case .gap: .behaviorGap
    }
  }
}
