import JSON

extension TokenizerClass {
  /// The tokens that the class names where no file does, in the order in which they are added.
  var defaultTokens: [(key: String, content: String)] {
    switch self {
    case .llama: [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>")]
    case .gemma:
      [
        ("bos_token", "<bos>"), ("eos_token", "<eos>"), ("unk_token", "<unk>"),
        ("pad_token", "<pad>"), ("mask_token", "<mask>"),
      ]
    case .qwen2:
      [
        ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"),
        ("pad_token", "<|endoftext|>"),
      ]
    case .gpt2:
      [
        ("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"),
        ("unk_token", "<|endoftext|>"),
      ]
    }
  }

  /// Whether the class says itself what the padding token is, so that `tokenizer.json` doesn't.
  var namesPadding: Bool { self != .llama }

  /// `tokenizer.json` as the class builds it: vocabulary, merges, added tokens and post-processor are
  /// the file's.
  func rebuilt(_ root: FileValue, _ settings: MergedSettings) throws(TokenizerError) -> FileValue {
    let prefix = try settings.value("add_prefix_space")?.boolean()
    var options: [JSONMember] = [
      JSONMember(key: "dropout", value: .null),
      JSONMember(key: "ignore_merges", value: .bool(false)),
      JSONMember(key: "continuing_subword_prefix", value: .null),
      JSONMember(key: "end_of_word_suffix", value: .null),
    ]
    let parts: (normalizer: JSONValue, preTokenizer: JSONValue, decoder: JSONValue)
    switch self {
    case .llama:
      let prefix = prefix ?? true
      let isLegacy = try settings.value("legacy")?.boolean() ?? false
      let metaspace = Self.part(
        "Metaspace", ("replacement", .string("▁")), ("split", .bool(false)),
        ("prepend_scheme", .string(!prefix ? "never" : isLegacy ? "always" : "first")))
      let strip = Self.part(
        "Strip", ("content", .string(" ")), ("start", .integer(1)), ("stop", .integer(0)))
      parts = (.null, metaspace, Self.scalarDecoder(prefix ? [strip] : []))
    case .gemma:
      let split = Self.part(
        "Split", ("pattern", Self.text(" ")), ("behavior", .string("MergedWithPrevious")),
        ("invert", .bool(false)))
      parts = (Self.replacement(of: " ", by: "▁"), split, Self.scalarDecoder([]))
    case .qwen2:
      let split = Self.part(
        "Split",
        ("pattern", .object([JSONMember(key: "Regex", value: .string(Self.qwen2Pattern))])),
        ("behavior", .string("Isolated")), ("invert", .bool(false)))
      let byteLevel = Self.byteLevel(prefix ?? false, usesPattern: false)
      let sequence = Self.part("Sequence", ("pretokenizers", .array([split, byteLevel])))
      parts = (Self.part("NFC"), sequence, Self.part("ByteLevel"))
    case .gpt2:
      let byteLevel = Self.byteLevel(prefix ?? false, usesPattern: true)
      parts = (.null, byteLevel, Self.part("ByteLevel"))
    }
    let isOfScalars = self == .llama || self == .gemma
    for key in ["byte_fallback", "fuse_unk"] {
      options.append(JSONMember(key: key, value: .bool(isOfScalars)))
    }
    let unknown = self == .gemma ? try settings.content("unk_token", default: "<unk>") : nil
    options.append(JSONMember(key: "unk_token", value: unknown.map { .string($0) } ?? .null))
    return root.replacing([
      JSONMember(key: "normalizer", value: parts.normalizer),
      JSONMember(key: "pre_tokenizer", value: parts.preTokenizer),
      JSONMember(key: "decoder", value: parts.decoder),
    ]).replacing(membersOf: "model", by: options)
  }

  /// What cuts texts for Qwen2Tokenizer: contractions, words, single digits, the rest, line ends.
  private static let qwen2Pattern =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#

  private static func part(_ type: String, _ members: (String, JSONValue)...) -> JSONValue {
    .object(
      [JSONMember(key: "type", value: .string(type))]
        + members.map { JSONMember(key: $0.0, value: $0.1) })
  }

  private static func text(_ text: String) -> JSONValue {
    .object([JSONMember(key: "String", value: .string(text))])
  }

  private static func replacement(of text: String, by content: String) -> JSONValue {
    part("Replace", ("pattern", Self.text(text)), ("content", .string(content)))
  }

  private static func byteLevel(_ prefix: Bool, usesPattern: Bool) -> JSONValue {
    part("ByteLevel", ("add_prefix_space", .bool(prefix)), ("use_regex", .bool(usesPattern)))
  }

  private static func scalarDecoder(_ last: [JSONValue]) -> JSONValue {
    let steps = [replacement(of: "▁", by: " "), part("ByteFallback"), part("Fuse")]
    return part("Sequence", ("decoders", .array(steps + last)))
  }
}
