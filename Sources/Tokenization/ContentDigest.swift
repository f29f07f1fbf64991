package import Crypto

/// SHA-256 digests of files and of what they mean.
enum ContentDigest {
  /// The digest of bytes, in hexadecimal.
  static func hexadecimal(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hexadecimal }

  /// The digest of all that turns text into ids.
  ///
  /// Each part is written with its length before it, so that no two meanings are one sequence of
  /// bytes.
  static func digest(of parts: TokenizerParts) -> String {
    var encoder = CanonicalEncoder()
    encoder.write("tokenshift tokenizer 1")
    encoder.write(parts.vocabulary.tokens.count)
    for token in parts.vocabulary.tokens {
      encoder.write(token == nil ? 0 : 1)
      encoder.write(token ?? "")
    }
    encode(parts.model, into: &encoder)
    encode(parts.addedTokens, into: &encoder)
    encode(parts.normalizer, into: &encoder)
    encode(parts.preTokenizer, into: &encoder)
    return encoder.finalized().hexadecimal
  }

  private static func encode(_ model: BytePairModel, into encoder: inout CanonicalEncoder) {
    encoder.write(model.merges.count)
    // In the order of their ranks, some of which are of pairs that came again.
    let ranks = 1 + (model.merges.values.lazy.map(\.rank).max() ?? 0)
    var pairs = [UInt64?](repeating: nil, count: Int(ranks))
    for (pair, merge) in model.merges { pairs[Int(merge.rank)] = pair }
    for case .some(let pair) in pairs { encoder.write(Int(bitPattern: UInt(pair))) }
    encoder.write(model.wholePieces.isEmpty ? 0 : 1)
    switch model.unknown {
    case .dropped: encoder.write(0)
    case .replaced(let token, let fused):
      encoder.write(fused ? 2 : 1)
      encoder.write(Int(token))
    }
    // Tokenizers of bytes came first: theirs is the digest without more words.
    guard case .scalars(_, let fallback) = model.alphabet else { return }
    encoder.write("scalars")
    encoder.write(fallback.isEmpty ? 0 : 1)
  }

  private static func encode(_ normalizer: Normalizer, into encoder: inout CanonicalEncoder) {
    if normalizer.steps.isEmpty { return encoder.write("") }
    if case .composition = normalizer.steps[0], normalizer.steps.count == 1 {
      return encoder.write("NFC")
    }
    encoder.write("normalizers")
    encoder.write(normalizer.steps.count)
    for step in normalizer.steps {
      switch step {
      case .composition: encoder.write("NFC")
      case .prepend(let prefix):
        encoder.write("prepend")
        encoder.write(bytes: prefix)
      case .replacement(let pattern, let content):
        encoder.write("replace")
        encode(pattern, into: &encoder)
        encoder.write(bytes: content)
      case .strip(let left, let right):
        encoder.write("strip")
        encoder.write(left ? 1 : 0)
        encoder.write(right ? 1 : 0)
      }
    }
  }

  private static func encode(_ pattern: TextPattern, into encoder: inout CanonicalEncoder) {
    switch pattern {
    case .expression(let expression):
      encoder.write("expression")
      encoder.write(expression.pattern)
    case .text(let text):
      encoder.write("text")
      encoder.write(bytes: text)
    }
  }

  private static func encode(_ tokens: [AddedToken], into encoder: inout CanonicalEncoder) {
    encoder.write(tokens.count)
    for token in tokens.sorted(by: { $0.identifier < $1.identifier }) {
      encoder.write(Int(token.identifier))
      encoder.write(token.content)
      for flag in [token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized] {
        encoder.write(flag ? 1 : 0)
      }
    }
  }

  private static func encode(_ preTokenizer: PreTokenizer, into encoder: inout CanonicalEncoder) {
    encoder.write(preTokenizer.steps.count)
    for step in preTokenizer.steps {
      switch step {
      case .split(let pattern, let behavior, let isInverted):
        encode(pattern, into: &encoder)
        encoder.write(behavior.rawValue)
        encoder.write(isInverted ? 1 : 0)
      case .digits(let areIndividual):
        encoder.write("digits")
        encoder.write(areIndividual ? 1 : 0)
      case .metaspace(let metaspace):
        encoder.write("metaspace")
        encoder.write(bytes: metaspace.replacement)
        encoder.write(metaspace.prefix.rawValue)
        encoder.write(metaspace.splits ? 1 : 0)
      }
    }
    switch preTokenizer.symbols {
    case .bytes(let addsPrefixSpace, let expression):
      encoder.write(addsPrefixSpace ? 1 : 0)
      encoder.write(expression == nil ? 0 : 1)
    case .scalars: encoder.write("scalars")
    }
  }
}

/// Feeds a hash with numbers of eight bytes, lowest first, and with bytes after their count.
private struct CanonicalEncoder {
  private var hash = SHA256()
  /// Small writes are gathered: a call of the hash costs more than they do.
  private var pending: [UInt8] = []

  mutating func write(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number))
    for _ in 0..<8 {
      pending.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    flushIfLarge()
  }

  mutating func write(_ text: String) { write(bytes: Array(text.utf8)) }

  mutating func write(bytes: [UInt8]) {
    write(bytes.count)
    pending += bytes
    flushIfLarge()
  }

  private mutating func flushIfLarge() {
    if pending.count >= 1 << 16 { flush() }
  }

  private mutating func flush() {
    hash.update(data: pending)
    pending.removeAll(keepingCapacity: true)
  }

  mutating func finalized() -> SHA256.Digest {
    flush()
    return hash.finalize()
  }
}

extension SHA256Digest {
  /// 64 digits.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
