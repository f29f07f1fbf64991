/// Makes text of tokens.
enum TokenDecoder: Equatable, Sendable {
  /// Each token is bytes, written in the letters of `ByteAlphabet`.
  case byteLevel
  /// Each token is text, on which these steps work one after the other.
  case chain([Step])

  enum Step: Equatable, Sendable {
    /// Replaces each occurrence of a text in each token.
    case replacement([UInt8], [UInt8])
    /// Reads `<0x00>` to `<0xFF>` as bytes: a run that is valid UTF-8 becomes its text, of another
    /// run each byte becomes U+FFFD.
    case byteFallback
    /// Makes all tokens one.
    case fuse
    /// Removes up to `start` and `stop` times the scalar at each token's ends.
    case strip(scalar: [UInt8], start: Int, stop: Int)
    /// Reads replacements as spaces; `dropsFirst`: those of the first token as nothing.
    case metaspace([UInt8], dropsFirst: Bool)
  }

  /// The text of tokens as the file has them.
  ///
  /// - Parameters:
  ///   - tokens: Their text in the file, such as `▁the` or `<0x0A>`.
  ///   - steps: What makes text of them.
  ///   - continues: Whether the tokens come after others, so that a space at their start is the
  ///     text's own.
  /// - Returns: The text's bytes, not always valid UTF-8.
  static func text(
    of tokens: [[UInt8]], by steps: [Step], continues: Bool
  ) -> [UInt8] {
    var parts = tokens
    var isFused = false
    for step in steps {
      switch step {
      case .replacement(let text, let content):
        parts = parts.map { TextPattern.replaced(text, in: $0, by: content) ?? $0 }
      case .byteFallback: parts = readingBytes(parts)
      case .fuse:
        parts = [Array(parts.joined())]
        isFused = true
      case .strip(let scalar, let start, let stop):
        // After a fusion the start is that of the whole text.
        let start = isFused && continues ? 0 : start
        parts = parts.map { stripped($0, of: scalar, start: start, stop: stop) }
      case .metaspace(let replacement, let dropsFirst):
        parts = parts.enumerated().map { index, part in
          let content = dropsFirst && index == 0 && !continues ? [] : [UInt8(ascii: " ")]
          return TextPattern.replaced(replacement, in: part, by: content) ?? part
        }
      }
    }
    return Array(parts.joined())
  }

  private static func readingBytes(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var run: [UInt8] = []
    func endRun() {
      if run.isEmpty { return }
      let isValid = String(validating: run, as: UTF8.self) != nil
      parts.append(isValid ? run : Array(String(repeating: "\u{FFFD}", count: run.count).utf8))
      run = []
    }
    for token in tokens {
      if let byte = byte(token) {
        run.append(byte)
      } else {
        endRun()
        parts.append(token)
      }
    }
    endRun()
    return parts
  }

  /// The byte that `<0x41>` names; nil for other tokens.
  private static func byte(_ token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }

  private static func stripped(
    _ token: [UInt8], of scalar: [UInt8], start: Int, stop: Int
  ) -> [UInt8] {
    var rest = token[...]
    var (start, stop) = (start, stop)
    while start > 0, rest.starts(with: scalar) {
      rest = rest.dropFirst(scalar.count)
      start -= 1
    }
    while stop > 0, rest.suffix(scalar.count).elementsEqual(scalar) {
      rest = rest.dropLast(scalar.count)
      stop -= 1
    }
    return Array(rest)
  }

  /// What tokens are in the text wherever they stand: what the steps make of one without those that
  /// look at its place.
  func bytesOfToken() -> (String) -> [UInt8] {
    switch self {
    case .byteLevel: return { ByteAlphabet.bytes(of: $0) ?? Array($0.utf8) }
    case .chain(let steps):
      let readsBytes = steps.contains { $0.readsBytes }
      let steps = steps.filter { !$0.looksAtPlace }
      return { token in
        let text = Array(token.utf8)
        if readsBytes, let byte = Self.byte(text) { return [byte] }
        return steps.reduce(text) { Self.bytes(of: $0, by: $1) }
      }
    }
  }

  /// What a step makes of a single token after others.
  private static func bytes(of token: [UInt8], by step: Step) -> [UInt8] {
    switch step {
    case .replacement(let text, let content):
      TextPattern.replaced(text, in: token, by: content) ?? token
    case .metaspace(let replacement, _):
      TextPattern.replaced(replacement, in: token, by: [UInt8(ascii: " ")]) ?? token
    case .byteFallback: readingBytes([token]).first ?? []
    case .fuse, .strip: token
    }
  }
}

extension TokenDecoder.Step {
  fileprivate var readsBytes: Bool { if case .byteFallback = self { true } else { false } }

  fileprivate var looksAtPlace: Bool { if case .strip = self { true } else { false } }
}

extension TokenDecoder {
  /// Reads `decoder`.
  ///
  /// - Throws: `TokenizerError` for kinds that aren't implemented, and `ByteLevel` among others.
  init(_ value: FileValue) throws(TokenizerError) {
    let parts = try Self.flattened(value)
    var steps: [Step] = []
    for part in parts {
      let type = try part.required("type").string()
      if type == "ByteLevel" && parts.count == 1 {
        self = .byteLevel
        return
      }
      steps.append(try Self.step(part, type: type))
    }
    self = .chain(steps)
  }

  private static func flattened(_ value: FileValue) throws(TokenizerError) -> [FileValue] {
    guard try value.required("type").string() == "Sequence" else { return [value] }
    var parts: [FileValue] = []
    for part in try value.required("decoders").elements() { parts += try flattened(part) }
    return parts
  }

  private static func step(
    _ value: FileValue, type: String
  ) throws(TokenizerError) -> Step {
    switch type {
    case "Replace":
      let pattern = try value.required("pattern")
      guard case .text(let text) = try TextPattern(pattern) else {
        throw pattern.unsupported("a regular expression in a decoder", fix: "use a String")
      }
      return .replacement(text, Array(try value.required("content").string().utf8))
    case "ByteFallback": return .byteFallback
    case "Fuse": return .fuse
    case "Strip":
      return .strip(
        scalar: try Metaspace.scalar(value.required("content")),
        start: try value.required("start").count(), stop: try value.required("stop").count())
    case "Metaspace":
      let metaspace = try Metaspace(value)
      return .metaspace(metaspace.replacement, dropsFirst: metaspace.prefix != .never)
    case "ByteLevel":
      throw value.unsupported("ByteLevel among other decoders", fix: "let it stand alone")
    default:
      throw value.unsupported(
        "the decoder \(type)",
        fix: "ByteLevel, or Replace, ByteFallback, Fuse, Strip, Metaspace and Sequence are read")
    }
  }
}
