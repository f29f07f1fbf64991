internal import RunLogs

/// A part of a log's positions that an audit is about: some texts, and of these some places.
package struct AuditedPart: Sendable, Equatable {
  /// Texts' places in the log.
  package let texts: Set<Int>
  /// Among the tokens of a response, from 0; nil for all.
  package let places: Range<Int>?

  package init(texts: Set<Int>, places: Range<Int>? = nil) {
    (self.texts, self.places) = (texts, places)
  }

  /// Those of the rows that belong to it.
  func restricted(_ rows: TokenRows) -> TokenRows {
    var rows = rows
    rows.texts = rows.texts.filter(texts.contains)
    guard let places else { return rows }
    var isInside: Set<Int> = []
    rows.visit { row, _, place in if places.contains(place) { isInside.insert(row) } }
    return rows.filter(isInside.contains)
  }
}
