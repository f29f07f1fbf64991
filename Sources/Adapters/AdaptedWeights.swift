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

  /// Merges.
  ///
  /// - Throws: `AdapterError` where the adapter doesn't fit; `MappedFileError` if memory ends.
  init(
    _ adapter: LoRAAdapter, over base: any WeightSource,
    for configuration: inout TransformerConfiguration
  ) throws {
    let names = WeightNames(configuration.family)
    let place = NamesOfBase(base: base, path: adapter.weights.path, names: names)
    let embedding = names.embedding
    let (head, isTied) = (WeightNames.head, configuration.tiesEmbeddings)
    // Parameters that are replaced in place stay tied; copies and updates are one module's own.
    var own: [String: Tensor] = [:]
    for (name, tensor) in adapter.replacements.sorted(by: { $0.key < $1.key }) {
      let known = try place.existing(name, or: isTied ? head : nil)
      if own[known] != nil { throw place.twice(name) }
      own[known] = tensor
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
    var copied: Set<String> = []
    for (name, tensor) in adapter.copies.sorted(by: { $0.key < $1.key }) {
      let known = try place.existing(name, or: own[head] != nil || isTied ? head : nil)
      guard copied.insert(known).inserted else { throw place.twice(name) }
      merged[known] = tensor
    }
    var updated: Set<String> = []
    for module in adapter.factors.keys.sorted() {
      let wanted = place.name(module + ".weight")
      guard updated.insert(wanted).inserted else { throw place.twice(module) }
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

/// Names of modules as the adapter's model had them, and as the family does.
private struct NamesOfBase {
  let base: any WeightSource
  let path: String
  let names: WeightNames

  func name(_ name: String) -> String { names.canonical(name) ?? name }

  /// A parameter of the base, or one that it ties and need not have.
  func existing(_ wanted: String, or tied: String?) throws(AdapterError) -> String {
    let found = name(wanted)
    if found == tied { return found }
    guard base.tensor(named: found) != nil else { throw missing(wanted) }
    return found
  }

  func missing(_ name: String) -> AdapterError {
    AdapterError(
      path: path, "changes '\(name)', which the base \(base.location) doesn't have",
      mend: "is this the base that the adapter was trained on?")
  }

  func twice(_ name: String) -> AdapterError {
    AdapterError(
      path: path, "changes '\(name)' twice, under two names", mend: AdapterError.saveAgain)
  }
}
