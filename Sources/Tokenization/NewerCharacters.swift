/// Makes general categories in a pattern independent of the installed Oniguruma's Unicode version.
///
/// Hugging Face tokenizers carries an Oniguruma with Unicode 16, Debian 12 has one with Unicode 14,
/// for which the letters of newer scripts and some 5,000 ideographs are no letters. `\p{L}` is
/// therefore written as `[\p{L}…]` with what was added since; where the library knows these
/// characters already, that changes nothing.
enum NewerCharacters {
  /// The pattern with its categories completed; other properties stay as they are.
  static func completed(_ pattern: String) -> String {
    var result = ""
    var rest = pattern[...]
    while let backslash = rest.firstIndex(of: "\\") {
      result += rest[..<backslash]
      rest = rest[backslash...]
      if let end = rest.firstIndex(of: "}"), let category = completedCategory(rest[...end]) {
        result += category
        rest = rest[rest.index(after: end)...]
      } else {
        // An escaped character, perhaps a backslash, belongs to its backslash.
        result += rest.prefix(2)
        rest = rest.dropFirst(2)
      }
    }
    return result + rest
  }

  /// A class for `\p{…}`, `\P{…}` or `\p{^…}`, nil if it is none of these or no known category.
  private static func completedCategory(_ escape: Substring) -> String? {
    guard escape.hasPrefix("\\p{") || escape.hasPrefix("\\P{") else { return nil }
    var name = escape.dropFirst(3).dropLast()
    var isNegated = escape.hasPrefix("\\P{")
    if name.hasPrefix("^") {
      name = name.dropFirst()
      isNegated.toggle()
    }
    guard let ranges = additions[name.lowercased()] else { return nil }
    return (isNegated ? "[^" : "[") + "\\p{\(name)}\(ranges)]"
  }

  /// For each category and each group of categories, in small letters, the insides of a class.
  private static let additions: [String: String] = {
    var additions: [String: String] = [:]
    for line in NewerCharacterTables.additions.split(whereSeparator: { $0 == "\n" || $0 == " " }) {
      let parts = line.split(separator: ":")
      guard parts.count == 2 else { continue }
      let ranges = parts[1].split(separator: ",").map { range in
        range.split(separator: "-").map { "\\x{\($0)}" }.joined(separator: "-")
      }
      let category = parts[0].lowercased()
      for name in [category, String(category.prefix(1))] {
        additions[name, default: ""] += ranges.joined()
      }
    }
    return additions
  }()
}
