internal import JSON
internal import Kernels

/// OLMo 3: as OLMo 2, with a sliding window in three of four layers and rope scaling in the others
/// alone.
enum OLMo3 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(.olmo3, from: &reader, defaults: OLMo2.defaults, rope: nil) {
      configuration, reader throws(TransformerError) in
      try OLMo2.readCommon(&configuration, &reader)
      let count = configuration.layerCount
      let named = try reader.slidingLayers(layerCount: count)
      let layers = named ?? (0..<count).map { ($0 + 1) % 4 != 0 }
      configuration.options.slidingWindow = try reader.slidingWindow(
        ofLayers: layers, default: 4096)
      try reader.readRopes(
        of: &configuration, slidingLayers: layers, full: .init(defaultBase: 500_000),
        sliding: .init(defaultBase: 500_000, baseKey: nil))
    }
  }
}
