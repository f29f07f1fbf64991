import Analysis
import Foundation
import StatisticalInference
internal import Tasks

/// Whether the gate keeps what it says, in worlds whose truth is known.
///
/// False alarms over twenty looks, announced power, and limits of seeds; the gate's own code judges.
struct GateAcceptance {
  let population: GatePopulation
  let seed: UInt64
  /// Divides the numbers of repetitions, for a quick look.
  var hurry = 1

  /// Prints each part as it is done.
  func run(_ show: (String) -> Void) {
    show(falseAlarms(prompts: 400, repetitions: 400 / hurry, stream: 1))
    show(falseAlarms(prompts: 120, repetitions: 400 / hurry, stream: 2))
    show(sliceAlarms(prompts: 400, repetitions: 200 / hurry, stream: 3))
    show(
      "400 prompts, harm of 2 margins, look 10: announced, found; prompts asked for, found there,")
    show("unchanged → equivalent there, %")
    for (index, trial) in GateTrial.all.enumerated() where trial.column != .entropy {
      show(power(trial, repetitions: 300 / hurry, stream: UInt64(10 + index)))
    }
    for ratio in [0, 0.5, 1, 2, 4] {
      show(seeds(ratio: ratio, repetitions: 4_000 / hurry, stream: 30))
    }
    let limits = [3, 4, 5, 6, 8, 10].map {
      String(format: "%.2f", SeedLimit.limit(seeds: $0, candidates: 20, level: 0.05))
    }
    show("c(K) of 3, 4, 5, 6, 8, 10 seeds: \(limits.joined(separator: ", "))")
  }

  private static let policy = GatePolicy(rules: GateTrial.all.map(\.rule))
  private static let looks = 20

  private struct Trial {
    let prompts: [Int]
    let names: [String]
    var draws: CounterGenerator

    init(seed: UInt64, stream: UInt64, index: Int, prompts count: Int) {
      var draws = CounterGenerator(seed: seed, stream: stream, index: UInt64(index))
      prompts = (0..<count).map { _ in draws.integer(below: GatePopulation.problems) }
      self.draws = draws
      names = (0..<count).map { String(10_000 + $0) }
    }

    mutating func run(_ population: GatePopulation) -> GateDraw {
      GateDraw(population, prompts: prompts, names: names, &draws)
    }
  }

  private static func outcomes(
    _ baseline: GateDraw, _ candidate: GateDraw, look: Int, slices: [[String: Bool]] = []
  ) -> [GateFinding] {
    let measures = GateTrial.all.flatMap { trial in
      let (before, after) = (baseline.values(trial), candidate.values(trial))
      return [GateMeasure(trial.rule.metric, baselines: [before], candidate: after)]
        + slices.enumerated().map { index, members in
          GateMeasure(
            trial.rule.metric, slice: GateSlice(.task, "\(index)"),
            baselines: [before.restricted { members[$0] == true }],
            candidate: after.restricted { members[$0] == true })
        }
    }
    var policy = Self.policy
    policy.gatesSlices = true
    // Runs of one population belong together: nothing here can be refused.
    return (try? Gate(policy: policy, look: look).result(of: measures).findings) ?? []
  }

  /// Nothing differs, and yet one of six metrics regresses at one of twenty looks.
  func falseAlarms(prompts: Int, repetitions: Int, stream: UInt64) -> String {
    var (alarms, equivalent, all) = (0, 0, 0)
    for index in 0..<repetitions {
      var trial = Trial(seed: seed, stream: stream, index: index, prompts: prompts)
      let baseline = trial.run(population)
      var isAlarmed = false
      for look in 1...Self.looks {
        let findings = Self.outcomes(baseline, trial.run(population), look: look)
        isAlarmed = isAlarmed || findings.contains { $0.outcome == .regressed }
        equivalent += findings.count { $0.outcome == .equivalent }
        all += findings.count
      }
      alarms += isAlarmed ? 1 : 0
    }
    return
      "A/A, \(prompts) prompts, 20 looks × 6 metrics: \(alarms) of \(repetitions) with any false"
      + " alarm (at most 29 of 400 allowed), \(100 * equivalent / max(all, 1)) % equivalent"
  }

