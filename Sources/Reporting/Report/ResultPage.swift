internal import Analysis
internal import Files
internal import Foundation
internal import Plotting
internal import StatisticalInference

/// A page of answers, figures and tables that needs no other file: what reports of other things than token
/// logs are set as.
struct ResultPage {
  /// A number of the first screen.
  struct NamedNumber {
    let name: String
    let metric: GateMetric
    let estimate: Estimate
  }

  /// A sentence with what belongs to it.
  struct Answer {
    let subject: String
    let text: String
    var numbers: [NamedNumber] = []
    /// Sentences below it.
    var details: [String] = []
  }

  /// What the page is about.
  let title: String
  let answers: [Answer]
  let notes: [String]
  let facts: [Report.Fact]
  let tables: [Table]

  /// Writes the page as `index.html`, files beside it, and the figures into `figures/`.
  ///
  /// - Parameters:
  ///   - folder: made if it isn't there.
  ///   - figures: all of them stand on the page; nil for none.
  ///   - leading: the name of one that stands on the first screen.
  ///   - more: texts by the names of their files.
  ///   - spared: files that none of these may replace.
  /// - Returns: the page.
  /// - Throws: `DestinationError` before anything is written, `PlottingError`, or Foundation's errors.
  func write(
    to folder: URL, figures: FigureSet?, leading: String? = nil, more: [String: String],
    sparing spared: SparedFiles
  ) throws -> URL {
    let page = folder.appending(path: "index.html")
    let names = more.keys.sorted()
    for name in ["index.html"] + names {
      try spared.check(folder.appending(path: name).relativePath, companions: [])
    }
    let figureFolder = folder.appending(path: "figures")
    try figures?.check(folder: figureFolder, sparing: spared)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = try figures?.write(to: figureFolder) ?? []
    let drawn = try zip(figures?.entries ?? [], files).map { entry, files in
      (entry, try Data(contentsOf: files.svg))
    }
    try Self.save(try html(drawn, leading: leading), to: page)
    for name in names { try Self.save(more[name] ?? "", to: folder.appending(path: name)) }
    return page
  }

  private static func save(_ text: String, to file: URL) throws {
    let target = try Destination(file.relativePath).target
    try Data((text + "\n").utf8).write(to: URL(filePath: target), options: .atomic)
  }

  private func html(_ figures: [(FigureSet.Entry, Data)], leading: String?) throws -> String {
    let lead = figures.filter { $0.0.name == leading }
    let others = figures.filter { $0.0.name != leading }
    let tables = tables.enumerated().map { PageParts.view($1, "table\($0 + 1)") }
    var contents: [[String: Any]] = []
    if !facts.isEmpty { contents.append(["anchor": "facts", "title": "What was read"]) }
    if !others.isEmpty { contents.append(["anchor": "figures", "title": "Figures"]) }
    contents += tables.map { ["anchor": $0["anchor"] ?? "", "title": $0["title"] ?? ""] }
    return try PageTemplate().html(
      "result-page",
      [
        "title": VisibleText.escaped(title),
        "answers": answers.map(view), "notes": notes.map(VisibleText.escaped),
        "lead": lead.map(view), "figures": others.map(view), "hasFigures": !others.isEmpty,
        "facts": facts.map { ["name": $0.name, "value": VisibleText.escaped($0.value)] },
        "hasFacts": !facts.isEmpty, "contents": contents, "tables": tables,
      ])
  }

  private func view(_ answer: Answer) -> [String: Any] {
    [
      "subject": VisibleText.escaped(answer.subject), "text": VisibleText.escaped(answer.text),
      "hasNumbers": !answer.numbers.isEmpty,
      "numbers": answer.numbers.map { number in
        let isShare = number.metric.unit == .share
        let text = CellText(.estimate(number.estimate), isShare ? .share : .number)
        let unit: String =
          switch number.metric.unit {
          case .nats: "nats"
          case .tokens: "tokens"
          case .share, .number: ""
          }
        return [
          "name": VisibleText.escaped(number.name),
          "value": text.value.replacing(" %", with: "\u{A0}%"), "unit": unit,
          "interval": text.interval.replacing(", ", with: ",\u{A0}"),
        ]
      },
      "hasDetails": !answer.details.isEmpty, "details": answer.details.map(VisibleText.escaped),
    ]
  }

  private func view(_ figure: (FigureSet.Entry, Data)) -> [String: Any] {
    PageParts.view(
      title: figure.0.figure.title, caption: figure.0.figure.caption, svg: figure.1)
  }
}
