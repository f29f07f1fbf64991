import Plotting

/// Tokens set as a text: where each stands, and how its bytes are shown.
package struct TokenFlow {
  package struct Cell: Equatable {
    package let text: String
    package let line: Int
    package let left: Double
    package let width: Double
  }

  private static let padding = 1.2
  private static let gap = 1.2
  private static let longest = 28

  package private(set) var places: [Cell] = []
  package private(set) var lineCount = 1

  /// Sets tokens into lines of that many points; a new line in a token ends its line.
  package init(tokens: some Sequence<[UInt8]>, width: Double) {
    var left = 0.0
    var line = 0
    for token in tokens {
      let text = Self.visible(token)
      let needed = Double(TextMetrics.cells(text)) * TextMetrics.boxCellWidth + 2 * Self.padding
      if left > 0, left + needed > width {
        line += 1
        left = 0
      }
      places.append(Cell(text: text, line: line, left: left, width: needed))
      left += needed + Self.gap
      lineCount = line + 1
      if token.contains(UInt8(ascii: "\n")) {
        line += 1
        left = 0
      }
    }
  }

  /// The bytes of a token as visible text.
  ///
  /// Spaces are dots, new lines ¶, tabulators →; control characters and bytes that are no UTF-8
  /// are hexadecimal in ‹ ›; what is too long for a line is cut with "…".
  package static func visible(_ bytes: [UInt8]) -> String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      if let (scalar, length) = scalar(at: rest) {
        text += visible(scalar)
        rest = rest.dropFirst(length)
      } else {
        text += "‹\(hexadecimal(UInt32(first), digits: 2))›"
        rest = rest.dropFirst()
      }
    }
    // A mark that combines with nothing would sit on the edge of its box.
    if let first = text.unicodeScalars.first, isCombining(first) { text = "\u{25CC}" + text }
    if text.isEmpty { return "‹›" }
    return text.count > longest ? String(text.prefix(longest - 1)) + "…" : text
  }

  /// The character that starts there and its number of bytes; nil where no UTF-8 does.
  private static func scalar(at bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    var iterator = bytes.prefix(4).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case " ": return "·"
    case "\n": return "¶"
    case "\t": return "→"
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      return "‹\(hexadecimal(scalar.value, digits: scalar.value < 0x100 ? 2 : 4))›"
    default: return String(scalar)
    }
  }

  private static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
