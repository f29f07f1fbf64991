/// Columns of a log as rows of CSV or JSON, written block by block: what is in memory doesn't grow with
/// the number of tokens, only with that of texts.
package struct ColumnExport {
  /// What rows are about.
  package let rows: RowKind
  /// The columns' names, those first that say where a row is.
  package let names: [String]
  private let source: ExportSource
  private let space: RowSpace
  private let columns: [ExportColumn]
  private let writer: FieldWriter
  private let responsesOnly: Bool
  /// Whether each text is wanted; nil if all are.
  private let isWanted: [Bool]?

  /// What to export, all of it checked before anything is written.
  ///
  /// - Parameters:
  ///   - source: an open log.
  ///   - names: of columns as `--list` has them; nil for the default.
  ///   - format: of the rows.
  ///   - responsesOnly: only tokens whose mask is 1.
  ///   - author: only texts by this one; nil for all.
  ///   - isForTerminal: whether a terminal shows the text.
  /// - Throws: `ExportError` for what the log doesn't have; `RunLogError`.
  package init(
    of source: ExportSource, columns names: [String]? = nil, format: RowFormat,
    responsesOnly: Bool = false, author: String? = nil, isForTerminal: Bool = false
  ) throws {
    let asked = try source.columns(named: names ?? source.defaults)
    let rows = try Self.rows(of: asked)
    if responsesOnly, rows != .token {
      throw ExportError(
        "--response-only is about tokens, and these columns have a row for each \(rows.words)")
    }
    space = try source.space(rows)
    isWanted = try author.map { author in
      guard rows == .text || rows.parents.contains(.text), let kept = source.authors else {
        throw ExportError("--author: these columns are of no texts with authors: leave it out")
      }
      let authors = try kept.value()
      let isWanted = authors.map { $0.utf8.elementsEqual(author.utf8) }
      if !isWanted.contains(true) {
        throw ExportError(
          "--author '\(author)': \(source.path) has no text by it, only by "
            + Self.shown(authors))
      }
      return isWanted
    }
    columns = space.leading + asked
    self.names = columns.map(\.name)
    writer = FieldWriter(format: format, isForTerminal: isForTerminal)
    (self.rows, self.source, self.responsesOnly) = (rows, source, responsesOnly)
  }

  /// Names of authors, each once.
  static func shown(_ authors: [String]) -> String {
    var known: [String] = []
    for author in authors where !known.contains(author) { known.append(author) }
    return known.map { $0.isEmpty ? "'' (unknown)" : $0 }.joined(separator: ", ")
  }

  /// The kind that has one row of every other for each of its own.
  private static func rows(of columns: [ExportColumn]) throws -> RowKind {
    guard let first = columns.first else { throw ExportError("--columns names no column") }
    let kinds = columns.map(\.rows)
    for kind in kinds where kinds.allSatisfy({ $0 == kind || kind.parents.contains($0) }) {
      return kind
    }
    let other = columns.first { column in
      column.rows != first.rows && !first.rows.parents.contains(column.rows)
        && !column.rows.parents.contains(first.rows)
    }
    let second = other ?? columns[columns.count - 1]
    throw ExportError(
      "--columns: \(first.name) has a row for each \(first.rows.words), \(second.name) for each "
        + "\(second.rows.words): export them apart")
  }

  /// Writes all rows.
  ///
  /// - Parameters:
  ///   - blockRows: rows that are read at once; the bytes don't depend on it.
  ///   - progress: told how many rows of how many are done; may throw to stop.
  ///   - sink: takes the bytes, the header's first.
  /// - Returns: how many rows were written.
  /// - Throws: `RunLogError`, and what `sink` and `progress` throw.
  package func write(
    blockRows: Int = 16_384, progress: (Int, Int) throws -> Void = { _, _ in },
    to sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    let tokens = TokenFields(writer, source.tokenBytes)
    let leads = columns.indices.map { writer.lead(columns[$0].name, isFirst: $0 == 0) }
    let header = writer.header(columns.flatMap(\.headers))
    if !header.isEmpty { try sink(header) }
    let parts = try self.parts(leads, tokens)
    var written = 0
    for start in stride(from: 0, to: space.count, by: blockRows) {
      let block = start..<min(start + blockRows, space.count)
      let kept = try self.kept(block)
      let encoded = try parts.map { part in
        switch part {
        case .repeated(let rows, let fields): return (rows, fields)
        case .own(let column, let lead):
          let fields = EncodedColumn(
            try column.read(block), rows: kept.map { $0 - start }, width: column.width, lead: lead,
            writer, tokens)
          return (rows, fields)
        }
      }
      let bytes = woven(encoded, kept)
      if !bytes.isEmpty { try sink(bytes) }
      written += kept.count
      try progress(block.upperBound, space.count)
    }
    return written
  }

  /// The rows of a block that are wanted.
  private func kept(_ block: Range<Int>) throws -> [Int] {
    var rows = Array(block)
    if responsesOnly {
      let isResponse = try source.isResponse(block)
      rows.removeAll { !isResponse[$0 - block.lowerBound] }
    }
    if let isWanted {
      let texts = self.rows == .text ? rows : space.parents(.text, of: rows)
      rows = zip(rows, texts).filter { isWanted[$0.1] }.map(\.0)
    }
    return rows
  }

  /// A column, or several.
  private enum Part {
    /// Columns of a parent, whose fields are written once and repeated.
    case repeated(RowKind, EncodedColumn)
    /// A column with a row for each, and what stands before its fields.
    case own(ExportColumn, [UInt8])
  }

  /// The columns in their order, neighbours of one parent as one.
  private func parts(_ leads: [[UInt8]], _ tokens: TokenFields) throws -> [Part] {
    var parts: [Part] = []
    for (column, lead) in zip(columns, leads) {
      guard column.rows != rows else {
        parts.append(.own(column, lead))
        continue
      }
      let count = try source.space(column.rows).count
      let fields = EncodedColumn(
        try column.read(0..<count), rows: 0..<count, width: column.width, lead: lead, writer, tokens
      )
      if case .repeated(let rows, let known)? = parts.last, rows == column.rows {
        parts[parts.count - 1] = .repeated(rows, known.joined(with: fields))
      } else {
        parts.append(.repeated(column.rows, fields))
      }
    }
    return parts
  }

  /// One row after the other of what was written column by column.
  private func woven(_ encoded: [(rows: RowKind, fields: EncodedColumn)], _ kept: [Int]) -> [UInt8]
  {
    var places: [RowKind: [Int]] = [rows: Array(kept.indices)]
    for part in encoded where places[part.rows] == nil {
      places[part.rows] = space.parents(part.rows, of: kept)
    }
    let indices = encoded.map { places[$0.rows] ?? [] }
    let fields = encoded.map(\.fields)
    let end = writer.rowEnd
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 * kept.count * (columns.count + 1))
    for row in kept.indices {
      for column in fields.indices {
        bytes.append(contentsOf: fields[column][indices[column][row]])
      }
      bytes.append(contentsOf: end)
    }
    return bytes
  }
}
