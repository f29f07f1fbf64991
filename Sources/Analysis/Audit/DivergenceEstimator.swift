import Foundation
internal import RunLogs
package import StatisticalInference

/// An estimator of a Kullback-Leibler divergence from the sampled tokens alone, beside the divergence
/// over the whole vocabulary at the same positions.
///
/// Of texts drawn from p, with r = q(y)/p(y) of the token drawn: k1 = −ln r, k2 = (ln r)²/2,
/// k3 = r − 1 − ln r (J. Schulman, Approximating KL divergence, 2020). k1 and k3 have the mean
/// KL(p‖q); k2 doesn't.
package struct DivergenceEstimator: Sendable, Equatable, Encodable {
  /// `k1`, `k2`, `k3`, or `full` for the sum over the vocabulary.
  package let name: String
  /// Its mean by token, nats, with its interval over prompts.
  package let mean: Estimate
  /// Mean of its difference from the full divergence at the same positions, nats.
  package let bias: Estimate?
  /// Variance of a single position's value, nats².
  package let variance: Double
  /// How many of the positions would give the mean as exactly, if at each the full divergence were
  /// known: n · (variance of the mean of `full`) / (that of the estimator's), prompts as clusters.
  package let effectiveSampleSize: Double?

  /// All four, of texts that one of both models wrote.
  ///
  /// - Returns: of text by the model before KL(before‖after), by the model after KL(after‖before);
  ///   nil of others' texts, whose tokens neither drew, of no rows, and of a log without that divergence.
  /// - Throws: `RunLogError` if the log can't be read.
  static func all(
    of pair: PairName, author: String, at rows: TokenRows, in table: TokenTable
  ) throws -> [DivergenceEstimator]? {
    let isBefore = author.utf8.elementsEqual(pair.before.utf8)
    guard isBefore || author.utf8.elementsEqual(pair.after.utf8) else { return nil }
    guard table.log.has(isBefore ? .klBeforeAfter : .klAfterBefore) else { return nil }
    let changes = try table.values(.logProbabilityChange, of: pair)
    let full = try table.values(isBefore ? .klBeforeAfter : .klAfterBefore, of: pair)
    func ratio(_ row: Int) -> Double { isBefore ? Double(changes[row]) : -Double(changes[row]) }
    let estimators: [(name: String, value: (Int) -> Double)] = [
      ("full", { Double(full[$0]) }),
      ("k1", { -ratio($0) }),
      ("k2", { ratio($0) * ratio($0) / 2 }),
      ("k3", { expm1(ratio($0)) - ratio($0) }),
    ]
    var fullWidth: Double?
    var results: [DivergenceEstimator] = []
    for (name, value) in estimators {
      let sums = TextSums(rows, value)
      let range = name == "k1" ? nil : 0...Double.infinity
      guard let mean = table.means(of: sums, at: rows, within: range)?.byToken else { return nil }
      let count = Double(mean.observations)
      let squares = rows.texts.reduce(0) { $0 + sums.squares[$1] }
      let differences = TextSums(rows) { value($0) - Double(full[$0]) }
      // Squared half-widths of unbounded intervals stand in the ratio of the variances, but for
      // degrees of freedom, which are the same: those of the prompts' sizes.
      let width = table.means(of: sums, at: rows)?.byToken.interval.map {
        $0.upperBound - $0.lowerBound
      }
      if name == "full" { fullWidth = width }
      let relative = fullWidth.flatMap { full in
        width.flatMap { $0 > 0 && $0.isFinite ? full * full / ($0 * $0) : nil }
      }
      results.append(
        DivergenceEstimator(
          name: name, mean: mean,
          bias: name == "full" ? nil : table.means(of: differences, at: rows)?.byToken,
          variance: max(squares / count - mean.value * mean.value, 0),
          effectiveSampleSize: relative.map { $0 * count }))
    }
    return results
  }
}
