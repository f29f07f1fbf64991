/// The added tokens in their order, found by content and by what is looked for in normalised text.
struct AddedTokenTable {
  private(set) var tokens: [AddedToken] = []
  /// The largest id, or -1.
  private(set) var last: Int32 = -1
  private var indexOfContent: [Vocabulary.Key: Int] = [:]
  /// Of normalised tokens only.
  private var indexOfPattern: [[UInt8]: Int] = [:]
  private var patterns: [Int: [UInt8]] = [:]

  func index(ofContent content: String) -> Int? { indexOfContent[Vocabulary.Key(content)] }

  /// The token that is looked for by the same bytes of normalised text.
  func index(ofPattern pattern: [UInt8]) -> Int? { indexOfPattern[pattern] }

  /// Adds a token, or puts it in the place of one.
  ///
  /// - Parameters:
  ///   - token: Its content is another than that of all others.
  ///   - pattern: What is looked for in normalised text; nil if it is looked for in the original.
  ///   - index: The place; nil: after all others.
  mutating func put(_ token: AddedToken, pattern: [UInt8]?, at index: Int?) {
    let place = index ?? tokens.count
    if index == nil { tokens.append(token) } else { tokens[place] = token }
    last = max(last, token.identifier)
    indexOfContent[Vocabulary.Key(token.content)] = place
    if let old = patterns.removeValue(forKey: place) { indexOfPattern[old] = nil }
    if let pattern {
      patterns[place] = pattern
      indexOfPattern[pattern] = place
    }
  }
}
