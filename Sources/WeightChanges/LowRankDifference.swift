internal import Adapters

/// The difference D = Σ scale · left · rightᵀ that adapters make of a matrix, before it is rounded to the
/// matrix's type.
///
/// Nothing of D's size is made: with L and R the factors of all adapters side by side, G = LᵀL and H = RᵀR,
/// ‖D‖²_F is Σ G·H element by element (the trace of G H), and DᵀD v = R (G (Rᵀ v)).
struct LowRankDifference {
  private let rank: Int
  private let columns: Int
  /// `[columns, rank]`.
  private let right: [Double]
  /// `[rank, rank]`, of left factors times their scales.
  private let gram: [Double]
  /// ‖D‖²_F.
  let squares: Double

  /// - Parameter updates: one or more, of one shape.
  init(_ updates: [LowRankUpdate]) {
    rank = updates.reduce(0) { $0 + $1.rank }
    let rows = updates[0].shape[0]
    columns = updates[0].shape[1]
    let left = Self.joined(updates, rows: rows, rank: rank) { ($0.left, Double($0.scale)) }
    right = Self.joined(updates, rows: columns, rank: rank) { ($0.right, 1) }
    gram = Self.gram(of: left, rank: rank)
    // Rounding may leave a trace of two factors that cancel below 0.
    squares = max(0, zip(gram, Self.gram(of: right, rank: rank)).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// DᵀD v.
  func multiply(_ vector: [Double]) -> [Double] {
    var inner = [Double](repeating: 0, count: rank)
    for column in 0..<columns {
      for index in 0..<rank { inner[index] += right[column * rank + index] * vector[column] }
    }
    let outer = (0..<rank).map { row in
      (0..<rank).reduce(0) { $0 + gram[row * rank + $1] * inner[$1] }
    }
    return (0..<columns).map { column in
      (0..<rank).reduce(0) { $0 + right[column * rank + $1] * outer[$1] }
    }
  }

  /// The stable rank of D; nil where it is 0 or no matrix.
  func stableRank() -> StableRank? {
    guard squares > 0, columns > 1 else { return nil }
    return StableRank(squares: squares, columns: columns, multiply: multiply)
  }

  private static func joined(
    _ updates: [LowRankUpdate], rows: Int, rank: Int,
    _ factor: (LowRankUpdate) -> (numbers: [Float], scale: Double)
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * rank)
    var first = 0
    for update in updates {
      let (numbers, scale) = factor(update)
      for row in 0..<rows {
        for index in 0..<update.rank {
          result[row * rank + first + index] = scale * Double(numbers[row * update.rank + index])
        }
      }
      first += update.rank
    }
    return result
  }

  private static func gram(of matrix: [Double], rank: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rank * rank)
    for start in stride(from: 0, to: matrix.count, by: max(rank, 1)) {
      for row in 0..<rank {
        for column in 0..<rank {
          result[row * rank + column] += matrix[start + row] * matrix[start + column]
        }
      }
    }
    return result
  }
}
