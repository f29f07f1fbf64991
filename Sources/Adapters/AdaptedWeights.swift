internal import Kernels
internal import Safetensors
internal import Tensors
internal import Transformer

/// A base's weights with one adapter merged over them; each merged once, when this is made.
struct AdaptedWeights: WeightSource {
  let location: String
  let tensorNames: [String]
  private let base: any WeightSource
  private let changed: [String: Tensor]

  private static let head = "lm_head.weight"

  /// Merges.
  ///
  /// - Throws: `AdapterError` where the adapter doesn't fit; `MappedFileError` if memory ends.
  init(
    _ adapter: LoRAAdapter, over base: any WeightSource,
    for configuration: inout TransformerConfiguration
  ) throws {
    let place = NamesOfBase(base: base, path: adapter.weights.path)
    let embedding = place.embedding
    let (head, isTied) = (Self.head, configuration.tiesEmbeddings)
    // Parameters that are replaced in place stay tied; copies and updates are one module's own.
    var own: [String: Tensor] = [:]
    for (name, tensor) in adapter.replacements.sorted(by: { $0.key < $1.key }) {
      own[try place.existing(name, or: isTied ? head : nil)] = tensor
    }
    func parameter(_ name: String) -> Tensor? { own[name] ?? base.tensor(named: name) }
    let touched =
      Set(adapter.copies.keys.map { place.name($0) })
      .union(adapter.factors.keys.map { place.name($0 + ".weight") })
    if isTied, !adapter.configuration.tiesWeights,
      touched.contains(head) || touched.contains(embedding)
    {
      configuration.tiesEmbeddings = false
      own[head] = parameter(head) ?? parameter(embedding)
    }
    var merged = own
    for (name, tensor) in adapter.copies.sorted(by: { $0.key < $1.key }) {
      let known = try place.existing(name, or: own[head] != nil || isTied ? head : nil)
      merged[known] = tensor
    }
    for module in adapter.factors.keys.sorted() {
      let wanted = place.name(module + ".weight")
      guard let original = merged[wanted] ?? base.tensor(named: wanted) else {
        throw place.missing(module)
      }
      let update = try adapter.update(
        ofModule: module,
        storesTransposed: configuration.family == .gpt2 && wanted != head && wanted != embedding)
      guard original.shape == update.shape else {
        throw AdapterError(
          path: adapter.weights.path,
          "module '\(module)' changes a matrix of \(update.shape), the base's is \(original.shape)",
          mend: "is this the base that the adapter was trained on?")
      }
      guard original.elementType.isWidenable else {
        throw AdapterError(
          path: base.location, "tensor '\(wanted)' is stored as \(original.elementType.rawValue)",
          mend: "adapters are merged over F32, F16 and BF16 only")
      }
      merged[wanted] = try update.merged(into: original, named: wanted)
    }
    if let rows = merged[embedding]?.shape.first { configuration.vocabularySize = rows }
    let added = merged.keys.filter { base.tensor(named: $0) == nil }
    (self.base, changed, location) = (base, merged, adapter.directory)
    tensorNames = base.tensorNames + added.sorted()
  }

  func tensor(named name: String) -> Tensor? { changed[name] ?? base.tensor(named: name) }
}

/// Names of modules in transformers' models, as the base's files have them.
private struct NamesOfBase {
  let base: any WeightSource
  let path: String

  /// The first GPT-2 checkpoints hold the inner model alone.
  func name(_ name: String) -> String {
    let inner = "transformer."
    guard name.hasPrefix(inner), base.tensor(named: name) == nil else { return name }
    return String(name.dropFirst(inner.count))
  }

  var embedding: String {
    let names = ["model.embed_tokens.weight", "transformer.wte.weight", "wte.weight"]
    return names.first { base.tensor(named: $0) != nil } ?? names[0]
  }

  /// A parameter of the base, or one that it ties and need not have.
  func existing(_ wanted: String, or tied: String?) throws(AdapterError) -> String {
    let found = name(wanted)
    guard base.tensor(named: found) != nil || found == tied else { throw missing(wanted) }
    return found
  }

  func missing(_ name: String) -> AdapterError {
    AdapterError(
      path: path, "changes '\(name)', which the base \(base.location) doesn't have",
      mend: "is this the base that the adapter was trained on?")
  }
}
