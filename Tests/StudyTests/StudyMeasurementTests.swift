import Foundation
import RunLogs
import Study
import TestSupport
import Testing
import Training

/// What is measured of tiny runs that are trained here.
@Suite struct StudyMeasurementTests {
  private static let presets = [
    "base": """
    output: runs/base
    objective: sft
    steps: 3
    new-model: {task: modular-arithmetic, hidden-size: 16, layers: 1, heads: 2,
      key-value-heads: 1, feed-forward-size: 16}
    demonstrations: {task: modular-arithmetic, style: base, pool: 0, per-step: 4}

    """,
    "sft": """
    model: runs/base/final
    output: runs/sft
    objective: sft
    steps: 2
    optimizer: {learning-rate: 0.1}
    demonstrations: {task: modular-arithmetic, pool: 8, per-step: 4}
    evaluation: {task: modular-arithmetic, every: 1, problems: 2, samples: 2, maximum-tokens: 12}

    """,
    "sft-rl": """
    model: runs/sft/final
    output: runs/sft-rl
    objective: grpo
    steps: 4
    checkpoints: {every: 2}
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 12,
      updates: 2}
    evaluation: {task: modular-arithmetic, every: 2, problems: 2, samples: 2, maximum-tokens: 12}

    """,
  ]

  private static var evaluation: StudyEvaluation {
    var evaluation = StudyEvaluation()
    (evaluation.problems, evaluation.samples) = (4, 3)
    (evaluation.otherProblems, evaluation.otherSamples) = (2, 2)
    (evaluation.textProblems, evaluation.textSamples) = (3, 2)
    return evaluation
  }

  private static let provenance = Provenance(
    version: "test", commandLine: "test", created: Date(timeIntervalSince1970: 0))

