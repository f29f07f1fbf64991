import Analysis
import Foundation
import RunLogs
import TestSupport
import Testing

/// Detectors on whole logs: what fires, what doesn't, and what is said where nothing can be.
@Suite struct DiagnosisTests {
  private func diagnosis(_ world: TrainingWorld, looks: Int = 1) -> TrainingDiagnosis {
    TrainingDiagnosis(of: world.log, looks: looks)
  }

  private func outcome(
    _ detector: Detector, _ log: TrainingLog
  ) throws -> TrainingDiagnosis.Outcome {
    try #require(TrainingDiagnosis(of: log).checks.first { $0.detector == detector }).outcome
  }

  /// Each at 1 %: more than 6 of 200 has a probability of 0.4 %, and seeds are fixed.
  @Test func `healthy runs have no alarms`() {
    var counts: [Detector: Int] = [:]
    var thresholds = ChangeThresholds()
    for seed in 0..<200 as Range<UInt64> {
      let phi = [0, 0.5, 0.8][Int(seed % 3)]
      let world = TrainingWorld(steps: seed.isMultiple(of: 2) ? 60 : 100, phi: phi, seed: seed)
      for finding in TrainingDiagnosis(of: world.log, thresholds: &thresholds).findings {
        counts[finding.detector, default: 0] += 1
      }
    }
    #expect(counts.allSatisfy { $0.value <= 6 }, "\(counts)")
    #expect(counts.filter { $0.key.severity == .fails }.values.reduce(0, +) <= 2, "\(counts)")
  }

  struct Break: Sendable, CustomTestStringConvertible {
    let detector: Detector
    let metric: TrainingMetric
    let step: Int
    /// Least share found.
    let power: Double
    let change: @Sendable (Double, Int) -> Double
    var testDescription: String { "\(detector) from step \(step)" }
  }

  /// Twice as often as seen they miss with a probability below 1 %.
  static let breaks: [Break] = [
    .init(detector: .rewardDrop, metric: .reward, step: 60, power: 0.9) {
      $0 * max(0, 1 - Double($1) / 20)
    },
    .init(detector: .entropyCollapse, metric: .rolloutEntropy, step: 50, power: 0.9) {
      $0 * pow(0.05, min(1, Double($1) / 30))
    },
    .init(detector: .entropyExplosion, metric: .rolloutEntropy, step: 50, power: 0.9) {
      $0 * pow(6, min(1, Double($1) / 4))
    },
    .init(detector: .lengthExplosion, metric: .responseLength, step: 50, power: 0.9) {
      $0 * pow(3, min(1, Double($1) / 30))
    },
    .init(detector: .lengthCollapse, metric: .responseLength, step: 50, power: 0.9) { value, _ in
      value / 4
    },
    .init(detector: .deadGroups, metric: .degenerateGroups, step: 60, power: 0.9) { value, _ in
      1 - 0.08 * (1 - value)
    },
    .init(detector: .samplerGap, metric: .behaviorGap, step: 50, power: 0.7) { value, _ in
      value * 4
    },
    .init(detector: .gradientSpike, metric: .gradientNorm, step: 70, power: 0.8) {
      $1 == 0 ? $0 * 40 : $0
    },
    .init(detector: .earlyRewardDrop, metric: .reward, step: 3, power: 0.6) { value, _ in
      value * 0.1
    },
    .init(detector: .earlyEntropyCollapse, metric: .rolloutEntropy, step: 3, power: 0.7) {
      value, _ in
      value * 0.1
    },
    .init(detector: .earlyEntropyExplosion, metric: .rolloutEntropy, step: 2, power: 0.9) {
      value, _ in
      value * 8
    },
    .init(detector: .earlyLengthCollapse, metric: .responseLength, step: 2, power: 0.9) {
      value, _ in
      value / 8
    },
    .init(detector: .earlyLengthExplosion, metric: .responseLength, step: 2, power: 0.9) {
      value, _ in
      value * 4
    },
  ]

