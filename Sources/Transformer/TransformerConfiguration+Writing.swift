package import JSON
internal import Kernels

extension TransformerConfiguration {
  /// The contents of a `config.json` that transformers 4 and 5 read as this model.
  ///
  /// - Parameters:
  ///   - storedType: how the weights are stored, as transformers names it: "float32", "bfloat16".
  ///   - extra: further members, such as ids of special tokens; they win over none of ours.
  /// - Returns: an object, its keys in a fixed order.
  package func jsonValue(storedType: String, extra: [JSONMember] = []) -> JSONValue {
    precondition(options == DecoderOptions(), "writing \(options): only what can be trained is")
    func size(_ key: String, _ value: Int) -> JSONMember {
      JSONMember(key: key, value: .integer(Int64(value)))
    }
    func flag(_ key: String, _ value: Bool) -> JSONMember {
      JSONMember(key: key, value: .bool(value))
    }
    // The shortest digits that give the same Float: 1e-06, not 9.999999974752427e-07.
    let epsilon = Double(normEpsilon.description) ?? Double(normEpsilon)
    let rope = JSONValue.object([
      JSONMember(key: "rope_theta", value: .number(ropeBase)),
      JSONMember(key: "rope_type", value: .string("default")),
    ])
    var members = [
      JSONMember(key: "architectures", value: .array([.string(family.architecture)])),
      JSONMember(key: "model_type", value: .string(family.rawValue)),
      size("vocab_size", vocabularySize), size("hidden_size", hiddenSize),
      size("intermediate_size", intermediateSize), size("num_hidden_layers", layerCount),
      size("num_attention_heads", heads.queryCount),
      size("num_key_value_heads", heads.keyValueCount), size("head_dim", heads.dimension),
      size("max_position_embeddings", contextLength),
      JSONMember(key: "hidden_act", value: .string("silu")),
      JSONMember(key: "rms_norm_eps", value: .number(epsilon)),
      // Twice: transformers 5 reads the first, 4 the second.
      JSONMember(key: "rope_parameters", value: rope),
      JSONMember(key: "rope_theta", value: .number(ropeBase)),
      flag("tie_word_embeddings", tiesEmbeddings),
      JSONMember(key: "attention_dropout", value: .number(0)),
      JSONMember(key: "dtype", value: .string(storedType)),
    ]
    switch family {
    case .qwen2: members.append(flag("use_sliding_window", false))
    case .llama:
      members += [
        flag("attention_bias", hasQueryKeyValueBias), flag("mlp_bias", hasFeedForwardBias),
      ]
    case .qwen3, .qwen3MoE, .mistral, .gemma2, .phi3, .gpt2, .olmo2, .olmo3, .smollm3,
      .gemma3:
      preconditionFailure("writing \(family): only what can be trained is written")
    }
    let own = members
    members += extra.filter { added in !own.contains { $0.hasKey(added.key) } }
    return .object(members)
  }
}
