internal import Kernels
internal import Transformer

/// ‖D‖²_F / ‖D‖²₂ of a matrix D: how many equal singular values would have the same sum of squares, from 1 to
/// the rank of D.
package struct StableRank: Sendable, Equatable, Encodable {
  /// The ratio; never below the true one, but for rounding.
  package let value: Double
  /// Whether the iteration ended without finding ‖D‖²₂ to its tolerance: the true value may be smaller.
  package let isUpperBound: Bool
  /// How near to the ‖D‖²₂ that was found a squared singular value lies, relative to it.
  package let residual: Double
  /// Products with DᵀD that were made.
  package let steps: Int

  /// The residual at which the iteration ends.
  package static let tolerance = 1e-3
  /// Products with DᵀD at most.
  package static let mostSteps = 100
  /// Of the random vector that it starts with.
  package static let seed: UInt64 = 1

  /// Iterates; nil where a square of D or ‖D‖²₂ isn't a finite number above 0, as of doubles that are too
  /// small or too large to be squared.
  ///
  /// - Parameters:
  ///   - squares: ‖D‖²_F.
  ///   - columns: of D.
  ///   - mostSteps: products at most.
  ///   - multiply: DᵀD times a vector of `columns` numbers.
  init?(
    squares: Double, columns: Int, mostSteps: Int = mostSteps, multiply: ([Double]) -> [Double]
  ) {
    guard squares > 0, squares.isFinite else { return nil }
    var normals = NormalSequence(seed: Self.seed)
    let found = LargestEigenvalue(
      start: (0..<columns).map { _ in normals.next() }, tolerance: Self.tolerance,
      mostSteps: mostSteps, multiply: multiply)
    guard found.value > 0, found.value.isFinite else { return nil }
    // Of a matrix of rank 1 both norms are the same, and rounding may turn their order.
    value = max(1, squares / found.value)
    isUpperBound = found.residual > Self.tolerance
    (residual, steps) = (found.residual, found.steps)
  }
}
