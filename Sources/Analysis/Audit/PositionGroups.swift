internal import RunLogs

/// What positions are grouped by.
package enum PositionGroup: Sendable, Hashable {
  /// A token of the vocabulary.
  case token(UInt32)
  /// Two or three tokens in a row; its value is the mean over them.
  case gram([UInt32])
  /// A kind of positions: `kind` says by what, `name` which.
  case kind(String, String)
}

/// A division of a log's positions into groups.
struct PositionGrouping {
  /// Of each group.
  var names: [PositionGroup]
  /// The group of each row of the log; −1 for none.
  var groups: [Int32]
  /// How many tokens in a row the value of a row is the mean of.
  var length = 1

  /// By token.
  static func tokens(_ rows: TokenRows, ids: [UInt32]) -> PositionGrouping {
    var numbers: [UInt32: Int32] = [:]
    var names: [PositionGroup] = []
    var groups = [Int32](repeating: -1, count: ids.count)
    rows.visit { row, _, _ in
      let id = ids[row]
      if let number = numbers[id] {
        groups[row] = number
      } else {
        numbers[id] = Int32(names.count)
        groups[row] = Int32(names.count)
        names.append(.token(id))
      }
    }
    return PositionGrouping(names: names, groups: groups)
  }

  /// By two tokens in a row and by three, each at its last token; tokens that a mask leaves out, or that
  /// aren't measured, end a row.
  static func grams(
    _ rows: TokenRows, ids: [UInt32]
  ) -> (pairs: PositionGrouping, triples: PositionGrouping) {
    var pairs = PositionGrouping(
      names: [], groups: [Int32](repeating: -1, count: ids.count), length: 2)
    var triples = PositionGrouping(names: [], groups: pairs.groups, length: 3)
    var pairNumbers: [UInt64: Int32] = [:]
    var tripleNumbers: [UInt64: Int32] = [:]
    for text in rows.texts {
      var run = 0
      var (previous, pairBefore): (Int32, Int32) = (-2, -1)
      for entry in rows.range(of: text) {
        let row = rows.indices[entry]
        run = row == previous + 1 ? run + 1 : 1
        previous = row
        let at = Int(row)
        guard run >= 2 else { continue }
        let pairKey = UInt64(ids[at - 1]) << 32 | UInt64(ids[at])
        let pair = pairNumbers[pairKey] ?? Int32(pairs.names.count)
        if Int(pair) == pairs.names.count {
          pairNumbers[pairKey] = pair
          pairs.names.append(.gram([ids[at - 1], ids[at]]))
        }
        pairs.groups[at] = pair
        if run >= 3 {
          let tripleKey = UInt64(UInt32(bitPattern: pairBefore)) << 32 | UInt64(ids[at])
          let triple = tripleNumbers[tripleKey] ?? Int32(triples.names.count)
          if Int(triple) == triples.names.count {
            tripleNumbers[tripleKey] = triple
            triples.names.append(.gram([ids[at - 2], ids[at - 1], ids[at]]))
          }
          triples.groups[at] = triple
        }
        pairBefore = pair
      }
    }
    return (pairs, triples)
  }

  /// A column whose value at each last token is the mean over the group's tokens.
  func averaged(_ column: [Float]) -> [Float] {
    guard length > 1 else { return column }
    var result = column
    for row in groups.indices where groups[row] >= 0 {
      var sum = Double(column[row])
      for step in 1..<length { sum += Double(column[row - step]) }
      result[row] = Float(sum / Double(length))
    }
    return result
  }
}
