package import Analysis
package import Files
package import Foundation
internal import Plotting
package import RunLogs

/// Everything a report says about one or more logs, before it is set as a page, Markdown, LaTeX or
/// JSON.
package struct Report: Sendable {
  /// One log's part.
  struct Section: Sendable, Encodable {
    /// The log's file name.
    let log: String
    /// The answer for each pair, with its numbers.
    let headlines: [Headline]
    /// Of each pair, whether the changed positions were the uncertain ones; nil where not known.
    let forkSentences: [String?]
    /// What a declared lineage's second step undoes; nil without one.
    let stepSentence: String?
    /// The same in words, and `notes`.
    let leads: [String]
    /// What the measures and brackets are, and how precise the numbers are.
    let notes: [String]
    /// Facts in words: texts, settings, digests.
    let facts: [Fact]
    let tables: [Table]
    /// On tokens and kinds of positions.
    let verdicts: [Table]
    /// How the texts were chosen.
    let choice: String
    let examples: [Example]
    /// What the verdicts of examples rest on.
    let texts: TextExamples
    let figures: [FigureReference]

    private enum CodingKeys: CodingKey {
      case log, headlines, leads, facts, tables, verdicts, examples, figures
    }
  }

  /// A named fact.
  struct Fact: Sendable, Encodable {
    let name: String
    let value: String
  }

  /// One text under each pair.
  struct Example: Sendable, Encodable {
    let id: String
    let source: String
    let changes: [ResponseChange]
    /// The same with verdicts, for programs.
    let reports: [TextReport]
    /// What the page shows of single tokens.
    let statistics: TextStatistics
    /// Under each pair.
    let verdicts: [TextVerdicts]

    private enum CodingKeys: String, CodingKey {
      case id, source
      case reports = "changes"
    }
  }

  /// A figure's files and words.
  struct FigureReference: Sendable, Encodable {
    let name: String
    let title: String
    let caption: String

    /// Whether it is of one text, which the page shows as a text.
    var isHeatMap: Bool { name.hasPrefix("tokens-") }

    private enum CodingKeys: CodingKey { case name, title, caption }
  }

  let sections: [Section]
  private let figureSets: [FigureSet]

  /// Reads logs and makes tables, verdicts and figures of them.
  ///
  /// - Parameters:
  ///   - logs: open token logs, each with at least one pair.
  ///   - responses: for each log the texts to show, as indices of sequences; nil for a typical
  ///     text of each writer.
  ///   - lineage: three models of each log, as the user declares; nil for none.
  /// - Throws: `RunLogError`, `LineageError` or `FigureError`.
  package init(of logs: [TokenLog], responses: [[Int]?], lineage: Lineage? = nil) throws {
    precondition(logs.count == responses.count)
    var sections: [Section] = []
    var figureSets: [FigureSet] = []
    for (log, chosen) in zip(logs, responses) {
      let table = try TokenTable(log)
      let tables = try LogTables(table)
      let typical =
        try chosen == nil
        ? log.header.pairs.first.map { try ChosenResponses(from: table, pair: $0) } : nil
      let shown = chosen ?? typical?.sequences ?? []
      let texts = try TextExamples(
        of: shown, pairs: log.header.pairs, in: table, known: tables.audits.map(\.verdicts))
      let steps = try lineage.map { try StepDecomposition(of: $0, in: table) }
      let stepTables = steps.map { StepTables(steps: $0) }
      let figures = try FigureSet(of: table, responses: shown, steps: steps)
      figureSets.append(figures)
      sections.append(
        Section(
          log: URL(filePath: log.path).lastPathComponent, headlines: tables.headlines,
          forkSentences: tables.forks.map(ForkWords.sentence),
          stepSentence: stepTables?.sentence,
          leads: tables.leads + [stepTables?.sentence].compactMap(\.self), notes: tables.notes,
          facts: Self.facts(of: log) + Self.omission(typical),
          tables: try tables.all() + [stepTables?.table].compactMap(\.self),
          verdicts: tables.verdicts(limit: 12),
          choice: chosen == nil
            ? "For each author the response with the middle mean divergence among those of 16 to 90 tokens."
            : "Chosen by hand.",
          examples: texts.texts, texts: texts,
          figures: figures.entries.map {
            FigureReference(name: $0.name, title: $0.figure.title, caption: $0.figure.caption)
          }))
    }
    self.sections = sections
    self.figureSets = figureSets
  }

  /// Writes `index.html`, `report.md`, `tables.tex`, `report.json` and `figures/` into a folder, which
  /// is made if it isn't there.
  ///
  /// - Parameters:
  ///   - folder: where.
  ///   - spared: files that none of these may replace.
  /// - Returns: the page.
  /// - Throws: `DestinationError` before anything is written, `PlottingError`, or Foundation's errors if
  ///   a file can't be written.
  package func write(
    to folder: URL, sparing spared: SparedFiles = SparedFiles()
  ) throws -> URL {
    for name in ["index.html", "report.md", "tables.tex", "report.json"] {
      try spared.check(folder.appending(path: name).relativePath, companions: [])
    }
    for (section, set) in zip(sections, figureSets) {
      try set.check(folder: figureFolder(of: section, in: folder), sparing: spared)
    }
    var pictures: [[Data]] = []
    for (section, set) in zip(sections, figureSets) {
      let files = try set.write(to: figureFolder(of: section, in: folder))
      pictures.append(try files.map { try Data(contentsOf: $0.svg) })
    }
    let page = folder.appending(path: "index.html")
    try save(try ReportPage(sections: sections, pictures: pictures).html, to: page)
    try save(markdown, to: folder.appending(path: "report.md"))
    try save(latex, to: folder.appending(path: "tables.tex"))
    try save(try json(), to: folder.appending(path: "report.json"))
    return page
  }

  /// Several logs would overwrite each other's figures.
  private func figureFolder(of section: Section, in folder: URL) -> URL {
    let figures = folder.appending(path: "figures")
    guard sections.count > 1 else { return figures }
    return figures.appending(
      path: URL(filePath: section.log).deletingPathExtension().lastPathComponent)
  }

  /// Whole or absent: a reader never sees half a page.
  private func save(_ text: String, to file: URL) throws {
    let target = try Destination(file.relativePath).target
    try Data((text + "\n").utf8).write(to: URL(filePath: target), options: .atomic)
  }

  /// `report.json`; Data/Schemas/report.schema.json is its schema.
  private struct ReportDocument: Encodable {
    /// Rises where members change their meaning or go.
    let version: Int
    let sections: [Section]
  }

  private func json() throws -> String {
    try JSONText.text(of: ReportDocument(version: 2, sections: sections))
  }

  /// What the page says where not every writer has an example.
  private static func omission(_ typical: ChosenResponses?) -> [Fact] {
    guard let omitted = typical?.omittedSourceCount, omitted > 0 else { return [] }
    return [
      Fact(
        name: "authors without an example",
        value:
          "\(Number.count(omitted)); the \(ChosenResponses.mostSources) with most texts have one")
    ]
  }

  static func facts(of log: TokenLog) -> [Fact] {
    let header = log.header
    let texts = header.texts
    var facts = [
      Fact(
        name: "texts",
        value: "\(texts.fileName): \(Phrase.count(log.sequenceCount, "text")), "
          + "\(Phrase.count(log.tokenCount, "token")) with prompts"),
      Fact(
        name: "scored",
        value: "by \(header.producer) \(header.producerVersion), temperature "
          + (header.scoringTemperature?.formatted(.number.locale(Locale(identifier: "en_US")))
            ?? "unknown")
          + (header.models.contains { $0.source != nil } ? "" : ", full vocabulary")),
      Fact(name: "command", value: header.commandLine),
      Fact(name: "texts' SHA-256", value: texts.digest),
      Fact(name: "tokenizer's digest", value: header.tokenizer.digest),
    ]
    if header.models.count > 1, let sentence = header.tokenizer.sentence {
      facts.append(Fact(name: "tokenizer", value: sentence))
    }
    if texts.isRetokenized {
      facts.append(Fact(name: "tokens", value: "made from text here, not taken from the file"))
    }
    if texts.notDecodingBackCount > 0 {
      facts.append(
        Fact(
          name: "note",
          value: "\(Number.count(texts.notDecodingBackCount)) texts' ids do not decode back to "
            + "the same string"))
    }
    return facts
  }
}

extension Report {
  /// The tables and the list of figures, for a repository's page.
  var markdown: String {
    sections.map { section in
      let facts = section.facts.map { "- \($0.name): \(Table.codeInMarkdown($0.value))" }
      let figures = section.figures.map {
        "- `\($0.name)`: \(Table.escapedForMarkdown($0.caption))"
      }
      return
        (["# \(Table.escapedForMarkdown(section.log))", ""]
        + section.leads.map { "- \(Table.escapedForMarkdown($0))" } + [""] + facts + [""]
        + (section.tables + section.verdicts).flatMap { [$0.markdown, ""] }
        + ["### Figures", ""] + figures).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The tables for a paper; needs booktabs.
  var latex: String {
    (["% Tables of a TokenShift report; \\usepackage{booktabs}."]
      + sections.flatMap { section in
        ["% \(VisibleText.escaped(section.log))"] + (section.tables + section.verdicts).map(\.latex)
      }).joined(separator: "\n\n")
  }
}
