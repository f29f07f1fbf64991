/// Spaces as visible characters, mostly U+2581, and one before the text: how SentencePiece writes
/// words.
struct Metaspace: Equatable, Sendable {
  /// Where a replacement is put before a piece that doesn't start with one.
  enum Prefix: String, Sendable {
    /// Before each piece.
    case always
    /// Before the text's first piece.
    case first
    /// Nowhere.
    case never
  }

  /// What a space becomes, as bytes of one scalar.
  let replacement: [UInt8]
  let prefix: Prefix
  /// Whether each replacement starts a piece of its own.
  let splits: Bool

  /// The pieces with their spaces replaced, in a new array.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - pieces: Its pieces so far.
  ///   - place: What stands before the first piece.
  ///   - startsThere: Whether the first piece starts right after it, with nothing dropped.
  /// - Returns: All pieces' text, one after the other, and where each stands in it.
  func applied(
    to bytes: [UInt8], _ pieces: [Range<Int>], at place: TextPlace, startsThere: Bool
  ) -> (bytes: [UInt8], pieces: [Range<Int>]) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 2)
    var found: [Range<Int>] = []
    for (index, piece) in pieces.enumerated() {
      let start = result.count
      let isFirst = index == 0 && startsThere
      let first = piece.first.map { bytes[$0] }
      let hasOne = first == UInt8(ascii: " ") || bytes[piece].starts(with: replacement)
      if !hasOne && isPrefixed(isFirst: isFirst, place) { result += replacement }
      for byte in bytes[piece] {
        if byte == UInt8(ascii: " ") { result += replacement } else { result.append(byte) }
      }
      found += parts(of: result, start..<result.count)
    }
    return (result, found)
  }

  /// Whether a piece without a replacement at its start gets one, the text's first or another.
  func isPrefixed(isFirst: Bool, _ place: TextPlace) -> Bool {
    switch prefix {
    case .always: !(isFirst && place == .text)
    case .first: isFirst && place == .start
    case .never: false
    }
  }

  private func parts(of bytes: [UInt8], _ piece: Range<Int>) -> [Range<Int>] {
    guard splits else { return [piece] }
    var parts: [Range<Int>] = []
    var start = piece.lowerBound
    var position = start
    while position < piece.upperBound {
      if bytes[position] == replacement[0]
        && bytes[position..<piece.upperBound].starts(with: replacement)
      {
        if start < position { parts.append(start..<position) }
        start = position
        position += replacement.count
      } else {
        position += 1
      }
    }
    if start < piece.upperBound { parts.append(start..<piece.upperBound) }
    return parts
  }
}

extension Metaspace {
  /// Reads a `Metaspace` of a pre-tokenizer or a decoder.
  init(_ value: FileValue) throws(TokenizerError) {
    let character = try value.required("replacement")
    replacement = try Self.scalar(character)
    splits = try value.flag("split", default: true)
    var prefix = Prefix.always
    if let scheme = try value.optional("prepend_scheme") {
      let name = try scheme.string()
      guard let known = Prefix(rawValue: name) else {
        throw scheme.invalid("unknown scheme \(name)", fix: "always, first and never exist")
      }
      prefix = known
    }
    // The older way to say it; both together have to agree.
    if let adds = try value.optional("add_prefix_space"), try !adds.boolean() {
      if try value.optional("prepend_scheme") != nil && prefix != .never {
        throw adds.invalid(
          "add_prefix_space contradicts prepend_scheme", fix: "remove one of them")
      }
      prefix = .never
    }
    self.prefix = prefix
  }

  /// The bytes of a string of one scalar.
  static func scalar(_ value: FileValue) throws(TokenizerError) -> [UInt8] {
    let text = try value.string()
    guard text.unicodeScalars.count == 1 else {
      throw value.invalid(
        "\(text.debugDescription) where one character belongs",
        fix: "write the file again with tokenizers")
    }
    return Array(text.utf8)
  }
}
