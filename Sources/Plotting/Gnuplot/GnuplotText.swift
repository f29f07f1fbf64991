/// Text made safe for gnuplot's scripts and data files.
///
/// Single-quoted strings are the only ones in which gnuplot neither runs commands between
/// backquotes nor reads backslashes; labels are drawn with `noenhanced`, so `_ ^ { } @ & ~` are
/// characters like others there.
enum GnuplotText {
  /// A single-quoted string.
  static func quoted(_ text: String) -> String {
    "'" + printable(text).replacing("'", with: "''") + "'"
  }

  /// A single-quoted string for places that read markup: its characters lose their meaning.
  static func quotedForMarkup(_ text: String) -> String {
    var escaped = ""
    for character in printable(text) {
      if "_^{}@&~\\".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return "'" + escaped.replacing("'", with: "''") + "'"
  }

  /// The last field of a line of a data file: backslashes are read there, quotes and blanks at its
  /// ends would be taken off.
  static func field(_ text: String) -> String {
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
  static func comment(_ text: String) -> [String] {
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
  static func printable(_ text: String) -> String {
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

  /// Text for XML content.
  static func xml(_ text: String) -> String {
    printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
