internal import Reporting

/// What `reproduce --search` prints: cells, and each run's best rate beside the study's own.
package struct RateReport: Encodable {
  private let table: RateTable
  private let best: [Best]

  private struct Best: Encodable {
    let run: String
    /// The best rate, and its mean accuracy over seeds.
    let rate: Double
    let accuracy: Double
    let isAtEdge: Bool
    /// The rate that the study's run has.
    let present: Double?
  }

  /// - Parameters:
  ///   - table: what came of all trials.
  ///   - rates: each run's rate as the study has it.
  init(_ table: RateTable, rates: [String: Double]) {
    self.table = table
    best = table.runs.compactMap { run in
      table.best(of: run).map {
        Best(
          run: run, rate: $0.rate, accuracy: $0.accuracy, isAtEdge: $0.isAtEdge,
          present: rates[run])
      }
    }
  }

  private enum CodingKeys: CodingKey { case cells, best }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(table.cells, forKey: .cells)
    try values.encode(best, forKey: .best)
  }

  /// As JSON.
  var text: String { get throws { try JSONText.text(of: self) } }

  /// A row for each run and rate, and a line for each run whose rate should change.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    let rows = table.runs.flatMap { run in
      table.rates(of: run).map { rate in (run: run, rate: rate) }
    }
    let shown = Table(
      title: "", caption: "",
      columns: [
        .init("run", .text, ""), .init("learning rate", .text, ""),
        .init("accuracy", .share, "mean over seeds"), .init("seeds", .count, ""),
        .init("", .text, ""),
      ],
      rows: rows.map { run, rate in
        let cells = table.cells(of: run, at: rate)
        let isBest = best.contains { $0.run == run && $0.rate == rate }
        let isPresent = best.contains { $0.run == run && $0.present == rate }
        let words =
          (isBest ? ["best"] : []) + (isPresent ? ["the study's"] : [])
          + (cells.contains(where: \.diverged) ? ["diverged"] : [])
        return [
          .text(run), .text("\(rate)"), .share(table.accuracy(of: run, at: rate)),
          .count(cells.count), .text(words.joined(separator: ", ")),
        ]
      })
    let edges = best.filter(\.isAtEdge).map {
      "\($0.run): best at the edge of the grid, \($0.rate); try rates beyond"
    }
    let changes = best.filter { $0.present != $0.rate }.map { best in
      "\(best.run): the study has \(best.present.map { "\($0)" } ?? "none"), the best is \(best.rate)"
    }
    return shown.lines(width: width) + edges + changes
  }
}
