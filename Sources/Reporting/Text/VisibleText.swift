/// Text from files, made harmless for whoever shows it: the first step before what Markdown, LaTeX, HTML
/// or a terminal needs beside it.
package enum VisibleText {
  /// One line, with every character spelled out that steers a terminal, ends a line or turns the
  /// direction of writing: `\u{1b}`, `\u{202e}`.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isSteering) else { return text }
    return text.unicodeScalars.map { scalar in
      isSteering(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// Whether a character does something rather than being seen.
  package static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Joiners belong to scripts and to emoji.
    case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
    default: false
    }
  }

  /// A name with its middle left out where it is longer than `limit` characters, of at least 3.
  package static func shortened(_ text: String, to limit: Int) -> String {
    // Cheap first: characters are never more than bytes.
    guard text.utf8.count > limit, text.count > limit else { return text }
    let tail = limit / 3
    return text.prefix(limit - tail - 1) + "…" + text.suffix(tail)
  }
}
