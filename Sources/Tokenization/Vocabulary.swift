import JSON

/// The model's tokens in both directions.
struct Vocabulary {
  /// A string as a key by its bytes: `String` itself holds canonically equivalent texts for equal.
  struct Key: Hashable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
  }

  /// By id; nil where the file has a gap.
  private(set) var tokens: [String?] = []
  /// Tokens, without gaps.
  let count: Int
  /// An open hash table by the tokens' bytes, its size a power of 2: the upper half of a token's hash
  /// and its id + 1, or 0.
  ///
  /// A dictionary would need an array of its own for each key, and for each of half a million merges
  /// one more to look its two sides up together.
  private var slots: [UInt64]

  /// Reads `model.vocab`.
  init(_ value: FileValue) throws(TokenizerError) {
    let members = try value.plainMembers()
    count = members.count
    tokens = [String?](repeating: nil, count: members.count)
    var size = 16
    while size < 2 * members.count { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    for (token, number) in members {
      let identifier =
        if let small = number.integerValue, small >= 0, small < members.count {
          Int32(small)
        } else { try value.member(token).tokenIdentifier() }
      let index = Int(identifier)
      if index >= tokens.count {
        tokens += [String?](repeating: nil, count: index + 1 - tokens.count)
      }
      if let other = tokens[index] {
        throw try value.member(token).invalid(
          "the id \(identifier) belongs to \(other.debugDescription) already",
          fix: "write the file again with tokenizers")
      }
      tokens[index] = token
      insert(token.utf8.span, identifier)
    }
    while let last = tokens.last, last == nil { tokens.removeLast() }
  }

  func identifier(of token: String) -> Int32? { identifier(of: token.utf8.span) }

  /// The id of the token with these bytes.
  func identifier(of token: Span<UInt8>) -> Int32? {
    identifier(of: token, token.extracting(0..<0))
  }

  /// The id of the token with the bytes of both, one after the other.
  func identifier(of left: Span<UInt8>, _ right: Span<UInt8>) -> Int32? {
    let hash = Self.hash(left, right)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let identifier = Int32(truncatingIfNeeded: slots[slot]) - 1
        if let token = tokens[Int(identifier)], Self.equals(token.utf8.span, left, right) {
          return identifier
        }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func insert(_ token: Span<UInt8>, _ identifier: Int32) {
    let hash = Self.hash(token, token.extracting(0..<0))
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = (hash >> 32) << 32 | UInt64(identifier + 1)
  }

  private static func equals(
    _ token: Span<UInt8>, _ left: Span<UInt8>, _ right: Span<UInt8>
  ) -> Bool {
    guard token.count == left.count + right.count else { return false }
    for index in left.indices where token[index] != left[index] { return false }
    for index in right.indices where token[left.count + index] != right[index] { return false }
    return true
  }

  private static func hash(_ left: Span<UInt8>, _ right: Span<UInt8>) -> UInt64 {
    var hasher = Hasher()
    var word: UInt64 = 0
    var count = 0
    func add(_ byte: UInt8) {
      word = word << 8 | UInt64(byte)
      count += 1
      if count & 7 == 0 { hasher.combine(word) }
    }
    for index in left.indices { add(left[index]) }
    for index in right.indices { add(right[index]) }
    hasher.combine(word)
    hasher.combine(count)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
