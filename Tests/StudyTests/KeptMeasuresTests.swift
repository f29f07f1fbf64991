import Foundation
import RunLogs
import Study
import TestSupport
import Testing
import Training

/// A study that is trained, measured, and gone on with.
@Suite struct KeptMeasuresTests {
  private static let text = """
    seeds: 1-2
    evaluation: {problems: 4, samples: 2, other-problems: 2, other-samples: 1, text-problems: 2,
      text-samples: 1}
    variants: [{name: far, of: sft, seeds: 2, set: {demonstrations.style: far}}]

    """

  private func runner(
    _ folder: URL, _ text: String = text, at place: String = "out", seeds: [UInt64]
  ) throws -> StudyRunner {
    StudyRunner(
      plan: try StudyPresets.plan(text, in: folder), seeds: seeds,
      folder: folder.path + "/" + place,
      provenance: Provenance(version: "1", commandLine: "test", created: .now))
  }

  private func train(_ runner: StudyRunner) throws -> [String] {
    var trained: [String] = []
    _ = try runner.train { _ in
    } train: { trainer, name, resuming in
      trained.append(name)
      _ = try trainer.run(resuming: resuming) { _ in }
    }
    return trained
  }

  private func measure(_ runner: StudyRunner) throws -> (runs: [StudyRun], notes: [String]) {
    var notes: [String] = []
    let runs = try runner.measureRuns { notes.append($0) }
    return (runs, notes)
  }

