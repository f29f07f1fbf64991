/// Spearman's rank correlation.
package enum RankCorrelation {
  /// Ranks from 1; those of equal values are their mean.
  package static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// Pearson's correlation of the ranks, in [−1, 1].
  ///
  /// - Parameters:
  ///   - x: finite values.
  ///   - y: as many.
  /// - Returns: nil for fewer than three pairs, or where either's values are all alike.
  package static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
    guard x.count > 2 else { return nil }
    let middle = Double(x.count + 1) / 2
    let (first, second) = (ranks(x).map { $0 - middle }, ranks(y).map { $0 - middle })
    func sum(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let scale = sum(first, first) * sum(second, second)
    guard scale > 0 else { return nil }
    return min(1, max(-1, sum(first, second) / scale.squareRoot()))
  }
}
