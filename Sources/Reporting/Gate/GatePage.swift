internal import Analysis
package import Files
package import Foundation
internal import Plotting

/// A gate's report as one HTML page that needs no other file, and the same in other forms beside it.
///
/// The page is one of those that `PageTemplate` frames: its own style and script, and a policy that lets
/// nothing else run or be fetched.
package struct GatePage: Sendable {
  private let report: GateReport
  private let details: GateDetails

  package init(_ report: GateReport, _ details: GateDetails) {
    (self.report, self.details) = (report, details)
  }

  /// What is written beside `figures`.
  package static let names = ["index.html", "gate.md", "gate.tex", "gate.json"]

  /// Refuses a folder in which a file would go over what isn't to be replaced.
  ///
  /// - Throws: `DestinationError`.
  package static func check(folder: URL, sparing spared: SparedFiles) throws {
    for name in names {
      try spared.check(folder.appending(path: name).relativePath, companions: [])
    }
  }

  /// Writes `index.html`, `gate.md`, `gate.tex`, `gate.json` and `figures/` into a folder, which is made if
  /// it isn't there.
  ///
  /// - Parameters:
  ///   - folder: where.
  ///   - spared: files that none of these may replace.
  /// - Returns: the page.
  /// - Throws: `DestinationError` before anything is written, `PlottingError`, or Foundation's errors if a
  ///   file can't be written.
  package func write(
    to folder: URL, sparing spared: SparedFiles = SparedFiles()
  ) throws -> URL {
    try Self.check(folder: folder, sparing: spared)
    let figures = folder.appending(path: "figures")
    let lead = GateFigure.figure(of: report)
    if lead != nil {
      for file in FigureFiles(name: GateFigure.name, in: figures).all {
        try spared.check(file.relativePath, companions: [])
      }
    }
    try details.training?.check(folder: figures, sparing: spared)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var pictures = Pictures()
    if let lead {
      try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: true)
      let files = try lead.write(named: GateFigure.name, to: figures)
      pictures.lead = (lead, try Data(contentsOf: files.svg))
    }
    if let training = details.training {
      let files = try training.write(to: figures)
      pictures.training = try zip(training.entries, files).map {
        ($0.figure, try Data(contentsOf: $1.svg))
      }
    }
    let page = folder.appending(path: "index.html")
    try save(try html(pictures), to: page)
    try save(report.markdown, to: folder.appending(path: "gate.md"))
    try save(report.latex, to: folder.appending(path: "gate.tex"))
    try save(try JSONText.text(of: report) + "\n", to: folder.appending(path: "gate.json"))
    return page
  }

  /// Whole or absent: a reader never sees half a page.
  private func save(_ text: String, to file: URL) throws {
    let target = try Destination(file.relativePath).target
    try Data(text.utf8).write(to: URL(filePath: target), options: .atomic)
  }

  // MARK: The page

  /// Figures with their SVG.
  private struct Pictures {
    var lead: (figure: Figure, svg: Data)?
    var training: [(figure: Figure, svg: Data)] = []

    static func view(_ picture: (figure: Figure, svg: Data)) -> [String: Any] {
      PageParts.view(
        title: picture.figure.title, caption: picture.figure.caption, svg: picture.svg)
    }
  }

  private func html(_ pictures: Pictures) throws -> String {
    let headline = PageParts.unbroken(VisibleText.escaped(report.headline))
    // The verdict is what is read first.
    let cut = headline.firstRange(of: "; ")?.lowerBound ?? headline.endIndex
    let worse = report.ordered.filter { $0.outcome == .regressed }
    let slices = report.result.findings.filter { $0.slice != nil }
    let (metricTable, sliceTable) = (
      GateTable(report.result.headlines).table, GateTable(slices).table
    )
    let values: [String: Any] = [
      "title": "gate, " + headline, "verdict": report.fails ? "failed" : "passed",
      "first": String(headline[..<cut]), "rest": String(headline[cut...]),
      "numbers": report.threeNumbers.map {
        [
          "name": $0.name, "value": PageParts.unbroken($0.value),
          "unit": VisibleText.escaped($0.unit),
        ]
      },
      "worse": worse.prefix(Self.mostWorse).map { shown(report.sentence($0)) },
      "notes": (report.remarks + details.notes).map(shown),
      "leadFigure": pictures.lead.map { [Pictures.view($0)] } ?? [],
      "contents": contents(hasSlices: !sliceTable.rows.isEmpty, pictures),
      "metrics": metricTable.rows.isEmpty ? [] : [PageParts.view(metricTable, "metrics-table")],
      "sentences": report.ordered.map { shown(report.sentence($0)) },
      "hasSlices": !sliceTable.rows.isEmpty,
      "slices": [PageParts.view(sliceTable, "slices-table")],
      "hasTokens": !details.tokens.isEmpty,
      "tokens": details.tokens.enumerated().map { PageParts.view($1, "tokens-\($0 + 1)") },
      "hasExamples": !details.examples.isEmpty, "choice": shown(details.choice),
      "examples": details.examples.enumerated().map { view($1, "example-\($0 + 1)") },
      "texts": details.texts.map { texts in
        [
          PageTexts(
            anchor: "own", texts: texts, choice: details.textChoice, hasHeatMaps: false
          ).view
        ]
      } ?? [],
      "hasTraining": !pictures.training.isEmpty,
      "training": pictures.training.map(Pictures.view),
      "record": (gate + details.record).enumerated().map { index, facts in
        [
          "anchor": "record-\(index + 1)", "title": shown(facts.title),
          "facts": facts.facts.map { ["name": shown($0.name), "value": shown($0.value)] },
        ] as [String: Any]
      },
      "source": "Made by TokenShift from the files above, and the looks that its state counts.",
    ]
    return try PageTemplate().html("gate", values) + "\n"
  }

  /// Sentences of what got worse on the first screen; all are below.
  private static let mostWorse = 3

  private func shown(_ text: String) -> String {
    PageParts.unbroken(VisibleText.escaped(text))
  }

  private func contents(hasSlices: Bool, _ pictures: Pictures) -> [[String: Any]] {
    let parts: [(anchor: String, title: String, isThere: Bool)] = [
      ("metrics", "Metrics", true), ("slices", "Slices", hasSlices),
      ("tokens", "Which tokens changed where it got worse", !details.tokens.isEmpty),
      ("examples", "The worst prompts, side by side", !details.examples.isEmpty),
      ("texts", "The worst texts, token by token", details.texts != nil),
      ("training", "Training dynamics", !pictures.training.isEmpty),
      ("record", "The whole record", true),
    ]
    return parts.filter(\.isThere).map { ["anchor": $0.anchor, "title": $0.title] }
  }

  private func view(_ example: GateDetails.Example, _ anchor: String) -> [String: Any] {
    [
      "anchor": anchor,
      "prompt": VisibleText.escaped(VisibleText.shortened(example.prompt, to: 200)),
      "change": shown(example.change), "hasQuestion": !example.question.isEmpty,
      "question": flowing(example.question),
      "sides": example.answers.map { answer in
        [
          "title": VisibleText.escaped(VisibleText.shortened(answer.title, to: 200)),
          "text": flowing(answer.text),
        ]
      },
    ]
  }

  /// More of one text nobody compares by eye.
  private static let mostCharacters = 4_000

  /// A text with its line ends; the middle of a long one is left out.
  private func flowing(_ text: String) -> String {
    guard !text.isEmpty else { return "(empty)" }
    let shortened = VisibleText.shortened(text, to: Self.mostCharacters)
    return TokenText.flowing(Array(shortened.utf8), id: 0)
  }

  // MARK: The record

  /// What was judged, by what and how often.
  private var gate: [GateDetails.Facts] {
    let record = report.record
    let result = report.result
    var facts: [(name: String, value: String)] = [
      ("result", report.wholeHeadline),
      ("command", record.command), ("version", record.version),
      ("look", "\(result.look) of \(result.looks)"),
      ("α of this look", GateNumbers.level(result.level)), ("state", record.state),
      ("prompts' and fixed texts' digest", record.texts), ("policy's digest", record.policy),
    ]
    for (index, baseline) in record.baselines.enumerated() {
      facts += Self.facts(
        of: baseline,
        record.baselines.count == 1 ? "baseline" : "baseline \(index + 1)")
    }
    return [GateDetails.Facts("Gate", facts + Self.facts(of: record.candidate, "candidate"))]
  }

  private static func facts(
    of source: GateReport.Source, _ name: String
  ) -> [(name: String, value: String)] {
    let base = source.base.map { ", changes counted from \($0)" } ?? ""
    return [
      (name, source.path + (source.model.isEmpty ? "" : ", model \(source.model)") + base),
      (name + "'s weights", source.weights), (name + "'s evaluation", source.evaluation),
    ]
  }
}
