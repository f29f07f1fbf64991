public import JSON

extension TransformerConfiguration {
  /// Reads the contents of a `config.json` as transformers 4 or 5 writes it.
  ///
  /// - Parameters:
  ///   - value: the parsed file.
  ///   - path: the file, for messages.
  /// - Throws: `TransformerError` for an architecture that isn't implemented, a missing or
  ///   malformed key, and by name for every key that may change the result and isn't handled.
  public init(_ value: JSONValue, path: String) throws(TransformerError) {
    var reader = try ConfigurationReader(path: path, value: value)
    let known = ModelFamily.allCases.map(\.rawValue).joined(separator: ", ")
    guard let type = reader.value("model_type")?.stringValue else {
      throw .configuration(path: path, "'model_type' is missing; implemented are \(known)")
    }
    guard let family = ModelFamily(rawValue: type) else {
      throw .unsupported(
        path: path, key: "model_type", value: "'\(type)'", mend: "implemented are \(known)")
    }
    let architecture = JSONValue.array([.string(family.architecture)])
    try reader.require(
      "architectures", oneOf: [architecture, .array([])],
      mend: "only \(family.architecture) is implemented")
    try reader.require(
      "quantization_config", oneOf: [], mend: "save the checkpoint unquantised (bf16, f16 or f32)")
    try reader.require("is_encoder_decoder", oneOf: [.bool(false)], mend: "only decoders are")
    let configuration =
      switch family {
      case .qwen2: try Qwen2.configuration(from: &reader)
      case .llama: try Llama.configuration(from: &reader)
      case .qwen3: try Qwen3.configuration(from: &reader)
      case .mistral: try Mistral.configuration(from: &reader)
      case .gemma2: try Gemma2.configuration(from: &reader)
      case .phi3: try Phi3.configuration(from: &reader)
      case .gpt2: try GPT2.configuration(from: &reader)
      }
    try reader.refuseTheRest()
    self = configuration
  }
}
