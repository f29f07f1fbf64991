internal import JSON
internal import Kernels

/// SmolLM3: as Llama, with layers that are not rotated, every fourth one unless `no_rope_layers` says
/// which; with `use_sliding_window` these see a window.
enum SmolLM3 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    let defaults = Llama.Defaults(keyValueHeadCount: 4, tiesEmbeddings: true, contextLength: 32_768)
    return try Llama.decoder(
      .smollm3, from: &reader, defaults: defaults,
      rope: .init(isPerLayer: true, defaultBase: 2_000_000)
    ) { configuration, reader throws(TransformerError) in
      try reader.attentionBias(of: &configuration)
      configuration.hasFeedForwardBias = try reader.flag("mlp_bias", default: false)
      configuration.options.unrotatedLayers = try unrotatedLayers(
        from: reader, count: configuration.layerCount)
      configuration.options.slidingWindow = try slidingWindow(configuration, from: &reader)
    }
  }

  /// Where `no_rope_layers` has 0.
  private static func unrotatedLayers(
    from reader: ModelConfigurationReader, count: Int
  ) throws(TransformerError) -> Set<Int> {
    guard let value = reader.value("no_rope_layers") else {
      let interval = try reader.size("no_rope_layer_interval", default: 4)
      return Set((0..<count).filter { ($0 + 1) % interval == 0 })
    }
    let flags =
      value.arrayValue?.map { $0.integerValue ?? $0.boolValue.map { $0 ? 1 : 0 } } ?? [nil]
    guard !flags.contains(nil) else {
      throw reader.wrong("no_rope_layers", value, "a list of 1, rotated, and 0, not rotated")
    }
    guard flags.count >= count else {
      throw .configuration(
        path: reader.path, "'no_rope_layers' names \(flags.count) layers of \(count)")
    }
    return Set((0..<count).filter { flags[$0] == 0 })
  }

  private static func slidingWindow(
    _ configuration: TransformerConfiguration, from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> DecoderOptions.SlidingWindow? {
    let count = configuration.layerCount
    let isOn = try reader.flag("use_sliding_window", default: false)
    guard let named = try reader.slidingLayers(layerCount: count) else {
      guard isOn, let size = try reader.optionalSize("sliding_window", default: nil) else {
        return nil
      }
      let unrotated = configuration.options.unrotatedLayers
      return unrotated.isEmpty
        ? nil : .init(size: size, layers: (0..<count).map(unrotated.contains))
    }
    // Kinds of attention differ in whether they heed the flag.
    if named.contains(true), !isOn {
      reader.refuse(
        "layer_types", .string("sliding_attention"),
        fix: "set use_sliding_window and sliding_window, or make all layers full_attention")
      return nil
    }
    return try reader.slidingWindow(ofLayers: named, default: nil)
  }
}
