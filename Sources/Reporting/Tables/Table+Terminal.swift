extension Table {
  /// Rows of aligned columns that fit into `width` characters.
  ///
  /// Where there is no room, intervals go first but for those of key columns, then detail columns, all
  /// of them, then columns from the right. The first two columns stay, and the key columns.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends; the first has the heads.
  package func lines(width: Int) -> [String] {
    var shown = Array(columns.indices)
    let whole = shown.map { column(at: $0, hasIntervals: true) }
    if Self.width(of: whole) <= width { return aligned(whole, shown) }
    let bare = shown.map { columns[$0].isKey ? whole[$0] : column(at: $0, hasIntervals: false) }
    func isWide() -> Bool { Self.width(of: shown.map { bare[$0] }) > width }
    if isWide() { shown.removeAll { columns[$0].isDetail } }
    while isWide(), let last = shown.dropFirst(2).last(where: { !columns[$0].isKey }) {
      shown.removeAll { $0 == last }
    }
    return aligned(shown.map { bare[$0] }, shown)
  }

  /// The same with a line for each column and a column for each row, for tables of few rows.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines; the first has the cells of the first column.
  package func transposedLines(width: Int) -> [String] {
    func lines(hasIntervals: Bool) -> [[String]] {
      let cells = columns.indices.map { column(at: $0, hasIntervals: hasIntervals) }
      // A measure that no row has is no line.
      let known = cells.filter { column in column.dropFirst().contains { $0 != "–" } }
      return (0...rows.count).map { row in
        known.enumerated().map { $0.offset == 0 && row == 0 ? "" : $0.element[row] }
      }
    }
    let whole = lines(hasIntervals: true)
    let shown = Self.width(of: whole) <= width ? whole : lines(hasIntervals: false)
    let widths = shown.map { $0.map(\.count).max() ?? 0 }
    return (shown.first ?? []).indices.map { line in
      zip(shown, widths).enumerated().map { index, column in
        let cell = column.0[line]
        let padding = String(repeating: " ", count: column.1 - cell.count)
        return index == shown.count - 1 ? cell : cell + padding
      }.joined(separator: "  ")
    }
  }

  private func column(at index: Int, hasIntervals: Bool) -> [String] {
    let column = columns[index]
    return [VisibleText.escaped(column.name)]
      + rows.map { row in
        let text = CellText(row[index], column.format, tokenLimit: 14)
        return VisibleText.escaped(hasIntervals ? text.whole : text.value)
      }
  }

  private func aligned(_ cells: [[String]], _ indices: [Int]) -> [String] {
    let widths = cells.map { $0.map(\.count).max() ?? 0 }
    return (0...rows.count).map { row in
      indices.enumerated().map { place, index in
        let cell = cells[place][row]
        let padding = String(repeating: " ", count: widths[place] - cell.count)
        let isLast = place == cells.count - 1
        return isWord(columns[index]) ? (isLast ? cell : cell + padding) : padding + cell
      }.joined(separator: "  ")
    }
  }

  private static func width(of columns: [[String]]) -> Int {
    columns.reduce(0) { $0 + ($1.map(\.count).max() ?? 0) + 2 } - 2
  }
}
