/// Tokens as text for people: bytes need not be valid UTF-8, and white space must be seen.
package enum TokenText {
  /// A token in a table: white space and control characters are marked, bytes that are no UTF-8 are
  /// written as ⟨hexadecimal⟩, long tokens are cut with an ellipsis.
  ///
  /// - Parameters:
  ///   - bytes: nil if unknown; then the id is shown as `#id`.
  ///   - id: the token.
  ///   - limit: most characters.
  /// - Returns: at most `limit` characters, never empty.
  package static func shown(_ bytes: [UInt8]?, id: UInt32, limit: Int = .max) -> String {
    guard let bytes, !bytes.isEmpty else { return "#\(id)" }
    let text = decoded(bytes) { scalar in
      switch scalar {
      case " ": "␣"
      case "\n": "↵"
      case "\r": "␍"
      case "\t": "⇥"
      case "\u{A0}", "\u{3000}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{200B}"..."\u{200F}",
        "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
        "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
      default:
        scalar.properties.generalCategory == .control
          ? "⟨\(hexadecimal(scalar.value))⟩"
          : VisibleText.isSteering(scalar)
            ? "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩" : nil
      }
    }
    return text.count <= limit ? text : text.prefix(max(limit - 1, 1)) + "…"
  }

  /// A token inside running text: line breaks stay, other control characters are marked.
  package static func flowing(_ bytes: [UInt8]?, id: UInt32) -> String {
    guard let bytes, !bytes.isEmpty else { return "⟨#\(id)⟩" }
    return decoded(bytes) { scalar in
      if scalar == "\n" || scalar == "\t" { return nil }
      // Marks of direction and escapes could rewrite the rest of the line, or the terminal's state.
      return VisibleText.isSteering(scalar) ? "⟨\(hexadecimal(scalar.value))⟩" : nil
    }
  }

  /// UTF-8 with each invalid byte as ⟨hexadecimal⟩, and scalars replaced where `mark` says so.
  private static func decoded(
    _ bytes: [UInt8], mark: (Unicode.Scalar) -> String?
  ) -> String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let piece = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = piece.unicodeScalars.first, piece.unicodeScalars.count == 1
      {
        text += mark(scalar) ?? piece
        rest = rest.dropFirst(length)
      } else {
        text += "⟨\(hexadecimal(UInt32(first)))⟩"
        rest = rest.dropFirst()
      }
    }
    return text
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }
}
