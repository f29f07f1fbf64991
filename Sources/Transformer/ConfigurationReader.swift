internal import JSON

/// `config.json` as keys that are asked for one by one; what nobody asked for is refused at the end.
///
/// transformers ignores keys it doesn't know, so a setting that a newer version understands would
/// silently change nothing here. A wrong number is worse than a refusal.
struct ConfigurationReader {
  let path: String
  private let members: [String: JSONValue]
  private var asked: Set<String> = []

  /// Keys that don't touch the forward pass of a language model.
  private static let harmless: Set<String> = [
    "_name_or_path", "_attn_implementation_autoset", "architectures", "attention_dropout",
    "auto_map", "bos_token_id", "chunk_size_feed_forward", "cross_attention_hidden_size",
    "decoder_start_token_id", "dtype", "eos_token_id", "finetuning_task", "forced_bos_token_id",
    "forced_eos_token_id", "id2label", "initializer_range", "label2id",
    "max_window_layers", "model_type", "pad_token_id", "prefix", "pretraining_tp", "problem_type",
    "return_dict", "sep_token_id", "sliding_window", "task_specific_params", "tokenizer_class",
    "torch_dtype", "transformers_version", "use_cache", "use_bfloat16", "unsloth_version",
    "unsloth_fixed", "bad_words_ids", "begin_suppress_tokens", "suppress_tokens",
    "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty", "length_penalty", "max_length", "min_length",
    "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences",
    "output_attentions", "output_hidden_states", "output_scores", "remove_invalid_values",
    "repetition_penalty", "return_dict_in_generate", "temperature", "top_k", "top_p", "typical_p",
    "tf_legacy_loss", "torchscript", "tie_encoder_decoder", "pruned_heads",
  ]

  init(path: String, value: JSONValue) throws(TransformerError) {
    self.path = path
    guard let object = value.objectValue else {
      throw .configuration(path: path, "the top of the file is not an object")
    }
    members = Dictionary(object.map { ($0.key, $0.value) }) { first, _ in first }
  }

  mutating func value(_ key: String) -> JSONValue? {
    asked.insert(key)
    if case .null? = members[key] { return nil }
    return members[key]
  }

  mutating func integer(_ key: String) throws(TransformerError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let integer = value.integerValue else { throw wrong(key, value, "a whole number") }
    return Int(integer)
  }

  /// A whole number from 1 up to a size that keeps products of two in range.
  mutating func size(_ key: String, default fallback: Int? = nil) throws(TransformerError) -> Int {
    guard let size = try integer(key) ?? fallback else {
      throw .configuration(path: path, "'\(key)' is missing; it is part of every such config.json")
    }
    guard size > 0, size < 1 << 28 else {
      throw .configuration(path: path, "'\(key)' is \(size), which no model has")
    }
    return size
  }

  mutating func number(_ key: String, default fallback: Double) throws(TransformerError) -> Double {
    guard let value = value(key) else { return fallback }
    guard let number = value.doubleValue, number.isFinite else {
      throw wrong(key, value, "a number")
    }
    return number
  }

  mutating func flag(_ key: String, default fallback: Bool) throws(TransformerError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let flag = value.boolValue else { throw wrong(key, value, "true or false") }
    return flag
  }

  /// Refuses `key` unless it is absent, null or one of the given values.
  mutating func require(
    _ key: String, oneOf allowed: [JSONValue], mend: String
  ) throws(TransformerError) {
    guard let value = value(key), !allowed.contains(value) else { return }
    throw .unsupported(path: path, key: key, value: value.serialized(), mend: mend)
  }

  /// Refuses `key` unless it is absent or a list of nothing but `allowed`.
  mutating func require(
    everyElementOf key: String, toBe allowed: JSONValue, mend: String
  ) throws(TransformerError) {
    guard let value = value(key) else { return }
    guard let elements = value.arrayValue else { throw wrong(key, value, "a list") }
    for element in elements where element != allowed {
      throw .unsupported(path: path, key: key, value: element.serialized(), mend: mend)
    }
  }

  /// Refuses every key that was neither asked for nor is known to be harmless.
  func refuseTheRest() throws(TransformerError) {
    for (key, value) in members.sorted(by: { $0.key < $1.key })
    where !asked.contains(key) && !Self.harmless.contains(key) {
      if value == .null || value == .bool(false) { continue }
      throw .unsupported(
        path: path, key: key, value: value.serialized(),
        mend: "remove the key if it does not change the model's output")
    }
  }

  private func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> TransformerError {
    .configuration(path: path, "'\(key)' is \(value.serialized()), should be \(expected)")
  }
}

extension ConfigurationReader {
  /// The rotary base, from `rope_parameters` or from `rope_theta` and `rope_scaling`.
  ///
  /// The former is transformers 5, the latter 4. Any kind of scaling is refused by name.
  mutating func ropeBase() throws(TransformerError) -> Double {
    let legacy = try number("rope_theta", default: 10_000)
    var base = legacy
    for key in ["rope_parameters", "rope_scaling"] {
      guard let value = value(key) else { continue }
      var inner = try ConfigurationReader(path: path + ", '\(key)'", value: value)
      for kind in ["rope_type", "type"] {
        try inner.require(
          kind, oneOf: [.string("default")], mend: "only unscaled rotary embeddings are implemented"
        )
      }
      try inner.require(
        "partial_rotary_factor", oneOf: [.integer(1), .number(1)],
        mend: "only fully rotated heads are implemented")
      base = try inner.number("rope_theta", default: base)
      try inner.refuseTheRest()
    }
    guard base > 0 else {
      throw .configuration(path: path, "'rope_theta' is \(base), should be positive")
    }
    return base
  }

  /// What the norms add to the mean square.
  mutating func normEpsilon() throws(TransformerError) -> Float {
    let epsilon = Float(try number("rms_norm_eps", default: 1e-6))
    guard epsilon >= 0, epsilon.isFinite else {
      throw .configuration(
        path: path, "'rms_norm_eps' is \(epsilon), should be a small positive number")
    }
    return epsilon
  }

  /// Heads, with their width given or hidden size / heads.
  mutating func headSizes(
    hiddenSize: Int
  ) throws(TransformerError) -> (queries: Int, keyValues: Int, dimension: Int) {
    let queries = try size("num_attention_heads")
    let keyValues = try size("num_key_value_heads", default: queries)
    guard queries % keyValues == 0 else {
      throw .configuration(
        path: path,
        "\(queries) attention heads can't share \(keyValues) key-value heads evenly")
    }
    if try integer("head_dim") == nil, hiddenSize % queries != 0 {
      throw .configuration(
        path: path, "hidden_size \(hiddenSize) is not a multiple of \(queries) heads")
    }
    let dimension = try size("head_dim", default: hiddenSize / queries)
    guard dimension % 2 == 0 else {
      throw .configuration(path: path, "the head width \(dimension) is odd: it can't be rotated")
    }
    return (queries, keyValues, dimension)
  }
}
