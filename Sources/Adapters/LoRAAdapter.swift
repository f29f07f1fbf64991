internal import Foundation
internal import Safetensors
internal import Tensors
internal import Transformer

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
      throw Self.lacksWeights(directory)
    }
    weights = try SafetensorsFile(path: path)
    var (factors, copies, replacements) = (
      [String: Factors](), [String: Tensor](), [:] as [String: Tensor]
    )
    // Beside a module's trained copy and its original its own name may hold the copy again.
    var unmarked: [String: Tensor] = [:]
    for entry in weights.entries {
      let place = try Self.place(of: entry.name, path: path)
      guard entry.tensor.elementCount > 0 else {
        throw AdapterError(
          path: path, "tensor '\(entry.name)' is empty, as DeepSpeed ZeRO-3 leaves it",
          fix: "run zero_to_fp32.py in the folder of its checkpoint, or save with "
            + "stage3_gather_16bit_weights_on_model_save")
      }
      if let index = entry.tensor.firstNonFiniteIndex() {
        throw AdapterError(
          path: path, "tensor '\(entry.name)' holds NaN or infinity at element \(index)",
          fix: "take an earlier adapter")
      }
      guard entry.tensor.elementType.isWidenable else {
        throw AdapterError(
          path: path, "tensor '\(entry.name)' is stored as \(entry.tensor.elementType.rawValue)",
          fix: "save it as F32, F16 or BF16")
      }
      switch place {
      case .first(let module, let isEmbedding):
        factors[module, default: Factors()].a = entry.tensor
        factors[module]?.isEmbedding = isEmbedding
      case .second(let module): factors[module, default: Factors()].b = entry.tensor
      case .copy(let name): copies[name] = entry.tensor
      case .original(let name): replacements[name] = entry.tensor
      case .parameter(let name): unmarked[name] = entry.tensor
      }
    }
    for (name, tensor) in unmarked.sorted(by: { $0.key < $1.key }) {
      if let copy = copies[name] {
        guard try copy.shape == tensor.shape && copy.floats() == tensor.floats() else {
          throw AdapterError(
            path: path, "'\(name)' and its copy in modules_to_save differ",
            fix: AdapterError.saveAgain)
        }
      } else if configuration.isSaved(module: Self.module(of: name)) {
        copies[name] = tensor
      } else {
        replacements[name] = tensor
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
        fix: AdapterError.saveAgain)
    }
    let (rank, scale) = try configuration.scale(ofModule: module)
    guard a.shape.count == 2, b.shape.count == 2, a.shape[0] == rank, b.shape[1] == rank else {
      throw AdapterError(
        path: weights.path,
        "module '\(module)' has A \(a.shape) and B \(b.shape), which are not of "
          + "the rank \(rank) that \(LoRAConfiguration.fileName) says",
        fix: AdapterError.saveAgain)
    }
    return LowRankUpdate(
      a: try a.floats(), b: try b.floats(), rank: rank, scale: scale,
      isTransposed: factors.isEmbedding || storesTransposed, isRoundedFirst: factors.isEmbedding)
  }

  /// Target modules without tensors, which the adapter doesn't change.
  var emptyTargets: [String] {
    (configuration.targets ?? []).filter { target in
      !factors.keys.contains { $0 == target || $0.hasSuffix("." + target) }
    }
  }

  /// What peft would ignore with a warning, a reader should know: tensors of modules that the
  /// configuration doesn't name.
  private func checkTargets() throws(AdapterError) {
    let modules = factors.keys.sorted()
    if let stranger = modules.first(where: { !configuration.mayAdapt(module: $0) }) {
      throw AdapterError(
        path: weights.path,
        "adapts '\(stranger)', which target_modules and layers_to_transform of "
          + "\(LoRAConfiguration.fileName) leave out",
        fix: AdapterError.saveAgain)
    }
  }

  private enum TensorRole {
    case first(module: String, isEmbedding: Bool)
    case second(module: String)
    /// A trained copy.
    case copy(String)
    /// What the base's own was when training began.
    case original(String)
    /// One of these, by the configuration.
    case parameter(String)
  }

  private static func module(of parameter: String) -> String {
    parameter.split(separator: ".").dropLast().joined(separator: ".")
  }

  private static func lacksWeights(_ directory: String) -> AdapterError {
    if FileManager.default.fileExists(atPath: ModelFolder.path(directory, "adapter_model.bin")) {
      return AdapterError(
        path: directory, "has a pickled adapter (adapter_model.bin), no adapter_model.safetensors",
        fix: "convert it: python -c \"import torch, safetensors.torch as s; "
          + "s.save_file({k: v.contiguous() for k, v in torch.load('adapter_model.bin').items()}, "
          + "'adapter_model.safetensors')\"")
    }
    return AdapterError(
      path: directory, "has no adapter_model.safetensors",
      fix: "save the adapter with peft's save_pretrained, which writes safetensors")
  }

  /// What a tensor's name says: `base_model.model.<module>.lora_A.weight` and the like, with what
  /// wrappers put into it left out.
  private static func place(of key: String, path: String) throws(AdapterError) -> TensorRole {
    let prefix = "base_model.model."
    var parts = key.split(separator: ".").filter { !WeightNames.wrappers.contains($0) }
    while parts.first == "module" { parts.removeFirst() }
    // The adapter's name, which peft leaves out and whole states of a model hold.
    parts = parts.enumerated().filter { index, part in
      guard part == "default", index > 0 else { return true }
      return !parts[index - 1].hasPrefix("lora_") && parts[index - 1] != "modules_to_save"
    }.map(\.element)
    let joined = parts.joined(separator: ".")
    guard joined.hasPrefix(prefix) else {
      throw AdapterError(
        path: path, "tensor '\(key)' does not begin with \(prefix)", fix: AdapterError.saveAgain)
    }
    let name = String(joined.dropFirst(prefix.count))
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
        fix: AdapterError.mergeElsewhere)
    }
    if name.contains(".modules_to_save.") {
      return .copy(name.replacing(".modules_to_save.", with: "."))
    }
    if name.contains(".original_module.") {
      return .original(name.replacing(".original_module.", with: "."))
    }
    return .parameter(name.replacing(".base_layer.", with: "."))
  }
}
