/// Swift source with comments and the contents of strings taken out, so that what is searched for
/// is code.
///
/// Regular-expression literals with quotes in them are not understood.
struct SourceText {
  /// The code, line by line as in the file; a string is left as `""`, interpolations stay.
  let code: String

  init(_ text: String) {
    var scanner = Scanner(bytes: Array(text.utf8))
    scanner.scanCode(untilParenthesis: false)
    code = String(decoding: scanner.output, as: UTF8.self)
  }

  /// Attributes and access levels, `import`, perhaps the kind of a single declaration, the module.
  private static var importStatement: Regex<(Substring, Substring)> {
    /^\s*(?:@\w+(?:\([^)]*\))?\s*|(?:public|package|internal|fileprivate|private)\s+)*import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(\w+)/
  }

  /// The modules that are imported, whatever attributes, access levels and kinds stand around.
  var imports: [String] {
    let ends = [UInt8(ascii: "\n"), UInt8(ascii: ";")]
    return code.utf8.split { ends.contains($0) }.map(Substring.init).compactMap { statement in
      // Few lines are imports, and the expression is slow.
      guard statement.contains("import") else { return nil }
      return statement.firstMatch(of: Self.importStatement).map { String($0.1) }
    }
  }

  /// Whether a word occurs as a whole.
  func has(word: String) -> Bool {
    guard code.contains(word) else { return false }
    return code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == word }
  }
}

/// Walks through the bytes: all that matters to the structure is ASCII.
private struct Scanner {
  let bytes: [UInt8]
  var output: [UInt8] = []
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private func starts(with pattern: [UInt8], at offset: Int = 0) -> Bool {
    guard index + offset + pattern.count <= bytes.count else { return false }
    for place in pattern.indices where bytes[index + offset + place] != pattern[place] {
      return false
    }
    return true
  }

  mutating func scanCode(untilParenthesis: Bool) {
    var depth = 0
    while index < bytes.count {
      switch bytes[index] {
      case Self.slash where starts(with: Self.lineComment):
        while index < bytes.count, bytes[index] != Self.newline { index += 1 }
        continue
      case Self.slash where starts(with: Self.commentStart):
        skipBlockComment()
        continue
      case Self.quote, Self.hash:
        if let hashes = stringStart() {
          scanString(hashes: hashes)
          continue
        }
      case Self.opening: depth += 1
      case Self.closing: depth -= 1
      default: break
      }
      if untilParenthesis, depth < 0 { return }
      output.append(bytes[index])
      index += 1
    }
  }

  /// Block comments nest.
  private mutating func skipBlockComment() {
    var depth = 0
    while index < bytes.count {
      if starts(with: Self.commentStart) {
        depth += 1
        index += 2
      } else if starts(with: Self.commentEnd) {
        depth -= 1
        index += 2
        if depth == 0 { return }
      } else {
        keepNewline()
        index += 1
      }
    }
  }

  /// The number of `#` before a quote that starts here, nil if no string does.
  private func stringStart() -> Int? {
    var hashes = 0
    while index + hashes < bytes.count, bytes[index + hashes] == Self.hash { hashes += 1 }
    return starts(with: [Self.quote], at: hashes) ? hashes : nil
  }

  private mutating func scanString(hashes: Int) {
    let fence = [UInt8](repeating: Self.hash, count: hashes)
    index += hashes
    let quotes = [UInt8](
      repeating: Self.quote, count: starts(with: [Self.quote, Self.quote, Self.quote]) ? 3 : 1)
    let (end, escape) = (quotes + fence, [Self.backslash] + fence)
    index += quotes.count
    output += [Self.quote, Self.quote]
    while index < bytes.count {
      if starts(with: end) {
        index += end.count
        return
      }
      if starts(with: escape) {
        index += escape.count
        if starts(with: [Self.opening]) { scanInterpolation() } else { index += 1 }
        continue
      }
      keepNewline()
      index += 1
    }
  }

  private mutating func scanInterpolation() {
    index += 1
    output.append(Self.opening)
    scanCode(untilParenthesis: true)
    output.append(Self.closing)
    index += 1
  }

  private mutating func keepNewline() {
    if bytes[index] == Self.newline { output.append(Self.newline) }
  }

  private static let newline = UInt8(ascii: "\n")
  private static let slash = UInt8(ascii: "/")
  private static let quote = UInt8(ascii: "\"")
  private static let hash = UInt8(ascii: "#")
  private static let backslash = UInt8(ascii: "\\")
  private static let opening = UInt8(ascii: "(")
  private static let closing = UInt8(ascii: ")")
  private static let lineComment = Array("//".utf8)
  private static let commentStart = Array("/*".utf8)
  private static let commentEnd = Array("*/".utf8)
}
