import Analysis
import ArgumentParser
import Files
import Foundation
import Reporting
import RunLogs

/// `tokenshift audit`: which tokens changed between two models, and how sure that is.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which tokens changed between two models, and how sure that is.",
    discussion: """
      A position, a token or a kind of positions is 'changed' where its change exceeds a margin for \
      certain, 'unchanged' where it stays within, else 'undecidable'. At a position the doubt is \
      numerical; of a token it is over prompts, and judged together at 5 % false discoveries. Authors of \
      texts are never pooled. A token in fewer than 30 prompts gets no verdict.

      Parts of the output, with --show: answer (shares of changed positions), sweep (every measure and \
      margin), moved (probability that moved), estimators (of the KL divergence), tokens, grams (two and \
      three in a row), kinds (categories, place, distance to landmarks, entropy, rank), forks (were the \
      changed positions the uncertain ones, and more than chance gives?), entropy (change by entropy \
      before), carried (what few positions hold of the divergence).

      Examples:
        tokenshift audit log.h5 --pair base:rl
        tokenshift audit log.h5 --pair base:rl --show kinds,grams --author rl --by js
        tokenshift audit log.h5 --show forks,entropy,carried
        tokenshift audit log.h5 --lineage base,sft,sft-rl
        tokenshift audit log.h5 --margin js=0.05 --json > audit.json
        tokenshift audit log.h5 --positions > positions.jsonl    # a row for each position
        tokenshift audit log.h5 --text base-000-0
        tokenshift audit log.h5 --html texts.html                # coloured texts, one page
      """)

  @Argument(help: ArgumentHelp("A token log.", valueName: "LOG.h5"), completion: .file())
  var log: String

  @Option(help: ArgumentHelp("Before and after; default: the log's first pair.", valueName: "A:B"))
  var pair: String?

  @Option(
    help: ArgumentHelp(
      "Parts to show, with commas, or 'all'; default: answer,moved,tokens.", valueName: "PART,…"))
  var show: String?

  @Option(
    help: ArgumentHelp(
      """
      What lists of tokens are ordered by: moved (probability that moved; the default), js, dlogp, dprob, dH.
      """, valueName: "MEASURE"))
  var by: AuditTables.Order?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      """
      A verdict's margin, say js=0.05, dlogp=0.5, dprob=0.02, dH=0.2 or moved=0.002; repeat for more.
      """, valueName: "MEASURE=X"))
  var margin: [String] = []

  @Option(help: ArgumentHelp("Only texts by this author, any of the log's.", valueName: "NAME"))
  var author: String?

  @Option(
    help: ArgumentHelp(
      "Rows of a list; default: 10, all with --json.", valueName: "N"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Your own categories and landmarks; the page Categories shows how.", valueName: "FILE.yaml"),
    completion: .file())
  var categories: String?

  @OptionGroup var declared: LineageOption

  @Option(
    help: ArgumentHelp(
      "Show this text, coloured by change of probability; repeat for more.", valueName: "ID"))
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Write a page of coloured texts: those of --text, or whole texts of each author in turn, up to \
      10,000 tokens.
      """, valueName: "FILE.html"), completion: .file())
  var html: String?

  @Flag(help: "Print each position's verdicts as JSON lines, text by text.")
  var positions = false

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard (limit ?? 1) > 0 else { throw ValidationError("--limit must be positive") }
    guard !(positions && !text.isEmpty) else {
      throw ValidationError("--positions is of all texts, --text shows one: give one of them")
    }
    guard html != "" else { throw ValidationError("--html is empty; name the page") }
    guard !(positions && html != nil) else {
      throw ValidationError("--positions prints rows, --html writes a page: give one of them")
    }
    try checkLists()
    _ = try parts()
    _ = try margins()
  }

  /// Refuses what is about lists of tokens beside what prints none.
  private func checkLists() throws {
    let mode =
      html != nil ? "--html" : !text.isEmpty ? "--text" : positions ? "--positions" : nil
    guard let mode else { return }
    var useless: [String] = []
    if show != nil { useless.append("--show") }
    if by != nil { useless.append("--by") }
    if limit != nil { useless.append("--limit") }
    if categories != nil { useless.append("--categories") }
    if declared.text != nil { useless.append("--lineage") }
    if author != nil, !text.isEmpty { useless.append("--author") }
    guard let first = useless.first else { return }
    throw ValidationError(
      "\(first) says nothing with \(first == "--author" ? "--text" : mode): leave one of them out")
  }

  func run() throws {
    let file = try TokenLog(path: log)
    let name = try pair.map { try PairName(parsing: $0) } ?? file.firstPair()
    let table = try TokenTable(file)
    if let html { return try write(html, pair: name, in: table) }
    if !text.isEmpty { return try show(pair: name, in: table) }
    if positions { return try printPositions(of: name, in: table) }
    var settings = AuditReport.Settings()
    settings.audit = try margins()
    if let categories {
      let yaml: String
      do { yaml = try String(contentsOfFile: categories, encoding: .utf8) } catch {
        throw ValidationError(
          "\(categories): cannot be read as a text: name a YAML file, or leave --categories out")
      }
      settings.audit.categories = try TokenCategories(yaml: yaml, path: categories)
    }
    settings.parts = try parts()
    settings.order = by ?? .moved
    settings.limit = limit
    settings.lineage = try declared.lineage
    settings.audit.author = try author.map { try checked($0, of: name, in: table) }
    let report = try AuditReport(of: name, in: table, path: log, settings: settings)
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
      return
    }
    for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
  }

  private func printPositions(of pair: PairName, in table: TokenTable) throws {
    let lines = try PositionLines(of: pair, in: table, margins: try margins().margins)
    let wanted = try author.map { try checked($0, of: pair, in: table) }
    let texts = wanted.map(table.texts.texts) ?? Array(0..<table.textCount)
    for text in texts {
      let block = try lines.lines(ofText: text)
      // Each line has its own end.
      if !block.isEmpty { try Terminal.printResult(String(block.dropLast())) }
    }
  }

  /// A page of the pair asked for, or of all.
  private func write(_ path: String, pair name: PairName, in table: TokenTable) throws {
    let file = try OutputFile(path: path, sparing: SparedFiles(table.log.files))
    let page = try ColouredTextPage(
      of: table, pairs: pair == nil ? nil : [name], texts: text.isEmpty ? nil : text,
      author: try author.map { try checked($0, of: name, in: table) },
      margins: try margins().margins)
    try file.append(page.html + "\n")
    try file.commit()
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: ["page": path]))
    } else {
      try Terminal.printResult(Terminal.harmless("wrote \(path)"))
    }
  }

  private func show(pair: PairName, in table: TokenTable) throws {
    let texts = try table.log.sequences(named: text) ?? []
    if isJSON {
      // One text is one object, as it always was.
      let verdicts = try PositionVerdicts(of: pair, in: table)
      let margins = try margins().margins
      let reports = try texts.map {
        try TextReport(ofText: $0, verdicts, in: table, margins: margins)
      }
      let json =
        try reports.count == 1 ? Verbosity.text(of: reports[0]) : Verbosity.text(of: reports)
      try Terminal.printResult(json)
      return
    }
    let verdicts = try PositionVerdicts(of: pair, in: table, measures: [.probability])
    for text in texts {
      let source = table.texts.source(of: text)
      let author = source.isEmpty ? "unknown" : source
      try Terminal.printResult(
        Terminal.harmless("\(table.texts.ids[text]), written by \(author), \(pair)"))
      let text = try ColouredText(
        ofText: text, verdicts, in: table, margin: try margins().margins[.probability],
        usesColor: Terminal.usesColor)
      try Terminal.printStyled(text.text)
      for line in text.legend { try Terminal.printResult(line) }
    }
  }

  // MARK: Options

  /// An author that has a measured position.
  private func checked(_ author: String, of pair: PairName, in table: TokenTable) throws -> String {
    let known = try table.authors(of: pair)
    guard known.contains(where: { $0.utf8.elementsEqual(author.utf8) }) else {
      let names = known.map { $0.isEmpty ? "'' (unknown)" : $0 }.joined(separator: ", ")
      throw ValidationError(
        "--author '\(author)': \(log) has no measured text by it, only by \(names)")
    }
    return author
  }

  private func parts() throws -> [AuditReport.Part] {
    guard let show else { return AuditReport.Settings().parts }
    if show == "all" { return AuditReport.Part.allCases }
    let names = show.split(separator: ",")
    guard !names.isEmpty else {
      throw ValidationError("--show '\(show)' names no part; leave it out, or name some")
    }
    return try names.map { name in
      guard let part = AuditReport.Part(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
        let known = AuditReport.Part.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--show '\(name)': the parts are \(known), or all")
      }
      return part
    }
  }

  private func margins() throws -> PairAudit.Settings {
    var settings = PairAudit.Settings()
    for argument in margin {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite, value > 0 else {
        throw ValidationError(
          "--margin '\(argument)': write a measure and a positive number, say js=0.05")
      }
      if parts[0] == AuditTables.Order.moved.rawValue {
        settings.movedMargin = value
      } else if let measure = PositionMeasure(rawValue: parts[0]) {
        settings.margins[measure] = value
      } else {
        let known = AuditTables.Order.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--margin '\(argument)': the measures are \(known)")
      }
    }
    return settings
  }
}

extension AuditTables.Order: ExpressibleByArgument {}
