internal import Tensors
internal import Transformer

/// Tensors of two checkpoints by name.
struct TensorJoin {
  /// Of one shape, in the order of the model.
  private(set) var pairs: [(name: String, pair: TensorPair)] = []
  /// The others, by name.
  private(set) var uncompared: [UncomparedTensor] = []
  /// What was made of tied embeddings.
  private(set) var notes: [String] = []
  let countBefore: Int
  let countAfter: Int
  private let paths: (before: String, after: String)

  init(_ before: WeightSide, _ after: WeightSide) {
    paths = (before.path, after.path)
    let head = WeightNames.head
    let tied = (before: before.tiedEmbedding(), after: after.tiedEmbedding())
    // One matrix of both is counted once. A head that only one side has is compared with what the other
    // side uses for it.
    let hasHead = (tied.before == nil) != (tied.after == nil)
    func tensor(_ name: String, of side: WeightSide, tied: String?) -> Tensor? {
      guard name == head, let tied else { return side.source.tensor(named: name) }
      return hasHead ? side.source.tensor(named: tied) : nil
    }
    func names(_ side: WeightSide, tied: String?) -> Set<String> {
      Set(side.source.tensorNames.filter { $0 != head || tied == nil })
    }
    let known = (names(before, tied: tied.before), names(after, tied: tied.after))
    (countBefore, countAfter) = (known.0.count, known.1.count)
    if hasHead, known.0.union(known.1).contains(head) {
      notes.append(
        "The head of \(tied.before == nil ? after.path : before.path) is its embedding, that of the "
          + "other a matrix of its own: the two are compared")
    }
    for name in known.0.union(known.1).sorted(by: Self.isInOrder) {
      let first = tensor(name, of: before, tied: tied.before)
      let second = tensor(name, of: after, tied: tied.after)
      let reason: UncomparedTensor.Reason
      switch (first, second) {
      case _ where WeightKind.isConstant(name): reason = .constant
      case (let first?, let second?) where first.shape == second.shape:
        pairs.append((name, TensorPair(before: first, after: second)))
        continue
      case (_?, _?): reason = .shapes
      case (_?, nil): reason = .onlyBefore
      default: reason = .onlyAfter
      }
      uncompared.append(
        UncomparedTensor(
          name: name, reason: reason, shapeBefore: first?.shape, shapeAfter: second?.shape))
    }
  }

  /// What is wrong where there are no pairs.
  var nothingInCommon: WeightsError {
    let shapes = uncompared.filter { $0.reason == .shapes }
    let first = shapes.first ?? uncompared.first
    let example = first.map { tensor in
      func words(_ shape: [Int]?) -> String { shape.map { "\($0)" } ?? "not there" }
      return "; '\(tensor.name)' is \(words(tensor.shapeBefore)) before, "
        + "\(words(tensor.shapeAfter)) after"
    }
    return WeightsError(
      paths.after,
      "has no tensor of the name and shape of one of \(paths.before)\(example ?? "")",
      fix: "give two checkpoints of one model")
  }

  /// Embedding, layers, what belongs to none, head; within a layer by kind, then by name.
  private static func isInOrder(_ a: String, _ b: String) -> Bool {
    let (first, second) = (place(of: a), place(of: b))
    return first == second ? a < b : first < second
  }

  private static func place(of name: String) -> (Int, Int, Int) {
    let (kind, layer) = WeightKind.parse(name)
    let part = layer != nil ? 1 : kind == .embedding ? 0 : kind == .head ? 3 : 2
    return (part, layer ?? 0, WeightKind.allCases.firstIndex(of: kind) ?? 0)
  }
}
