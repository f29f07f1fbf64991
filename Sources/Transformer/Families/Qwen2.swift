internal import JSON
internal import Kernels

/// Qwen2 and Qwen2.5: a bias on queries, keys and values, none elsewhere.
enum Qwen2 {
  static func configuration(
    from reader: inout ConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    // With the switch off, `sliding_window` and `max_window_layers` mean nothing.
    try reader.require(
      "use_sliding_window", oneOf: [.bool(false)], mend: "sliding windows are not implemented")
    return try Llama.decoder(.qwen2, from: &reader) { configuration, _ in
      configuration.hasQueryKeyValueBias = true
    }
  }
}
