import JSON

/// A tokenizer with one token per byte, in the files of Hugging Face: byte-level byte-pair encoding
/// without merges, which `Tokenization` and transformers read alike.
///
/// Ids: the bytes in ascending order, end of text, padding, unknown, and unused tokens that bring
/// the vocabulary to a multiple of eight.
package struct CharacterTokenizer: Sendable, Equatable {
  /// The contents of all tokens by id: bytes in the alphabet of byte-level encoding, then special.
  package let tokens: [String]
  /// The bytes that have tokens, in ascending order; their ids are their places.
  package let alphabet: [UInt8]
  /// How many tokens there are: a multiple of eight.
  package var vocabularySize: Int { tokens.count }
  /// The id of the end of text.
  package var endOfTextID: Int32 { Int32(alphabet.count) }
  /// The id of padding.
  package var paddingID: Int32 { Int32(alphabet.count + 1) }
  /// The id of bytes that have no token.
  package var unknownID: Int32 { Int32(alphabet.count + 2) }

  /// The tokenizer of an alphabet.
  ///
  /// - Throws: `TaskError.invalidAlphabet` if there are no bytes, or a special token is empty,
  ///   occurs twice, or is spelled like a byte's token.
  package init(
    alphabet: [UInt8], endOfText: String, padding: String = "<|pad|>",
    unknown: String = "<|unknown|>"
  ) throws(TaskError) {
    self.alphabet = Array(Set(alphabet)).sorted()
    var tokens = self.alphabet.map { String(Character(Self.scalar(of: $0))) }
    tokens += [endOfText, padding, unknown]
    var number = 0
    while tokens.count % 8 != 0 {
      tokens.append("<|unused\(number)|>")
      number += 1
    }
    guard !self.alphabet.isEmpty else { throw .invalidAlphabet("no characters; give at least one") }
    guard !tokens.contains("") else {
      throw .invalidAlphabet("an empty special token; give it a text")
    }
    guard Set(tokens.map { Array($0.utf8) }).count == tokens.count else {
      throw .invalidAlphabet("\(endOfText), \(padding) or \(unknown) occurs twice; rename it")
    }
    self.tokens = tokens
  }

  /// The tokenizer of a task's texts.
  ///
  /// - Throws: As the other initialiser does; no task of this library makes it throw.
  package init(for task: any TrainingTask) throws(TaskError) {
    try self.init(alphabet: task.alphabet, endOfText: task.endOfText)
  }

  /// The text of `tokenizer.json`.
  package func tokenizerFile() -> String {
    let special = tokens.indices[alphabet.count...].map { index in
      Self.object([
        ("id", .integer(Int64(index))), ("content", .string(tokens[index])),
        ("single_word", .bool(false)), ("lstrip", .bool(false)), ("rstrip", .bool(false)),
        ("normalized", .bool(false)), ("special", .bool(true)),
      ])
    }
    let byteLevel = Self.object([
      ("type", .string("ByteLevel")), ("add_prefix_space", .bool(false)),
      ("trim_offsets", .bool(true)), ("use_regex", .bool(false)),
    ])
    let vocabulary = tokens.enumerated().map { ($0.element, JSONValue.integer(Int64($0.offset))) }
    let model = Self.object([
      ("type", .string("BPE")), ("dropout", .null),
      ("unk_token", .string(tokens[Int(unknownID)])), ("continuing_subword_prefix", .null),
      ("end_of_word_suffix", .null), ("fuse_unk", .bool(false)), ("byte_fallback", .bool(false)),
      ("ignore_merges", .bool(false)), ("vocab", Self.object(vocabulary)), ("merges", .array([])),
    ])
    return Self.object([
      ("version", .string("1.0")), ("truncation", .null), ("padding", .null),
      ("added_tokens", .array(special)), ("normalizer", .null), ("pre_tokenizer", byteLevel),
      ("post_processor", .null), ("decoder", byteLevel), ("model", model),
    ]).serialized() + "\n"
  }

  /// The text of `tokenizer_config.json`.
  package func configurationFile() -> String {
    Self.object([
      ("tokenizer_class", .string("PreTrainedTokenizerFast")),
      ("clean_up_tokenization_spaces", .bool(false)),
      ("eos_token", .string(tokens[Int(endOfTextID)])),
      ("pad_token", .string(tokens[Int(paddingID)])),
      ("unk_token", .string(tokens[Int(unknownID)])),
    ]).serialized() + "\n"
  }

  private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.map { JSONMember(key: $0.0, value: $0.1) })
  }

  /// How byte-level encoding writes a byte: printable Latin-1 characters stand for themselves, the
  /// others are numbered from U+0100 on.
  private static func scalar(of byte: UInt8) -> Unicode.Scalar {
    let isPrintable = { (byte: UInt8) in
      (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
    }
    if isPrintable(byte) { return Unicode.Scalar(byte) }
    let place = (0..<byte).count { !isPrintable($0) }
    return Unicode.Scalar(UInt16(256 + place)) ?? Unicode.Scalar(byte)
  }
}
