import ArgumentParser
import Foundation
import RunLogs
import Scoring
import Study
import Training

/// `tokenshift reproduce`: a study in, trained runs and their comparison out.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train all runs of a study over several seeds, and compare them.",
    discussion: """
      A study is a YAML file, or a folder of presets. Each preset is a configuration of `train`; a model of \
      …/NAME/final is the run of that preset. The file names presets, seeds, changed keys, variants, how much \
      is measured, and learning rates to try; see the page Reproduce.

      Runs go to OUTPUT/seed-1/NAME; what is finished there already is kept, what was stopped goes on. \
      Afterwards every run is evaluated on held-out problems, and scored on what base itself answers; \
      OUTPUT/seed-1/NAME/measures.json keeps what was found. \
      OUTPUT/study.md has the tables, OUTPUT/study.json all numbers, OUTPUT/seed-1/base-texts.h5 the \
      token log for `audit` and `report`; OUTPUT/figures the training logs by step with bands over \
      seeds, OUTPUT/dynamics the map of the first seed's checkpoints between base, teacher and rl.

      With --measure-only the folder may hold runs of any trainer instead of presets: checkpoints and logs. \
      All checkpoints are scored with base on --texts, or on base's answers to --task; figures, tables and the \
      map are made of what there is.

      Examples:
        tokenshift reproduce Data/Presets/modular --seeds 1-3 --output runs/modular
        tokenshift reproduce study.yaml --jobs 2 --output runs/study
        tokenshift reproduce --measure-only checkpoints --texts responses.jsonl --output looked-at
      """)

  @Argument(
    help: ArgumentHelp(
      "The study's file, or a folder of presets; with --measure-only also a folder of runs.",
      valueName: "STUDY.yaml|DIR"),
    completion: .file())
  var study: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Seeds, say 1-8 or 1,2,5. Default: those of the study's file, else 1.", valueName: "N,…"))
  var seeds: String?

  @Option(
    help: ArgumentHelp(
      "Only these runs, with commas, and those whose models they need.", valueName: "NAME,…"))
  var runs: String?

  @Option(
    help: ArgumentHelp(
      "Processes that work side by side, each on one seed at a time; results do not depend on it.",
      valueName: "N"))
  var jobs = 1

  @Option(
    help: ArgumentHelp(
      "Train part I of N of the seeds, and stop: 1/4 to 4/4 on four machines, or 'auto' in a Slurm array or under "
        + "srun and mpirun; with --no-tables measure it, too; "
        + "afterwards the same command with --measure-only.", valueName: "I/N"))
  var shard: String?

  @Flag(help: "Train what isn't finished, and stop.")
  var trainOnly = false

  @Flag(help: "Measure finished runs, and train nothing.")
  var measureOnly = false

  @Option(
    help: ArgumentHelp(
      "Of a folder of runs: whom the others are compared with, one of them or a checkpoint. Default: base.",
      valueName: "NAME|DIR"))
  var base: String?

  @Option(
    help: ArgumentHelp(
      "Of a folder of runs: responses that all checkpoints are scored on, JSON lines as for `score`.",
      valueName: "FILE"), completion: .file())
  var texts: String?

  @Option(
    help: ArgumentHelp(
      "Of a folder of runs: the task whose held-out problems all checkpoints are asked.",
      valueName: "NAME"))
  var task: String?

  @Option(
    help: ArgumentHelp("The problems of a --task that needs them, JSON lines.", valueName: "FILE"),
    completion: .file())
  var file: String?

  @Flag(help: "Stop before tables and figures; what is measured is kept.")
  var noTables = false

  @Flag(
    help: "Try the learning rates that the study's file names, on problems held out for choices.")
  var search = false

  @Option(help: .hidden)
  var trial: String?

  @Flag(help: "Print what would be run and how far each run is, and stop.")
  var dryRun = false

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs goes from 1 to 256") }
    guard !measureOnly || (!trainOnly && shard == nil) else {
      throw ValidationError("--measure-only trains nothing; leave --train-only and --shard out")
    }
    guard !noTables || !trainOnly else {
      throw ValidationError("--train-only stops before --no-tables would; leave one of them out")
    }
    guard !search || (seeds == nil && runs == nil && shard == nil), !search || !stopsEarly else {
      throw ValidationError(
        "--search goes through all of the file's search; leave --seeds, --runs, --shard, --train-only, "
          + "--measure-only and --no-tables out")
    }
    if let shard { _ = try ShardArgument(parsing: shard) }
    if let seeds, SeedList.seeds(of: seeds) == nil {
      throw ValidationError("--seeds: write \(SeedList.words)")
    }
  }

  private var stopsEarly: Bool { trainOnly || measureOnly || noTables }

  /// Those of the shard, in turn: a machine more or less changes none of the runs.
  private func ownSeeds(_ plan: StudyPlan) throws -> [UInt64] {
    let seeds = self.seeds.flatMap { SeedList.seeds(of: $0) } ?? plan.file?.seeds ?? [1]
    guard let shard else { return seeds }
    let part = try ShardArgument(parsing: shard)
      .resolved(in: ProcessInfo.processInfo.environment, usesArrays: true)
    return seeds.indices.filter { $0 % part.count == part.index - 1 }.map { seeds[$0] }
  }

  func run() throws {
    threads.apply()
    if measureOnly, StudyPlan.isFolderWithoutPresets(study) {
      try measureSeries()
      return
    }
    if let option = seriesOptions.first(where: \.isGiven)?.name {
      throw ValidationError(
        "\(option) goes with --measure-only and a folder of runs, without presets")
    }
    var plan = try StudyPlan(path: study)
    if search {
      try search(plan)
      return
    }
    if let runs {
      plan = try plan.needed(
        for: runs.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
    }
    let seeds = try ownSeeds(plan)
    let runner = StudyRunner(
      plan: plan, seeds: seeds, folder: output, provenance: .ofThisCommand)
    if dryRun {
      for line in try runner.outlook() { try Terminal.printResult(line) }
      return
    }
    if seeds.isEmpty { note("no seed for this part: there are fewer seeds than parts") }
    if !StudyJobs.isPart { for line in try runner.notes() { note(line) } }
    // What keeps a run from its end keeps no other one.
    var failure: (any Error)?
    if jobs > 1, seeds.count > 1 {
      failure = try StudyJobs(count: jobs).run(seeds.map(task))
    } else if !measureOnly {
      failure = try runner.train(note: note, train: train)
    }
    if !stopsAfterTraining, !seeds.isEmpty {
      do { try measure(runner) } catch let error as StudyError { throw failure ?? error }
    }
    if let failure { throw failure }
  }

  /// Of parts that are trained elsewhere nothing is compared yet.
  private var stopsAfterTraining: Bool { trainOnly || shard != nil && !noTables }

  func note(_ line: String) {
    if !verbosity.isQuiet { Terminal.printError(Terminal.harmless(line)) }
  }

  func train(_ trainer: inout Trainer, name: String, resuming: Bool) throws {
    let progress = TrainingProgress(
      trainer.configuration, label: name, isQuiet: verbosity.isQuiet)
    let watch = try RunWatch(trainer.configuration, place: study)
    _ = try Train.run(&trainer, resuming: resuming, progress, watch: watch) { _ in
      StudyJobs.endWithParent()
    }
  }

  private func measure(_ runner: StudyRunner) throws {
    guard !noTables else {
      _ = try runner.measureRuns { line in
        StudyJobs.endWithParent()
        note(line)
      }
      return
    }
    let report = try runner.measure(note: note)
    try verbosity.report(report.answerLines, json: report, path: output + "/study.md")
  }

  /// All of a seed but the tables, which are made of all seeds.
  private func task(_ seed: UInt64) -> StudyJobs.Task {
    StudyJobs.Task(
      label: "seed \(seed)",
      arguments: [study, "--output", output, "--seeds", String(seed)]
        + (runs.map { ["--runs", $0] } ?? [])
        + (measureOnly ? ["--measure-only"] : [])
        + [stopsAfterTraining ? "--train-only" : "--no-tables"]
        + (verbosity.isQuiet ? ["--quiet"] : []))
  }
}
