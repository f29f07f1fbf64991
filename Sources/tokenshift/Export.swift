import ArgumentParser
import Files
import Foundation
import Reporting
import RunLogs

/// `tokenshift export`: a log in, rows of CSV or JSON lines out.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write columns or tables of a log as CSV or JSON lines.",
    discussion: """
      Columns have the names of the log, with the model or the pair before them: base/logp, base:rl/js, \
      base/topk/id, tok/id, seq/reward, train/loss, checkpoint/step; base:rl/moved is a pair's moved \
      probability, NAME/* all columns below NAME. --list prints all. Without --columns: logp, entropy and rank \
      of each model, dlogp, dprob and js of each pair; of a training log all metrics, of a log of \
      `dynamics` the checkpoints.

      A row is a token, with text (its number), id, author, prompt_id, position, token_id, token, mask \
      and unmeasured before the columns; a text if only seq/… is asked for; of base:rl/moved a token of \
      a text; a step; a checkpoint. A column of texts beside one of tokens is repeated.

      Numbers are the shortest decimals that give back the log's bits. What is not measured or not known is an \
      empty field, in JSON null. Infinite numbers are inf and -inf, in JSON null. A list has k columns in CSV \
      (base/topk/id/0 …), an array in JSON. `token` is the token's text with its line ends and quotes; bytes \
      that are no UTF-8 and control characters are ⟨hexadecimal⟩. To keep tokens such as "null" in pandas:
        pandas.read_csv(FILE, dtype={"token": str}, keep_default_na=False,
                        na_values=[""])

      --table writes a table of `report` or `audit`, all of its rows. NAME is followed by NAME lower and NAME \
      upper, the ends of its interval, level, clusters, observations and method.

      Examples:
        tokenshift export log.h5 --columns base/logp,base:rl/js --output tokens.csv
        tokenshift export log.h5 --columns 'seq/*' --output texts.jsonl
        tokenshift export log.h5 --table tokens --pair base:rl --output verdicts.csv
        tokenshift export runs/rl-1 | head
      """)

  @Argument(
    help: ArgumentHelp(
      "A token log, a training log or the folder of its run, a log of `dynamics`.",
      valueName: "LOG.h5|RUN"), completion: .file())
  var log: String

  @Option(help: ArgumentHelp("Columns to write, with commas.", valueName: "NAME,…"))
  var columns: String?

  @Option(
    help: ArgumentHelp("Write a table instead; --list names them.", valueName: "NAME"))
  var table: String?

  @Option(
    help: ArgumentHelp(
      "Before and after, of a table of `audit`; default: the log's first pair.", valueName: "A:B"))
  var pair: String?

  @Option(help: ArgumentHelp("Only texts by this author.", valueName: "NAME"))
  var author: String?

  @Flag(help: "Only tokens of responses: those with mask 1.")
  var responseOnly = false

  @Option(
    help: ArgumentHelp(
      "csv or jsonl; default: by the ending of --output, else csv.", valueName: "FORMAT"))
  var format: RowFormat?

  @Option(
    help: ArgumentHelp("The file to write; - or none: standard output.", valueName: "FILE"),
    completion: .file())
  var output: String?

  @Flag(help: "Print every column and table of the log, with unit and definition.")
  var list = false

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard output != "" else { throw ValidationError("--output is empty; name the file") }
    if columns != nil, table != nil {
      throw ValidationError("--columns and --table: give one of them")
    }
    if table != nil, responseOnly {
      throw ValidationError("--response-only is about columns of tokens, not --table")
    }
    if table == nil, pair != nil {
      throw ValidationError("--pair is for --table; columns name their pair: base:rl/js")
    }
    if verbosity.isJSON, file == nil, !list {
      throw ValidationError("--json prints what was written: name the file with --output")
    }
  }

  /// The log; of the folder of a run the one that lies there.
  private var path: String {
    let inside = log.hasSuffix("/") ? log + "log.h5" : log + "/log.h5"
    return FileManager.default.fileExists(atPath: inside) ? inside : log
  }

  /// Nil for standard output.
  private var file: String? { output == "-" ? nil : output }

  func run() throws {
    let source = try ExportSource(path: path)
    if list { return try printContents(of: source) }
    let format = format ?? file.flatMap { RowFormat(path: $0) } ?? .csv
    let writing: Writing
    if let table {
      writing = .table(
        try TableExport(
          LogTable(named: table), of: source, pair: pair.map { try PairName(parsing: $0) },
          author: author))
    } else {
      writing = .columns(
        try ColumnExport(
          of: source, columns: columns.map(Self.names), format: format, responsesOnly: responseOnly,
          author: author, isForTerminal: file == nil && Terminal.isOutputInteractive))
    }
    guard let file else {
      _ = try writing.write(as: format, isForTerminal: Terminal.isOutputInteractive)
      return
    }
    Interruption.watch()
    let target = try OutputFile(path: file, sparing: SparedFiles(source.files))
    let rows = try writing.write(as: format, to: target, isQuiet: verbosity.isQuiet)
    try target.commit()
    try verbosity.report(
      [Phrase.count(rows, "row")],
      json: Result(
        log: path, output: file, format: format, table: table, rows: rows, columns: writing.names),
      path: file)
  }

  private static func names(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func printContents(of source: ExportSource) throws {
    let contents = source.contents
    if verbosity.isJSON { return try Terminal.printResult(Verbosity.text(of: contents)) }
    var lines: [String] = []
    var kinds: [String] = []
    for column in contents.columns where !kinds.contains(column.rows) { kinds.append(column.rows) }
    for rows in kinds {
      lines += ["", "A row for each \(rows):"]
      for column in contents.columns where column.rows == rows {
        let unit = ["", "1"].contains(column.unit) ? "" : " [\(column.unit)]"
        let width = column.width.map { ", \($0) numbers" } ?? ""
        lines.append("  \(column.name)\(unit)\(width): \(column.definition)")
      }
    }
    if !contents.tables.isEmpty {
      lines += ["", "Tables, for --table:"]
      lines += contents.tables.map { "  \($0.name): \($0.definition)" }
    }
    for line in lines.dropFirst() { try Terminal.printResult(line) }
  }

  private struct Result: Encodable {
    let log: String
    let output: String
    let format: RowFormat
    let table: String?
    let rows: Int
    let columns: [String]
  }
}

