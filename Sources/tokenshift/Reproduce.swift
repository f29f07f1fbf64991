import ArgumentParser
import Foundation
import RunLogs
import Scoring
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

  @Option(
    help: ArgumentHelp(
      "Processes that train side by side, each whole seeds; results do not depend on it.",
      valueName: "N"))
  var jobs = 1

  @Option(
    help: ArgumentHelp(
      "Train part I of N of the seeds, and stop: 1/4 to 4/4 on four machines, or 'auto' in a Slurm array or under "
        + "srun and mpirun; "
        + "afterwards the same command with --measure-only.", valueName: "I/N"))
  var shard: String?

  @Flag(help: "Train what isn't finished, and stop.")
  var trainOnly = false

  @Flag(help: "Measure finished runs, and train nothing.")
  var measureOnly = false

  @Flag(help: "Print what would be run, and stop.")
  var dryRun = false

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs goes from 1 to 256") }
    guard !measureOnly || (!trainOnly && shard == nil) else {
      throw ValidationError("--measure-only trains nothing; leave --train-only and --shard out")
    }
    if let shard { _ = try ShardArgument(parsing: shard) }
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

  /// Those of the shard, in turn: a machine more or less changes none of the runs.
  private func ownSeeds() throws -> [UInt64] {
    let seeds = try seedList()
    guard let shard else { return seeds }
    let part = try ShardArgument(parsing: shard)
      .resolved(in: ProcessInfo.processInfo.environment, usesArrays: true)
    return seeds.indices.filter { $0 % part.count == part.index - 1 }.map { seeds[$0] }
  }

  func run() throws {
    threads.apply()
    let plan = try StudyPlan(folder: presets)
    let seeds = try ownSeeds()
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
    func note(_ line: String) {
      if !verbosity.isQuiet { Terminal.printError(Terminal.harmless(line)) }
    }
    if seeds.isEmpty { note("no seed for this part: there are fewer seeds than parts") }
    if !measureOnly, jobs > 1, seeds.count > 1 {
      try StudyJobs(presets: presets, output: output, count: jobs, isQuiet: verbosity.isQuiet)
        .train(seeds)
    } else if !measureOnly {
      try runner.train(note: note) { trainer, resuming in
        let progress = TrainingProgress(trainer.configuration, isQuiet: verbosity.isQuiet)
        let watch = try RunWatch(trainer.configuration, place: presets)
        _ = try Train.run(&trainer, resuming: resuming, progress, watch: watch) { _ in
          StudyJobs.endWithParent()
        }
      }
    }
    if trainOnly || shard != nil { return }
    let report = try runner.measure(note: note)
    try verbosity.report(report.answerLines, json: report, path: output + "/study.md")
  }
}