  /// Trains all presets with seed 5, and gives how to measure them.
  private func trained(in folder: URL) throws -> (plan: StudyPlan, measurement: StudyMeasurement) {
    for (name, text) in Self.presets {
      let path = folder.appending(path: "presets/\(name).yaml")
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: path)
    }
    let plan = try StudyPlan(folder: folder.path + "/presets")
    for stage in plan.stages {
      var trainer = try Trainer(
        plan.configuration(of: stage, seed: 5, folder: folder.path + "/out"))
      _ = try trainer.run { _ in }
    }
    return (
      plan,
      StudyMeasurement(
        plan: plan, seed: 5, folder: folder.path + "/out", provenance: Self.provenance,
        evaluation: Self.evaluation)
    )
  }

  @Test func `runs of a seed have all that tables and figures need`() throws {
    try withTemporaryFolder { folder in
      let (plan, measurement) = try trained(in: folder)
      let runs = try measurement.runs()
      #expect(runs.map(\.name) == ["base", "sft", "sft-rl"])
      #expect(runs.map(\.parent) == [nil, "base", "sft"])
      #expect(runs.map(\.base) == [nil, "base", "base"])
      for run in runs {
        #expect(Set(run.splits.keys).isSuperset(of: ["test", "validation", "harder"]))
        for (split, answers) in run.splits {
          let isTest = split == "test"
          #expect(answers.correct.count == (isTest ? 4 : 2) && answers.samples == (isTest ? 3 : 2))
          #expect(answers.correct.allSatisfy { (0...answers.samples).contains($0) })
          #expect((answers.greedy?.count == 4) == isTest)
          #expect(answers.responseLength > 0 && answers.entropy ?? 0 > 0)
        }
        #expect(run[.accuracy] == run.accuracy(on: "test"))
        // Fewer than eight samples.
        #expect(run[.passAt8].isNaN)
        // An untrained base may solve nothing.
        for kind in ["wrong", "teacher", "far", "native", "mixture"] {
          let probe = try #require(run.probes[kind], "\(kind)")
          #expect(probe.texts > 0 && probe.logProbPerToken < 0)
          expectClose(
            probe.logProbPerText * Double(probe.texts),
            probe.logProbPerToken * Double(probe.tokens),
            relative: 1e-12)
        }
        // As JSON a run is the same: what is kept on the disk is what was measured.
        #expect(
          try JSONDecoder().decode(StudyRun.self, from: JSONEncoder().encode(run)) == run)
      }
      let (base, sft, rl) = (runs[0], runs[1], runs[2])
      #expect(base.shifts.isEmpty && base[.klRunBase].isNaN && base[.changedWeightShare].isNaN)
      for run in [sft, rl] {
        for text in ["base", "own"] {
          let shift = try #require(run.shifts[text])
          #expect(shift.bands.reduce(0) { $0 + $1.positions } == shift.positions)
          #expect(shift.probabilityChanges.reduce(0, +) == shift.positions)
          #expect(shift.klRunBase > 0 && shift.klBaseRun > 0 && shift.positions > 0)
          for (one, next) in zip(shift.bands, shift.bands.dropFirst()) {
            #expect(one.upTo == next.above && next.above != nil)
          }
        }
        #expect(run[.klRunBase] == run.shifts["base"]?.klRunBase)
        #expect(run[.ownKLRunBase] == run.shifts["own"]?.klRunBase)
        #expect(run[.klRunBase] != run[.ownKLRunBase])
        #expect(run[.changedWeightShare] > 0.5)
        #expect((0...run[.changedWeightShare]).contains(run[.coarselyChangedWeightShare]))
        #expect(run[.relativeWeightChange] > 0)
        #expect(run.path.map(\.step) == (run.name == "sft" ? [2] : [2, 4]))
        let last = try #require(run.path.last)
        // Of two of the three problems' samples, all of them here.
        // Packed otherwise, single precision differs by some 1e-5.
        expectClose(last.klRunBase, run[.klRunBase], absolute: 1e-4)
        expectClose(
          last.probes["far"]?.logProbPerToken ?? .nan,
          run.probes["far"]?.logProbPerToken ?? .nan, absolute: 1e-4)
        #expect(
          run.examples.map(\.source) == ["base", "base", run.name, run.name, "teacher", "teacher"])
        #expect(Set(run.examples.map(\.prompt)).count == 2)
        for example in run.examples {
          let count = example.tokens.count
          #expect(count > 0 && example.probabilityRun.allSatisfy { (0...1).contains($0 ?? -1) })
          #expect(example.probabilityBase.count == count && example.divergence.count == count)
        }
      }
      // Costs: of the run, and with the run that it starts from.
      #expect(sft[.rolloutTokens].isNaN && sft[.totalTokens] == sft[.tokens])
      #expect(rl[.totalTokens] == rl[.tokens] + rl[.rolloutTokens] && rl[.rolloutTokens] > 0)
      #expect(rl[.chainTokens] == rl[.tokens] + sft[.tokens])
      #expect(rl[.chainTotalTokens] == rl[.totalTokens] + sft[.tokens])
      #expect(sft[.chainTokens] == sft[.tokens])
      #expect(rl[.steps] == 4 && rl[.updates] == 8 && sft[.updates] == 2)
      // Evaluations.
      #expect(sft.learning.map(\.step) == [1, 2] && rl.learning.map(\.step) == [2, 4])
      #expect(base.learning.isEmpty)
      #expect(rl.learning.last?.tokens == rl[.tokens])
      #expect(rl.learning.last?.totalTokens == rl[.totalTokens])
      #expect(sft.learning.allSatisfy { $0.rolloutEntropy == nil && $0.entropy ?? 0 > 0 })
      #expect(rl.learning.allSatisfy { $0.rolloutEntropy ?? 0 > 0 })
      #expect(rl[.firstDegenerateGroups] >= 0 && rl[.firstZeroAdvantageGroups] >= 0)

      // Texts: the first three problems' first two samples, of the run itself.
      let lines = try String(
        contentsOf: folder.appending(path: "out/seed-5/sft-texts.jsonl"), encoding: .utf8
      ).split(separator: "\n")
      #expect(lines.count == 6 && lines.allSatisfy { $0.contains("\"source\":\"sft\"") })
      #expect(!lines.contains { $0.contains("greedy") })

      // What is known isn't measured again, and what is new is the same as before.
      var marked = sft
      marked[.seconds] = 4711
      let one = try measurement.runs(keeping: [base, rl])
      #expect(one == [base, sft, rl])
      let kept = try measurement.runs(keeping: [base, marked])
      #expect(kept == [base, marked, rl])
      let some = try measurement.runs(of: plan.stages.filter { $0.name != "sft" })
      #expect(some.map(\.name) == ["base", "sft-rl"] && some[0] == base)
      #expect(some[1] == rl)
    }
  }
}
