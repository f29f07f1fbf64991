/// Sizes of print, in points.
enum Typography {
  static let fontFamily = "Liberation Sans"
  static let monospacedFamily = "Liberation Mono"
  static let baseSize = 9.0
  static let tickSize = 8.0
  static let boxTextSize = 7.0
  static let axisWidth = 0.5
  /// From one line of the base size to the next.
  static let lineHeight = 11.0
  /// Between a number and its axis, and between neighbours in general.
  static let gap = 4.0
}

/// Widths of text, from the advance widths of Liberation Sans (metrically equal to Arial).
package enum TextMetrics {
  /// Advance widths of U+0020 … U+007E in 1/1000 of the size.
  private static let advances: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1_015, 667, 667, 722, 722,
    667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
    667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
    500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334,
    584,
  ]

  /// The width of a line of text in points.
  package static func width(_ text: String, size: Double) -> Double {
    text.reduce(0.0) { $0 + advance($1) } * size / 1_000
  }

  /// The number of monospaced cells that a text fills; wide characters fill two.
  package static func cells(_ text: String) -> Int {
    text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
  }

  /// The width of one monospaced cell of a text box, in points.
  package static let boxCellWidth = Typography.boxTextSize * 0.6

  /// The text, with its middle replaced by "…" if it is wider than allowed.
  package static func shortened(_ text: String, to allowed: Double, size: Double) -> String {
    guard width(text, size: size) > allowed else { return text }
    let characters = Array(text)
    // Both ends are kept: names of checkpoints differ at their ends.
    for kept in stride(from: characters.count - 1, through: 2, by: -1) {
      let candidate =
        String(characters.prefix((kept + 1) / 2)) + "…" + String(characters.suffix(kept / 2))
      if width(candidate, size: size) <= allowed { return candidate }
    }
    return "…"
  }

  private static func advance(_ character: Character) -> Double {
    if let ascii = character.asciiValue, (0x20...0x7E).contains(ascii) {
      return advances[Int(ascii) - 0x20]
    }
    return isWide(character) ? 1_000 : 600
  }

  /// East Asian wide characters and pictures.
  private static func isWide(_ character: Character) -> Bool {
    character.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F000...0x1FFFF, 0x2_0000...0x3_FFFD:
        true
      default: false
      }
    }
  }
}
