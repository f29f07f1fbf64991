/// Text made safe for gnuplot's scripts and data files.
///
/// Single-quoted strings are the only ones in which gnuplot neither runs commands between
/// backquotes nor reads backslashes. A doubled quote at the start of one is read wrongly (`'''q'`
/// ends at once, and what follows would be a command), so each quote of a text is a string of its
/// own, joined with the others. Labels are drawn with `noenhanced`: `_ ^ { } @ & ~` mean nothing.
package enum GnuplotText {
  /// An expression that is the text: `'it'."'".'s'`.
  package static func quoted(_ text: String) -> String { joined(printable(text)) }

  private static func joined(_ text: String) -> String {
    var parts: [String] = []
    for (index, piece) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
    {
      if index > 0 { parts.append("\"'\"") }
      if !piece.isEmpty { parts.append("'\(piece)'") }
    }
    return parts.isEmpty ? "''" : parts.joined(separator: ".")
  }

  /// A string for `set label`: as it is in the SVG, portable in the PDF.
  package static func label(_ text: String) -> String {
    let portable = portable(text)
    guard Array(portable.utf8) != Array(printable(text).utf8) else { return quoted(text) }
    return "(format eq 'svg' ? \(quoted(text)) : \(quoted(portable)))"
  }

  /// The same for places that read markup: its characters lose their meaning.
  package static func quotedForMarkup(_ text: String) -> String {
    var escaped = ""
    for character in printable(text) {
      if "_^{}@&~\\".contains(character) { escaped.append("\\") }
      // Marks' texts are formats of numbers, too.
      if character == "%" { escaped.append("%") }
      escaped.append(character)
    }
    return joined(escaped)
  }

  /// A text field of a data file: backslashes are read there, quotes and blanks at its
  /// ends would be taken off.
  package static func field(_ text: String) -> String {
    let escaped = printable(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\042")
    let blanks = escaped.prefix { $0 == " " }.count
    let body = escaped.dropFirst(blanks)
    let trailing = body.reversed().prefix { $0 == " " }.count
    let field =
      String(repeating: "\\040", count: blanks) + body.dropLast(trailing)
      + String(repeating: "\\040", count: trailing)
    return field.isEmpty ? "\\040" : field
  }

  /// Lines of a comment of at most about 96 columns.
  package static func comment(_ text: String) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(whereSeparator: \.isNewline) {
      var line = "#"
      for word in printable(String(paragraph)).split(separator: " ") {
        if line.count + word.count > 95, line != "#" {
          lines.append(line)
          line = "#"
        }
        line += " " + word
      }
      lines.append(line)
    }
    return lines
  }

  /// One line without characters that control terminals, XML or the direction of writing.
  package static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\n" || scalar == "\t": result.append(" ")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      case .control, .surrogate, .unassigned, .privateUse: result.append("\u{FFFD}")
      case .format where scalar != "\u{200D}" && scalar != "\u{200C}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The text with boxes for characters outside of what Liberation and DejaVu fonts draw.
  ///
  /// A browser finds other fonts; for a PDF, cairo draws a missing character as black shapes over
  /// half of the page.
  package static func portable(_ text: String) -> String {
    String(
      printable(text).map { character in
        character.unicodeScalars.allSatisfy { isPortable($0.value) } ? character : "\u{25A1}"
      })
  }

  private static func isPortable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x20...0x2AF, 0x300...0x345, 0x391...0x3C9, 0x400...0x45F, 0x5D0...0x5EA, 0x621...0x63A,
      0x641...0x64A, 0x1EA0...0x1EF9, 0x2010...0x2027, 0x2030...0x205E, 0x2070, 0x2074...0x208E,
      0x20A0...0x20B5, 0x2190...0x21FF, 0x2200...0x22FF, 0x2500...0x25FF, 0xFFFD:
      true
    default: false
    }
  }

  /// Text for XML content.
  package static func xml(_ text: String) -> String {
    printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