  @Test(arguments: breaks)
  func `broken runs have the alarm of what broke`(kind: Break) {
    var thresholds = ChangeThresholds()
    var found: [Int] = []
    for seed in 1_000..<1_020 as Range<UInt64> {
      let world = TrainingWorld(steps: 100, phi: 0.3, seed: seed)
        .changing(kind.metric, from: kind.step, kind.change)
      let diagnosis = TrainingDiagnosis(of: world.log, thresholds: &thresholds)
      guard let finding = diagnosis.findings.first(where: { $0.detector == kind.detector })
      else { continue }
      #expect(finding.column == kind.metric.rawValue)
      #expect(finding.size >= finding.leastSize)
      // Rewards rise meanwhile, with which a loss of entropy is a warning.
      let warns = [.gradientSpike, .entropyCollapse, .earlyEntropyCollapse].contains(kind.detector)
      #expect(diagnosis.fails == !warns)
      found.append(finding.step - kind.step)
    }
    #expect(Double(found.count) >= 20 * kind.power, "\(found.count) of 20")
    // A block may begin before the break; none reaches back further than its width of 4 and a half trend.
    #expect(found.allSatisfy { $0 >= -4 && $0 <= 30 }, "\(found)")
  }

  @Test func `a plateau with rising variance is a warning`() throws {
    var world = TrainingWorld(steps: 150, phi: 0.2, seed: 3)
    var generator = SeededGenerator(seed: 4)
    world.columns[.reward] = (0..<150).map {
      0.5 + (0.01 + 0.0004 * Double($0)) * generator.normal()
    }
    let finding = try #require(diagnosis(world).findings.first { $0.detector == .plateau })
    #expect(finding.severity == .warns)
    #expect(finding.size > 4 && finding.step == 76)
    #expect(!diagnosis(world).fails)
  }

  // MARK: Real runs

  /// It learned its task all the way: entropy goes, and that is no failure.
  @Test(arguments: ["rl", "rl-half"])
  func `a real run that learned doesn't fail`(name: String) throws {
    let log = try DiagnosisFixture.run(name)
    let diagnosis = TrainingDiagnosis(of: log)
    let warnings = diagnosis.findings.filter { $0.severity != .tells }
    #expect(warnings.map(\.detector) == [.entropyCollapse])
    #expect(warnings.first?.relief == .rewardRose && !diagnosis.fails)
    // With the reward of the start it is one.
    let flat = TrainingLog(
      steps: log.steps,
      columns: log.columns.map { column in
        guard column.name == "reward" else { return column }
        var column = column
        column.values = column.values.indices.map { column.values[$0 % 30] }
        return column
      })
    #expect(TrainingDiagnosis(of: flat).fails)
  }

  /// Imitation at a high rate cost these their reward from step 4 on; about step 30 it came back.
  @Test(arguments: ["sft-plus-rl", "srft", "srft-released"])
  func `a real early fall is found while it lasts`(name: String) throws {
    let log = try DiagnosisFixture.run(name)
    let part = TrainingDiagnosis(
      of: TrainingLog(
        steps: Array(log.steps.prefix(30)),
        columns: log.columns.map { column in
          var column = column
          column.values = Array(column.values.prefix(30))
          return column
        }))
    let drop = try #require(part.findings.first { $0.detector == .earlyRewardDrop })
    #expect((3...16).contains(drop.step) && drop.size > 0.9 && drop.relief == nil)
    #expect(!part.findings.contains { $0.detector == .rewardDrop })
    #expect(part.fails)
    // What was made good is at most a warning.
    let whole = TrainingDiagnosis(of: log)
    #expect(!whole.fails, "\(whole.findings)")
    if let drop = whole.findings.first(where: { $0.detector == .earlyRewardDrop }) {
      #expect(drop.relief == .recovered)
    }
  }

  // MARK: What can't be judged

