internal import Adapters
internal import Kernels
internal import StatisticalInference
package import Tensors
internal import Transformer

/// How the weights of one checkpoint differ from those of another one of the same model.
package struct WeightChanges: Sendable {
  /// One of the two checkpoints.
  package struct Side: Sendable, Equatable {
    /// As the user wrote it.
    package let path: String
    /// Tensors that it has, but for a head that is its embedding.
    package let tensorCount: Int
    /// Types that compared tensors are stored in, sorted by name.
    package let types: [ElementType]
  }

  /// Tensors of one layer or of one kind, together.
  package struct Group: Sendable {
    /// Of its tensors.
    package let layer: Int?
    package let kind: WeightKind?
    package let tensorCount: Int
    package let totals: WeightTotals
    /// The median over its matrices that changed; nil without any.
    package let medianStableRank: Double?

    init(layer: Int? = nil, kind: WeightKind? = nil, _ tensors: [TensorChange]) {
      (self.layer, self.kind, tensorCount) = (layer, kind, tensors.count)
      totals = tensors.reduce(into: WeightTotals()) { $0.add($1.totals) }
      let ranks = tensors.compactMap { $0.stableRank?.value }.sorted()
      medianStableRank = ranks.isEmpty ? nil : SortedValues.quantile(0.5, of: ranks)
    }
  }

  package let before: Side
  package let after: Side
  /// In the order of the model: embedding, layers, last norm, head, others.
  package let tensors: [TensorChange]
  /// Tensors that weren't compared, by name.
  package let uncompared: [UncomparedTensor]
  /// What a reader should know of how the checkpoints were read.
  package let notes: [String]

  /// Compares all tensors that both have.
  ///
  /// - Parameters:
  ///   - before: a Hugging Face folder, an adapter, or `BASEDIR+ADAPTERDIR`.
  ///   - after: the same.
  ///   - ignoresRemoteCode: whether a model that brings code of its own is taken as the family that it
  ///     names.
  ///   - progress: is told bytes that were compared, and of how many; what it throws ends the comparison.
  /// - Throws: `WeightsError` if the checkpoints have no tensor in common; an error of the part of a
  ///   checkpoint that is wrong.
  package init(
    before: String, after: String, ignoresRemoteCode: Bool = false,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let sides = try Self.open(before, after, ignoresRemoteCode: ignoresRemoteCode)
    let join = TensorJoin(sides.before, sides.after)
    guard !join.pairs.isEmpty else { throw join.nothingInCommon }
    // Of an adapter over the other side the difference is known exactly.
    let isOverBefore =
      sides.after.hasAdapters && !sides.before.hasAdapters
      && sides.after.baseFiles == sides.before.baseFiles
    let total = join.pairs.reduce(0) { $0 + $1.pair.before.byteCount + $1.pair.after.byteCount }
    var done = 0
    try progress(done, total)
    var tensors: [TensorChange] = []
    for (name, pair) in join.pairs {
      let updates = isOverBefore ? sides.after.updates[name] : nil
      tensors.append(Self.change(name, pair, updates))
      pair.letGo()
      done += pair.before.byteCount + pair.after.byteCount
      try progress(done, total)
    }
    self.tensors = tensors
    uncompared = join.uncompared
    func types(_ type: (TensorChange) -> ElementType) -> [ElementType] {
      Set(tensors.map(type)).sorted { $0.rawValue < $1.rawValue }
    }
    self.before = Side(
      path: before, tensorCount: join.countBefore, types: types(\.typeBefore))
    self.after = Side(path: after, tensorCount: join.countAfter, types: types(\.typeAfter))
    var notes = sides.before.notes + sides.after.notes + join.notes
    if sides.after.hasAdapters {
      notes.append(
        isOverBefore
          ? "Norm and stable rank of the difference are of scale · B · A, before rounding; elements are "
            + "counted as merging stores them"
          : "The adapter in \(after) is merged over another base than \(before): all numbers are of the "
            + "merged weights")
    }
    self.notes = notes
  }

  private static func open(
    _ before: String, _ after: String, ignoresRemoteCode: Bool
  ) throws -> (before: WeightSide, after: WeightSide) {
    var first = try WeightSide(before, ignoresRemoteCode: ignoresRemoteCode)
    var second = try WeightSide(after, ignoresRemoteCode: ignoresRemoteCode)
    // Names of a family on one side and of a file on the other would be no pairs.
    if first.configuration == nil, second.configuration != nil {
      second = try WeightSide(after, ignoresRemoteCode: ignoresRemoteCode, asStored: true)
    } else if first.configuration != nil, second.configuration == nil {
      first = try WeightSide(before, ignoresRemoteCode: ignoresRemoteCode, asStored: true)
    }
    return (first, second)
  }

  private static func change(
    _ name: String, _ pair: TensorPair, _ updates: [LowRankUpdate]?
  ) -> TensorChange {
    let difference = pair.difference()
    let exact = updates.map { LowRankDifference($0) }
    let (kind, layer) = WeightKind.parse(name)
    return TensorChange(
      name: name, kind: kind, layer: layer, shape: pair.before.shape,
      typeBefore: pair.before.elementType, typeAfter: pair.after.elementType,
      totals: WeightTotals(
        difference, units: pair.units, rounded: pair.rounded, exactSquares: exact?.squares),
      firstNotFinite: difference.firstNotFinite,
      stableRank: exact.map { $0.stableRank() } ?? pair.stableRank(of: difference),
      isOfAdapter: exact != nil)
  }

  // MARK: Groups

  /// All tensors.
  package var whole: Group { Group(tensors) }

  /// Layers from the first on, and then all tensors of none.
  package var byLayer: [Group] {
    let layers = Set(tensors.compactMap(\.layer)).sorted()
    let rest = tensors.filter { $0.layer == nil }
    return layers.map { layer in Group(layer: layer, tensors.filter { $0.layer == layer }) }
      + (rest.isEmpty ? [] : [Group(rest)])
  }

  /// Kinds that there are.
  package var byKind: [Group] {
    WeightKind.allCases.compactMap { kind in
      let own = tensors.filter { $0.kind == kind }
      return own.isEmpty ? nil : Group(kind: kind, own)
    }
  }
}
