import JSON
import Kernels
import Tensors
import TestSupport
import Testing
import Transformer

/// Every option of a family, switched off in our configuration alone, moves some log-probability by
/// at least 0.01: a fixture that agrees with transformers shows that the option is done.
@Suite struct OptionTests {
  typealias Change = @Sendable (inout TransformerConfiguration) -> Void

  static let switches: [(fixture: String, name: String, change: Change)] = [
    ("llama-linear", "rope scaling", { $0.options.ropeScaling = .none }),
    ("llama-dynamic", "rope scaling", { $0.options.ropeScaling = .none }),
    ("llama-yarn", "rope scaling", { $0.options.ropeScaling = .none }),
    ("llama-llama3", "rope scaling", { $0.options.ropeScaling = .none }),
    ("qwen2-window", "rope scaling", { $0.options.ropeScaling = .none }),
    ("qwen2-window", "window", { $0.options.slidingWindow = nil }),
    ("qwen3", "window", { $0.options.slidingWindow = nil }),
    ("mistral", "window", { $0.options.slidingWindow = nil }),
    ("gemma2", "window", { $0.options.slidingWindow = nil }),
    ("gemma2", "query scalar", { $0.options.queryScalar = nil }),
    ("gemma2", "attention cap", { $0.options.attentionSoftCap = nil }),
    ("gemma2", "logit cap", { $0.options.logitSoftCap = nil }),
    ("gemma2", "embedding scale", { $0.options.scalesEmbeddings = false }),
    ("gemma2", "GELU", { $0.options.feedForward = .gatedSiLU }),
    ("phi3", "rope scaling", { $0.options.ropeScaling = .none }),
    ("phi3", "window", { $0.options.slidingWindow = nil }),
    ("gpt2", "scores by layer", { $0.options.dividesScoresByLayer = false }),
    ("olmo2", "rope scaling", { $0.options.ropeScaling = .none }),
    ("olmo3", "rope scaling", { $0.options.ropeScaling = .none }),
    ("olmo3", "rope of some layers", { $0.options.layerRope = nil }),
    ("olmo3", "window", { $0.options.slidingWindow = nil }),
    ("smollm3", "rope scaling", { $0.options.ropeScaling = .none }),
    ("smollm3", "layers not rotated", { $0.options.unrotatedLayers = [] }),
    ("smollm3", "window", { $0.options.slidingWindow = nil }),
    ("gemma3", "rope scaling", { $0.options.ropeScaling = .none }),
    ("gemma3", "rope of some layers", { $0.options.layerRope = nil }),
    ("gemma3", "window", { $0.options.slidingWindow = nil }),
    ("gemma3", "query scalar", { $0.options.queryScalar = nil }),
    ("gemma3", "logit cap", { $0.options.logitSoftCap = nil }),
    ("gemma3", "embedding scale", { $0.options.scalesEmbeddings = false }),
    ("gemma3", "GELU", { $0.options.feedForward = .gatedSiLU }),
  ]

