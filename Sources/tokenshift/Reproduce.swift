import ArgumentParser
import Foundation
import RunLogs
import Study
import Training

/// `tokenshift reproduce`: presets and seeds in, trained runs and their comparison out.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train all runs of a folder of presets over several seeds, and compare them.",
    discussion: """
      Each preset is a configuration of `train`; a model of …/NAME/final is the run of that preset. \
      Runs go to OUTPUT/seed-1/NAME; what is finished there already is kept, what was stopped goes on. \
      Afterwards every run is evaluated on held-out problems, and scored on what base itself answers. \
      OUTPUT/study.md has the tables, OUTPUT/study.json all numbers, OUTPUT/seed-1/base-texts.h5 the \
      token log for `audit` and `report`; OUTPUT/figures the training logs by step with bands over \
      seeds, OUTPUT/dynamics the map of the first seed's checkpoints between base, teacher and rl.

      Example:
        tokenshift reproduce Data/Presets/modular --seeds 1,2,3 --output runs/modular
      """)

  @Argument(help: ArgumentHelp("The folder of presets.", valueName: "DIR"), completion: .directory)
  var presets: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("Seeds, with commas.", valueName: "N,…"))
  var seeds = "1"

  @Flag(help: "Print what would be run, and stop.")
  var dryRun = false

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    _ = try seedList()
  }

  private func seedList() throws -> [UInt64] {
    let list = seeds.split(separator: ",").map { UInt64($0.trimmingCharacters(in: .whitespaces)) }
    let known = list.compactMap { $0 }
    guard !known.isEmpty, known.count == list.count, Set(known).count == known.count else {
      throw ValidationError("--seeds: write different whole numbers with commas, say 1,2,3")
    }
    return known
  }

  func run() throws {
    threads.apply()
    let plan = try StudyPlan(folder: presets)
    let seeds = try seedList()
    if dryRun {
      for seed in seeds {
        for stage in plan.stages {
          let from = stage.parent.map { "from \($0)" } ?? "from random weights"
          try Terminal.printResult("seed \(seed): \(stage.name), \(from)")
        }
      }
      return
    }
    let runner = StudyRunner(
      plan: plan, seeds: seeds, folder: output, provenance: .ofThisCommand)
    let report = try runner.run { line in
      if !verbosity.isQuiet { Terminal.printError(Terminal.harmless(line)) }
    } train: { trainer, resuming in
      let progress = TrainingProgress(trainer.configuration, isQuiet: verbosity.isQuiet)
      let watch = try RunWatch(trainer.configuration, place: presets)
      _ = try Train.run(&trainer, resuming: resuming, progress, watch: watch)
    }
    try verbosity.report(report.answerLines, json: report, path: output + "/study.md")
  }
}
