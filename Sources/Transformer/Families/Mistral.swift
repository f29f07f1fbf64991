internal import JSON
internal import Kernels

/// Mistral: as Llama without biases, and every layer sees a sliding window, if there is one.
enum Mistral {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(
      .mistral, from: &reader, defaults: .init(keyValueHeadCount: 8, contextLength: 131_072)
    ) {
      configuration, reader throws(TransformerError) in
      let size = try reader.optionalSize("sliding_window", default: 4096)
      try reader.require(
        everyElementOf: "layer_types",
        toBe: .string(size == nil ? "full_attention" : "sliding_attention"),
        fix: size == nil
          ? "there is no sliding_window"
          : "every layer sees the sliding_window; set it to null for none")
      configuration.options.slidingWindow = size.map {
        .init(size: $0, layers: Array(repeating: true, count: configuration.layerCount))
      }
    }
  }
}
