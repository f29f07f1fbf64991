package import RunLogs

/// What a row of an export is about.
package enum RowKind: Hashable, Sendable {
  case token, text, step, checkpoint
  /// A token of a text to which a pair moved probability, or from which.
  case moved(PairName)
  /// A text of a reference model.
  case referenceText(String)
  /// What such a text costs a checkpoint.
  case cost(String)

  /// What there is a row for.
  package var words: String {
    switch self {
    case .token: "token"
    case .text: "text"
    case .step: "step"
    case .checkpoint: "checkpoint"
    case .moved(let pair): "text and token whose probability \(pair) moved"
    case .referenceText(let name): "text of \(name)"
    case .cost(let name): "checkpoint and text of \(name)"
    }
  }

  /// Kinds of rows of which each of these has one, so that their columns can stand beside.
  var parents: [RowKind] {
    switch self {
    case .token, .moved: [.text]
    case .cost(let name): [.checkpoint, .referenceText(name)]
    case .text, .step, .checkpoint, .referenceText: []
    }
  }
}

/// A column that can be exported.
struct ExportColumn {
  let name: String
  /// Other names that it may be asked for by.
  var aliases: [String] = []
  let unit: String
  let definition: String
  let rows: RowKind
  /// How many numbers it has for each row, where that is a list.
  var width: Int?
  /// Values of some rows.
  let read: (Range<Int>) throws -> ExportValues

  init(
    _ name: String, aliases: [String] = [], unit: String = "", _ definition: String,
    _ rows: RowKind, width: Int? = nil, read: @escaping (Range<Int>) throws -> ExportValues
  ) {
    (self.name, self.aliases, self.unit, self.definition) = (name, aliases, unit, definition)
    (self.rows, self.width, self.read) = (rows, width, read)
  }

  /// Names in the header of CSV.
  var headers: [String] { width.map { (0..<$0).map { "\(name)/\($0)" } } ?? [name] }
}

/// Values of a column over some rows.
struct ExportValues {
  enum Content {
    case numbers(ColumnValues)
    case strings([String])
    /// Ids, shown as their tokens' text.
    case tokens([UInt32])
  }

  let content: Content
  /// Rows that have no value; empty if all have.
  var isMissing: [Bool] = []

  static func numbers(_ values: ColumnValues) -> Self { Self(content: .numbers(values)) }
  static func strings(_ values: [String]) -> Self { Self(content: .strings(values)) }
  static func counts(_ values: some Sequence<Int>) -> Self {
    .numbers(.counts(values.map(Int64.init)))
  }
}

/// The rows of one kind.
struct RowSpace {
  /// How the row of a parent is found.
  enum Place {
    /// Rows `offsets[i]..<offsets[i + 1]` belong to row i.
    case offsets([Int])
    /// Row over a number.
    case quotient(Int)
    /// The rest of that.
    case remainder(Int)
  }

  let count: Int
  /// Columns that say where a row is.
  let leading: [ExportColumn]
  var places: [RowKind: Place] = [:]

  /// The rows of a parent that ascending rows belong to.
  func parents(_ kind: RowKind, of rows: [Int]) -> [Int] {
    switch places[kind] {
    case .quotient(let number): return rows.map { $0 / number }
    case .remainder(let number): return rows.map { $0 % number }
    case .offsets(let offsets):
      var parent = offsets.firstIndexAfter(rows.first ?? 0) - 1
      return rows.map { row in
        while offsets[parent + 1] <= row { parent += 1 }
        return parent
      }
    case nil: return rows
    }
  }
}

extension [Int] {
  /// Of ascending numbers the first that is greater.
  fileprivate func firstIndexAfter(_ value: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A value that is worked out when it is first asked for.
///
/// Not for several threads at once.
final class Kept<Value> {
  private var known: Value?
  private let make: () throws -> Value

  init(_ make: @escaping () throws -> Value) { self.make = make }

  func value() throws -> Value {
    if let known { return known }
    let new = try make()
    known = new
    return new
  }
}
