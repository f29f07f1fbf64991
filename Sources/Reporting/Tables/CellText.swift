internal import StatisticalInference

/// A cell as text for people.
struct CellText: Equatable {
  /// The value.
  var value: String
  /// Its interval in brackets; empty without one.
  var interval = ""

  /// Both.
  var whole: String { interval.isEmpty ? value : "\(value) \(interval)" }

  init(_ cell: Table.Cell, _ format: Table.Format, tokenLimit: Int = 20) {
    switch cell {
    case .text(let text): value = text
    case .token(let bytes, let id): value = TokenText.shown(bytes, id: id, limit: tokenLimit)
    case .count(let count): value = Number.count(count)
    case .number(let number): value = Self.text(number ?? .nan, format)
    case .share(let share): value = Number.percent(share ?? .nan)
    case .estimate(let estimate):
      value = Self.text(estimate?.value ?? .nan, format)
      guard let interval = estimate?.interval else { return }
      let ends = [interval.lowerBound, interval.upperBound].map { end in
        // One percent sign is enough.
        let text = Self.text(end, format)
        return text.hasSuffix(" %") ? String(text.dropLast(2)) : text
      }
      self.interval = "[\(ends[0]), \(ends[1])]"
    }
  }

  private static func text(_ value: Double, _ format: Table.Format) -> String {
    switch format {
    case .share: Number.percent(value)
    case .signed: Number.signed(value)
    case .count: Int(exactly: value.rounded()).map(Number.count) ?? Number.text(value)
    case .number, .text, .token: Number.text(value)
    }
  }
}

extension Table {
  /// Every row's cells as text.
  var cellTexts: [[CellText]] {
    rows.map { row in zip(row, columns).map { CellText($0, $1.format) } }
  }

  /// Whether a column is set flush left.
  func isWord(_ column: Column) -> Bool { column.format == .text || column.format == .token }
}