  @Test func `only what is new is trained and measured`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let both = try runner(folder, seeds: [1, 2])
      #expect(
        try train(runner(folder, seeds: [1])) == ["seed 1, base", "seed 1, sft", "seed 1, rl"])
      let first = try measure(both)
      #expect(
        first.runs.map(\.name) == ["base", "sft", "rl"] && first.runs.allSatisfy { $0.seed == 1 })
      #expect(first.notes.contains("seed 2: left out: base isn't finished"))
      #expect(
        try train(both) == ["seed 2, base", "seed 2, sft", "seed 2, far", "seed 2, rl"])
      let second = try measure(both)
      #expect(second.runs.count == 7 && Array(second.runs.prefix(3)) == first.runs)
      #expect(!second.notes.contains { $0.hasPrefix("seed 1") })
      // What is kept is what was measured.
      let third = try measure(both)
      #expect(third.runs == second.runs && third.notes.isEmpty)
      #expect(try train(both) == [])

      // Without its model a measured run counts, and is trained again only for runs that need it.
      let sft = folder.path + "/out/seed-2/sft"
      try FileManager.default.removeItem(atPath: sft + "/final")
      #expect(try measure(both).runs == second.runs)
      #expect(try train(both) == [])
      try FileManager.default.removeItem(atPath: folder.path + "/out/seed-2/rl")
      #expect(try train(both) == ["seed 2, sft", "seed 2, rl"])
      let fourth = try measure(both)
      #expect(fourth.notes.contains("seed 2: measuring"))
      #expect(fourth.runs.map(\.name) == second.runs.map(\.name))
    }
  }

  @Test func `small files are enough to go on with a study`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let runner = try runner(folder, seeds: [2])
      _ = try train(runner)
      let first = try measure(runner).runs
      // Texts and logs of tokens are gone, and all models but base's.
      let place = folder.path + "/out/seed-2"
      for name in try FileManager.default.subpathsOfDirectory(atPath: place).sorted() {
        let path = place + "/" + name
        let isKept =
          name.hasPrefix("base/final") || name == "base/log.h5"
          || ["config.yaml", "measures.json", "links.json"].contains { name.hasSuffix("/" + $0) }
        guard !isKept, FileManager.default.fileExists(atPath: path),
          !["base", "sft", "rl", "far"].contains(name)
        else { continue }
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(try measure(runner).runs == first)
      // One run is lost, another one is new.
      try FileManager.default.removeItem(atPath: place + "/far")
      let more = try self.runner(
        folder,
        Self.text.replacing(
          "far}}]", with: "far}}, {name: wrong, of: sft, set: {demonstrations.wrong: 0.3}}]"),
        seeds: [2])
      #expect(try train(more) == ["seed 2, far", "seed 2, wrong"])
      let runs = try measure(more).runs
      #expect(runs.map(\.name) == ["base", "sft", "far", "wrong", "rl"])
      #expect(runs.filter { $0.name != "wrong" }.map(\.untimed) == first.map(\.untimed))
      _ = try more.measure { _ in }
      // So is a run that the map's axes are from.
      try FileManager.default.removeItem(atPath: place + "/sft")
      try FileManager.default.removeItem(atPath: place + "/rl")
      #expect(try train(more) == ["seed 2, sft", "seed 2, rl"])
      _ = try more.measure { _ in }
    }
  }

  @Test func `measures of another evaluation, configuration or base are made anew`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let runner = try runner(folder, seeds: [1])
      _ = try train(runner)
      _ = try measure(runner)
      let more = try self.runner(
        folder, Self.text.replacing("samples: 2,", with: "samples: 3,"), seeds: [1])
      #expect(try measure(more).notes.contains("seed 1: measuring"))
      #expect(try measure(more).notes.isEmpty)
      let weights = folder.path + "/out/seed-1/base/final/model.safetensors"
      let other = folder.path + "/out/seed-1/sft/final/model.safetensors"
      try FileManager.default.removeItem(atPath: weights)
      try FileManager.default.copyItem(atPath: other, toPath: weights)
      let stale = #expect(throws: StudyError.self) { try measure(more) }
      #expect(
        stale?.description.contains("seed-1/sft: was made from other weights of 'base'") == true,
        "\(String(describing: stale))")
      // Runs of before don't say what they began with; their measures do.
      for name in ["sft", "rl"] {
        try FileManager.default.removeItem(atPath: folder.path + "/out/seed-1/\(name)/links.json")
      }
      #expect(try measure(more).notes.contains("seed 1: measuring"))
      let changed = try self.runner(
        folder, Self.text + "set: {rl: {steps: 3}}\n", seeds: [1])
      let error = #expect(throws: StudyError.self) { try measure(changed) }
      #expect(error?.description.contains("seed-1/rl: was made by another configuration") == true)
    }
  }

  @Test func `a study that was moved is the same one`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let before = try runner(folder, seeds: [1])
      #expect(try train(before).count == 3)
      let first = try measure(before)
      try FileManager.default.moveItem(
        atPath: folder.path + "/out", toPath: folder.path + "/elsewhere")
      let moved = try runner(folder, at: "presets/../elsewhere", seeds: [1])
      #expect(try moved.outlook().last == "3 finished")
      let second = try measure(moved)
      #expect(second.runs == first.runs && second.notes.isEmpty)

      // What is begun goes on, and what is measured is trained again where its model is needed.
      let (sft, rl) = (folder.path + "/elsewhere/seed-1/sft", folder.path + "/elsewhere/seed-1/rl")
      try FileManager.default.removeItem(atPath: sft + "/final")
      try FileManager.default.removeItem(atPath: rl + "/final")
      try FileManager.default.removeItem(atPath: rl + "/measures.json")
      #expect(try train(moved) == ["seed 1, sft", "seed 1, rl"])
      #expect(try measure(moved).runs.map(\.untimed) == first.runs.map(\.untimed))
      // What is interrupted there takes nothing from what was measured.
      try FileManager.default.moveItem(
        atPath: folder.path + "/elsewhere", toPath: folder.path + "/third")
      let third = try runner(folder, at: "third", seeds: [1])
      try FileManager.default.removeItem(atPath: folder.path + "/third/seed-1/sft/final")
      try FileManager.default.removeItem(atPath: folder.path + "/third/seed-1/sft/log.h5")
      try FileManager.default.removeItem(atPath: folder.path + "/third/seed-1/rl")
      #expect(throws: CancellationError.self) {
        try third.train { _ in
        } train: { _, _, _ in
          throw CancellationError()
        }
      }
      #expect(try measure(third).runs.map(\.name) == ["base", "sft"])
      try FileManager.default.moveItem(
        atPath: folder.path + "/third", toPath: folder.path + "/elsewhere")
      #expect(try train(moved) == ["seed 1, sft", "seed 1, rl"])
      // Any other difference counts as ever.
      let path = rl + "/config.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("samples: 2", with: "samples: 3")
        .write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: StudyError.self) { try measure(moved) }
      #expect(error?.description.contains("rl: was made by another configuration") == true)
    }
  }

  @Test func `a run whose parent was trained anew is refused, begun or finished`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let runner = try runner(folder, seeds: [1])
      _ = try train(runner)
      let sft = folder.path + "/out/seed-1/sft"
      try FileManager.default.removeItem(atPath: sft)
      let changed = try self.runner(
        folder, Self.text + "set: {sft: {optimizer.learning-rate: 2e-3}}\n", seeds: [1])
      // What is left is refused once the other weights are there, in whatever state.
      for isFinished in [true, false] {
        let error = #expect(throws: StudyError.self) { try train(changed) }
        #expect(
          error?.description.contains("seed-1/rl: was made from other weights of 'sft'") == true,
          "\(String(describing: error))")
        if isFinished {
          try FileManager.default.removeItem(atPath: folder.path + "/out/seed-1/rl/final")
        }
      }
      try FileManager.default.removeItem(atPath: folder.path + "/out/seed-1/rl")
      #expect(try train(changed) == ["seed 1, rl"])
      #expect(try train(changed) == [])
    }
  }

  @Test func `a run that is made anew from other weights notes these`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let runner = try runner(folder, seeds: [1])
      _ = try train(runner)
      _ = try measure(runner)
      // Small files are left of sft, and base is another one.
      let run = folder.path + "/out/seed-1"
      try FileManager.default.removeItem(atPath: run + "/rl")
      let weights = run + "/base/final/model.safetensors"
      try FileManager.default.removeItem(atPath: weights)
      try FileManager.default.moveItem(
        atPath: run + "/sft/final/model.safetensors", toPath: weights)
      for name in try FileManager.default.contentsOfDirectory(atPath: run + "/sft")
      where !["config.yaml", "measures.json", "links.json"].contains(name) {
        try FileManager.default.removeItem(atPath: run + "/sft/" + name)
      }
      #expect(try train(runner) == ["seed 1, sft", "seed 1, rl"])
      #expect(try train(runner) == [])
      #expect(try measure(runner).runs.count == 3)
    }
  }

  @Test func `a missed gate ends what needs the run, and nothing else`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let text =
        Self.text + """
          set:
            sft: {evaluation.task: modular-arithmetic, evaluation.every: 1, evaluation.problems: 2,
              evaluation.samples: 1, evaluation.maximum-tokens: 8, gate.minimum-accuracy: 1}

          """
      let runner = try runner(
        folder,
        text.replacing("of: sft,", with: "of: rl, from: base,")
          .replacing("demonstrations.style: far", with: "steps: 1"), seeds: [1, 2])
      for attempt in 1...2 {
        var (trained, notes): ([String], [String]) = ([], [])
        let failure = try runner.train {
          notes.append($0)
        } train: { trainer, name, resuming in
          trained.append(name)
          _ = try trainer.run(resuming: resuming) { _ in }
        }
        #expect(failure is GateNotMet)
        #expect(notes.contains("seed 2: rl is left out: it needs sft"))
        #expect(
          trained
            == (attempt == 1
              ? ["seed 1, base", "seed 1, sft", "seed 2, base", "seed 2, sft", "seed 2, far"] : []))
      }
      let outlook = try runner.outlook()
      #expect(outlook.contains("seed 1: sft, from base, gate missed"))
      #expect(outlook.contains("seed 2: far, from base, finished"))
      #expect(outlook.last?.hasPrefix("3 finished, 2 gate missed, 2 to do; left: ") == true)
      let (runs, notes) = try measure(runner)
      #expect(runs.map(\.name) == ["base", "base", "far"])
      #expect(notes.contains("seed 1: not finished, left out: sft, rl"))
    }
  }
}
