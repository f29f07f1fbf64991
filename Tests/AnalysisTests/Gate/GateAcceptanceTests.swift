import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing

/// What the gate promises, in small: `tokenshift-bench --gate` does the same at length.
@Suite struct GateAcceptanceTests {
  /// What a prompt is like for every run.
  private struct Prompt {
    let rate: Double
    let level: Double
  }

  private static func prompts(_ count: Int, _ generator: inout SeededGenerator) -> [Prompt] {
    (0..<count).map { _ in
      Prompt(rate: generator.uniform(), level: exp(0.5 * generator.normal()))
    }
  }

  /// Two answers to each prompt: right ones, length, and nats per token with a long tail.
  private static func run(
    _ prompts: [Prompt], _ metric: GateMetric, harm: Double = 0, _ generator: inout SeededGenerator
  ) -> PromptValues {
    PromptValues(
      prompts.enumerated().map { place, prompt in
        let values = (0..<2).map { _ -> Double in
          switch metric {
          case .accuracy:
            generator.uniform() < prompt.rate && generator.uniform() >= 2 * harm ? 1 : 0
          case .length: (20 + 5 * prompt.level + 4 * generator.normal() + harm).rounded()
          default: (1 + harm) * prompt.level * exp(0.8 * generator.normal())
          }
        }
        return (prompt: "\(place)", sum: values[0] + values[1], count: 2)
      })
  }

  private static func policy(_ margins: [(GateMetric, Double)]) -> GatePolicy {
    GatePolicy(rules: margins.map { GateRuns.rule($0, margin: $1) })
  }

  @Test(arguments: [(40, 11), (150, 12)])
  func `twenty looks at nothing new raise few false alarms`(count: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let metrics = [GateMetric.accuracy, .length, .heldOutLoss]
    // Of margins next to nothing, so that nothing but the levels holds alarms back.
    let policy = Self.policy(metrics.map { ($0, 1e-9) })
    let repetitions = 100
    var alarms = 0
    for _ in 0..<repetitions {
      let prompts = Self.prompts(count, &generator)
      let baselines = metrics.map { Self.run(prompts, $0, &generator) }
      var isAlarmed = false
      for look in 1...20 {
        let measures = zip(metrics, baselines).map { metric, baseline in
          GateMeasure(
            metric, baselines: [baseline], candidate: Self.run(prompts, metric, &generator))
        }
        let result = try Gate(policy: policy, look: look).result(of: measures)
        isAlarmed = isAlarmed || result.fails(isStrict: false)
      }
      alarms += isAlarmed ? 1 : 0
    }
    // At most 4.5 % are allowed: 12 or more of 100 happen once in 600 such tests. At 5 % for each look it
    // is more than half of them.
    #expect(alarms < 12, "seed \(seed)")
  }

  @Test func `found power is the announced, and prompts asked for are enough`() throws {
    var generator = SeededGenerator(seed: 21)
    let repetitions = 120
    for (metric, margin) in [(GateMetric.accuracy, 0.05), (.length, 0.6)] {
      let policy = Self.policy([(metric, margin)])
      func finding(_ prompts: [Prompt], harm: Double) throws -> GateFinding {
        let baseline = Self.run(prompts, metric, &generator)
        let candidate = Self.run(prompts, metric, harm: harm, &generator)
        let measure = GateMeasure(metric, baselines: [baseline], candidate: candidate)
        return try Gate(policy: policy, look: 10).result(of: [measure]).findings[0]
      }
      var (found, announced, needed) = (0, 0.0, [Int]())
      for _ in 0..<repetitions {
        let prompts = Self.prompts(200, &generator)
        found += try finding(prompts, harm: 2 * margin).outcome == .regressed ? 1 : 0
        let plan = try #require(try finding(prompts, harm: 0).plan)
        announced += plan.power / Double(repetitions)
        needed.append(plan.promptsNeeded)
      }
      let foundShare = Double(found) / Double(repetitions)
      // Between 0.3 and 0.95 there is something to be wrong about; four standard errors of 0.5.
      #expect((0.3...0.95).contains(announced), "\(metric.rawValue): \(announced)")
      expectClose(foundShare, announced, absolute: 0.18, metric.rawValue)
      let asked = needed.sorted()[repetitions / 2]
      var (there, equivalent) = (0, 0)
      for _ in 0..<repetitions {
        let prompts = Self.prompts(asked, &generator)
        there += try finding(prompts, harm: 2 * margin).outcome == .regressed ? 1 : 0
        equivalent += try finding(prompts, harm: 0).outcome == .equivalent ? 1 : 0
      }
      // 80 % are asked for; 68 % is three standard errors below.
      #expect(Double(there) >= 0.68 * Double(repetitions), "\(metric.rawValue), \(asked) prompts")
      #expect(Double(equivalent) >= 0.65 * Double(repetitions), "\(metric.rawValue), \(asked)")
    }
  }

  @Test(arguments: [0.0, 2])
  func `five seeds keep their level, whatever seeds differ by`(ratio: Double) throws {
    var generator = SeededGenerator(seed: 31)
    let policy = Self.policy([(.heldOutLoss, 1e-9)])
    func run() -> PromptValues {
      let level = 10 + ratio * generator.normal() + generator.normal()
      return GateRuns.values([Double](repeating: level, count: 10))
    }
    var alarms = 0
    let repetitions = 400
    for _ in 0..<repetitions {
      let baselines = (0..<5).map { _ in run() }
      for look in 1...20 {
        let measure = GateMeasure(.heldOutLoss, baselines: baselines, candidate: run())
        let result = try Gate(policy: policy, look: look).result(of: [measure], baselines: 5)
        if result.fails(isStrict: false) {
          alarms += 1
          break
        }
      }
    }
    // 5 % of 400 with four standard errors.
    #expect((3...37).contains(alarms), "\(alarms)")
  }
}
