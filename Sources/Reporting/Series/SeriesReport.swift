package import Analysis
package import Files
package import Foundation
internal import Plotting
internal import RunLogs
internal import StatisticalInference

/// Metrics over many runs, with the looks that gates had at them.
package struct SeriesReport: Sendable {
  /// One run.
  package struct Run: Sendable {
    /// As the user named it.
    package let path: String
    package let summary: RunSummary

    package init(path: String, summary: RunSummary) {
      (self.path, self.summary) = (path, summary)
    }
  }

  /// What a run is in its series.
  struct Place: Sendable {
    /// From 1, as figures and tables count.
    let number: Int
    let run: Run
    /// What people call it: its file's or folder's name.
    let name: String
    /// Whether a gate compared another run of the series with it.
    let isBaseline: Bool

    var look: RunSummary.Look? { run.summary.looks.last }
  }

  let places: [Place]
  /// What everybody has to know beside the numbers.
  package let notes: [String]

  /// - Parameters:
  ///   - runs: at least one, in the order in which they are drawn.
  ///   - notes: sentences of whoever read them.
  package init(_ runs: [Run], notes: [String] = []) {
    let baselines = Set(runs.flatMap { $0.summary.looks.flatMap(\.baselines) })
    places = runs.enumerated().map { index, run in
      Place(
        number: index + 1, run: run, name: Self.name(of: run.path),
        isBaseline: baselines.contains(run.summary.evaluation))
    }
    self.notes = notes + Self.warnings(runs.map(\.summary))
  }

  /// Metrics of any run, those of prompts first, then columns of training logs as the dictionary has them.
  package var metrics: [GateMetric] {
    let measured = Set(places.flatMap { $0.run.summary.values.map(\.metric) })
    let columns = TrainingMetric.allCases.map { GateMetric.training($0.rawValue) }
    let others = measured.subtracting(GateMetric.known).subtracting(columns)
    return (GateMetric.known + columns).filter(measured.contains)
      + others.sorted { $0.rawValue < $1.rawValue }
  }

  /// Those that figures and tables show: of training logs' columns those that `figures` draws; all are in
  /// the JSON.
  package var shownMetrics: [GateMetric] {
    let drawn = Set(TrainingMetricPanel.figures.flatMap(\.panels).map(\.metric.rawValue))
    return metrics.filter { metric in
      if case .training(let column) = metric { drawn.contains(column) } else { true }
    }
  }

  /// `log` says nothing; the folder is what the user named.
  private static func name(of path: String) -> String {
    let url = URL(filePath: path).standardized
    let stem = ["h5", "jsonl"].contains(url.pathExtension) ? url.deletingPathExtension() : url
    return stem.lastPathComponent == "log"
      ? stem.deletingLastPathComponent().lastPathComponent : stem.lastPathComponent
  }

  /// What makes runs of one series another thing.
  private static func warnings(_ summaries: [RunSummary]) -> [String] {
    func kinds<Value: Hashable>(_ value: (RunSummary) -> Value?) -> Int {
      Set(summaries.compactMap(value)).count
    }
    var notes: [String] = []
    let count = kinds { $0.texts.isEmpty ? nil : $0.texts }
    if count > 1 {
      notes.append(
        "The runs are on \(Number.count(count)) different sets of prompts: levels of different sets can't be "
          + "compared.")
    }
    if kinds(\.passCount) > 1 {
      notes.append("pass-at-k is of different k in these runs: the fewest answers to a prompt.")
    }
    if kinds(\.base) > 1 { notes.append("Runs have bases of different names.") }
    return notes
  }

  // MARK: Words

  /// Which run is the last one, and what a gate said of it.
  package var headline: String {
    guard let last = places.last else { return "No run." }
    return "\(last.name): " + predicate
  }

  /// What is said of the last run.
  package var predicate: String {
    guard let last = places.last else { return "no run." }
    return (places.count == 1 ? "the only run." : "the last of \(Number.count(places.count)) runs.")
      + " " + Self.gate(last)
  }

  /// What a gate said of a run: the last look at it.
  static func gate(_ place: Place) -> String {
    guard let look = place.look else {
      return place.isBaseline ? "Baseline of a gate." : "No gate has looked at it."
    }
    let names = look.regressed.map(\.rawValue).joined(separator: ", ")
    return "Look \(look.look) of \(look.looks) of a gate: "
      + (names.isEmpty ? "nothing regressed." : "regressed: \(names).")
  }

  /// What intervals don't say.
  package static let caution =
    "Each interval is of one run by itself: that two of them don't overlap is no test, and of many runs some "
    + "differ by chance. 'gate' compares prompt by prompt and counts its looks."

  /// All sentences below the answer.
  package var remarks: [String] {
    IntervalNote.sentences(about: SeriesTable(self).table.estimates) + [Self.caution] + notes
  }

  /// For a terminal.
  package var lines: [String] { [headline] + notes }

  // MARK: Files

  /// Writes `index.html`, `series.md`, `series.json` and `figures/` into a folder, which is made if it isn't
  /// there.
  ///
  /// - Parameters:
  ///   - folder: where.
  ///   - spared: files that none of these may replace.
  /// - Returns: the page.
  /// - Throws: `FigureError` where no run has a number; `DestinationError` before anything is written,
  ///   `PlottingError`, or Foundation's errors.
  package func write(to folder: URL, sparing spared: SparedFiles = SparedFiles()) throws -> URL {
    let table = SeriesTable(self).table
    let page = ResultPage(
      title: "Metrics over \(Phrase.count(places.count, "run"))",
      answers: [.init(subject: places.last?.name ?? "", text: predicate, numbers: numbers)],
      notes: remarks, facts: [], tables: [table])
    return try page.write(
      to: folder, figures: try FigureSet(ofSeries: self), leading: SeriesFigure.name,
      more: [
        "series.md": markdown(table),
        "series.json": try JSONText.text(of: document(page: "index.html")),
      ], sparing: spared)
  }

  /// The last run's metrics for the first screen.
  private var numbers: [ResultPage.NamedNumber] {
    shownMetrics.compactMap { metric in
      places.last?.run.summary.estimate(of: metric).map {
        .init(name: metric.rawValue, metric: metric, estimate: $0)
      }
    }
  }

  private func markdown(_ table: Table) -> String {
    (["# Metrics over \(Phrase.count(places.count, "run"))", ""]
      + ([headline] + remarks).map { "- \(Table.escapedForMarkdown($0))" } + ["", table.markdown])
      .joined(separator: "\n")
  }
}
