import Analysis
import ArgumentParser
import Files
import Foundation
import Kernels
import Reporting
import RunLogs
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
        tokenshift reproduce Presets/modular --seeds 1,2,3 --output runs/modular
      """)

  @Argument(help: ArgumentHelp("The folder of presets.", valueName: "DIR"))
  var presets: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"))
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
    // The runs' own files are checked as each is begun.
    let spared = SparedFiles(plan.stages.map(\.path))
    for name in ["study.md", "study.json"] { try spared.check(output + "/" + name) }
    var runs: [StudyRun] = []
    for seed in seeds {
      for stage in plan.stages { try train(stage, seed, plan) }
      note("seed \(seed): measuring")
      runs += try StudyMeasurement(plan: plan, seed: seed, folder: output).runs()
    }
    let summary = StudySummary(runs: runs)
    let report = StudyReport(summary)
    try OutputFile.write(report.markdown, to: output + "/study.md")
    try OutputFile.write(Verbosity.text(of: report) + "\n", to: output + "/study.json")
    note("drawing")
    try StudyFigures(plan: plan, seeds: seeds, folder: output).write()
    let answers = summary.answers().map { answer in
      "\(answer.question) \(answer.verdict): \(Phrase.text(answer.estimate))"
    }
    try verbosity.report(answers, json: report, path: output + "/study.md")
  }

  private func note(_ line: String) {
    if !verbosity.isQuiet { Terminal.printError(Terminal.harmless(line)) }
  }

  /// Trains a stage, or what is left of it.
  private func train(_ stage: StudyPlan.Stage, _ seed: UInt64, _ plan: StudyPlan) throws {
    let configuration = try plan.configuration(of: stage, seed: seed, folder: output)
    let folder = configuration.output
    let old = try? String(contentsOfFile: folder + "/config.yaml", encoding: .utf8)
    if FileManager.default.fileExists(atPath: folder + "/final") {
      guard old == configuration.yaml else {
        throw ValidationError(
          "\(folder): was made by another configuration; remove it or choose another --output")
      }
      let log = try TrainingLog(path: folder + "/log.h5")
      guard !configuration.gate.isSet || configuration.gate.isMet(by: log) else {
        throw GateNotMet(output: folder, steps: configuration.steps)
      }
      note("seed \(seed): \(stage.name) is there")
      return
    }
    note("seed \(seed): \(stage.name)")
    var trainer = try Trainer(configuration)
    let progress = TrainingProgress(configuration, isQuiet: verbosity.isQuiet)
    _ = try Train.run(&trainer, resuming: old != nil, progress)
    if trainer.gateIsMet == false {
      throw GateNotMet(output: folder, steps: configuration.steps)
    }
  }
}
