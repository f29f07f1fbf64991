import Adapters
import ArgumentParser
import Files
import Foundation
import Kernels
import Study
internal import Tasks
import Training

/// `tokenshift evaluate`: a checkpoint's accuracy on held-out problems of a task.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a checkpoint's accuracy on problems that training never shows.",
    discussion: """
      Greedy accuracy, sampled accuracy and the unbiased pass@k come with 95 % intervals over problems, \
      which are all different. The same seed asks every checkpoint the same problems. --output keeps \
      the responses as JSON lines with ids, verdicts, log-probabilities and entropies, which `score` \
      reads; greedy ones have "-greedy" after their source.

      Examples:
        tokenshift evaluate runs/grpo/final --task carry-arithmetic --split test,harder,ood-length
        tokenshift evaluate rl=ckpt/rl --task gsm8k --file gsm8k.jsonl --max-tokens 400 \\
          --samples 4 --output rl.jsonl
      """)

  @Argument(
    help: ArgumentHelp(
      "The checkpoint's folder, and a name for its responses' source if it isn't to be the folder's.",
      valueName: "[NAME=]DIR"), completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp(
      "carry-arithmetic, modular-arithmetic, countdown, or gsm8k with --file.", valueName: "TASK"))
  var task = TaskName.carryArithmetic.rawValue

  @Option(
    help: ArgumentHelp(
      "Word problems of gsm8k, JSON lines with question and answer.", valueName: "FILE.jsonl"),
    completion: .file())
  var file: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "The task's problems: train, test, harder, ood-length, …; with commas, or repeat it.",
      valueName: "SPLIT,…"))
  var split = ["test"]

  @Option(help: ArgumentHelp("How many problems of each split.", valueName: "N"))
  var problems = 256

  @Option(help: ArgumentHelp("Sampled responses to each problem; 0 for none.", valueName: "N"))
  var samples = 8

  @Flag(inversion: .prefixedNo, help: "Whether to take the most likely response as well.")
  var greedy = true

  @Option(help: ArgumentHelp("Divides the logits of sampled responses.", valueName: "T"))
  var temperature = 1.0

  @Option(
    help: ArgumentHelp(
      "Sample among the most likely tokens that hold this much probability.", valueName: "P"))
  var topP = 1.0

  @Option(help: ArgumentHelp("Most tokens of a response.", valueName: "N"))
  var maxTokens = 64

  @Option(help: ArgumentHelp("Of problems and samples.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Where to write the responses.", valueName: "FILE.jsonl"),
    completion: .file())
  var output: String?

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var remoteCode: RemoteCode

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard problems > 0, maxTokens > 0 else {
      throw ValidationError("--problems and --max-tokens must be positive")
    }
    guard samples >= 0 else { throw ValidationError("--samples must be 0 or more") }
    guard samples > 0 || greedy else {
      throw ValidationError("--samples 0 with --no-greedy asks for nothing; drop one of them")
    }
    guard temperature > 0, temperature.isFinite else {
      throw ValidationError(
        "--temperature must be above 0; --samples 0 gives the most likely response alone")
    }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p goes from above 0 to 1") }
    guard output != "" else { throw ValidationError("--output is empty; name the file") }
  }

  func run() throws {
    threads.apply()
    let task = try TaskArgument.task(self.task, file: file)
    let (source, directory) = named
    let evaluations = try splits(of: task).map { split in
      HeldOutAccuracy(task, settings(split, source: source))
    }
    // Begun before the work: a folder that can't be written to shows at once.
    let responses = try output.map { path in
      try OutputFile(
        path: path, sparing: SparedFiles(file.map { [$0] } ?? [], models: [directory]))
    }
    let start = try StartingModel(
      directory: directory, ignoresRemoteCode: remoteCode.isIgnored)
    let results = try measure(evaluations, start, responses)
    let report = EvaluationReport(
      model: directory, task: self.task, seed: seed, samples: samples, temperature: temperature,
      output: output, results: results, asked: problems)
    if verbosity.isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
      return
    }
    for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
    if let output { try Terminal.printResult(Terminal.harmless("wrote \(output)")) }
  }

  private func measure(
    _ evaluations: [HeldOutAccuracy], _ start: StartingModel, _ file: OutputFile?
  ) throws -> [HeldOutResult] {
    let progress = ProgressBar(label: "sampling", unit: "responses", isQuiet: verbosity.isQuiet)
    let counts = evaluations.map { $0.problems.count * $0.settings.responsesPerProblem }
    var done = 0
    Interruption.watch()
    var results: [HeldOutResult] = []
    for (evaluation, count) in zip(evaluations, counts) {
      results.append(
        try evaluation.measure(start) { finished in
          progress.update(done: done + finished, total: counts.reduce(0, +))
          try Interruption.check("nothing was written")
        } write: { line in
          try file?.append(line.text)
        })
      done += count
    }
    try file?.commit()
    return results
  }

  /// The source's name and the folder.
  private var named: (String, String) {
    let argument = NamedArgument(model)
    if let name = argument.name, !name.isEmpty, !name.contains("/") {
      return (name, argument.value)
    }
    return (URL(filePath: model).lastPathComponent, model)
  }

  private func splits(of task: any TrainingTask) throws -> [ProblemSplit] {
    var splits: [ProblemSplit] = []
    for name in split.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let known = try TaskArgument.split(String(name), of: task, called: self.task)
      guard !splits.contains(known) else { throw ValidationError("--split \(name) stands twice") }
      splits.append(known)
    }
    return splits
  }

  private func settings(_ split: ProblemSplit, source: String) -> HeldOutAccuracy.Settings {
    var settings = HeldOutAccuracy.Settings()
    settings.split = split
    settings.problems = problems
    settings.samples = samples
    settings.includesGreedy = greedy
    settings.temperature = temperature
    settings.topP = topP
    settings.maximumTokens = maxTokens
    settings.seed = seed
    settings.source = source
    return settings
  }
}
