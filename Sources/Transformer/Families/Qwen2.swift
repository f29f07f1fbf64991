internal import JSON
internal import Kernels

/// Qwen2 and Qwen2.5: as Llama, with a bias on queries, keys and values and none elsewhere; upper
/// layers may see a sliding window.
enum Qwen2 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(
      .qwen2, from: &reader, defaults: .init(keyValueHeadCount: 32, contextLength: 32_768),
      rope: .init(isPerLayer: true)
    ) { configuration, reader throws(TransformerError) in
      configuration.hasQueryKeyValueBias = true
      configuration.options.slidingWindow = try slidingWindow(
        from: &reader, layerCount: configuration.layerCount)
    }
  }

  /// The window of the layers that `layer_types` names, or else of those from `max_window_layers`
  /// on; with `use_sliding_window` off, `sliding_window` and `max_window_layers` mean nothing.
  static func slidingWindow(
    from reader: inout ModelConfigurationReader, layerCount: Int
  ) throws(TransformerError) -> DecoderOptions.SlidingWindow? {
    let named = try reader.slidingLayers(layerCount: layerCount)
    let isOn = try reader.flag("use_sliding_window", default: false)
    let size = isOn ? try reader.optionalSize("sliding_window", default: 4096) : nil
    guard let size else {
      if named?.contains(true) == true {
        reader.refuse(
          "layer_types", .string("sliding_attention"),
          fix: "set use_sliding_window and sliding_window, or make all layers full_attention")
      }
      return nil
    }
    let first = try reader.integer("max_window_layers") ?? 28
    let layers = named ?? (0..<layerCount).map { $0 >= first }
    return layers.contains(true) ? DecoderOptions.SlidingWindow(size: size, layers: layers) : nil
  }
}
