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
  /// What was added to matrices of the base; nil for tensors that were replaced, too or only.
  let updates: [String: LowRankUpdate?]
  /// What a reader may not expect of the merged model.
  private(set) var notes: [String] = []

  /// Merges.
  ///
  /// - Throws: `AdapterError` where the adapter doesn't fit; `FileError` if memory ends.
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
    // What no longer is the base's: of it an update isn't the whole difference.
    var replaced = Set(own.keys)
    try Self.checkEmptyTargets(of: adapter, over: base)
    func parameter(_ name: String) -> Tensor? { own[name] ?? base.tensor(named: name) }
    let updatedNames = Set(adapter.factors.keys.map { place.name($0 + ".weight") })
    let touched = updatedNames.union(adapter.copies.keys.map { place.name($0) })
    if isTied, adapter.configuration.tiesWeights, updatedNames.isSuperset(of: [head, embedding]) {
      // What peft makes of both after loading isn't what it trained.
      throw AdapterError(
        path: adapter.configuration.path,
        "'ensure_weight_tying' is true with an update of embedding and head, which is not implemented",
        fix: AdapterError.mergeElsewhere)
    }
    if isTied, !adapter.configuration.tiesWeights,
      touched.contains(head) || touched.contains(embedding)
    {
      if !touched.isSuperset(of: [head, embedding]) {
        notes.append(
          "tied embeddings of which the adapter changes one, the other stays as in training "
            + "(merge_and_unload would change both)")
      }
      configuration.tiesEmbeddings = false
      // Tied, so the head is what the embedding is now, whether or not the files store a copy of what it was.
      if replaced.contains(embedding) { replaced.insert(head) }
      own[head] = own[head] ?? own[embedding] ?? parameter(head) ?? parameter(embedding)
    }
    var merged = own
    var copied: Set<String> = []
    for (name, tensor) in adapter.copies.sorted(by: { $0.key < $1.key }) {
      let known = try place.existing(name, or: own[head] != nil || isTied ? head : nil)
      guard copied.insert(known).inserted else { throw place.twice(name) }
      merged[known] = tensor
      replaced.insert(known)
    }
    var updated: Set<String> = []
    var updates: [String: LowRankUpdate?] = Dictionary(
      uniqueKeysWithValues: replaced.map { ($0, nil) })
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
          fix: "is this the base that the adapter was trained on?")
      }
      guard original.elementType.isWidenable else {
        throw AdapterError(
          path: base.location, "tensor '\(wanted)' is stored as \(original.elementType.rawValue)",
          fix: "adapters are merged over F32, F16 and BF16 only")
      }
      if !replaced.contains(wanted) { updates[wanted] = update }
      merged[wanted] = try update.merged(into: original, named: wanted)
    }
    if configuration.tiesEmbeddings, base.tensor(named: head) != nil, merged[head] == nil {
      // The copy of a tied matrix that some writers store goes with it.
      merged[head] = merged[embedding]
    }
    if let rows = merged[embedding]?.shape.first { configuration.vocabularySize = rows }
    let added = merged.keys.filter { base.tensor(named: $0) == nil }
    (self.base, changed, location) = (base, merged, adapter.directory)
    self.updates = updates
    tensorNames = base.tensorNames + added.sorted()
  }

  /// Refuses an adapter that has lost an update; a target that the base doesn't have, or that was
  /// excluded, never had one.
  private static func checkEmptyTargets(
    of adapter: LoRAAdapter, over base: any WeightSource
  ) throws(AdapterError) {
    guard !adapter.configuration.excludesModules else { return }
    for target in adapter.emptyTargets
    where base.tensorNames.contains(where: { $0.hasSuffix("." + target + ".weight") }) {
      throw AdapterError(
        path: adapter.weights.path, "has no tensors for the target module '\(target)'",
        fix: AdapterError.saveAgain)
    }
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
      fix: "is this the base that the adapter was trained on?")
  }

  func twice(_ name: String) -> AdapterError {
    AdapterError(
      path: path, "changes '\(name)' twice, under two names", fix: AdapterError.saveAgain)
  }
}
