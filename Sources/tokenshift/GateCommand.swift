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
      Each metric is regressed, equivalent, or there is not enough data. Files are token logs of 'score' with base and the model on the model's own samples, answers that \
      'evaluate --output' wrote, or training logs; prompts are matched by their ids. A metric has regressed \
      where chance doesn't explain the difference and it is at least the margin. What a file lacks is 'not \
      measured'.

      Every new evaluation is a look: the state file counts them, so that all looks together are wrong with \
      the policy's probability. The same evaluation again costs nothing.

      Exit code 1: a gated metric regressed; with --strict also one that wasn't decided.

      Examples:
        tokenshift gate --baseline night-1.h5 --candidate night-2.h5
        tokenshift gate --baseline a.jsonl --candidate b.jsonl --policy gate.yaml --junit gate.xml
        tokenshift gate --baseline s1.h5 --baseline s2.h5 --baseline s3.h5 --candidate new.h5
      """)

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "What the candidate is compared with; repeat it for three or more seeds of one recipe.",
      valueName: "FILE"))
  var baseline: [String]

  @Option(help: ArgumentHelp("What is judged.", valueName: "FILE"))
  var candidate: String

  @Option(
    help: ArgumentHelp("Metrics, margins, slices; the page Gate shows how.", valueName: "FILE.yaml")
  )
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "Where looks are counted; default: the policy's, else .tokenshift-gate.json.",
      valueName: "FILE.json"))
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

  @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "FILE.xml"))
  var junit: String?

  @Option(help: ArgumentHelp("Write Markdown for a pull request.", valueName: "FILE.md"))
  var markdown: String?

  @Option(help: ArgumentHelp("Write a LaTeX table.", valueName: "FILE.tex"))
  var latex: String?

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard !baseline.isEmpty else { throw ValidationError("--baseline: name what to compare with") }
    for (option, path) in outputs where path == "" {
      throw ValidationError("\(option) is empty; name the file")
    }
    guard state != "" else { throw ValidationError("--state is empty; name the file") }
  }

  private var outputs: [(option: String, path: String?)] {
    [("--junit", junit), ("--markdown", markdown), ("--latex", latex)]
  }

  func run() throws {
    let inputs = SparedFiles(
      (baseline + [candidate]).flatMap(LogSource.files) + [policy].compactMap { $0 })
    // Begun before the work: a folder that can't be written to shows at once.
    let files = try outputs.map { output in
      try output.path.map { try OutputFile(path: $0, sparing: inputs) }
    }
    let report: GateReport
    do { report = try evaluate(inputs) } catch {
      if let file = files[0], !(error is ExitCode) {
        try file.append(GateReport.junit(unreadable: "\(error)"))
        try file.commit()
      }
      throw error
    }
    for (file, text) in zip(files, [report.junit, report.markdown, report.latex]) {
      try file?.append(text)
      try file?.commit()
    }
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
    } else {
      for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
    }
    if report.fails { throw ExitCode(1) }
  }

  private func evaluate(_ inputs: SparedFiles) throws -> GateReport {
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
    let evaluation = try GateEvaluation(
      baselines: try baseline.map(GateInput.open), candidate: try GateInput.open(candidate),
      request, files: LogSource.files)
    var report = try evaluation.report()
    if !noSummaries { report.notes += evaluation.writeSummaries(of: report) }
    let provenance = Provenance.ofThisCommand
    report.record.command = provenance.commandLine
    report.record.version = provenance.version
    return report
  }
}
