extension BytePairModel {
  /// Reads `model`, whose vocabulary was read before.
  ///
  /// - Throws: `TokenizerError` for another model than BPE and for options that would change ids.
  init(_ value: FileValue, vocabulary: Vocabulary) throws(TokenizerError) {
    try Self.refuseOptions(value)
    byteTokens = Self.byteTokens(vocabulary)
    merges = try Self.merges(value.required("merges"), vocabulary)
    wholePieces =
      try value.flag("ignore_merges", default: false) ? Self.wholePieces(vocabulary) : [:]
    unknownByte = try Self.unknownByte(
      value, vocabulary, isPossible: byteTokens.contains { $0 < 0 })
  }

  private static func refuseOptions(_ value: FileValue) throws(TokenizerError) {
    if let dropout = try value.optional("dropout"), try dropout.number() != 0 {
      throw dropout.unsupported(
        "dropout, which makes tokens random,", mend: "set it to null for scoring")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try value.optional(key), try !affix.string().isEmpty {
        throw affix.unsupported(
          "the affix \(try affix.string().debugDescription)",
          mend: "use a tokenizer of bytes, which has none")
      }
    }
  }

  private static func byteTokens(_ vocabulary: Vocabulary) -> [Int32] {
    var tokens = [Int32](repeating: -1, count: 256)
    for (index, token) in vocabulary.tokens.enumerated() {
      guard let token, let bytes = ByteAlphabet.bytes(of: token), bytes.count == 1 else { continue }
      tokens[Int(bytes[0])] = Int32(index)
    }
    return tokens
  }

  private static func wholePieces(_ vocabulary: Vocabulary) -> [[UInt8]: Int32] {
    var pieces: [[UInt8]: Int32] = [:]
    pieces.reserveCapacity(vocabulary.tokens.count)
    for (index, token) in vocabulary.tokens.enumerated() {
      if let bytes = token.flatMap({ ByteAlphabet.bytes(of: $0) }) { pieces[bytes] = Int32(index) }
    }
    return pieces
  }

  private static func unknownByte(
    _ value: FileValue, _ vocabulary: Vocabulary, isPossible: Bool
  ) throws(TokenizerError) -> UnknownByte {
    // With a token for each byte nothing is ever unknown, whatever the options say.
    guard isPossible else { return .dropped }
    if let fallback = try value.optional("byte_fallback"), try fallback.boolean() {
      throw fallback.unsupported(
        "byte_fallback in a vocabulary that lacks bytes", mend: "add the 256 bytes to it")
    }
    guard let unknown = try value.optional("unk_token") else { return .dropped }
    let token = try unknown.string()
    guard let identifier = vocabulary.identifier(of: token) else {
      throw unknown.invalid(
        "\(token.debugDescription) is not in the vocabulary", mend: "add it, or set it to null")
    }
    return .replaced(by: identifier, fused: try value.flag("fuse_unk", default: false))
  }

  // MARK: Merges

  private static func merges(
    _ value: FileValue, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [UInt64: Merge] {
    let lines = try value.elements()
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(lines.count)
    // In the old spelling a line that starts so is a comment and has no rank.
    var rank: UInt32 = 0
    for line in lines {
      guard let (left, right) = try pair(line) else { continue }
      let (leftKey, rightKey) = (Vocabulary.Key(left), Vocabulary.Key(right))
      let leftToken = try identifier(leftKey, left, vocabulary, line)
      let rightToken = try identifier(rightKey, right, vocabulary, line)
      let joined = Vocabulary.Key(leftKey, rightKey)
      let result = try identifier(joined, left + right, vocabulary, line)
      // Of two equal pairs the later one counts, as in Hugging Face tokenizers.
      merges[pairKey(leftToken, rightToken)] = Merge(rank: rank, result: result)
      rank += 1
    }
    return merges
  }

  private static func identifier(
    _ key: Vocabulary.Key, _ token: String, _ vocabulary: Vocabulary, _ line: FileValue
  ) throws(TokenizerError) -> Int32 {
    if let identifier = vocabulary.identifiers[key] { return identifier }
    throw line.invalid(
      "the merge names \(token.debugDescription), which is not in the vocabulary",
      mend: "take vocabulary and merges from one file")
  }

  /// The two sides of a merge, spelled `"a b"` or `["a", "b"]`; nil for a comment.
  private static func pair(_ line: FileValue) throws(TokenizerError) -> (String, String)? {
    var sides: [String] = []
    if line.isArray {
      for element in try line.elements() { sides.append(try element.string()) }
    } else {
      let text = try line.string()
      if text.utf8.starts(with: "#version".utf8) { return nil }
      sides = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    }
    guard sides.count == 2 else {
      throw line.invalid("\(sides.count) tokens where a merge has 2", mend: "mend that line")
    }
    return (sides[0], sides[1])
  }
}
