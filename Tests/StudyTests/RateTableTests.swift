import Foundation
import Reporting
import Study
import TestSupport
import Testing
import Training

/// Which learning rate is taken, and what is found wrong with a study's.
@Suite struct RateTableTests {
  private static func cells(
    _ run: String, _ accuracies: [Double: [Double]], diverged: Set<Double> = []
  ) -> [RateTable.Cell] {
    accuracies.sorted { $0.key < $1.key }.flatMap { rate, values in
      values.enumerated().map {
        RateTable.Cell(
          run: run, rate: rate, seed: UInt64(101 + $0.offset), accuracy: $0.element, tokens: 1,
          diverged: diverged.contains(rate))
      }
    }
  }

  @Test func `the best has the highest mean over seeds, and of equal ones the lowest rate`() throws
  {
    let table = RateTable(
      Self.cells("a", [1e-4: [0.9, 0.1], 3e-4: [0.6, 0.5], 1e-3: [0.5, 0.6], 3e-3: [0, 0.2]])
        + Self.cells("b", [1e-4: [0.4, 0.4], 1e-3: [0.2, 0.2]])
        + Self.cells("c", [1e-4: [0.4, 0.4], 1e-3: [0.2]])
        + Self.cells("d", [1e-4: [0, 0], 1e-3: [0, 0]], diverged: [1e-4, 1e-3])
        + Self.cells("e", [1e-4: [0, 0], 1e-3: [0, 0]], diverged: [1e-4]))
    let best = try #require(table.best(of: "a"))
    #expect(best.rate == 3e-4 && !best.isAtEdge)
    expectClose(best.accuracy, 0.55, relative: 1e-15)
    #expect(table.best(of: "b")?.rate == 1e-4 && table.best(of: "b")?.isAtEdge == true)
    // An empty cell, nothing usable, nothing at all.
    for run in ["c", "d", "f"] { #expect(table.best(of: run) == nil, "\(run)") }
    // A run that learned nothing is still better than one that diverged.
    #expect(table.best(of: "e")?.rate == 1e-3)
  }

  @Test func `a study's rates are those that were found, with enough of them tried`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let plan = try StudyPresets.plan(
        """
        variants:
        - {name: sft-far, of: sft, set: {demonstrations.style: far}}
        - {name: rl-fast, of: rl, set: {optimizer.learning-rate: 1e-2}}
        - {name: rl-slow, of: rl, set: {optimizer.learning-rate: 3e-4}}
        - {name: rl-far, of: rl, from: sft-far}
        - {name: rl-base, of: rl, from: base}
        """, in: folder)
      // The presets have 1e-3.
      let good: [Double: [Double]] = [
        1e-4: [0.1, 0.2], 3e-4: [0.3, 0.3], 1e-3: [0.5, 0.4], 3e-3: [0.1, 0],
      ]
      let fast: [Double: [Double]] = [
        1e-4: [0.1, 0.2], 3e-4: [0.3, 0.3], 1e-2: [0.5, 0.4], 3e-2: [0.1, 0],
      ]
      func faults(sft: [Double: [Double]]? = good, rl: [Double: [Double]] = good) throws -> [String]
      {
        try RateTable(
          Self.cells("sft", sft ?? [:]) + Self.cells("rl", rl) + Self.cells("rl-fast", fast)
            + Self.cells("rl-base", good)
        ).faults(of: plan)
      }
      #expect(try faults() == [])
      #expect(try faults(sft: nil) == ["sft: no rates were tried"])
      var rates = good
      rates[3e-3] = [0.9, 0.9]
      #expect(
        try faults(rl: rates) == [
          "rl: the best rate, 0.003, is at the edge of the grid",
          "rl: has 0.001, the best rate is 0.003",
        ])
      rates[3e-3] = nil
      #expect(try faults(rl: rates).first == "rl: only 3 rates")
      rates[3e-3] = [0.1]
      #expect(try faults(rl: rates) == ["rl: a rate lacks a seed, or none is usable"])
      #expect(
        try faults(rl: good.mapValues { Array($0.prefix(1)) }) == ["rl: only 1 seeds"])
      #expect(
        try RateTable(Self.cells("sft", good) + Self.cells("rl", good)).faults(of: plan)
          == ["rl-base, rl-fast: no rates were tried"])
    }
  }

  @Test func `a search has a training for each rate and seed, after those that it starts from`()
    throws
  {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let plan = try StudyPresets.plan(
        """
        variants: [{name: other, of: sft}]
        search: {seeds: 5-6, rates: {rl: [1e-3, 1e-2]}}
        """, in: folder)
      let search = try RateSearch(plan, folder: folder.path + "/out")
      #expect(
        search.rounds.map { $0.map(\.description) } == [
          ["base@@5", "base@@6"], ["sft@@5", "sft@@6"],
          ["rl@0.001@5", "rl@0.001@6", "rl@0.01@5", "rl@0.01@6"],
        ])
      for trial in search.rounds.joined() { #expect(RateSearch.Trial(trial.description) == trial) }
      for text in ["", "a", "a@b@1", "a@1@", "a@1@1@1", "a@1e-3@-1"] {
        #expect(RateSearch.Trial(text) == nil, "\(text)")
      }
      #expect(throws: StudyError.self) {
        try RateSearch(StudyPresets.plan("", in: folder), folder: "out")
      }
    }
  }

  @Test func `a search whose folder was moved is the same one`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let plan = try StudyPresets.plan(
        "search: {seeds: 5, rates: {sft: [1e-3, 1e-2], rl: [1e-3]}, problems: 2, samples: 1}\n",
        in: folder)
      func run(_ search: RateSearch) throws -> [String] {
        var trained: [String] = []
        for trial in search.rounds.joined() {
          try search.run(trial) { trainer, name, resuming in
            trained.append(name)
            _ = try trainer.run(resuming: resuming) { _ in }
          }
        }
        return trained
      }
      let search = try RateSearch(plan, folder: folder.path + "/out")
      #expect(try run(search).count == 4)
      let text = try JSONText.text(of: search.report())
      try FileManager.default.moveItem(
        atPath: folder.path + "/out", toPath: folder.path + "/moved")
      let moved = try RateSearch(plan, folder: folder.path + "/presets/../moved")
      #expect(try moved.rounds.joined().allSatisfy { try moved.isDone($0) })
      // A trial that was stopped goes on under the new name.
      let trial = folder.path + "/moved/rates/seed-5/sft@0.001"
      for name in ["final", "rate.json", "log.h5"] {
        try FileManager.default.removeItem(atPath: trial + "/" + name)
      }
      #expect(try run(moved).first == "seed 5, sft@0.001")
      #expect(try JSONText.text(of: moved.report()) == text)
    }
  }

  @Test func `a file that no search wrote is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/rates.json"
      #expect(throws: StudyError.self) { try RateTable(path: path) }
      for text in ["", "[]", "{}", #"{"cells": [{"run": "a"}]}"#] {
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: StudyError.self, "\(text)") { try RateTable(path: path) }
      }
      try Data(#"{"cells": []}"#.utf8).write(to: URL(filePath: path))
      #expect(try RateTable(path: path).cells.isEmpty)
    }
  }

  private static let studies: [String] = {
    let folder = Places.data.appending(path: "Presets/study")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".yaml") }
      .map { folder.appending(path: $0).path }
      .filter { path in
        (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\nrates:") == true
      }
  }()

  @Test(.enabled(if: !studies.isEmpty), arguments: studies)
  func `the committed studies have the rates that were found`(path: String) throws {
    let plan = try StudyPlan(path: path)
    let rates = try #require(plan.file?.rates)
    // What leaves the run before as it is scores highest; Data/Presets/study/README.md says why it isn't taken.
    #expect(
      try RateTable(path: rates).faults(of: plan) == [
        "rl-sft-kl: the best rate, 3e-05, is at the edge of the grid",
        "rl-sft-kl: has 0.0003, the best rate is 3e-05",
      ])
  }
}
