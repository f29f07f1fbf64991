internal import StatisticalInference

/// How far two measurements of the same quantity are apart over many positions.
///
/// Δ is what is asked for less what it is compared with: a replicate − a value, or after − before.
package struct DifferenceSummary: Sendable, Equatable, Encodable {
  /// Number of positions.
  package let count: Int
  /// ΣΔ / n: what of the difference doesn't cancel.
  package let mean: Double
  /// Σ|Δ| / n.
  package let meanAbsolute: Double
  /// √(ΣΔ² / n).
  package let rootMeanSquare: Double
  /// 99 % of the |Δ| lie at or below it; exact, linear between order statistics.
  package let percentile99: Double
  /// The largest |Δ|.
  package let largest: Double

  /// Summarises `differences`; nil if there are none.
  ///
  /// - Parameter differences: one per position, finite.
  package init?(_ differences: [Double]) {
    guard !differences.isEmpty else { return nil }
    let n = Double(differences.count)
    let sizes = differences.map(abs).sorted()
    count = differences.count
    mean = CompensatedSum.of(differences) / n
    meanAbsolute = CompensatedSum.of(differences, abs) / n
    rootMeanSquare = (CompensatedSum.of(differences) { $0 * $0 } / n).squareRoot()
    percentile99 = SortedValues.quantile(0.99, of: sizes)
    largest = sizes[sizes.count - 1]
  }
}
