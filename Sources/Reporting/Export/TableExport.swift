internal import Analysis
package import RunLogs
internal import StatisticalInference

/// A table of `report` or `audit` as rows of CSV or JSON: numbers as numbers, intervals in columns of
/// their own.
package struct TableExport {
  /// The columns' names.
  package let names: [String]
  private let rows: [[Field?]]

  private enum Field {
    case number(Double)
    case count(Int)
    case text(String)
  }

  /// Makes a table of a log.
  ///
  /// - Parameters:
  ///   - name: which.
  ///   - source: an open log.
  ///   - pair: of an audit's table; nil for the log's first.
  ///   - author: only this one's tokens, tokens in a row or kinds; nil for all.
  /// - Throws: `ExportError` for what the log doesn't have; `RunLogError`.
  package init(
    _ name: LogTable, of source: ExportSource, pair: PairName? = nil, author: String? = nil
  ) throws {
    guard let log = source.tokenLog else {
      throw ExportError("\(source.path): --table is of token logs; --list prints its columns")
    }
    let tables = try name.tables(of: log, pair: pair, author: author)
    guard tables.contains(where: { !$0.table.rows.isEmpty }) else {
      throw ExportError("\(source.path): has no rows for the table \(name.rawValue)")
    }
    self.init(tables)
  }

  /// One table.
  package init(_ table: Table) { self.init([(nil, table)]) }

  init(_ tables: [(author: String?, table: Table)]) {
    // Tables of several authors may lack a column, as where nothing is known of moved mass.
    var columns: [String] = []
    var parts: [String: [String]] = [:]
    for table in tables.map(\.table) {
      for (index, column) in table.columns.enumerated() {
        if parts[column.name] == nil { columns.append(column.name) }
        let cells = table.rows.map { $0[index] }
        let names = Self.names(of: column, cells)
        if names.count > parts[column.name]?.count ?? 0 { parts[column.name] = names }
      }
    }
    let hasAuthor = tables.contains { $0.author != nil }
    names = (hasAuthor ? ["author"] : []) + columns.flatMap { parts[$0] ?? [] }
    var places: [String: Int] = [:]
    for (index, name) in names.enumerated() { places[name] = index }
    let count = names.count
    rows = tables.flatMap { author, table in
      table.rows.map { cells in
        var row = [Field?](repeating: nil, count: count)
        if hasAuthor { row[0] = author.map(Field.text) }
        for (column, cell) in zip(table.columns, cells) {
          for (name, field) in zip(Self.names(of: column, [cell]), Self.fields(cell)) {
            if let place = places[name] { row[place] = field }
          }
        }
        return row
      }
    }
  }

  /// Writes all rows.
  ///
  /// - Parameters:
  ///   - format: of the rows.
  ///   - isForTerminal: whether a terminal shows the text.
  ///   - sink: takes the bytes.
  /// - Returns: how many rows were written.
  /// - Throws: what `sink` throws.
  package func write(
    as format: RowFormat, isForTerminal: Bool = false, to sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    let writer = FieldWriter(format: format, isForTerminal: isForTerminal)
    var bytes = writer.header(names)
    for row in rows {
      for (index, field) in row.enumerated() {
        bytes += writer.lead(names[index], isFirst: index == 0)
        switch field {
        case .number(let number): writer.append(number, to: &bytes)
        case .count(let count): writer.append(count, to: &bytes)
        case .text(let text): writer.append(text, to: &bytes)
        case nil: writer.appendMissing(to: &bytes)
        }
      }
      bytes += writer.rowEnd
    }
    try sink(bytes)
    return rows.count
  }

  // MARK: Cells

  private static let estimateParts = [
    "", " lower", " upper", " level", " clusters", " observations", " method",
  ]

  /// The columns that a column becomes.
  private static func names(of column: Table.Column, _ cells: [Table.Cell]) -> [String] {
    for cell in cells {
      switch cell {
      case .estimate: return estimateParts.map { column.name + $0 }
      case .token: return [column.name, column.name + " id"]
      case .count, .share, .number, .text: break
      }
    }
    return [column.name]
  }

  private static func fields(_ cell: Table.Cell) -> [Field?] {
    switch cell {
    case .estimate(let estimate):
      guard let estimate else { return estimateParts.map { _ in nil } }
      let interval = estimate.interval
      return [
        .number(estimate.value), interval.map { Field.number($0.lowerBound) },
        interval.map { Field.number($0.upperBound) }, .number(estimate.level),
        .count(estimate.clusters), .count(estimate.observations),
        .text(estimate.method.rawValue),
      ]
    case .token(let bytes, let id):
      return [TokenFields.text(bytes, id).map(Field.text), .count(Int(id))]
    case .count(let count): return [.count(count)]
    case .share(let number), .number(let number): return [number.map(Field.number)]
    case .text(let text): return [.text(text)]
    }
  }
}
