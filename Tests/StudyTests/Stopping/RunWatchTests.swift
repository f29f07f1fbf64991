import Analysis
import Foundation
import RunLogs
import Study
import TestSupport
import Testing
import Training

/// Detectors within a running training: which, when, and what they stop.
@Suite struct RunWatchTests {
  private func configuration(
    on detectors: String?, steps: Int = 300, looks: Int = 10, output: String = "run"
  ) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      model: nil, output: output, objective: .grpo, steps: steps)
    configuration.stop.detectors = detectors
    configuration.stop.looks = looks
    return configuration
  }

  private func watch(_ detectors: String, steps: Int = 300, looks: Int = 10) throws -> RunWatch {
    try #require(
      try RunWatch(configuration(on: detectors, steps: steps, looks: looks), place: "c.yaml"))
  }

  @Test func `looks are spread from the first step that can be judged to some before the last`() {
    #expect(RunWatch.steps(of: 130, looks: 10) == [30, 40, 50, 60, 70, 80, 90, 100, 110, 120])
    #expect(RunWatch.steps(of: 33, looks: 10) == [30, 31, 32])
    #expect(RunWatch.steps(of: 1_000, looks: 1) == [30])
    #expect(RunWatch.steps(of: 30, looks: 10).isEmpty)
    for count in 31...400 {
      let steps = RunWatch.steps(of: count, looks: 7)
      #expect(Set(steps).count == min(7, count - 30), "\(count)")
      #expect(steps == steps.sorted() && steps[0] == 30 && steps[steps.count - 1] < count)
    }
  }

  @Test func `names are those of detectors that fail a run`() throws {
    #expect(try RunWatch(configuration(on: nil), place: "") == nil)
    #expect(try watch("failing").detectors == Set(RunWatch.known))
    #expect(
      try watch("reward-drop, entropy-collapse").detectors == [.rewardDrop, .entropyCollapse])
    for (names, words) in [
      ("luck", "'luck' is no detector; there are failing, non-finite-loss"),
      ("plateau", "'plateau' only warns"), ("reward-drop,", "'' is no detector"),
    ] {
      let error = #expect(throws: TrainingError.self) { try watch(names) }
      let text = try #require(error).description
      #expect(text.hasPrefix("c.yaml: stop.detectors: ") && text.contains(words), "\(text)")
    }
    let short = #expect(throws: TrainingError.self) { try watch("failing", steps: 30) }
    #expect(try #require(short).description.contains("need 30 steps before the last"))
  }

  /// A log whose reward is the given function of the step.
  private func log(_ count: Int, seed: UInt64, _ reward: (Int) -> Double) -> TrainingLog {
    var generator = SeededGenerator(seed: seed)
    return TrainingLog(
      steps: Array(1...count),
      columns: [
        .init(.reward, values: (1...count).map { reward($0) + 0.05 * generator.normal() })
      ])
  }

  private func cut(_ log: TrainingLog, to count: Int) -> TrainingLog {
    TrainingLog(
      steps: Array(log.steps.prefix(count)),
      columns: log.columns.map {
        var column = $0
        column.values = Array($0.values.prefix(count))
        return column
      })
  }

  /// The step at which a watch stops a run of this log; nil if it doesn't.
  private func stop(_ watch: RunWatch, _ log: TrainingLog) -> RunStopped? {
    var watch = watch
    for step in watch.steps {
      if let stopped = watch.finding(in: cut(log, to: step)) { return stopped }
    }
    return nil
  }

  @Test func `a reward that falls for good stops the run soon, other detectors don't`() throws {
    let log = log(300, seed: 1) { $0 < 150 ? 0.6 : 0.05 }
    let stopped = try #require(stop(try watch("failing"), log))
    // Looks are 27 steps apart; two blocks have to keep the fall.
    #expect((150...225).contains(stopped.step))
    #expect(stopped.sentences[0].hasPrefix("FAILED reward drop: reward fell from 0.6"))
    // The level of each of the ten looks.
    #expect(stopped.sentences[0].contains("in 0.10 % of runs"))
    #expect(stop(try watch("entropy-collapse,dead-groups"), log) == nil)
    var reported = stopped
    reported.checkpoint = "run/step-000165"
    #expect(
      reported.description.hasSuffix(
        "The checkpoint is run/step-000165; --resume --stop-on none goes on from it. 'diagnose run' says what "
          + "the field suggests."))
  }

  @Test func `entropy that falls while the reward rises stops nothing`() throws {
    var log = log(300, seed: 2) { 0.1 + 0.003 * Double($0) }
    var generator = SeededGenerator(seed: 3)
    log.columns.append(
      .init(
        .rolloutEntropy,
        values: (1...300).map { 2 * exp(-Double($0) / 60) * exp(0.05 * generator.normal()) }))
    let whole = TrainingDiagnosis(of: log)
    #expect(whole.findings.contains { $0.detector == .entropyCollapse && $0.relief == .rewardRose })
    // At the look after step 110 the reward doesn't show it yet: one look alone would stop the run.
    let early = TrainingDiagnosis(of: cut(log, to: 111), looks: 10)
    #expect(early.findings.contains { $0.detector == .entropyCollapse && $0.relief == nil })
    #expect(stop(try watch("failing"), log) == nil)
    // Where the reward stays, the second look does.
    log.columns[0].values = (1...300).map { _ in 0.3 + 0.05 * generator.normal() }
    let stopped = try #require(stop(try watch("failing"), log))
    #expect(stopped.step == 138 && stopped.sentences[0].hasPrefix("FAILED entropy collapse"))
  }

  /// Each detector stops at most 1 % of healthy runs, over all looks.
  ///
  /// Two detectors look at the reward, so
  /// at most 2 % are expected; of 80 runs more than 6 have a probability of 1e-3 then.
  @Test func `healthy runs go on`() throws {
    let watch = try watch("failing", steps: 150, looks: 10)
    let seeds = UInt64(1_000)..<1_080
    let stopped = seeds.filter { seed in
      stop(watch, log(150, seed: seed) { 0.2 + 0.002 * Double($0) }) != nil
    }
    print("of 80 healthy runs stopped: \(stopped)")
    #expect(stopped.count <= 6)
  }
}
