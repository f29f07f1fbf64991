internal import HDF5

/// Values of a column, in the type that they have in the file.
package enum ColumnValues: Sendable, Equatable {
  case bytes([UInt8])
  case ids([UInt32])
  case counts([Int64])
  case floats([Float])
  case doubles([Double])

  /// How many.
  package var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .ids(let values): values.count
    case .counts(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    }
  }
}

/// A column that a log has: what it is, and the model's or pair's that it is of.
package struct OwnedColumn: Sendable, Equatable {
  /// What it is.
  package let column: TokenLogColumn
  /// The name of its model or pair; empty for a column of tokens or texts.
  package let owner: String

  /// Both.
  package init(_ column: TokenLogColumn, of owner: String = "") {
    (self.column, self.owner) = (column, owner)
  }
}

extension TokenLog {
  /// Every column of numbers that has a row for each token or for each text, in the schema's order;
  /// moved mass not among them.
  package var columns: [OwnedColumn] {
    func all(_ scope: TokenLogColumn.Scope) -> [TokenLogColumn] {
      TokenLogColumn.all.filter { $0.scope == scope }
    }
    func bounds(_ scope: TokenLogColumn.Scope) -> [TokenLogColumn] {
      TokenLogColumn.bounds.filter { $0.scope == scope }
    }
    var columns = (all(.token) + all(.sequence)).map { OwnedColumn($0) }
    for model in header.models {
      columns += (all(.model) + bounds(.model)).filter { header.has($0, of: model) }
        .map { OwnedColumn($0, of: model.name) }
      guard model.replicateType != nil else { continue }
      columns += TokenLogColumn.replicate.filter { $0.scope == .model }
        .map { OwnedColumn($0, of: model.name) }
    }
    for pair in header.pairs {
      columns += (all(.pair) + bounds(.pair)).filter { header.has($0) }
        .map { OwnedColumn($0, of: pair.description) }
      guard header.hasPairReplicates else { continue }
      columns += TokenLogColumn.replicate.filter { $0.scope == .pair }
        .map { OwnedColumn($0, of: pair.description) }
    }
    return columns
  }

  /// Values of any of `columns`; what older logs lack is filled in as the typed readers do.
  ///
  /// - Parameters:
  ///   - column: one that the log has.
  ///   - range: tokens, or texts for a column of texts; nil for all.
  /// - Returns: a value for each, k for a column of the k most likely tokens; of `/seq/offsets` one
  ///   more than there are texts where `range` is nil.
  /// - Throws: `RunLogError`: `.missingModel`, `.missingPair`, `.damaged`, `.unreadable`.
  package func values(
    of column: OwnedColumn, in range: Range<Int>? = nil
  ) throws(RunLogError) -> ColumnValues {
    let (scope, name, owner) = (column.column.scope, column.column.name, column.owner)
    switch scope {
    case .sequence where name == "offsets":
      return .counts(offsets[range ?? offsets.indices].map(Int64.init))
    case .token where name == "unmeasured":
      return .bytes(try unmeasured(in: range).map(\.rawValue))
    case .model where name == "unmeasured":
      return .bytes(try unmeasured(of: owner, in: range).map(\.rawValue))
    case .model:
      if let known = ModelColumn(rawValue: name) {
        return .floats(try floats(known, of: owner, in: range))
      }
      if let known = ModelIndexColumn(rawValue: name) {
        return .ids(try integers(known, of: owner, in: range))
      }
    case .pair:
      let pair = try PairName(parsing: owner)
      if let known = PairColumn(rawValue: name) {
        return .floats(try floats(known, of: pair, in: range))
      }
    case .token, .sequence: break
    }
    let columns = column.column.isList ? header.topK : nil
    return switch column.column.elementType {
    case .uint8: .bytes(try read(column.column, of: owner, in: range, columns: columns))
    case .uint32: .ids(try read(column.column, of: owner, in: range, columns: columns))
    case .int32, .int64: .counts(try read(column.column, of: owner, in: range, columns: columns))
    case .float32: .floats(try read(column.column, of: owner, in: range, columns: columns))
    case .float64: .doubles(try read(column.column, of: owner, in: range, columns: columns))
    }
  }

  /// Some values of a pair's moved mass, so that all of it needn't be in memory.
  ///
  /// - Parameters:
  ///   - column: which.
  ///   - pair: of a log that has moved mass.
  ///   - rows: how many the column has: entries, texts, or one more for offsets.
  ///   - range: which of them; nil for all.
  /// - Returns: one for each.
  /// - Throws: `RunLogError`: `.missingPair`, `.damaged`, `.unreadable`.
  package func movedValues(
    _ column: MovedMassColumn, of pair: PairName, rows: Int, in range: Range<Int>? = nil
  ) throws(RunLogError) -> ColumnValues {
    try checkPair(pair)
    switch column {
    case .offsets, .positions:
      return .counts(try readMoved(column, of: pair, rows: rows, in: range, as: Int64.self))
    case .token:
      return .ids(try readMoved(column, of: pair, rows: rows, in: range, as: UInt32.self))
    case .gained, .lost, .dropped:
      return .floats(try readMoved(column, of: pair, rows: rows, in: range, as: Float.self))
    }
  }

  /// Where each text's entries of moved mass begin, and where the last one's end.
  ///
  /// - Returns: `[texts + 1]`.
  /// - Throws: `RunLogError`: `.missingPair`, `.damaged`, `.unreadable`.
  package func movedOffsets(of pair: PairName) throws(RunLogError) -> [Int] {
    try checkPair(pair)
    let offsets = try readMoved(.offsets, of: pair, rows: sequenceCount + 1, as: Int64.self)
    let isOrdered = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    guard offsets.first == 0, isOrdered else {
      throw damaged(.offsets, pair, "doesn't ascend from 0")
    }
    return offsets.map { Int($0) }
  }
}
