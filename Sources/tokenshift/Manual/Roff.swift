/// Text as roff takes it.
///
/// Typewriter signs are spelled out, since roff prints hyphens, quotes and accents as typographic ones,
/// which no shell understands when they are copied from the page; so is what isn't ASCII.
enum Roff {
  private static let width = 78

  /// Text that the formatter fills: each sentence begins a line, and no line is long.
  static func filled(_ text: String) -> [String] {
    var lines: [String] = []
    var endsSentence = true
    for word in text.split(whereSeparator: \.isWhitespace) {
      let next = unbroken(word)
      if let last = lines.last, !endsSentence, last.count + next.count < width {
        lines[lines.count - 1] = last + " " + next
      } else {
        lines.append(next)
      }
      endsSentence = word.wholeMatch(of: /.*[.?!][)"']*/) != nil
    }
    return lines
  }

  /// A word; one that is no plain one, such as a path, is never hyphenated, and begins no request.
  private static func unbroken(_ word: Substring) -> String {
    let isPlain = word.wholeMatch(of: /[("']?[A-Za-z]+['A-Za-z]*[)"']*[.,:;?!]?[)"']*/) != nil
    return (isPlain ? "" : "\\%") + escaped(String(word))
  }

  /// A line of a display that isn't filled.
  static func literal(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }

  /// An argument of a macro: never taken as the name of another one, nor as punctuation.
  static func argument(_ text: String) -> String { "\\&" + escaped(text) }

  /// A flag with its hyphens; the macro prints one itself.
  static func flag(_ text: String) -> String { escaped(String(text.dropFirst())) }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\\": "\\e"
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "^": "\\(ha"
      case "~": "\\(ti"
      case "\"": "\\(dq"
      case " "..."~": String(scalar)
      default: "\\[u\(hexadecimal(scalar.value))]"
      }
    }.joined()
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
