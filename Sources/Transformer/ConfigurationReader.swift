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
    "attn_pdrop",
    "auto_map", "bos_token_id", "cache_implementation", "chunk_size_feed_forward",
    "cross_attention_hidden_size",
    "decoder_start_token_id", "dtype", "embd_pdrop", "eos_token_id", "finetuning_task",
    "forced_bos_token_id",
    "forced_eos_token_id", "id2label", "initializer_range", "label2id",
    "max_window_layers", "model_type", "pad_token_id", "prefix", "pretraining_tp", "problem_type",
    "resid_pdrop",
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

  /// Whether the key isn't there at all; null is there.
  func isAbsent(_ key: String) -> Bool { members[key] == nil }

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

  fileprivate func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> TransformerError
  {
    .configuration(path: path, "'\(key)' is \(value.serialized()), should be \(expected)")
  }
}

extension ConfigurationReader {
  /// What the norms add to the mean square.
  mutating func normEpsilon(
    _ key: String = "rms_norm_eps", default fallback: Double = 1e-6
  ) throws(TransformerError) -> Float {
    let epsilon = Float(try number(key, default: fallback))
    guard epsilon >= 0, epsilon.isFinite else {
      throw .configuration(
        path: path, "'\(key)' is \(epsilon), should be a small positive number")
    }
    return epsilon
  }

  /// A size that may be null for none; `fallback` if the key is absent.
  mutating func optionalSize(
    _ key: String, default fallback: Int?
  ) throws(TransformerError) -> Int? {
    if isAbsent(key) { return fallback }
    return value(key) == nil ? nil : try size(key)
  }

  /// The bound of a soft cap; null for none, `fallback` if the key is absent.
  mutating func softCap(_ key: String, default fallback: Float) throws(TransformerError) -> Float? {
    if isAbsent(key) { return fallback }
    guard value(key) != nil else { return nil }
    let cap = Float(try number(key, default: 0))
    guard cap > 0, cap.isFinite else {
      throw .configuration(path: path, "'\(key)' is \(cap), should be positive")
    }
    return cap
  }

  /// For each layer whether `layer_types` calls its attention sliding; nil if the key is absent.
  mutating func slidingLayers(layerCount: Int) throws(TransformerError) -> [Bool]? {
    guard let value = value("layer_types") else { return nil }
    guard let elements = value.arrayValue else { throw wrong("layer_types", value, "a list") }
    var isSliding: [Bool] = []
    for element in elements {
      switch element.stringValue {
      case "full_attention": isSliding.append(false)
      case "sliding_attention": isSliding.append(true)
      default:
        throw .unsupported(
          path: path, key: "layer_types", value: element.serialized(),
          mend: "implemented are full_attention and sliding_attention")
      }
    }
    guard isSliding.count == layerCount else {
      throw .configuration(
        path: path, "'layer_types' names \(isSliding.count) layers of \(layerCount)")
    }
    return isSliding
  }

  /// Heads, with their width given or hidden size / heads.
  mutating func headSizes(
    hiddenSize: Int, defaults: (keyValues: Int?, dimension: Int?) = (nil, nil)
  ) throws(TransformerError) -> (queries: Int, keyValues: Int, dimension: Int) {
    let queries = try size("num_attention_heads")
    let absent = isAbsent("num_key_value_heads") ? defaults.keyValues : nil
    let keyValues = try size("num_key_value_heads", default: absent ?? queries)
    guard queries % keyValues == 0 else {
      throw .configuration(
        path: path,
        "\(queries) attention heads can't share \(keyValues) key-value heads evenly")
    }
    if try integer("head_dim") == nil, defaults.dimension == nil, hiddenSize % queries != 0 {
      throw .configuration(
        path: path, "hidden_size \(hiddenSize) is not a multiple of \(queries) heads")
    }
    let dimension = try size("head_dim", default: defaults.dimension ?? hiddenSize / queries)
    guard dimension % 2 == 0 else {
      throw .configuration(path: path, "the head width \(dimension) is odd: it can't be rotated")
    }
    return (queries, keyValues, dimension)
  }
}
