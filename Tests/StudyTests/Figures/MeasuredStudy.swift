import Foundation
import Study
import TestSupport

/// Studies that nobody trained, with all that figures of measures are made from.
enum MeasuredStudy {
  /// Runs of `base` and these names with all that figures of measures are made from, the same for one seed
  /// of the generator.
  static func runs(_ names: [String], seeds: Int, generator: UInt64 = 7) -> [StudyRun] {
    var random = SeededGenerator(seed: generator)
    return (1...seeds).flatMap { seed in
      (["base"] + names).map { name in
        run(name, UInt64(seed), &random)
      }
    }
  }

  private static func run(
    _ name: String, _ seed: UInt64, _ random: inout SeededGenerator
  ) -> StudyRun {
    var run = StudyRun(name: name, seed: seed)
    let correct = (0..<12).map { _ in Int.random(in: 0...8, using: &random) }
    run.splits["test"] = SplitAnswers(
      samples: 8, correct: correct, responseLength: 9, stoppedShare: 1)
    run[.accuracy] = run.accuracy(on: "test")
    run.probes["mixture"] = TextProbe(
      texts: 3, tokens: 9,
      logProbPerToken: name == "base" ? -0.5 : -Double.random(in: 0.6...6, using: &random),
      logProbPerText: -9)
    guard name != "base" else { return run }
    (run.parent, run.base) = ("base", "base")
    for measure in [StudyMeasure.klRunBase, .klBaseRun, .ownKLRunBase, .relativeWeightChange] {
      run[measure] = Double.random(in: 0.05...6, using: &random)
    }
    for measure in [
      StudyMeasure.changedShare, .coarselyChangedWeightShare, .coarselyChangedWeightShareFromStart,
    ] {
      run[measure] = Double.random(in: 0.05...0.95, using: &random)
    }
    for author in ["base", "own"] {
      run.shifts[author] = TextShift(
        positions: 200, klRunBase: 1, klBaseRun: 1, bands: [],
        probabilityChanges: (0..<20).map { _ in Int.random(in: 0...50, using: &random) })
    }
    for source in ["base", name, "teacher"] {
      for (prompt, count) in [("1+1:", 3), ("2*3:", 11)] {
        run.examples.append(
          TextExample(
            source: source, prompt: prompt, tokens: (0..<count).map { "\($0 % 10)" },
            probabilityBase: (0..<count).map { _ in Double.random(in: 0...1, using: &random) },
            probabilityRun: (0..<count).map { $0 == 2 ? nil : 0.5 },
            divergence: (0..<count).map { _ in 0 }))
      }
    }
    return run
  }

  /// Names of the study's main runs.
  static let main = [
    "sft", "sft-kl", "sft-own", "rl", "rl-from-start", "sft-rl", "rl-sft", "sft-plus-rl", "srft",
    "srft-released", "opd",
  ]
}
