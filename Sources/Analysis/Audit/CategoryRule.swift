internal import Tokenization

/// What puts a token in a category: any one of these conditions.
struct CategoryRule: Sendable {
  /// The category.
  let name: String
  /// Whole words, without white space around them; in small letters unless `isCaseSensitive`.
  let words: Set<String>
  /// Whether words are compared as they are written.
  let isCaseSensitive: Bool
  /// All that the token may consist of, beside white space.
  let characters: Set<Unicode.Scalar>
  /// Each describes whole tokens, white space included.
  let expressions: TokenExpressions?
  /// Parts that a token contains.
  let parts: [[UInt8]]

  func matches(_ token: TokenText) -> Bool {
    words.contains(isCaseSensitive ? token.word : token.lowercasedWord)
      || (!characters.isEmpty && !token.word.isEmpty
        && token.word.unicodeScalars.allSatisfy {
          characters.contains($0) || TokenText.isWhiteSpace($0)
        })
      || parts.contains { token.contains($0) }
      || (expressions?.matchWhole(token.bytes) ?? false)
  }
}

/// A token's text in the forms that rules compare.
struct TokenText {
  /// All of it; U+FFFD stands for what is no UTF-8, such as half a character.
  let text: String
  /// The bytes of that.
  let bytes: [UInt8]
  /// Without white space at both ends.
  let word: String
  /// That in small letters.
  let lowercasedWord: String

  init(_ bytes: [UInt8]) {
    text = String(decoding: bytes, as: UTF8.self)
    self.bytes = Array(text.utf8)
    word = Self.trimmed(text)
    lowercasedWord = word.lowercased()
  }

  /// Whether these bytes, at least one, are part of the token.
  func contains(_ part: [UInt8]) -> Bool {
    guard part.count <= bytes.count else { return false }
    return (0...bytes.count - part.count).contains { start in
      part.indices.allSatisfy { bytes[start + $0] == part[$0] }
    }
  }

  /// A text without white space at both ends.
  static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isWhiteSpace($0) }),
      let last = scalars.lastIndex(where: { !isWhiteSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// Whether a scalar is white space; looking ASCII up in Unicode's tables takes long.
  static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
  }
}

/// Regular expressions for whole tokens, in the syntax that tokenizers' own have.
struct TokenExpressions: Sendable {
  private let compiled: [OnigurumaExpression]

  /// - Throws: the reason, with the pattern that doesn't compile.
  init(_ patterns: [String]) throws(Failure) {
    var compiled: [OnigurumaExpression] = []
    for pattern in patterns {
      do throws(OnigurumaExpression.Failure) {
        // Alone at first: "a)|(b" would be one within the brackets.
        _ = try OnigurumaExpression(pattern)
        compiled.append(try OnigurumaExpression(Self.whole(pattern)))
      } catch { throw Failure(pattern: pattern, reason: error.reason) }
    }
    // One search instead of several, unless an expression refers to its groups: those are counted.
    let joined = Self.whole(patterns.map { "(?:\($0))" }.joined(separator: "|"))
    if !patterns.contains(where: Self.mayReferToGroups), let one = try? OnigurumaExpression(joined)
    {
      compiled = [one]
    }
    self.compiled = compiled
  }

  private static func whole(_ pattern: String) -> String { "\\A(?:\(pattern))\\z" }

  private static func mayReferToGroups(_ pattern: String) -> Bool {
    pattern.contains("(?<")
      || zip(pattern, pattern.dropFirst()).contains {
        $0 == "\\" && ($1.isNumber || $1 == "k" || $1 == "g")
      }
  }

  /// A pattern that doesn't compile.
  struct Failure: Error {
    let pattern: String
    let reason: String
  }

  /// Whether one of them describes the whole text, which is UTF-8.
  func matchWhole(_ text: [UInt8]) -> Bool {
    // An expression that gives up, after ten million steps, doesn't match.
    compiled.contains { (try? $0.matches(in: text, text.indices).isEmpty) == false }
  }
}
