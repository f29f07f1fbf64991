import JSON
import Kernels
import TestSupport
import Testing
import Transformer

/// What a `config.json` may say, and what is refused by name.
@Suite struct ConfigurationTests {
  /// A smallest config.json with everything that has no default.
  static let smallest = """
    {"model_type": "llama", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 30,
     "num_hidden_layers": 2, "num_attention_heads": 3, "max_position_embeddings": 64}
    """

  @Test func `what is left out has the default of transformers`() throws {
    let expected = TransformerConfiguration(
      family: .llama, vocabularySize: 50, hiddenSize: 24, intermediateSize: 30, layerCount: 2,
      heads: CausalAttention.Heads(queryCount: 3, keyValueCount: 3, dimension: 8),
      contextLength: 64, ropeBase: 10_000, normEpsilon: 1e-6, tiesEmbeddings: false,
      hasQueryKeyValueBias: false, hasAttentionOutputBias: false, hasFeedForwardBias: false)
    #expect(try Self.read(Self.smallest) == expected)
    var qwen = expected
    qwen.family = .qwen2
    qwen.hasQueryKeyValueBias = true
    let small = try Self.parse(Self.smallest).setting("model_type", to: .string("qwen2"))
    let read = try TransformerConfiguration(
      small.setting("num_key_value_heads", to: .null), path: "config.json")
    #expect(read == qwen)
    #expect(throws: TransformerError.self, "the default of 32 key-value heads") {
      _ = try TransformerConfiguration(small, path: "config.json")
    }
  }

  /// `max_position_embeddings` of transformers' configuration classes, version 5.24.
  static let contextLengths: [(ModelFamily, Int)] = [
    (.llama, 2_048), (.qwen2, 32_768), (.qwen3, 32_768), (.mistral, 131_072), (.gemma2, 8_192),
    (.phi3, 4_096), (.gpt2, 1_024), (.olmo2, 2_048), (.olmo3, 2_048), (.smollm3, 32_768),
    (.gemma3, 131_072), (.qwen3MoE, 32_768),
  ]

  @Test(arguments: contextLengths)
  func `a context length that is left out is the class's`(family: ModelFamily, length: Int) throws {
    let members = family == .gpt2 ? #", "n_embd": 24, "n_head": 3, "n_layer": 2"# : ""
    let text = """
      {"model_type": "\(family.rawValue)", "vocab_size": 50, "hidden_size": 24,
       "intermediate_size": 30, "num_hidden_layers": 2, "num_attention_heads": 3,
       "num_key_value_heads": 3, "head_dim": 8\(members)}
      """
    #expect(try Self.read(text).contextLength == length)
  }

  /// Keys that change something, each with the field that it changes.
  static let fields: [(key: String, value: String, change: @Sendable (inout Fields) -> Void)] = [
    ("vocab_size", "51", { $0.vocabularySize = 51 }),
    ("intermediate_size", "31", { $0.intermediateSize = 31 }),
    ("num_hidden_layers", "7", { $0.layerCount = 7 }),
    ("max_position_embeddings", "65", { $0.contextLength = 65 }),
    ("max_position_embeddings", "65.0", { $0.contextLength = 65 }),
    ("max_position_embeddings", "null", { $0.contextLength = 2_048 }),
    ("rope_scaling", "false", { _ in }),
    ("architectures", "\"LlamaForCausalLM\"", { _ in }),
    (
      "num_key_value_heads", "1",
      { $0.heads = .init(queryCount: 3, keyValueCount: 1, dimension: 8) }
    ),
    ("head_dim", "10", { $0.heads = .init(queryCount: 3, keyValueCount: 3, dimension: 10) }),
    ("head_dim", "null", { _ in }),
    ("rope_theta", "5e5", { $0.ropeBase = 5e5 }),
    ("rope_theta", "500000", { $0.ropeBase = 5e5 }),
    ("rope_parameters", #"{"rope_type": "default", "rope_theta": 7.5}"#, { $0.ropeBase = 7.5 }),
    ("rope_scaling", #"{"type": "default"}"#, { _ in }),
    ("rope_scaling", "null", { _ in }),
    ("rms_norm_eps", "0.001", { $0.normEpsilon = 1e-3 }),
    ("rms_norm_eps", "0", { $0.normEpsilon = 0 }),
    ("tie_word_embeddings", "true", { $0.tiesEmbeddings = true }),
    ("mlp_bias", "true", { $0.hasFeedForwardBias = true }),
    (
      "attention_bias", "true",
      {
        $0.hasQueryKeyValueBias = true
        $0.hasAttentionOutputBias = true
      }
    ),
    ("hidden_act", "\"swish\"", { _ in }),
    ("layer_types", #"["full_attention", "full_attention"]"#, { _ in }),
    ("architectures", #"["LlamaForCausalLM"]"#, { _ in }),
    ("is_encoder_decoder", "false", { _ in }),
    ("use_sliding_window", "false", { _ in }),
    ("torch_dtype", "\"bfloat16\"", { _ in }),
    ("some_new_switch", "true", { _ in }),
    ("some_new_object", "{\"a\": 1}", { _ in }),
    ("is_encoder_decoder", "true", { _ in }),
    ("use_sliding_window", "true", { _ in }),
    ("layer_types", #"["full_attention", "sliding_attention"]"#, { _ in }),
    ("attention_multiplier", "0.5", { _ in }),
    ("partial_rotary_factor", "0.5", { _ in }),
    ("rope_parameters", #"{"factor": 2}"#, { _ in }),
    ("rope_parameters", #"{"partial_rotary_factor": 0.5}"#, { _ in }),
  ]

  typealias Fields = TransformerConfiguration

  @Test(arguments: fields.indices)
  func `a key changes what it names and nothing else`(index: Int) throws {
    let (key, value, change) = Self.fields[index]
    var expected = try Self.read(Self.smallest)
    change(&expected)
    #expect(try Self.read(Self.smallest, setting: key, to: value) == expected)
  }

  /// Settings that would change the result, with the words that the message must hold.
  static let refused: [(key: String, value: String, words: [String])] = [
    ("model_type", "\"mamba\"", ["'model_type'", "'mamba'", "qwen2, llama"]),
    ("model_type", "\"qwen2_moe\"", ["'model_type'", "'qwen2_moe'"]),
    ("architectures", #"["LlamaForSequenceClassification"]"#, ["'architectures'"]),
    ("quantization_config", #"{"bits": 4}"#, ["'quantization_config'", "unquantised"]),
    ("is_causal", "false", ["'is_causal'", "only causal"]),
    ("per_layer_config", #"{"0": {"head_dim": 4}}"#, ["'per_layer_config'"]),
    ("auto_map", #"{"AutoConfig": "a.B"}"#, ["'auto_map'", "--ignore-remote-code"]),
    ("hidden_act", "\"gelu\"", ["'hidden_act'", "\"gelu\"", "silu"]),
    (
      "rope_scaling", #"{"type": "su", "factor": 2.0}"#,
      ["'rope_scaling'", "'type'", "su", "linear"]
    ),
    ("rope_scaling", #"{"rope_type": "mrope"}"#, ["'rope_type'", "mrope"]),
    (
      "rope_parameters", #"{"rope_type": "yarn", "factor": 2, "partial_rotary_factor": 0.5}"#,
      ["'partial_rotary_factor'", "0.5"]
    ),
  ]

  @Test(arguments: refused.indices, ["llama", "qwen2"])
  func `what would change the result is refused by name`(index: Int, family: String) throws {
    let (key, value, words) = Self.refused[index]
    let base = try Self.parse(Self.smallest).setting("model_type", to: .string(family))
      .setting("num_key_value_heads", to: .null)
    let configuration = base.setting(key, to: try Self.parse(value))
    let error = #expect(throws: TransformerError.self) {
      _ = try TransformerConfiguration(configuration, path: "some/config.json")
    }
    guard case .unsupported = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix("some/config.json") && !line.contains("\n"))
    for word in words { #expect(line.contains(word), "\(line)") }
  }

  /// Values of a wrong kind or out of range.
  static let malformed: [(key: String, value: String?, word: String)] =
    [
      "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
      "num_attention_heads", "model_type",
    ].flatMap { [($0, nil, "is missing"), ($0, "null", "is missing")] } + [
      ("vocab_size", "\"50\"", "should be a whole number"),
      ("vocab_size", "50.5", "should be a whole number"),
      ("vocab_size", "0", "is 0"),
      ("hidden_size", "-24", "is -24"),
      ("num_hidden_layers", "9000000000000000000", "which no model has"),
      ("hidden_size", "25", "not a multiple of 3 heads"),
      ("head_dim", "7", "odd"),
      ("head_dim", "0", "is 0"),
      ("num_key_value_heads", "2", "can't share 2"),
      ("num_key_value_heads", "4", "can't share 4"),
      ("rope_theta", "\"1e4\"", "should be a number"),
      ("rope_theta", "0", "should be positive"),
      ("rope_theta", "-1", "should be positive"),
      ("rope_parameters", "3", "is not an object"),
      (
        "rope_scaling",
        #"{"rope_type": "longrope", "short_factor": [2.0], "long_factor": [1, 2, 3, 4]}"#,
        "'short_factor' has 1 numbers, should have 4"
      ),
      (
        "rope_scaling",
        #"{"rope_type": "longrope", "short_factor": [1, 2, 3, 4], "long_factor": [1, 2, 3, 4, 5]}"#,
        "'long_factor' has 5 numbers, should have 4"
      ),
      ("rope_scaling", "[]", "is not an object"),
      ("rms_norm_eps", "true", "should be a number"),
      ("rms_norm_eps", "-1e-6", "should be"),
      ("rms_norm_eps", "1e300", "should be"),
      ("tie_word_embeddings", "1", "should be true or false"),
      ("attention_bias", "\"false\"", "should be true or false"),
      ("model_type", "3", "is missing"),
    ]

  @Test(arguments: malformed.indices)
  func `what is missing or malformed is refused with its key`(index: Int) throws {
    let (key, value, word) = Self.malformed[index]
    let configuration = try Self.parse(Self.smallest)
      .setting(key, to: value.map { try Self.parse($0) })
    let error = #expect(throws: TransformerError.self) {
      _ = try TransformerConfiguration(configuration, path: "config.json")
    }
    guard case .configuration = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test(arguments: ["[]", "3", "\"llama\"", "null"])
  func `a file that is no object is refused`(text: String) throws {
    let value = try Self.parse(text)
    #expect(
      throws: TransformerError.configuration(
        path: "a.json", "the top of the file is not an object")
    ) { _ = try TransformerConfiguration(value, path: "a.json") }
  }

  private static func parse(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  private static func read(
    _ text: String, setting key: String? = nil, to value: String = ""
  ) throws -> TransformerConfiguration {
    var object = try parse(text)
    if let key { object = object.setting(key, to: try parse(value)) }
    return try TransformerConfiguration(object, path: "config.json")
  }
}
