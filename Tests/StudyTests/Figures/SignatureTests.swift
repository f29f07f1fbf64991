import Analysis
import Foundation
import Plotting
import Reporting
import RunLogs
import StatisticalInference
import Study
import TestSupport
import Testing

/// Provoked failures of made-up logs: what is found, what the table says, what is drawn.
@Suite struct SignatureTests {
  private static let seeds: [UInt64] = [1, 2, 3]

  /// A log of 60 steps, whose reward falls to nothing after a step, and whose length goes up there.
  private static func log(_ seed: UInt64, failsAt failure: Int?) -> TrainingLog {
    var generator = SeededGenerator(seed: seed)
    let steps = Array(1...60)
    func values(_ before: Double, _ after: Double, _ scale: Double) -> [Double] {
      steps.map { step in
        (failure.map { step > $0 } ?? false ? after : before) + scale * 0.03 * generator.normal()
      }
    }
    let columns = [
      (TrainingMetric.reward, values(0.5, 0.05, 1)), (.responseLength, values(20, 46, 10)),
      (.degenerateGroups, values(0.3, 0.9, 1)),
      (.heldOutAccuracy, steps.map { $0 % 20 == 0 ? Double($0) / 100 : .nan }),
    ]
    return TrainingLog(steps: steps, columns: columns.map { .init($0.0, values: $0.1) })
  }

  private static func failure(of run: StudyRun) -> Int? {
    run.name == "rl-long" ? 20 + 5 * Int(run.seed) : nil
  }

  private static var runs: [StudyRun] {
    seeds.flatMap { seed in
      ["base", "rl-half", "rl-long"].map { name in
        var run = StudyRun(name: name, seed: seed)
        if name != "base" { (run.parent, run.base) = ("base", "base") }
        run[.accuracy] = name == "rl-long" ? 0.01 * Double(seed) : 0.5 + 0.1 * Double(seed)
        return run
      }
    }
  }

  private static func readings(_ runs: [StudyRun] = runs) throws -> SignatureReadings {
    try SignatureReadings(StudySummary(runs: runs)) { run in
      run.name == "base" ? nil : log(run.seed, failsAt: failure(of: run))
    }
  }

  @Test func `what is found is what each seed's diagnosis has, with the median step`() throws {
    let readings = try Self.readings()
    #expect(readings.rows.map(\.signature.run) == ["rl-long"])
    let row = try #require(readings.rows.first)
    #expect(row.remedies.map(\.reading.name) == ["rl-half"])
    #expect(row.remedies[0].reading.findings.isEmpty && row.remedies[0].reading.words == "nothing")
    let diagnoses = Self.seeds.map {
      TrainingDiagnosis(of: Self.log($0, failsAt: 20 + 5 * Int($0)))
    }
    for detector in Detector.allCases {
      let steps = diagnoses.flatMap(\.findings).filter { $0.detector == detector }.map(\.step)
        .sorted()
      let found = row.run.findings.first { $0.detector == detector }
      #expect((found?.steps ?? []) == steps, "\(detector)")
      if steps.count == 3 { #expect(found?.medianStep == Double(steps[1]), "\(detector)") }
      if steps.count == 2 {
        #expect(found?.medianStep == Double(steps[0] + steps[1]) / 2, "\(detector)")
      }
    }
    #expect(row.run.findings.contains { $0.detector == .rewardDrop && $0.steps.count == 3 })
    #expect(row.run.words.contains("reward drop, step "))
    #expect(row.run.words.contains(", 3/3"))
    // What fails a run comes first.
    let ranks = row.run.findings.map { $0.severity == .fails ? 0 : 1 }
    #expect(ranks == ranks.sorted())
  }

  @Test func `the table pairs accuracies by seed`() throws {
    let table = SignatureTable.table(of: try Self.readings())
    #expect(table.rows.count == 1)
    let row = table.rows[0]
    #expect(row[0] == .text("rl-long") && row[4] == .text("rl-half"))
    guard case .estimate(let with?) = row[7], case .estimate(let difference?) = row[8] else {
      Issue.record("no estimates")
      return
    }
    expectClose(with.value, 0.7, relative: 1e-12)
    // 0.6 − 0.01, 0.7 − 0.02, 0.8 − 0.03: mean 0.68, deviation 0.09; scipy.stats.t.ppf(0.975, 2).
    expectClose(difference.value, 0.68, relative: 1e-12)
    expectClose(
      difference.lower ?? .nan, 0.68 - 4.302652729749464 * 0.09 / 3.0.squareRoot(),
      absolute: 1e-10)
    #expect(
      SignatureTable.table(of: try Self.readings(Self.runs.filter { $0.name != "rl-half" })).rows
        .isEmpty)
  }

  @Test func `series are averaged where each step has a value, and only there`() throws {
    let reading = try #require(try Self.readings().rows.first?.run)
    let log = Self.log(2, failsAt: 30)
    let rewards = try #require(log.columns.first { $0.name == "reward" }).values
    let reward = try #require(reading.series(.reward, window: 5))
    #expect(reward.steps == (1...60).map(Double.init) && reward.seeds.count == 3)
    for index in 0..<60 {
      let part = rewards[max(0, index - 2)...min(59, index + 2)]
      expectClose(
        reward.seeds[1][index], part.reduce(0, +) / Double(part.count), relative: 1e-12)
    }
    let accuracy = try #require(reading.series(.heldOutAccuracy, window: 5))
    #expect(accuracy.steps == [20, 40, 60] && accuracy.seeds[0] == [0.2, 0.4, 0.6])
    #expect(reading.series(.loss, window: 5) == nil)
  }

  @Test(arguments: [1, 3]) func `the figure has a panel and a caption for each`(count: Int) throws {
    let runs = Self.runs.filter { $0.seed <= count }
    let figure = try #require(SignatureFigure(try Self.readings(runs))).figure
    #expect(figure.panels.map(\.title) == ["rl-long"])
    let names = figure.panels[0].series.compactMap(\.name)
    #expect(Set(names) == ["provoked", "remedy tried", "first failure found"])
    #expect(figure.caption.contains("rl-half, no such reward: nothing"))
    #expect(figure.caption.contains("[") == (count > 1))
    let none = try Self.readings(runs.filter { $0.name == "base" })
    #expect(SignatureFigure(none) == nil)
  }
}