  @Test(arguments: switches.indices)
  func `an option that is off moves the result`(index: Int) throws {
    let (name, option, change) = Self.switches[index]
    let fixture = try CheckpointFixture(name)
    var configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    let before = configuration.options.descriptions
    change(&configuration)
    #expect(configuration.options.descriptions != before, "\(name): \(option) was not on")
    configuration.contextLength = max(configuration.contextLength, 48)
    let model = try Transformer(configuration, weights: fixture.weights)
    let actual = try model.logProbabilities([fixture.sequences[fixture.shown]])[0]
    #expect(
      largestDifference(actual, fixture.logProbabilities[fixture.shown]) >= 0.01,
      "\(name): \(option)")
  }

  @Test func `what a family's config json leaves out has the default of transformers`() throws {
    let mistral = try Self.read(
      #"{"model_type": "mistral", "hidden_size": 32, "num_attention_heads": 16}"#)
    #expect(mistral.heads.keyValueCount == 8 && mistral.heads.dimension == 2)
    #expect(mistral.options.slidingWindow == .init(size: 4096, layers: [true, true, true]))
    let qwen = try Self.read(#"{"model_type": "qwen3", "num_attention_heads": 64}"#)
    #expect(qwen.heads.keyValueCount == 32 && qwen.heads.dimension == 128)
    #expect(qwen.options.slidingWindow == nil && !qwen.hasAttentionOutputBias)
    let gemma = try Self.read(#"{"model_type": "gemma2", "num_attention_heads": 8}"#)
    #expect(gemma.heads.keyValueCount == 4 && gemma.heads.dimension == 256 && gemma.tiesEmbeddings)
    #expect(gemma.options.queryScalar == 256)
    #expect(gemma.options.attentionSoftCap == 50 && gemma.options.logitSoftCap == 30)
    #expect(gemma.options.slidingWindow == .init(size: 4096, layers: [true, false, true]))
    let phi = try Self.read(#"{"model_type": "phi3", "num_attention_heads": 4}"#)
    #expect(phi.normEpsilon == 1e-5 && phi.options.slidingWindow == nil && !phi.tiesEmbeddings)
    #expect(phi.heads.keyValueCount == 4 && phi.heads.dimension == 6)
  }

  /// Settings that a family refuses, with words of the line.
  static let refused: [(text: String, words: [String])] = [
    (
      #"{"model_type": "qwen3", "num_key_value_heads": 4, "layer_types": ["chunked_attention"]}"#,
      ["'layer_types'", "chunked"]
    ),
    (
      #"{"model_type": "mistral", "num_key_value_heads": 4, "layer_types": ["full_attention"]}"#,
      ["'layer_types'", "full"]
    ),
    (#"{"model_type": "gemma2", "hidden_activation": "gelu"}"#, ["'hidden_activation'"]),
    (
      #"{"model_type": "gemma2", "use_bidirectional_attention": true}"#,
      ["'use_bidirectional_attention'"]
    ),
    (#"{"model_type": "gemma2", "sliding_window": null}"#, ["'sliding_window'"]),
    (
      #"{"model_type": "phi3", "rope_scaling": {"type": "linear", "factor": 2}}"#,
      ["'rope_type'", "linear", "longrope"]
    ),
    (#"{"model_type": "gpt2", "activation_function": "relu"}"#, ["'activation_function'", "relu"]),
  ]

  @Test(arguments: refused.indices)
  func `what a family does not have is refused by name`(index: Int) throws {
    let (text, words) = Self.refused[index]
    let error = #expect(throws: TransformerError.self) { _ = try Self.read(text) }
    guard case .unsupported? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    for word in words { #expect(error?.description.contains(word) == true, "\(word)") }
  }

  /// Values that are wrong, with words of the line.
  static let malformed: [(text: String, words: String)] = [
    (#"{"model_type": "llama", "rope_scaling": {"type": "linear"}}"#, "'factor' is missing"),
    (#"{"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 0}}"#, "positive"),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "llama3", "factor": 8}}"#,
      "'low_freq_factor' is missing"
    ),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"rope_type": "linear", "factor": 3}}"#,
      "'rope_scaling' is linear by 2.0 with rope_theta 10000.0, 'rope_parameters' linear by 3.0"
    ),
    (
      #"{"model_type": "qwen2", "num_key_value_heads": 4, "layer_types": ["full_attention"]}"#,
      "names 1 layers of 3"
    ),
    (#"{"model_type": "gemma2", "final_logit_softcapping": 0}"#, "should be positive"),
    (#"{"model_type": "gemma2", "query_pre_attn_scalar": -1}"#, "should be positive"),
    (#"{"model_type": "phi3", "partial_rotary_factor": 0}"#, "in (0, 1]"),
    (#"{"model_type": "phi3", "partial_rotary_factor": 0.5}"#, "not pairs"),
    (
      #"{"model_type": "phi3", "rope_scaling": {"type": "su", "short_factor": [1], "long_factor": [1, 1, 1]}}"#,
      "'short_factor' has 1 numbers, should have 3"
    ),
    (
      #"{"model_type": "phi3", "rope_scaling": {"type": "su", "long_factor": [1, 1, 1]}}"#,
      "'short_factor' should be a list of positive numbers"
    ),
  ]

  @Test(arguments: malformed.indices)
  func `what is malformed is refused with its key`(index: Int) throws {
    let error = #expect(throws: TransformerError.self) {
      _ = try Self.read(Self.malformed[index].text)
    }
    #expect(
      error?.description.contains(Self.malformed[index].words) == true,
      "\(String(describing: error))")
  }

  @Test func `a context is as long as scaling makes it`() throws {
    func length(_ rope: String) throws -> Int {
      try Self.read(#"{"model_type": "llama", "rope_scaling": \#(rope)}"#).contextLength
    }
    #expect(try length("null") == 64)
    #expect(try length(#"{"type": "linear", "factor": 2.5}"#) == 160)
    #expect(try length(#"{"type": "dynamic", "factor": 2}"#) == 128)
    #expect(
      try length(#"{"type": "yarn", "factor": 4, "original_max_position_embeddings": 32}"#) == 128)
    #expect(
      try length(#"{"type": "yarn", "factor": 2, "original_max_position_embeddings": 16}"#) == 64)
  }

  @Test(arguments: CheckpointFixture.families)
  func `training such a model is refused by name`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    let error = #expect(throws: TransformerError.self) {
      _ = try TransformerParameters(configuration, weights: fixture.weights)
    }
    let family = configuration.family.rawValue
    let word = name.hasPrefix("llama") || family == "qwen2" ? "rope scaling" : family
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test func `the first GPT-2 checkpoints hold the inner model and its masks`() throws {
    let fixture = try CheckpointFixture("gpt2")
    var weights = WeightDictionary([:], location: "memory")
    for (name, tensor) in fixture.weights.tensors {
      weights.tensors[name.replacing("transformer.", with: "")] = tensor
    }
    for layer in 0..<3 {
      weights.tensors["h.\(layer).attn.bias"] = fixture.weights.tensors["transformer.wpe.weight"]
    }
    let configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    let ids = fixture.sequences[fixture.shown]
    let named = try CanonicalWeights(weights, for: configuration)
    let actual = try Transformer(configuration, weights: named).logProbabilities([ids])
    #expect(actual == (try fixture.transformer().logProbabilities([ids])))
  }

  /// A configuration of three layers with those members.
  private static func read(_ text: String) throws -> TransformerConfiguration {
    var object = try JSONValue(
      parsing: Array(
        """
        {"vocab_size": 50, "hidden_size": 24, "intermediate_size": 30, "num_hidden_layers": 3,
         "num_attention_heads": 4, "max_position_embeddings": 64}
        """.utf8))
    let changes = try JSONValue(parsing: Array(text.utf8))
    if changes["model_type"]?.stringValue == "gpt2" {
      object = try JSONValue(
        parsing: Array(
          #"{"vocab_size": 50, "n_embd": 24, "n_layer": 3, "n_head": 4, "n_positions": 64}"#.utf8))
    }
    for member in changes.objectValue ?? [] {
      object = object.setting(member.key, to: member.value)
    }
    return try TransformerConfiguration(object, path: "config.json")
  }
}
