package import RunLogs

/// A log as exports see it: its columns by name, and its rows.
package struct ExportSource {
  /// The log's path as given.
  package let path: String
  /// What kind of log it is.
  package let kind: LogKind
  /// Files that it is read from.
  package let files: [String]
  /// Nil but for a token log.
  let tokenLog: TokenLog?
  let columns: [ExportColumn]
  /// Names that stand for several columns.
  let groups: [(name: String, columns: [String])]
  /// What is exported where nothing is asked for.
  let defaults: [String]
  let space: (RowKind) throws -> RowSpace
  let tokenBytes: (UInt32) -> [UInt8]?
  /// Who wrote each text; nil in a log that doesn't say.
  let authors: Kept<[String]>?
  /// Whether some tokens are of responses.
  let isResponse: (Range<Int>) throws -> [Bool]

  /// Opens a log of any kind.
  ///
  /// - Throws: `RunLogError` if it can't be read, or is none.
  package init(path: String) throws {
    self =
      switch try LogKind(path: path) {
      case .token: try Self(TokenLog(path: path))
      case .training: Self(try TrainingLog(path: path), path: path)
      case .dynamics: Self(try DynamicsLog(path: path), path: path)
      }
  }

  init(
    path: String, kind: LogKind, files: [String], tokenLog: TokenLog? = nil,
    columns: [ExportColumn], groups: [(name: String, columns: [String])] = [],
    defaults: [String], authors: Kept<[String]>? = nil,
    tokenBytes: @escaping (UInt32) -> [UInt8]? = { _ in nil },
    isResponse: @escaping (Range<Int>) throws -> [Bool] = { $0.map { _ in true } },
    space: @escaping (RowKind) throws -> RowSpace
  ) {
    (self.path, self.kind, self.files, self.tokenLog) = (path, kind, files, tokenLog)
    (self.columns, self.groups, self.defaults) = (columns, groups, defaults)
    (self.authors, self.tokenBytes, self.isResponse) = (authors, tokenBytes, isResponse)
    self.space = space
  }
}

// MARK: Names

extension ExportSource {
  /// The columns of these names, each once.
  ///
  /// - Parameter names: of columns or of several; `NAME/*` is every column below NAME that has the
  ///   same kind of rows as its first.
  /// - Returns: as they are asked for.
  /// - Throws: `ExportError` for a name that the log doesn't have.
  func columns(named names: [String]) throws -> [ExportColumn] {
    var found: [ExportColumn] = []
    for name in names {
      let asked = name.hasPrefix("/") ? String(name.dropFirst()) : name
      for column in try columns(asked: asked)
      where !found.contains(where: { $0.name.utf8.elementsEqual(column.name.utf8) }) {
        found.append(column)
      }
    }
    return found
  }

  private func columns(asked name: String) throws -> [ExportColumn] {
    if let column = columns.first(where: { $0.isNamed(name) }) { return [column] }
    if let group = groups.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      return try columns(named: group.columns)
    }
    if name.hasSuffix("/*") {
      let start = name.dropLast()
      let below = columns.filter { column in
        ([column.name] + column.aliases).contains { $0.utf8.starts(with: start.utf8) }
      }
      let alike = below.filter { $0.rows == below[0].rows }
      if !alike.isEmpty { return alike }
    }
    throw ExportError("\(path): has no column '\(name)'; \(known(beside: name))")
  }

  /// Names for whoever wrote one that isn't there: those that begin alike, or what they begin with.
  private func known(beside name: String) -> String {
    let owner = name.prefix { $0 != "/" }
    let all = columns.map(\.name) + groups.map(\.name)
    let alike = all.filter { $0.utf8.starts(with: (owner + "/").utf8) }
    if !alike.isEmpty { return "those of \(owner): " + alike.joined(separator: ", ") }
    var owners: [String] = []
    for name in all.map({ String($0.prefix { $0 != "/" }) }) where !owners.contains(name) {
      owners.append(name)
    }
    return "it has " + owners.map { $0 + "/…" }.joined(separator: ", ") + "; --list prints all"
  }
}

extension ExportColumn {
  /// Names are told apart by their bytes.
  func isNamed(_ name: String) -> Bool {
    ([self.name] + aliases).contains { $0.utf8.elementsEqual(name.utf8) }
  }
}

// MARK: What there is

extension ExportSource {
  /// What `--list` says of a column.
  package struct ColumnEntry: Encodable, Sendable {
    /// As `--columns` takes it.
    package let name: String
    /// What it has a row for.
    package let rows: String
    /// Empty for words, 1 for pure numbers.
    package let unit: String
    /// In a sentence.
    package let definition: String
    /// Numbers in each row; nil for one that isn't a list.
    package let width: Int?
  }

  /// What `--list` says of a table.
  package struct TableEntry: Encodable, Sendable {
    /// As `--table` takes it.
    package let name: String
    /// In a sentence.
    package let definition: String
  }

  /// All columns and tables of a log.
  package struct Contents: Encodable, Sendable {
    /// The log's path.
    package let log: String
    /// Columns in the log's order.
    package let columns: [ColumnEntry]
    /// Tables that are made of it.
    package let tables: [TableEntry]
  }

  /// All that can be exported.
  package var contents: Contents {
    let several = groups.compactMap { name, names -> ColumnEntry? in
      guard let first = columns.first(where: { $0.isNamed(names[0]) }) else { return nil }
      return ColumnEntry(
        name: name, rows: first.rows.words, unit: "",
        definition: "short for " + names.joined(separator: ", "), width: nil)
    }
    return Contents(
      log: path,
      columns: columns.map {
        ColumnEntry(
          name: $0.name, rows: $0.rows.words, unit: $0.unit, definition: $0.definition,
          width: $0.width)
      } + several,
      tables: LogTable.tables(of: kind).map {
        TableEntry(name: $0.rawValue, definition: $0.definition)
      })
  }
}
