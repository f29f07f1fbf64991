import Analysis
import ArgumentParser
import Files
import Foundation
import Gating
import Reporting
import RunLogs
import Study

/// `tokenshift gate`: whether a checkpoint got worse than its baseline.
struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Say whether a checkpoint got worse than its baseline, and how sure that is.",
    discussion: """
      Each metric is regressed, equivalent, or there is not enough data. Files are token logs of 'score' with \
      base and the model on the model's own samples, answers that 'evaluate --output' wrote, or training \
      logs; prompts are matched by their ids. With --texts they are checkpoints, which are scored first. A \
      metric has regressed where chance doesn't explain the difference and it is at least the margin. What a \
      file lacks is 'not measured'.

      Every new evaluation is a look: the state file counts them, so that all looks together are wrong with \
      the policy's probability. The same evaluation again costs nothing.

      Exit code 1: a gated metric regressed; with --strict also one that wasn't decided.

      Examples:
        tokenshift gate --baseline night-1.h5 --candidate night-2.h5
        tokenshift gate --baseline a.jsonl --candidate b.jsonl --policy gate.yaml --junit gate.xml
        tokenshift gate --baseline s1.h5 --baseline s2.h5 --baseline s3.h5 --candidate new.h5
        tokenshift gate --baseline ckpt/old --candidate ckpt/new --texts held-out.jsonl \\
          --log gate.h5 --output page
      """)

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "What the candidate is compared with; repeat it for three or more seeds of one recipe.",
      valueName: "FILE"), completion: .file())
  var baseline: [String]

  @Option(help: ArgumentHelp("What is judged.", valueName: "FILE"), completion: .file())
  var candidate: String

  @Option(
    help: ArgumentHelp(
      "Metrics, margins, slices; the page Gate shows how.", valueName: "FILE.yaml"),
    completion: .file()
  )
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "Where looks are counted; default: the policy's, else .tokenshift-gate.json.",
      valueName: "FILE.json"), completion: .file())
  var state: String?

  @Flag(help: "Forget the looks at this baseline under another policy.")
  var newState = false

  @Flag(help: "Allow a baseline that was chosen among candidates by these samples.")
  var reuseSelection = false

  @Option(
    help: ArgumentHelp(
      "The model that changes are counted from; default: 'base', or the first pair's first.",
      valueName: "NAME"))
  var base: String?

  @Option(
    help: ArgumentHelp("The baseline's model, or author; default: the only one.", valueName: "NAME")
  )
  var baselineModel: String?

  @Option(
    help: ArgumentHelp(
      "The candidate's model, or author; default: the only one.", valueName: "NAME"))
  var candidateModel: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Take texts of this author as fixed, though the logs have a model of that name; repeatable.",
      valueName: "AUTHOR"))
  var fixed: [String] = []

  @Flag(help: "Leave no summaries (FILE.tokenshift.json, for 'report --series') beside the files.")
  var noSummaries = false

  @Flag(help: "Fail also where a gated metric isn't decided.")
  var strict = false

  @OptionGroup(title: "Checkpoints") var checkpoints: GateCheckpoints

  @Option(
    help: ArgumentHelp(
      "Write a page into this folder: index.html, the same as gate.md, gate.tex and gate.json, figures.",
      valueName: "DIR"), completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "FILE.xml"), completion: .file())
  var junit: String?

  @Option(
    help: ArgumentHelp("Write Markdown for a pull request.", valueName: "FILE.md"),
    completion: .file())
  var markdown: String?

  @Option(help: ArgumentHelp("Write a LaTeX table.", valueName: "FILE.tex"), completion: .file())
  var latex: String?

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !baseline.isEmpty else { throw ValidationError("--baseline: name what to compare with") }
    for (option, path) in outputs + [("--output", output)] where path == "" {
      throw ValidationError("\(option) is empty; name the file")
    }
    guard state != "" else { throw ValidationError("--state is empty; name the file") }
  }

  private var outputs: [(option: String, path: String?)] {
    [("--junit", junit), ("--markdown", markdown), ("--latex", latex)]
  }

  func run() throws {
    checkpoints.threads.apply()
    let models =
      try checkpoints.texts == nil
      ? nil : GateCheckpoints.Models(baselines: baseline, candidate: candidate)
    if let models, checkpoints.dryRun { return try estimate(models) }
    var inputs =
      models.map(checkpoints.spared)
      ?? SparedFiles((baseline + [candidate]).flatMap(LogSource.files))
    for path in [policy, checkpoints.log].compactMap(\.self) { inputs.add(path) }
    // Begun before the work: a folder that can't be written to shows at once.
    let files = try outputs.map { output in
      try output.path.map { try OutputFile(path: $0, sparing: inputs) }
    }
    let page = try pageFolder(inputs)
    let (evaluation, report): (GateEvaluation, GateReport)
    do { (evaluation, report) = try evaluate(inputs, models) } catch {
      if let file = files[0] {
        try file.append(GateReport.junit(unreadable: "\(error)"))
        try file.commit()
      }
      throw error
    }
    for (file, text) in zip(files, [report.junit, report.markdown, report.latex]) {
      try file?.append(text)
      try file?.commit()
    }
    if let page { _ = try evaluation.page(of: report).write(to: page, sparing: inputs) }
    try show(report)
    if report.fails { throw PrintedVerdict() }
  }

  private func show(_ report: GateReport) throws {
    if verbosity.isJSON { return try Terminal.printResult(Verbosity.text(of: report)) }
    guard !verbosity.isQuiet else { return }
    for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
  }

  /// The folder of the page, made before a look is spent: what can't be written shows at once.
  private func pageFolder(_ inputs: SparedFiles) throws -> URL? {
    guard let output else { return nil }
    let folder = URL(filePath: output)
    try GatePage.check(folder: folder, sparing: inputs)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private func estimate(_ models: GateCheckpoints.Models) throws {
    Interruption.watch()
    try Score.report(
      estimateOf: checkpoints.scorer(models, untouched: "nothing was begun"),
      log: checkpoints.log ?? "", verbosity,
      last: "nothing was written, no look was spent: without --dry-run it begins")
  }

  private func evaluate(
    _ inputs: SparedFiles, _ models: GateCheckpoints.Models?
  ) throws -> (GateEvaluation, GateReport) {
    var request = GateEvaluation.Request()
    if let policy { request.policy = try PolicyFile.read(policy) }
    request.stateFile = state ?? request.policy.stateFile
    try inputs.check(request.stateFile)
    request.startsAnew = newState
    request.reusesSelection = reuseSelection
    request.base = base
    (request.baselineModel, request.candidateModel) = (baselineModel, candidateModel)
    request.fixedAuthors = fixed
    request.isStrict = strict
    let (before, after) =
      try models.map(score) ?? (baseline.map(GateInput.open), GateInput.open(candidate))
    let evaluation = try GateEvaluation(
      baselines: before, candidate: after, request, files: LogSource.files)
    var report = try evaluation.report()
    if !noSummaries { report.notes += evaluation.writeSummaries(of: report) }
    let provenance = Provenance.ofThisCommand
    report.record.command = provenance.commandLine
    report.record.version = provenance.version
    return (evaluation, report)
  }

  /// Scores checkpoints; all models are in one log.
  private func score(_ models: GateCheckpoints.Models) throws -> ([GateInput], GateInput) {
    Interruption.watch()
    let log = try checkpoints.score(models, isQuiet: verbosity.isQuiet)
    Interruption.unwatch()
    return (
      models.baselines.map { .tokens(log, model: $0.name) },
      .tokens(log, model: models.candidate.name)
    )
  }
}
