public import ArgumentParser
import Kernels
public import Training

/// `tokenshift evaluate`: a checkpoint's accuracy on held-out problems of a task.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a checkpoint's accuracy on problems that training never shows.",
    discussion: """
      Accuracy comes with a 95 % interval over problems; pass@k is the unbiased estimate. The same \
      seed asks every checkpoint the same problems.

      Example:
        tokenshift evaluate runs/grpo/final --task carry-arithmetic --problems 256 --samples 8
      """)

  @Argument(help: ArgumentHelp("The checkpoint's folder.", valueName: "DIR"))
  var model: String

  @Option(help: "carry-arithmetic, modular-arithmetic or countdown.")
  var task = TaskName.carryArithmetic

  @Option(help: "The task's problems: train, test, harder, ood-length, …")
  var split = "test"

  @Option(help: "How many problems.")
  var problems = 256

  @Option(help: "Responses to each problem.")
  var samples = 8

  @Option(help: "Divides the logits; 0 takes the most likely token.")
  var temperature = 1.0

  @Option(help: "Most tokens of a response.")
  var maxTokens = 64

  @Option(help: "Of problems and samples.")
  var seed: UInt64 = 0

  @Option(help: "Threads. Default: all processors.")
  var threads: Int?

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard problems > 0, samples > 0, maxTokens > 0 else {
      throw ValidationError("--problems, --samples and --max-tokens must be positive")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be 0 or more")
    }
    if let threads, !(1...1_024).contains(threads) {
      throw ValidationError("--threads goes from 1 to 1024")
    }
    let splits = task.task.splits
    guard let named = ProblemSplit(named: split), splits.contains(named) else {
      let names = splits.map(\.description).joined(separator: ", ")
      throw ValidationError("--split \(split): \(task.rawValue) has \(names)")
    }
  }

  func run() throws {
    if let threads { Parallel.threadCount = threads }
    var settings = HeldOutAccuracy.Settings()
    settings.task = task
    settings.split = ProblemSplit(named: split) ?? .test
    settings.problems = problems
    settings.samples = samples
    settings.temperature = temperature
    settings.maximumTokens = maxTokens
    settings.seed = seed
    let start = try StartingModel(directory: model)
    let progress = ProgressBar(label: "sampling", unit: "responses", isQuiet: verbosity.isQuiet)
    let total = problems * samples
    let result = try HeldOutAccuracy(settings).measure(start) {
      progress.update(done: $0, total: total)
    }
    if verbosity.isJSON {
      try Terminal.printResult(Verbosity.text(of: Report(result)))
      return
    }
    try Terminal.printResult(
      "accuracy \(Self.percent(result.accuracy)) ± \(Self.percent(result.halfWidth)), "
        + "pass@\(samples) \(Self.percent(result.pass(at: samples))), "
        + "\(problems) problems × \(samples)")
    try Terminal.printResult(
      "\(Self.percent(result.stoppedShare)) ended by themselves, "
        + "\((result.responseLength * 10).rounded() / 10) tokens each")
  }

  private struct Report: Encodable {
    let accuracy: Double
    let halfWidth: Double
    let passAtSamples: Double
    let samples: Int
    let problems: Int
    let stoppedShare: Double
    let responseLength: Double

    init(_ result: HeldOutAccuracy.Result) {
      (accuracy, halfWidth) = (result.accuracy, result.halfWidth)
      (passAtSamples, samples) = (result.pass(at: result.samples), result.samples)
      (problems, stoppedShare) = (result.correct.count, result.stoppedShare)
      responseLength = result.responseLength
    }
  }

  private static func percent(_ share: Double) -> String {
    share.isNaN ? "–" : "\((share * 1_000).rounded() / 10) %"
  }
}

extension TaskName: ExpressibleByArgument {}
