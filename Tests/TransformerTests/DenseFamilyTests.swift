import Foundation
import JSON
import Kernels
import TestSupport
import Testing
import Transformer

/// OLMo 2 and 3, SmolLM3 and Gemma 3: what their files leave out, may say, and are refused for.
@Suite struct DenseFamilyTests {
  private static func read(_ text: String) throws -> TransformerConfiguration {
    let small = """
      {"vocab_size": 50, "hidden_size": 24, "intermediate_size": 30, "num_hidden_layers": 8,
       "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64}
      """
    var value = try JSONValue(parsing: Array(small.utf8))
    for member in try JSONValue(parsing: Array(text.utf8)).objectValue ?? [] {
      value = value.setting(member.key, to: member.value)
    }
    return try TransformerConfiguration(value, path: "config.json")
  }

  @Test func `what a file leaves out has the default of transformers`() throws {
    let olmo2 = try Self.read(#"{"model_type": "olmo2"}"#)
    #expect(olmo2.normEpsilon == 1e-5 && olmo2.ropeBase == 10_000 && !olmo2.tiesEmbeddings)
    #expect(olmo2.heads == .init(queryCount: 4, keyValueCount: 2, dimension: 6))
    #expect(olmo2.options.slidingWindow == nil && !olmo2.options.hasInputNorms)

    let olmo3 = try Self.read(#"{"model_type": "olmo3"}"#)
    let threeOfFour = [true, true, true, false, true, true, true, false]
    #expect(olmo3.ropeBase == 500_000 && olmo3.options.layerRope == nil)
    #expect(olmo3.options.slidingWindow == .init(size: 4096, layers: threeOfFour))
    #expect(olmo3.normEpsilon == 1e-5 && olmo3.options.normalisesHeadsTogether)

    let smol = try Self.read(#"{"model_type": "smollm3"}"#)
    #expect(smol.ropeBase == 2_000_000 && smol.tiesEmbeddings && smol.normEpsilon == 1e-6)
    #expect(smol.options.unrotatedLayers == [3, 7] && smol.options.slidingWindow == nil)

    let gemma = try Self.read(#"{"model_type": "gemma3_text"}"#)
    #expect(gemma.heads.dimension == 256 && gemma.tiesEmbeddings && gemma.ropeBase == 1_000_000)
    let allButSixth = [true, true, true, true, true, false, true, true]
    #expect(gemma.options.slidingWindow == .init(size: 4096, layers: allButSixth))
    #expect(gemma.options.layerRope == .init(base: 10_000, layers: allButSixth))
    #expect(gemma.options.logitSoftCap == nil && gemma.options.attentionSoftCap == nil)
    #expect(gemma.options.queryScalar == 256)
  }

  /// Two ways to say the same.
  static let equal: [(first: String, second: String)] = [
    // Files of transformers 4 and 5.
    (
      #"""
      {"model_type": "gemma3_text", "rope_theta": 500, "rope_local_base_freq": 50,
       "rope_scaling": {"rope_type": "linear", "factor": 8}, "sliding_window_pattern": 2}
      """#,
      #"""
      {"model_type": "gemma3_text", "_sliding_window_pattern": 2, "rope_parameters": {
        "full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 500},
        "sliding_attention": {"rope_type": "default", "rope_theta": 50}},
       "layer_types": ["sliding_attention", "full_attention", "sliding_attention",
         "full_attention", "sliding_attention", "full_attention", "sliding_attention",
         "full_attention"]}
      """#
    ),
    (
      #"""
      {"model_type": "olmo3", "rope_theta": 500000,
       "rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 16}}
      """#,
      #"""
      {"model_type": "olmo3", "rope_parameters": {
        "full_attention": {"rope_type": "yarn", "factor": 4, "rope_theta": 500000,
          "original_max_position_embeddings": 16},
        "sliding_attention": {"rope_theta": 500000}}}
      """#
    ),
    // Of two, transformers takes the list; files have both.
    (
      #"{"model_type": "smollm3", "no_rope_layers": [0, 1, 1, 1, 1, 1, 1, true, 0], "no_rope_layer_interval": 4}"#,
      #"{"model_type": "smollm3", "no_rope_layers": [false, 1, 1, 1, 1, 1, 1, 1]}"#
    ),
    // Kept by transformers and never used.
    (
      #"{"model_type": "gemma3_text", "attn_logit_softcapping": 50}"#,
      #"{"model_type": "gemma3_text"}"#
    ),
  ]

  @Test(arguments: equal.indices)
  func `files of transformers 4 and 5 say the same`(index: Int) throws {
    let (first, second) = Self.equal[index]
    #expect(try Self.read(first) == Self.read(second))
  }

  @Test func `the length of Gemma 3 is the one after linear scaling`() throws {
    let scaled = #"{"rope_type": "linear", "factor": 8.0}"#
    let gemma = try Self.read(#"{"model_type": "gemma3_text", "rope_scaling": \#(scaled)}"#)
    #expect(gemma.contextLength == 64 && gemma.options.ropeScaling == .linear(factor: 8))
    let olmo = try Self.read(#"{"model_type": "olmo2", "rope_scaling": \#(scaled)}"#)
    #expect(olmo.contextLength == 512)
  }

  /// Settings that are refused or malformed, with words of the line.
  static let refused: [(text: String, words: [String])] = [
    (
      #"{"model_type": "gemma3_text", "use_bidirectional_attention": true}"#,
      ["'use_bidirectional_attention'", "only causal"]
    ),
    (#"{"model_type": "gemma3_text", "hidden_activation": "gelu"}"#, ["'hidden_activation'"]),
    (
      #"{"model_type": "gemma3_text", "sliding_window": null}"#,
      ["'sliding_window'", "give a size"]
    ),
    (
      #"{"model_type": "gemma3_text", "_sliding_window_pattern": 4}"#,
      ["'_sliding_window_pattern' is 4", "sliding_window_pattern (here 6)"]
    ),
    (
      #"{"model_type": "gemma3_text", "rope_parameters": {"rope_type": "linear", "factor": 2}}"#,
      ["'rope_type' in 'rope_parameters'", "'factor' in 'rope_parameters'", "sliding_attention"]
    ),
    (
      #"{"model_type": "gemma3_text", "rope_scaling": {"type": "linear", "factor": 8}}"#,
      ["'type' is \"linear\"", "from 'rope_type' alone"]
    ),
    (
      #"{"model_type": "olmo3", "rope_theta": 10000}"#,
      ["'rope_theta' is 10000.0, and 500000.0 in layers with a window", "for full layers alone"]
    ),
    (
      #"""
      {"model_type": "olmo3", "rope_parameters": {"full_attention": {"rope_type": "yarn",
       "factor": 4, "original_max_position_embeddings": 16, "truncate": false}}}
      """#,
      ["'truncate' in 'full_attention'", "no notice"]
    ),
    (
      #"""
      {"model_type": "olmo3", "rope_parameters": {"truncate": null, "full_attention":
       {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 16}}}
      """#,
      ["'truncate' in 'rope_parameters' is null", "remove it"]
    ),
    (
      #"{"model_type": "olmo3", "layer_types": ["full_attention"]}"#, ["names 1 layers of 8"]
    ),
    (#"{"model_type": "olmo2", "hidden_act": "gelu"}"#, ["'hidden_act'"]),
    (
      #"{"model_type": "smollm3", "no_rope_layers": [1, 0]}"#,
      ["'no_rope_layers' names 2 layers of 8"]
    ),
    (
      #"{"model_type": "smollm3", "no_rope_layers": "none"}"#,
      ["'no_rope_layers' is \"none\", should be a list"]
    ),
    (#"{"model_type": "smollm3", "no_rope_layer_interval": 0}"#, ["'no_rope_layer_interval' is 0"]),
    (
      #"""
      {"model_type": "smollm3", "sliding_window": 4, "layer_types": ["sliding_attention",
       "full_attention", "full_attention", "full_attention", "full_attention", "full_attention",
       "full_attention", "full_attention"]}
      """#,
      ["'layer_types'", "set use_sliding_window"]
    ),
    (
      #"{"model_type": "smollm3", "rope_parameters": {"full_attention": {"rope_theta": 5}}}"#,
      ["'full_attention' in 'rope_parameters'", "only one rope"]
    ),
  ]

  @Test(arguments: refused.indices)
  func `what these families do not have is refused in one line`(index: Int) throws {
    let (text, words) = Self.refused[index]
    let error = #expect(throws: TransformerError.self) { _ = try Self.read(text) }
    let line = error?.description ?? ""
    #expect(!line.contains("\n"))
    for word in words { #expect(line.contains(word), "\(line)") }
  }

  /// transformers reads it beside the kinds' objects only; in a plain rope null is false.
  @Test func `a null inside an object for a kind of layers doesn't end truncation`() throws {
    let configuration = try Self.read(
      #"""
      {"model_type": "gemma3_text", "rope_parameters": {"full_attention": {"rope_type": "yarn",
       "factor": 4, "original_max_position_embeddings": 16, "truncate": null}}}
      """#)
    let yarns = configuration.ropes.compactMap { rope in
      if case .yarn(let yarn) = rope.scaling { yarn } else { nil }
    }
    #expect(yarns.map(\.isTruncated) == [true])
  }

  @Test func `unread settings of a rope for a kind of layers are kept`() throws {
    let value = try JSONValue(
      parsing: Array(
        #"""
        {"model_type": "gemma3_text", "rope_parameters": {"full_attention": {"rope_type": "linear",
         "factor": 2, "note": 1}, "sliding_attention": {"rope_theta": 5}, "other": 3},
         "rope_scaling": {"rope_type": "linear", "factor": 2, "finetuned": true}}
        """#.utf8))
    #expect(
      JSONValue.object(TransformerConfiguration.unreadMembers(of: value)).serialized()
        == #"{"rope_parameters":{"full_attention":{"note":1},"other":3},"rope_scaling":{"finetuned":true}}"#
    )
  }

  @Test(arguments: ["olmo2", "olmo3", "smollm3", "gemma3"])
  func `weights that are multiplied as bfloat16 stay near those of transformers`(
    name: String
  ) throws {
    let fixture = try CheckpointFixture(name)
    var model = try fixture.transformer()
    func squares(_ actual: [[Double]]) -> Double {
      let errors = zip(actual, fixture.logProbabilities).flatMap { zip($0, $1).map { $0 - $1 } }
      return (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    }
    let exact = squares(try model.logProbabilities(fixture.sequences))
    model.compute = .bfloat16
    let rounded = squares(try model.logProbabilities(fixture.sequences))
    // Inputs have eight bits; these weights and depths make some 0.02 of it, a mistake tenths.
    #expect(exact < 1e-5 && rounded > 1e-4 && rounded < 0.1, "\(name): \(exact), \(rounded)")
  }
}
