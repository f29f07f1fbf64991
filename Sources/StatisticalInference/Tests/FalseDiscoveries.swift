/// Control of the share of false ones among what is called.
package enum FalseDiscoveries {
  /// p-values adjusted by Benjamini and Hochberg's procedure (1995): calling all with an adjusted
  /// p-value up to q keeps the expected share of false ones among them at q, also where tests are
  /// positively dependent.
  ///
  /// - Parameter probabilities: p-values of one family, in [0, 1].
  /// - Returns: min over ranks from its own on of p·n/rank, at most 1, in the order of `probabilities`.
  package static func adjusted(_ probabilities: [Double]) -> [Double] {
    let n = Double(probabilities.count)
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    var adjusted = probabilities
    var least = 1.0
    for (rank, index) in order.enumerated().reversed() {
      least = min(least, probabilities[index] * n / Double(rank + 1))
      adjusted[index] = least
    }
    return adjusted
  }
}
