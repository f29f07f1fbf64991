internal import Kernels
internal import Tensors

/// Takes tensors from a source by name, checking shape, type and finiteness, and remembers which.
struct WeightLoader<Source: WeightSource> {
  let source: Source
  /// Whether all numbers are read, to find those that are not finite.
  let checksNumbers: Bool
  private var taken: Set<String> = []

  init(source: Source, checksNumbers: Bool = true) {
    (self.source, self.checksNumbers) = (source, checksNumbers)
  }

  mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) throws -> Tensor {
    try tensor(name, shape: [rows, columns])
  }

  mutating func vector(_ name: String, _ count: Int) throws -> [Float] {
    try tensor(name, shape: [count]).floats()
  }

  mutating func projection(
    _ name: String, _ rows: Int, _ columns: Int, bias hasBias: Bool
  ) throws -> Projection {
    Projection(
      weight: try matrix(name + ".weight", rows, columns),
      bias: hasBias ? try vector(name + ".bias", rows) : nil)
  }

  /// `lm_head.weight`, or the embedding if the two are tied.
  mutating func head(_ embedding: Tensor, isTied: Bool) throws -> Tensor {
    guard isTied else {
      return try matrix(WeightNames.head, embedding.shape[0], embedding.shape[1])
    }
    try ignoreCopy(WeightNames.head, of: embedding)
    return embedding
  }

  /// Lets a tied matrix through that some writers store a second time.
  ///
  /// One with other numbers is refused: transformers 4 would tie it all the same, transformers 5
  /// would use it.
  private mutating func ignoreCopy(_ name: String, of original: Tensor) throws {
    guard let copy = source.tensor(named: name) else { return }
    taken.insert(name)
    guard copy.shape == original.shape, try Self.areEqual(copy, original) else {
      throw TransformerError.contradictsTying(tensor: name, location: source.location)
    }
  }

  /// Compared in blocks of rows: two copies of a large vocabulary's matrix would be a gigabyte.
  private static func areEqual(_ first: Tensor, _ second: Tensor) throws(TensorError) -> Bool {
    for start in stride(from: 0, to: first.rowCount, by: 256) {
      let rows = start..<min(start + 256, first.rowCount)
      guard try first.floats(rows: rows) == second.floats(rows: rows) else { return false }
    }
    return true
  }

  /// Lets a tensor through that is no weight, if it is there.
  mutating func ignore(_ name: String) { taken.insert(name) }

  /// What is left, which must be no part of the decoder: transformers leaves it out with a warning.
  ///
  /// A part of the decoder means that the configuration is another model's, or that the weights are
  /// changed by something that isn't implemented. Frequencies that old checkpoints store are derived
  /// from the configuration and not named.
  func unused(_ names: WeightNames) throws(TransformerError) -> [String] {
    let rest = source.tensorNames.sorted().filter { name in
      !taken.contains(name) && !name.hasSuffix("rotary_emb.inv_freq")
    }
    if let part = rest.first(where: names.isPart) {
      throw .unexpectedTensor(part, location: source.location)
    }
    return rest
  }

  mutating func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    taken.insert(name)
    let location = source.location
    guard let tensor = source.tensor(named: name) else {
      throw TransformerError.missingTensor(name, location: location)
    }
    guard tensor.elementCount > 0 else {
      throw TransformerError.emptyTensor(name, location: location)
    }
    guard tensor.shape == shape else {
      throw TransformerError.shape(
        tensor: name, found: tensor.shape, expected: shape, location: location)
    }
    guard tensor.elementType.isWidenable else {
      throw TransformerError.elementType(
        tensor: name, found: tensor.elementType.rawValue, location: location)
    }
    guard checksNumbers else { return tensor }
    // Models are opened one after the other and may not fit into memory together.
    if let index = tensor.firstNonFiniteIndex(lettingGoEvery: 1 << 26) {
      throw TransformerError.notFinite(tensor: name, index: index, location: location)
    }
    return tensor
  }
}