/// What is written, and how.
private enum Writing {
  case columns(ColumnExport)
  case table(TableExport)

  var names: [String] {
    switch self {
    case .columns(let columns): columns.names
    case .table(let table): table.names
    }
  }

  /// Into a file, with progress.
  func write(as format: RowFormat, to file: OutputFile, isQuiet: Bool) throws -> Int {
    switch self {
    case .table(let table): return try table.write(as: format) { try file.append(bytes: $0) }
    case .columns(let columns):
      let progress = ProgressBar(label: "exporting", unit: "rows", isQuiet: isQuiet)
      func show(done: Int, total: Int) throws {
        try Interruption.check("nothing was written")
        progress.update(done: done, total: total)
      }
      return try columns.write(progress: show) { try file.append(bytes: $0) }
    }
  }

  /// To standard output, until nobody reads any more.
  func write(as format: RowFormat, isForTerminal: Bool) throws {
    struct Closed: Error {}
    signal(SIGPIPE, SIG_IGN)
    func sink(_ bytes: [UInt8]) throws {
      guard try Terminal.writeOutput(bytes) else { throw Closed() }
    }
    do {
      switch self {
      case .table(let table):
        _ = try table.write(as: format, isForTerminal: isForTerminal, to: sink)
      case .columns(let columns): _ = try columns.write(to: sink)
      }
    } catch is Closed {}
  }
}

extension RowFormat: ExpressibleByArgument {}
