import JSON

extension BytePairModel {
  /// Reads `model`, whose vocabulary was read before.
  ///
  /// - Parameters:
  ///   - value: The place in the file.
  ///   - vocabulary: Its tokens.
  ///   - symbols: What the pre-tokenizer makes of a piece.
  /// - Throws: `TokenizerError` for another model than BPE and for options that would change ids.
  init(
    _ value: FileValue, vocabulary: Vocabulary, symbols: PreTokenizer.Symbols
  ) throws(TokenizerError) {
    try Self.refuseOptions(value)
    let merges = try Self.merges(value.required("merges"), vocabulary)
    try self.init(value, vocabulary, symbols, merges: merges)
  }

  /// Whether the model at another place does the same with the same vocabulary and merges.
  func hasOptions(
    of value: FileValue, _ vocabulary: Vocabulary, _ symbols: PreTokenizer.Symbols
  ) -> Bool {
    guard (try? Self.refuseOptions(value)) != nil,
      let other = try? BytePairModel(value, vocabulary, symbols, merges: [:])
    else { return false }
    return other.unknown == unknown && other.wholePieces.isEmpty == wholePieces.isEmpty
      && other.fallbackBytes.isEmpty == fallbackBytes.isEmpty
  }

  private init(
    _ value: FileValue, _ vocabulary: Vocabulary, _ symbols: PreTokenizer.Symbols,
    merges: [UInt64: Merge]
  ) throws(TokenizerError) {
    self.merges = merges
    let takesWholePieces = try value.flag("ignore_merges", default: false)
    let fallsBack = try value.flag("byte_fallback", default: false)
    switch symbols {
    case .bytes:
      let byteTokens = Self.byteTokens(vocabulary)
      alphabet = .bytes(byteTokens)
      wholePieces = takesWholePieces ? Self.wholePieces(vocabulary, ByteAlphabet.bytes) : [:]
      // With a token for each byte nothing is ever unknown, whatever the options say.
      let isComplete = byteTokens.allSatisfy { $0 >= 0 }
      if fallsBack && !isComplete {
        throw try value.required("byte_fallback").unsupported(
          "byte_fallback in a vocabulary that lacks bytes", fix: "add the 256 bytes to it")
      }
      unknown = isComplete ? .dropped : try Self.unknown(value, vocabulary)
    case .scalars:
      let fallback = fallsBack ? Self.fallback(vocabulary) : []
      alphabet = .scalars(Self.scalarTokens(vocabulary), fallback: fallback)
      wholePieces = takesWholePieces ? Self.wholePieces(vocabulary) { Array($0.utf8) } : [:]
      let isComplete = fallsBack && fallback.allSatisfy { $0 >= 0 }
      unknown = isComplete ? .dropped : try Self.unknown(value, vocabulary)
    }
  }

  private static func refuseOptions(_ value: FileValue) throws(TokenizerError) {
    if let dropout = try value.optional("dropout"), try dropout.number() != 0 {
      throw dropout.unsupported(
        "dropout, which makes tokens random,", fix: "set it to null for scoring")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try value.optional(key), try !affix.string().isEmpty {
        throw affix.unsupported(
          "the affix \(try affix.string().debugDescription)",
          fix: "use a tokenizer of bytes, which has none")
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

  private static func scalarTokens(_ vocabulary: Vocabulary) -> [UInt32: Int32] {
    var tokens: [UInt32: Int32] = [:]
    for (index, token) in vocabulary.tokens.enumerated() {
      guard let scalars = token?.unicodeScalars, let scalar = scalars.first,
        scalars.dropFirst().isEmpty
      else { continue }
      tokens[scalar.value] = Int32(index)
    }
    return tokens
  }

  /// For each byte the token `<0x00>` to `<0xFF>`, or -1.
  private static func fallback(_ vocabulary: Vocabulary) -> [Int32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return vocabulary.identifier(of: "<0x\(byte < 16 ? "0" : "")\(digits)>") ?? -1
    }
  }

  private static func wholePieces(
    _ vocabulary: Vocabulary, _ bytes: (String) -> [UInt8]?
  ) -> [[UInt8]: Int32] {
    var pieces: [[UInt8]: Int32] = [:]
    pieces.reserveCapacity(vocabulary.tokens.count)
    for (index, token) in vocabulary.tokens.enumerated() {
      if let bytes = token.flatMap(bytes) { pieces[bytes] = Int32(index) }
    }
    return pieces
  }

  private static func unknown(
    _ value: FileValue, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Unknown {
    guard let unknown = try value.optional("unk_token") else { return .dropped }
    let token = try unknown.string()
    guard let identifier = vocabulary.identifier(of: token) else {
      throw unknown.invalid(
        "\(token.debugDescription) is not in the vocabulary", fix: "add it, or set it to null")
    }
    return .replaced(by: identifier, fused: try value.flag("fuse_unk", default: false))
  }

  // MARK: Merges

  private static func merges(
    _ value: FileValue, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [UInt64: Merge] {
    let lines = try value.plainElements()
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(lines.count)
    var rank: UInt32 = 0
    for (index, line) in lines.enumerated() {
      let found: (pair: UInt64, result: Int32)?
      switch line {
      case .string(let text):
        // In the old spelling a line that starts so is a comment and has no rank.
        if text.utf8.starts(with: "#version".utf8) { continue }
        found = merge(text.utf8.span, vocabulary)
      case .array(let sides):
        guard sides.count == 2, case .string(let left) = sides[0],
          case .string(let right) = sides[1]
        else {
          found = nil
          break
        }
        found = merge(left.utf8.span, right.utf8.span, vocabulary)
      default: found = nil
      }
      guard let found else { throw try fault(value.elements()[index], vocabulary) }
      // Of two equal pairs the later one counts, as in Hugging Face tokenizers.
      merges[found.pair] = Merge(rank: rank, result: found.result)
      rank += 1
    }
    return merges
  }

  /// A merge spelled `"a b"`.
  private static func merge(
    _ line: Span<UInt8>, _ vocabulary: Vocabulary
  ) -> (pair: UInt64, result: Int32)? {
    var space: Int?
    for index in line.indices where line[index] == UInt8(ascii: " ") {
      if space != nil { return nil }
      space = index
    }
    guard let space else { return nil }
    return merge(
      line.extracting(..<space), line.extracting((space + 1)...), vocabulary)
  }

  private static func merge(
    _ left: Span<UInt8>, _ right: Span<UInt8>, _ vocabulary: Vocabulary
  ) -> (pair: UInt64, result: Int32)? {
    guard let first = vocabulary.identifier(of: left),
      let second = vocabulary.identifier(of: right),
      let result = vocabulary.identifier(of: left, right)
    else { return nil }
    return (pairKey(first, second), result)
  }

  /// Why a merge isn't one.
  private static func fault(
    _ line: FileValue, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> TokenizerError {
    var sides: [String] = []
    if line.isArray {
      for element in try line.elements() { sides.append(try element.string()) }
    } else {
      sides = try line.string().utf8
        .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    }
    guard sides.count == 2 else {
      return line.invalid("\(sides.count) tokens where a merge has 2", fix: "fix that line")
    }
    let unknown = (sides + [sides.joined()]).first { vocabulary.identifier(of: $0) == nil } ?? ""
    return line.invalid(
      "the merge names \(unknown.debugDescription), which is not in the vocabulary",
      fix: "take vocabulary and merges from one file")
  }
}
