import Analysis
import Foundation
import Reporting

/// A ranking as a table for a terminal.
struct AuditTable {
  let changes: [TokenChange]
  let sources: [String]

  /// Rows of aligned columns that fit into `width`.
  ///
  /// Where there is no room, the columns by source go first, all of them: some alone would read as
  /// if there were no other source. Then columns go from the right.
  func text(width: Int) -> String {
    var columns: [[String]] = [
      ["token"] + changes.map { TokenText.shown($0.bytes?.values, id: $0.token, limit: 14) },
      ["n"] + changes.map { String($0.count) },
      ["JS share"] + changes.map { Number.percent($0.divergenceShare) },
      ["JS"] + changes.map { Number.text($0.meanDivergence) },
      ["Δ log p"] + changes.map { Number.signed($0.meanLogProbabilityChange) },
      ["Δ p"] + changes.map { Number.signed($0.meanProbabilityChange) },
      ["Δ H"] + changes.map { Number.signed($0.meanEntropyChange) },
    ]
    let bySource = sources.map { source in
      ["n(\(source.isEmpty ? "?" : Self.shown(source)))"]
        + changes.map { String($0.countsBySource[source] ?? 0) }
    }
    if Self.width(of: columns + bySource) <= width { columns += bySource }
    while columns.count > 2, Self.width(of: columns) > width { columns.removeLast() }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    return (0...changes.count).map { row in
      zip(columns, widths).enumerated().map { index, column in
        let cell = column.0[row]
        let padding = String(repeating: " ", count: column.1 - cell.count)
        return index == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func shown(_ source: String) -> String {
    VisibleText.shortened(Terminal.harmless(source), to: 40)
  }

  private static func width(of columns: [[String]]) -> Int {
    columns.reduce(0) { $0 + ($1.map(\.count).max() ?? 0) + 2 } - 2
  }
}

/// One text with its tokens coloured by the change of their probability; without colours, changes of
/// a tenth or more are written behind the token.
struct ColouredText {
  let change: ResponseChange
  let usesColor: Bool

  var text: String {
    change.positions.map { position in
      let shown = TokenText.flowing(position.bytes?.values, id: position.token)
      guard position.isResponse, position.probabilityChange.isFinite else { return shown }
      let delta = position.probabilityChange
      guard abs(delta) >= 0.1 else { return shown }
      if !usesColor { return "\(shown)[\(Number.signed(delta))]" }
      // 256-colour blues and oranges, stronger with the size of the change.
      let strength = abs(delta) >= 0.5 ? 2 : abs(delta) >= 0.25 ? 1 : 0
      let background = delta > 0 ? [153, 75, 33][strength] : [223, 215, 208][strength]
      return "\u{1B}[48;5;\(background)m\u{1B}[38;5;16m\(shown)\u{1B}[0m"
    }.joined()
  }
}