  @Test func `too few steps and missing columns are said`() throws {
    var world = TrainingWorld(steps: 29, phi: 0, seed: 1)
    #expect(try outcome(.rewardDrop, world.log) == .notEnoughSteps(29, needed: 30))
    #expect(try outcome(.gradientSpike, world.log) == .notEnoughSteps(29, needed: 40))
    world = TrainingWorld(steps: 40, phi: 0, seed: 1)
    #expect(try outcome(.rewardDrop, world.log) == .nothing)
    // Eleven are gone: NaN, and what has no end.
    for step in 3...13 { world.columns[.reward]?[step] = step.isMultiple(of: 2) ? .nan : .infinity }
    #expect(try outcome(.rewardDrop, world.log) == .notEnoughSteps(29, needed: 30))
    world.columns[.reward] = nil
    world.columns[.degenerateGroups] = [Double](repeating: .nan, count: 40)
    #expect(try outcome(.rewardDrop, world.log) == .notMeasured)
    #expect(try outcome(.deadGroups, world.log) == .notMeasured)
    #expect(diagnosis(world).checks.map(\.detector) == Detector.allCases)
    let empty = TrainingLog(steps: [], columns: [])
    #expect(TrainingDiagnosis(of: empty).checks.allSatisfy { $0.outcome == .notMeasured })
  }

