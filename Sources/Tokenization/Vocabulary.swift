/// The model's tokens in both directions.
struct Vocabulary {
  /// A string as a key by its bytes: `String` itself holds canonically equivalent texts for equal.
  struct Key: Hashable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
    init(_ left: Key, _ right: Key) { bytes = left.bytes + right.bytes }
  }

  private(set) var identifiers: [Key: Int32] = [:]
  /// By id; nil where the file has a gap.
  private(set) var tokens: [String?] = []

  /// Reads `model.vocab`.
  init(_ value: FileValue) throws(TokenizerError) {
    let members = try value.members()
    identifiers.reserveCapacity(members.count)
    tokens = [String?](repeating: nil, count: members.count)
    for (token, member) in members {
      let identifier = try member.tokenIdentifier()
      let index = Int(identifier)
      if index >= tokens.count {
        tokens += [String?](repeating: nil, count: index + 1 - tokens.count)
      }
      if let other = tokens[index] {
        throw member.invalid(
          "the id \(identifier) belongs to \(other.debugDescription) already",
          mend: "write the file again with tokenizers")
      }
      tokens[index] = token
      identifiers[Key(token)] = identifier
    }
    while let last = tokens.last, last == nil { tokens.removeLast() }
  }

  func identifier(of token: String) -> Int32? { identifiers[Key(token)] }
}
