package import Tensors

/// How one tensor changed.
package struct TensorChange: Sendable {
  /// As the family calls it, or as the files do.
  package let name: String
  package let kind: WeightKind
  /// From 0; nil for tensors of no layer.
  package let layer: Int?
  package let shape: [Int]
  /// Types that it is stored in.
  package let typeBefore: ElementType
  package let typeAfter: ElementType
  /// Of its elements.
  package let totals: WeightTotals
  /// The first element that isn't finite on both sides, in row-major order; nil without any.
  package let firstNotFinite: Int?
  /// Of the difference; nil for what is no matrix, where nothing changed, and where squares are 0 or infinite.
  package let stableRank: StableRank?
  /// Whether norm and stable rank of the difference are of scale · B · A rather than of stored numbers.
  package let isOfAdapter: Bool
}

/// A tensor that wasn't compared.
package struct UncomparedTensor: Sendable, Equatable {
  /// Why not.
  package enum Reason: String, Sendable, Encodable {
    /// After has none of this name.
    case onlyBefore = "only before"
    /// Before has none.
    case onlyAfter = "only after"
    /// Both have one, of other shapes.
    case shapes
    /// It follows from the configuration: a mask, or frequencies of positions.
    case constant
  }

  package let name: String
  package let reason: Reason
  /// Nil where it isn't there.
  package let shapeBefore: [Int]?
  package let shapeAfter: [Int]?

  /// Of the side that has it; the larger one of two.
  package var elementCount: Int {
    max(shapeBefore?.reduce(1, *) ?? 0, shapeAfter?.reduce(1, *) ?? 0)
  }
}