  /// The same with each metric in four slices.
  func sliceAlarms(prompts: Int, repetitions: Int, stream: UInt64) -> String {
    var alarms = 0
    for index in 0..<repetitions {
      var trial = Trial(seed: seed, stream: stream, index: index, prompts: prompts)
      var slices = [[String: Bool]](repeating: [:], count: 4)
      for name in trial.names { slices[trial.draws.integer(below: 4)][name] = true }
      let baseline = trial.run(population)
      var isAlarmed = false
      for look in 1...Self.looks {
        let findings = Self.outcomes(baseline, trial.run(population), look: look, slices: slices)
        isAlarmed = isAlarmed || findings.contains { $0.outcome == .regressed }
      }
      alarms += isAlarmed ? 1 : 0
    }
    return "A/A with 24 slices: \(alarms) of \(repetitions)"
  }

  /// Announced from an unchanged candidate, found with harmed ones.
  func power(_ trial: GateTrial, repetitions: Int, stream: UInt64) -> String {
    func outcome(_ findings: [GateFinding]) -> GateFinding? {
      findings.first { $0.metric == trial.rule.metric }
    }
    var (found, announced, needed) = (0, 0.0, [Int]())
    for index in 0..<repetitions {
      var world = Trial(seed: seed, stream: stream, index: index, prompts: 400)
      let baseline = world.run(population)
      let harmed = world.run(population).harmed(trial, margins: 2, population, &world.draws)
      let same = world.run(population)
      found += outcome(Self.outcomes(baseline, harmed, look: 10))?.outcome == .regressed ? 1 : 0
      guard let plan = outcome(Self.outcomes(baseline, same, look: 10))?.plan else { continue }
      announced += plan.power
      needed.append(plan.promptsNeeded)
    }
    let prompts = needed.sorted()[needed.count / 2]
    var (there, equivalent) = (0, 0)
    for index in 0..<repetitions {
      var world = Trial(seed: seed, stream: stream + 10, index: index, prompts: prompts)
      let baseline = world.run(population)
      let harmed = world.run(population).harmed(trial, margins: 2, population, &world.draws)
      there += outcome(Self.outcomes(baseline, harmed, look: 10))?.outcome == .regressed ? 1 : 0
      let same = Self.outcomes(baseline, world.run(population), look: 10)
      equivalent += outcome(same)?.outcome == .equivalent ? 1 : 0
    }
    func percent(_ count: Int) -> String {
      "\(Int((100 * Double(count) / Double(repetitions)).rounded()))"
    }
    return "  \(trial.name), \(trial.margin): "
      + "\(Int((100 * announced / Double(repetitions)).rounded())), \(percent(found)); \(prompts), "
      + "\(percent(there)), \(percent(equivalent))"
  }

  /// Fresh seeds of one recipe as candidates at twenty looks, five seeds as the baseline; the ratio is what
  /// seeds differ by over what prompts and samples add.
  func seeds(ratio: Double, repetitions: Int, stream: UInt64) -> String {
    let rule = GateRule(.heldOutLoss, worse: .higher, margin: .absolute(value: 1e-9))
    let policy = GatePolicy(rules: [rule])
    var draws = NormalDraws(seed: seed, stream: stream, index: UInt64(10 * ratio))
    func run() -> PromptValues {
      let level = 10 + ratio * draws.next() + draws.next()
      return PromptValues(
        (0..<Gate.fewestPrompts).map { (prompt: "\($0)", sum: level, count: 1) })
    }
    var alarms = 0
    for _ in 0..<repetitions {
      let baselines = (0..<5).map { _ in run() }
      var isAlarmed = false
      for look in 1...Self.looks where !isAlarmed {
        let measure = GateMeasure(.heldOutLoss, baselines: baselines, candidate: run())
        let result = try? Gate(policy: policy, look: look).result(of: [measure], baselines: 5)
        isAlarmed = result?.findings[0].outcome == .regressed
      }
      alarms += isAlarmed ? 1 : 0
    }
    return "A/A, K = 5 seeds, spread of seeds \(ratio) × that of prompts: "
      + String(format: "%.1f %% (3 to 7 allowed)", 100 * Double(alarms) / Double(repetitions))
  }
}
