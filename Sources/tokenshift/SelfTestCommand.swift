import ArgumentParser
import Files
import Foundation
import Kernels
import SelfTesting

/// `tokenshift selftest`: whether this build finds planted changes on this machine, and nothing else.
struct SelfTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Plant known changes in a checkpoint and say whether this build finds them.",
    discussion: """
      In a copy of a real checkpoint, in a temporary folder, weights are edited a little, and at each token of \
      the responses a logit is moved so that the log-probability changes by a chosen size, exactly. All of it \
      is scored in 32 bits and in bf16, in two ways of cutting batches, as 'score' does, and verdicts are held \
      against the truth: how often a change is found by its size, how often one is called that isn't there, \
      how often intervals of positions are wrong wherever models are sure or unsure.

      A bound counts as broken only where even the interval over prompts lies beyond it: each bound is broken by \
      luck at most once in 100. Verdicts on tokens are counted without an interval.

      Without --model it is the demo's checkpoints, which 'make install' puts into share/tokenshift: half a \
      minute on two cores. On a checkpoint of your own, stored as bf16, errors are judged, and power is shown.

      Exit code 1: a bound is broken.

      Examples:
        tokenshift selftest
        tokenshift selftest --full --json > selftest.json
        tokenshift selftest --model ckpt/base --texts responses.jsonl
      """)

  @Option(
    help: ArgumentHelp(
      "A checkpoint of your own, in Hugging Face layout; goes with --texts.", valueName: "DIR"),
    completion: .directory)
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Texts for it, JSON lines with prompts and responses as 'score' takes them.",
      valueName: "FILE.jsonl"), completion: .file())
  var texts: String?

  @Flag(help: "Also the demo's SFT checkpoint, smaller and larger edits of weights.")
  var full = false

  @Option(help: ArgumentHelp("Seed of the planted changes.", valueName: "N"))
  var seed: UInt64 = 1

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (model == nil) == (texts == nil) else {
      throw ValidationError(
        "--model DIR and --texts FILE go together: give both, or none for the demo")
    }
    guard model != "" else { throw ValidationError("--model is empty; name the folder") }
    guard texts != "" else { throw ValidationError("--texts is empty; name the file") }
  }

  func run() throws {
    threads.apply()
    Interruption.watch()
    let inputs = try inputs()
    var settings = SelfTest.Settings()
    settings.seed = seed
    settings.isFull = full
    settings.scoringAgain = { score in
      let threads = Parallel.threadCount
      defer { Parallel.threadCount = threads }
      Parallel.threadCount = max(1, threads / 2)
      try score()
    }
    var bars: [SelfTest.Stage: ProgressBar] = [:]
    let test = SelfTest(inputs, settings, provenance: .ofThisCommand)
    let result = try test.run { stage, done, total in
      try Interruption.check("nothing was left behind")
      let bar =
        bars[stage]
        ?? ProgressBar(label: stage.rawValue, unit: "tokens", isQuiet: verbosity.isQuiet)
      bars[stage] = bar
      bar.update(done: done, total: total)
    }
    if verbosity.isJSON {
      try Terminal.printResult(Verbosity.text(of: result))
    } else if !verbosity.isQuiet {
      for line in result.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
    }
    if !result.holds { throw PrintedVerdict() }
  }

  private func inputs() throws -> SelfTest.Inputs {
    if let model, let texts { return .init(model: model, texts: texts) }
    let tool = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    return try .demo(beside: tool, isFull: full)
  }
}