  @Test func `steps are the log's, gaps or not`() throws {
    let world = TrainingWorld(steps: 100, phi: 0.2, seed: 8)
      .changing(.reward, from: 60) { value, _ in value * 0.05 }
    let plain = try #require(diagnosis(world).findings.first { $0.detector == .rewardDrop })
    // The same rows as every tenth step, with empty rows between.
    let sparse = TrainingLog(
      steps: Array(1...200).map { $0 * 10 },
      columns: world.log.columns.map { column in
        var column = column
        column.values = column.values.flatMap { [$0, .nan] }
        return column
      })
    let finding = try #require(
      TrainingDiagnosis(of: sparse).findings.first { $0.detector == .rewardDrop })
    #expect(finding.step == (2 * plain.step - 1) * 10)
    #expect(finding.statistic == plain.statistic)
  }

  @Test func `other names are looked at where the dictionary has them`() throws {
    let world = TrainingWorld(steps: 100, phi: 0.2, seed: 9)
      .changing(.rolloutEntropy, from: 50) { value, _ in value * 5 }
    func renamed(_ name: String) -> TrainingLog {
      var log = world.log
      for index in log.columns.indices where log.columns[index].name == "rollout_entropy" {
        log.columns[index].name = name
      }
      return log
    }
    let found = TrainingDiagnosis(of: renamed("rollout_entropy_tempered")).findings
    #expect(found.map(\.column) == ["rollout_entropy_tempered"])
    #expect(found.map(\.detector) == [.entropyExplosion])
    #expect(try outcome(.entropyExplosion, renamed("other/entropy")) == .notMeasured)
  }

  /// Differences and squares of these are beyond a Double: nothing may crash.
  @Test func `numbers at the end of the range are no trouble`() {
    for values in [[1e308, -1e308], [1e200, 1e-300], [0, -0.0], [.leastNonzeroMagnitude, 1]] {
      var world = TrainingWorld(steps: 60, phi: 0, seed: 1)
      for metric in TrainingMetric.allCases where world.columns[metric] != nil {
        world.columns[metric] = (0..<60).map { values[$0 < 40 ? 0 : 1] * (1 - Double($0) / 1e3) }
      }
      #expect(diagnosis(world).checks.count == Detector.allCases.count)
    }
  }

  // MARK: Single detectors

  @Test func `solved problems are not dead groups`() throws {
    let dead = TrainingWorld(steps: 90, phi: 0.2, seed: 5)
      .changing(.degenerateGroups, from: 46) { value, _ in 1 - 0.05 * (1 - value) }
    #expect(diagnosis(dead).findings.map(\.detector) == [.deadGroups])
    let solved = dead.changing(.reward, from: 40) { value, _ in 1 - 0.05 * (1 - value) }
    let finding = try #require(diagnosis(solved).findings.first)
    #expect(finding.detector == .solved && finding.severity == .tells && finding.relief == nil)
    #expect(diagnosis(solved).findings.count == 1 && !diagnosis(solved).fails)
    // Of rewards on another scale 0.9 says nothing.
    let scaled = solved.changing(.reward, from: 1) { value, _ in 3 * value }
    #expect(diagnosis(scaled).findings.map(\.detector) == [.deadGroups])
  }

  @Test func `an early fall that the whole run shows is said once`() throws {
    let world = TrainingWorld(steps: 90, phi: 0.2, seed: 5)
      .changing(.reward, from: 45) { value, _ in value * 0.02 }
    #expect(diagnosis(world).findings.map(\.detector) == [.rewardDrop])
    #expect(try outcome(.earlyRewardDrop, world.log) == .saidBy(.rewardDrop))
  }

  @Test func `gaps that are rounding may double`() throws {
    let world = TrainingWorld(steps: 90, phi: 0.2, seed: 5)
      .changing(.behaviorGap, from: 1) { $0 * ($1 > 45 ? 5e-3 : 5e-4) }
    #expect(try outcome(.samplerGap, world.log) == .nothing)
  }

  @Test func `a loss that isn't finite fails`() throws {
    let healthy = TrainingWorld(steps: 50, phi: 0, seed: 2)
    #expect(try outcome(.nonFiniteLoss, healthy.log) == .nothing)
    for value in [Double.nan, .infinity, -.infinity] {
      let world = healthy.changing(.loss, from: 31) { old, age in age < 3 ? value : old }
      let finding = try #require(diagnosis(world).findings.first)
      #expect(finding.detector == .nonFiniteLoss && finding.step == 31 && finding.size == 3)
      #expect(diagnosis(world).fails)
    }
    // Steps of which nothing is known, as those of an evaluation, have no loss.
    var gap = healthy.log
    for index in gap.columns.indices { gap.columns[index].values[30] = .nan }
    #expect(try outcome(.nonFiniteLoss, gap) == .nothing)
  }

  @Test func `a loss that is logged now and then is missing when it was to come`() throws {
    let healthy = TrainingWorld(steps: 95, phi: 0, seed: 2)
    let sparse = healthy.changing(.loss, from: 1) { $1 % 10 == 9 ? $0 : .nan }
    #expect(try outcome(.nonFiniteLoss, sparse.log) == .nothing)
    let lost = sparse.changing(.loss, from: 61) { _, _ in .nan }
    let finding = try #require(diagnosis(lost).findings.first)
    #expect(finding.detector == .nonFiniteLoss && finding.step == 61)
    // A term that a step may lack counts only where it is infinite.
    var terms = healthy
    terms.columns[.lossDemonstrationSFT] = healthy.columns[.loss]
    terms = terms.changing(.lossDemonstrationSFT, from: 50) { _, _ in .nan }
    #expect(try outcome(.nonFiniteLoss, terms.log) == .nothing)
    terms = terms.changing(.lossDemonstrationSFT, from: 60) { _, _ in .infinity }
    #expect(diagnosis(terms).findings.map(\.column) == ["loss_demonstration_sft"])
  }

  // MARK: Looks and time

  @Test func `more looks need more`() throws {
    let world = TrainingWorld(steps: 60, phi: 0.2, seed: 6)
      .changing(.reward, from: 30) { value, _ in value * 0.02 }
    let thresholds = [1, 5].map { looks in
      diagnosis(world, looks: looks).findings.first { $0.detector == .rewardDrop }?.threshold ?? 0
    }
    #expect(thresholds[0] > 1 && thresholds[1] > 1.05 * thresholds[0])
    #expect(diagnosis(world) == diagnosis(world))
  }

  /// A straight way through every part at this size; in a release build it takes a second.
  @Test func `a long log is no trouble`() throws {
    let steps = 20_000
    var world = TrainingWorld(steps: steps, phi: 0.5, seed: 7)
      .changing(.reward, from: 12_000) { $0 * max(0.1, 1 - Double($1) / 500) }
    world.columns[.temperedRolloutEntropy] = world.columns[.rolloutEntropy]
    let clock = ContinuousClock()
    var found: [TrainingDiagnosis.Finding] = []
    let time = clock.measure { found = diagnosis(world).findings }
    #expect(found.map(\.detector) == [.rewardDrop])
    #expect((11_000...13_400).contains(found.first?.step ?? 0))
    #expect(time < .seconds(60), "\(time)")
  }
}
