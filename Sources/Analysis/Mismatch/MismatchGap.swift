import Foundation
internal import StatisticalInference
internal import TokenStatistics

/// What a gap, or what an explanation leaves of it, looks like beside rounding.
package struct MismatchRemainder: Sendable, Encodable {
  /// Tokens.
  package let tokenCount: Int
  /// Root of the mean square, nats, about zero.
  package let rootMeanSquare: Double
  /// Quantiles of the absolute values.
  package let absolute: MismatchSize.AbsoluteQuantiles
  /// σ: the deviation of independent errors of the logits that would leave as much, the RMS of
  /// x/√(s² + s₀²) over the smallest 98 %.
  package let logitError: Double
  /// The same over all.
  package let wholeLogitError: Double

  /// Nothing is compared with less: s₀.
  ///
  /// Where the model is sure, the last bits of a sum are left.
  static let leastScale = 0.01
  /// Largest share of tokens that is left out of σ, since rounding moves some across the edge of what
  /// a truncation keeps.
  private static let trimmedShare = 0.02

  init(_ values: [Double], scales: [Double]) {
    tokenCount = values.count
    rootMeanSquare =
      (CompensatedSum.of(values) { $0 * $0 } / Double(max(values.count, 1))).squareRoot()
    absolute = MismatchSize.AbsoluteQuantiles(values)
    logitError = Self.meanSquare(values, scales: scales).squareRoot()
    wholeLogitError = Self.meanSquare(values, scales: scales, trimmedShare: 0).squareRoot()
  }

  /// Whether it is what 32-bit products leave, on all tokens.
  package var isExact: Bool {
    logitError < RoundingLevel.exact && wholeLogitError < RoundingLevel.exactWhole
  }

  /// σ².
  static func meanSquare(
    _ values: [Double], scales: [Double], trimmedShare: Double = trimmedShare
  ) -> Double {
    var squares = zip(values, scales).map { ($0 / $1) * ($0 / $1) }
    squares.sort()
    let count = squares.count - Int(trimmedShare * Double(squares.count))
    return CompensatedSum.of(Array(squares.prefix(count))) / Double(max(count, 1))
  }
}

/// The tokens on which explanations are tried, with the gap that is to be explained.
///
/// These are all that have both numbers, or, where there are profiles, those of them that have one:
/// explanations are only compared on the same tokens.
struct MismatchGap {
  /// Of the columns.
  private(set) var rows: [Int]
  /// Of each row.
  private(set) var prompts: [Int]
  let promptCount: Int
  /// What is left: trainer + what was explained − sampler, nats.
  private(set) var values: [Double]
  /// √(s² + s₀²).
  private(set) var scales: [Double]

  init(_ tokens: MismatchTokens) {
    promptCount = (tokens.texts.map(\.prompt).max() ?? -1) + 1
    (rows, prompts, values, scales) = ([], [], [], [])
    for text in tokens.texts {
      for row in text.rows {
        guard let gap = tokens.gap(at: row),
          tokens.profiles.isEmpty || tokens.profiles[row] != nil
        else { continue }
        let bound = -expm1(Double(tokens.trainer[row])) * 2.0.squareRoot()
        let s = tokens.scales.map { Double($0[row]) } ?? tokens.profiles[row]?.scale ?? bound
        rows.append(row)
        prompts.append(text.prompt)
        values.append(gap)
        scales.append(hypot(s.isFinite ? s : bound, MismatchRemainder.leastScale))
      }
    }
  }

  var remainder: MismatchRemainder { MismatchRemainder(values, scales: scales) }

  /// σ².
  var meanSquare: Double { MismatchRemainder.meanSquare(values, scales: scales) }

  /// What is left once effects are added to the trainer's numbers; tokens whose effect isn't known are
  /// left out.
  ///
  /// - Parameter effects: predicted sampler − trainer of each token, NaN where unknown.
  /// - Returns: the gap before on the same tokens, and after.
  func removing(_ effects: [Double]) -> (before: MismatchGap, after: MismatchGap) {
    precondition(effects.count == rows.count)
    let known = effects.indices.filter { effects[$0].isFinite }
    var before = self
    if known.count < rows.count {
      before.rows = known.map { rows[$0] }
      before.prompts = known.map { prompts[$0] }
      before.values = known.map { values[$0] }
      before.scales = known.map { scales[$0] }
    }
    var after = before
    for (place, index) in known.enumerated() { after.values[place] += effects[index] }
    return (before, after)
  }

  /// Σ over the tokens of each prompt.
  func byPrompt(_ part: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: promptCount)
    for index in rows.indices { sums[prompts[index]] += part(index) }
    return sums
  }

  /// 1 − Σ after² / Σ before², by prompt; nil where there was nothing to remove.
  func shareRemoved(leaving after: MismatchGap) -> Estimate? {
    let counts = byPrompt { values[$0] * values[$0] }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    let sums = byPrompt { values[$0] * values[$0] - after.values[$0] * after.values[$0] }
    return .ratio(sums, over: counts, within: -Double.infinity...1, observations: rows.count)
  }
}
