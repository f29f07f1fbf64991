internal import Analysis
internal import RunLogs
internal import StatisticalInference
internal import Tensors
internal import WeightChanges

/// Data/Schemas/weights.schema.json says what the members are.
extension WeightsReport: Encodable {
  private enum CodingKeys: CodingKey {
    case before, after, stableRank, whole, kinds, layers, tensors, uncompared, tokens, notes,
      sentences
  }

  private struct Side: Encodable {
    let path: String
    let tensorCount: Int
    let types: [String]

    init(_ side: WeightChanges.Side) {
      (path, tensorCount, types) = (side.path, side.tensorCount, side.types.map(\.rawValue))
    }
  }

  private struct Iteration: Encodable {
    var tolerance = StableRank.tolerance
    var mostSteps = StableRank.mostSteps
    var seed = StableRank.seed
  }

  private struct Totals: Encodable {
    struct Distances: Encodable {
      let type: String
      /// By bit length, to the last that isn't 0.
      let counts: [Int]
    }

    struct Rounded: Encodable {
      let type: String
      let weights, changed: Int
    }

    let weights, changed: Int
    let changedShare: Double?
    let turnedZeros, notFiniteBefore, notFiniteAfter: Int
    let distances: [Distances]
    let rounded: [Rounded]
    let normBefore, normAfter, normOfDifference: Double
    let relativeChange: Double?
    let largestDifference: Double

    init(_ totals: WeightTotals) {
      (weights, changed, changedShare) = (totals.elements, totals.changed, totals.changedShare)
      turnedZeros = totals.turnedZeros
      (notFiniteBefore, notFiniteAfter) = (totals.notFiniteBefore, totals.notFiniteAfter)
      distances = totals.distances.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        let last = $0.value.lastIndex { $0 > 0 } ?? 0
        return Distances(type: $0.key.rawValue, counts: Array($0.value[...last]))
      }
      rounded = totals.rounded.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        Rounded(type: $0.key.rawValue, weights: $0.value.elements, changed: $0.value.changed)
      }
      (normBefore, normAfter) = (totals.normBefore, totals.normAfter)
      (normOfDifference, relativeChange) = (totals.normOfDifference, totals.relativeChange)
      largestDifference = totals.largest
    }
  }

  private struct Group: Encodable {
    let layer: Int?
    let kind: WeightKind?
    let tensorCount: Int
    let totals: Totals
    let medianStableRank: Double?

    init(_ group: WeightChanges.Group) {
      (layer, kind, tensorCount) = (group.layer, group.kind, group.tensorCount)
      (totals, medianStableRank) = (Totals(group.totals), group.medianStableRank)
    }
  }

  private struct Tensor: Encodable {
    let name: String
    let kind: WeightKind
    let layer: Int?
    let shape: [Int]
    let typeBefore, typeAfter: String
    let totals: Totals
    let firstNotFinite: Int?
    let stableRank: StableRank?
    let isOfAdapter: Bool

    init(_ tensor: TensorChange) {
      (name, kind, layer, shape) = (tensor.name, tensor.kind, tensor.layer, tensor.shape)
      (typeBefore, typeAfter) = (tensor.typeBefore.rawValue, tensor.typeAfter.rawValue)
      (totals, firstNotFinite) = (Totals(tensor.totals), tensor.firstNotFinite)
      (stableRank, isOfAdapter) = (tensor.stableRank, tensor.isOfAdapter)
    }
  }

  private struct Uncompared: Encodable {
    let name: String
    let reason: UncomparedTensor.Reason
    let shapeBefore, shapeAfter: [Int]?
  }

  private struct Tokens: Encodable {
    struct Share: Encodable {
      let author: String
      let share: Estimate
      let least, most: Double
    }

    let log, pair: String
    let margin: Double
    let shares: [Share]

    init(_ log: String, _ headline: Headline) {
      (self.log, pair, margin) = (log, headline.pair.description, headline.threshold)
      shares = headline.shares.map {
        Share(author: $0.author, share: $0.share, least: $0.least, most: $0.most)
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Side(changes.before), forKey: .before)
    try values.encode(Side(changes.after), forKey: .after)
    try values.encode(Iteration(), forKey: .stableRank)
    try values.encode(Group(changes.whole), forKey: .whole)
    try values.encode(changes.byKind.map(Group.init), forKey: .kinds)
    try values.encode(changes.byLayer.map(Group.init), forKey: .layers)
    try values.encode(changes.tensors.map(Tensor.init), forKey: .tensors)
    try values.encode(
      changes.uncompared.map {
        Uncompared(
          name: $0.name, reason: $0.reason, shapeBefore: $0.shapeBefore, shapeAfter: $0.shapeAfter)
      }, forKey: .uncompared)
    try values.encodeIfPresent(
      tokens.map { Tokens($0.log, $0.headline) }, forKey: .tokens)
    try values.encode(notes, forKey: .notes)
    try values.encode(sentences, forKey: .sentences)
  }
}
