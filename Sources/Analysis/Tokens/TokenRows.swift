/// Which tokens a table is over.
package enum TokenSelection: String, Sendable, CaseIterable, Codable {
  /// Tokens of responses: what a model wrote.
  case response
  /// Tokens of prompts; those that a response's mask leaves out are neither's.
  case prompt
  /// Both.
  case all
}

/// What decides whether a token is among those that a number is about.
package struct TokenFilter: Hashable, Sendable {
  /// Prompts, responses or both.
  package var tokens = TokenSelection.response
  /// Only texts written by this one; nil for all.
  package var source: String?
  /// Measured under these; nil for all of the log.
  package var models: [String]?

  package init(
    tokens: TokenSelection = .response, source: String? = nil, models: [String]? = nil
  ) {
    (self.tokens, self.source, self.models) = (tokens, source, models)
  }
}

/// The measured tokens that a number is about, text by text in the log's order.
package struct TokenRows: Sendable {
  /// Rows of every text's measured selected tokens, also of texts that `texts` leaves out.
  package var indices: [Int32] = []
  /// The place of each among its text's selected tokens, measured or not, from 0.
  package var places: [Int32] = []
  /// Text i's are `offsets[i]..<offsets[i + 1]` of them.
  package var offsets: [Int] = [0]
  /// Selected tokens of each text, measured or not.
  package var lengths: [Int32] = []
  /// The texts that are meant, ascending.
  package var texts: [Int]
  /// The same for rows that differ only in `texts`.
  var identity = 0

  init(texts: [Int]) { self.texts = texts }

  /// Number of measured tokens.
  @inlinable package var count: Int { texts.reduce(0) { $0 + range(of: $1).count } }

  /// Selected tokens without statistics: first tokens, those after the end of a context, tokens that
  /// a model lacks.
  package var unmeasuredCount: Int { selectedCount - count }

  /// Selected tokens, measured or not.
  @inlinable package var selectedCount: Int { texts.reduce(0) { $0 + Int(lengths[$1]) } }

  /// Texts with at least one measured token among these.
  package var measuredTextCount: Int { texts.count { !range(of: $0).isEmpty } }

  @inlinable
  package func range(of text: Int) -> Range<Int> { offsets[text]..<offsets[text + 1] }

  /// Each row with its text and its place among the text's selected tokens, counted from their first.
  ///
  /// From the end it is `lengths[text] − 1 − place`.
  @inlinable
  package func visit(_ body: (_ row: Int, _ text: Int, _ place: Int) throws -> Void) rethrows {
    for text in texts {
      for entry in offsets[text]..<offsets[text + 1] {
        try body(Int(indices[entry]), text, Int(places[entry]))
      }
    }
  }

  /// Something of each row.
  @inlinable
  package func map<Value>(_ value: (Int) throws -> Value) rethrows -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    try visit { row, _, _ in values.append(try value(row)) }
    return values
  }

  /// A column's values at the selected tokens, text by text; NaN at those that weren't measured.
  package func padded(_ column: [Float]) -> [Float] {
    var values = [Float](repeating: .nan, count: selectedCount)
    var start = 0
    for text in texts {
      for entry in range(of: text) {
        values[start + Int(places[entry])] = column[Int(indices[entry])]
      }
      start += Int(lengths[text])
    }
    return values
  }
}

extension TokenRows {
  /// Those of the rows that pass; the others count as not measured.
  package func filter(_ isIncluded: (Int) -> Bool) -> TokenRows {
    var result = TokenRows(texts: texts)
    result.lengths = lengths
    // Sums over it are kept under no name.
    result.identity = -1
    for text in lengths.indices {
      for entry in range(of: text) where isIncluded(Int(indices[entry])) {
        result.indices.append(indices[entry])
        result.places.append(places[entry])
      }
      result.offsets.append(result.indices.count)
    }
    return result
  }
}
