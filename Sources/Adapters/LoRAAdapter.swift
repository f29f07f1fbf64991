internal import Foundation
internal import Safetensors
internal import Tensors

/// One adapter: what its tensors add to matrices, and the parameters that they replace.
struct LoRAAdapter: Sendable {
  /// The two factors of a module.
  struct Factors: Sendable {
    var a: Tensor?
    var b: Tensor?
    var isEmbedding = false
  }

  let directory: String
  let configuration: LoRAConfiguration
  let weights: SafetensorsFile
  /// By module, as transformers names it.
  let factors: [String: Factors]
  /// Trained copies of parameters, by tensor: `modules_to_save`.
  ///
  /// The base's own stay where they are tied.
  let copies: [String: Tensor]
  /// Parameters that take the place of the base's own wherever these are used: biases, and
  /// embeddings of another number of tokens.
  let replacements: [String: Tensor]

  init(directory: String) throws {
    self.directory = directory
    configuration = try LoRAConfiguration(
      path: ModelFolder.path(directory, LoRAConfiguration.fileName))
    let path = ModelFolder.path(directory, "adapter_model.safetensors")
    guard FileManager.default.fileExists(atPath: path) else {
      throw AdapterError(
        path: directory, "has no adapter_model.safetensors",
        mend: "save the adapter with peft's save_pretrained, which writes safetensors")
    }
    weights = try SafetensorsFile(path: path)
    var (factors, copies, replacements) = (
      [String: Factors](), [String: Tensor](), [:] as [String: Tensor]
    )
    for entry in weights.entries {
      let place = try Self.place(of: entry.name, path: path)
      if let index = entry.tensor.firstNonFiniteIndex() {
        throw AdapterError(
          path: path, "tensor '\(entry.name)' holds NaN or infinity at element \(index)",
          mend: "take an earlier adapter")
      }
      guard entry.tensor.elementType.isWidenable else {
        throw AdapterError(
          path: path, "tensor '\(entry.name)' is stored as \(entry.tensor.elementType.rawValue)",
          mend: "save it as F32, F16 or BF16")
      }
      switch place {
      case .first(let module, let isEmbedding):
        factors[module, default: Factors()].a = entry.tensor
        factors[module]?.isEmbedding = isEmbedding
      case .second(let module): factors[module, default: Factors()].b = entry.tensor
      case .parameter(let name):
        let module = name.split(separator: ".").dropLast().joined(separator: ".")
        if configuration.isSaved(module: module) {
          copies[name] = entry.tensor
        } else {
          replacements[name] = entry.tensor
        }
      }
    }
    (self.factors, self.copies, self.replacements) = (factors, copies, replacements)
    try checkTargets()
  }

  /// The update of one module's matrix.
  ///
  /// - Parameters:
  ///   - module: one of `factors`.
  ///   - storesTransposed: whether the model stores linear layers as `[input, output]`.
  /// - Returns: what is added.
  /// - Throws: `AdapterError` if one factor is missing or shapes contradict the rank.
  func update(
    ofModule module: String, storesTransposed: Bool
  ) throws -> LowRankUpdate {
    guard let factors = factors[module], let a = factors.a, let b = factors.b else {
      throw AdapterError(
        path: weights.path, "module '\(module)' has only one of A and B",
        mend: AdapterError.saveAgain)
    }
    let (rank, scale) = try configuration.scale(ofModule: module)
    guard a.shape.count == 2, b.shape.count == 2, a.shape[0] == rank, b.shape[1] == rank else {
      throw AdapterError(
        path: weights.path,
        "module '\(module)' has A \(a.shape) and B \(b.shape), which are not of "
          + "the rank \(rank) that \(LoRAConfiguration.fileName) says",
        mend: AdapterError.saveAgain)
    }
    return LowRankUpdate(
      a: try a.floats(), b: try b.floats(), rank: rank, scale: scale,
      isTransposed: factors.isEmbedding || storesTransposed, isRoundedFirst: factors.isEmbedding)
  }

  /// What peft would ignore with a warning, a reader should know: tensors of modules that the
  /// configuration doesn't name, and names without tensors.
  private func checkTargets() throws(AdapterError) {
    let modules = factors.keys.sorted()
    if let stranger = modules.first(where: { !configuration.mayAdapt(module: $0) }) {
      throw AdapterError(
        path: weights.path,
        "adapts '\(stranger)', which target_modules and layers_to_transform of "
          + "\(LoRAConfiguration.fileName) leave out",
        mend: AdapterError.saveAgain)
    }
    for target in configuration.targets ?? []
    where !modules.contains(where: { $0 == target || $0.hasSuffix("." + target) }) {
      throw AdapterError(
        path: weights.path, "has no tensors for the target module '\(target)'",
        mend: AdapterError.saveAgain)
    }
  }

  private enum Place {
    case first(module: String, isEmbedding: Bool)
    case second(module: String)
    case parameter(String)
  }

  /// What a tensor's name says: `base_model.model.<module>.lora_A.weight` and the like.
  private static func place(of key: String, path: String) throws(AdapterError) -> Place {
    let prefix = "base_model.model."
    guard key.hasPrefix(prefix) else {
      throw AdapterError(
        path: path, "tensor '\(key)' does not begin with \(prefix)", mend: AdapterError.saveAgain)
    }
    let name = String(key.dropFirst(prefix.count))
    func module(_ ending: String) -> String? {
      name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil
    }
    if let module = module(".lora_A.weight") { return .first(module: module, isEmbedding: false) }
    if let module = module(".lora_embedding_A") { return .first(module: module, isEmbedding: true) }
    if let module = module(".lora_B.weight") ?? module(".lora_embedding_B") {
      return .second(module: module)
    }
    guard !name.contains("lora_"), !name.contains("token_adapter"), !name.contains("trainable_")
    else {
      throw AdapterError(
        path: path, "tensor '\(key)' is of an option that is not implemented",
        mend: AdapterError.mergeElsewhere)
    }
    return .parameter(
      name.replacing(".base_layer.", with: ".").replacing(".modules_to_save.default.", with: ".")
        .replacing(".modules_to_save.", with: "."))
  }
}
