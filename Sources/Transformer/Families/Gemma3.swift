internal import JSON
internal import Kernels

/// Gemma 3, texts only: as Gemma 2 with queries and keys normalised in each head, a window in five of
/// six layers, and rotations of their own for the layers with and without one; scores are not capped.
enum Gemma3 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    let defaults = Gemma2.defaults(from: &reader, contextLength: 131_072)
    return try Llama.decoder(.gemma3, from: &reader, defaults: defaults, rope: nil) {
      configuration, reader throws(TransformerError) in
      try Gemma2.readCommon(&configuration, &reader)
      configuration.options.hasQueryKeyNorms = true
      configuration.options.logitSoftCap = try reader.softCap(
        "final_logit_softcapping", default: nil)
      let layers = try slidingLayers(from: &reader, layerCount: configuration.layerCount)
      configuration.options.slidingWindow = try reader.slidingWindow(
        ofLayers: layers, default: 4096)
      let length = configuration.contextLength
      try reader.readRopes(
        of: &configuration, slidingLayers: layers, full: .init(defaultBase: 1_000_000),
        sliding: .init(defaultBase: 10_000, baseKey: "rope_local_base_freq"))
      // Gemma's length is the one after linear scaling.
      if case .linear = configuration.options.ropeScaling { configuration.contextLength = length }
    }
  }

  /// The layers that `layer_types` names, or else all but every sixth, or what the pattern says.
  private static func slidingLayers(
    from reader: inout ModelConfigurationReader, layerCount: Int
  ) throws(TransformerError) -> [Bool] {
    if let named = try reader.slidingLayers(layerCount: layerCount) { return named }
    let pattern = try reader.size("sliding_window_pattern", default: 6)
    // Written beside `layer_types` and read by nobody; alone, a user can mean it.
    if let other = reader.value("_sliding_window_pattern"), other != .integer(Int64(pattern)) {
      reader.refuse(
        "_sliding_window_pattern", other,
        fix: "transformers \(ReferenceKeys.version) reads layer_types or sliding_window_pattern "
          + "(here \(pattern)) instead; say which layers have a window by one of them")
    }
    return (0..<layerCount).map { ($0 + 1) % pattern != 0 }
  }
}
