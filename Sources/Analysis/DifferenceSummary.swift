/// How far two measurements of the same quantity are apart over many positions.
///
/// Δ is what is asked for less what it is compared with: a replicate − a value, or after − before.
public struct DifferenceSummary: Sendable, Equatable, Codable {
  /// Number of positions.
  public let count: Int
  /// ΣΔ / n: what of the difference doesn't cancel.
  public let mean: Double
  /// Σ|Δ| / n.
  public let meanAbsolute: Double
  /// √(ΣΔ² / n).
  public let rootMeanSquare: Double
  /// 99 % of the |Δ| lie at or below it; exact, linear between order statistics.
  public let percentile99: Double
  /// The largest |Δ|.
  public let largest: Double

  /// Summarises `differences`; nil if there are none.
  ///
  /// - Parameter differences: one per position, finite.
  public init?(_ differences: [Double]) {
    let sizes = differences.map(abs).sorted()
    guard let last = sizes.last else { return nil }
    count = differences.count
    mean = ColumnSummary.mean(differences)
    meanAbsolute = ColumnSummary.mean(sizes)
    rootMeanSquare = ColumnSummary.mean(sizes.map { $0 * $0 }).squareRoot()
    percentile99 = ColumnSummary.quantile(0.99, ofSorted: sizes)
    largest = last
  }
}
