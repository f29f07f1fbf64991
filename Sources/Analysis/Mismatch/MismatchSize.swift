import Foundation
package import StatisticalInference

/// How far a sampler's log-probabilities are from a trainer's, over some tokens.
///
/// Δ = a − b, trainer less sampler, nats; ρ = e^Δ is the importance ratio of a token drawn by the
/// sampler. Intervals are by prompt; nil where no token was measured.
package struct MismatchSize: Sendable, Encodable {
  /// Tokens with both numbers.
  package let tokenCount: Int
  /// Tokens that lack one of both.
  package let unmeasuredCount: Int
  /// Texts with any.
  package let sequenceCount: Int
  /// Mean Δ.
  package let mean: Estimate
  /// Standard deviation of Δ.
  package let standardDeviation: Double
  /// Root of the mean square of Δ, about zero: a constant gap is one, too.
  package let rootMeanSquare: Double
  /// Quantiles of |Δ|.
  package let absolute: AbsoluteQuantiles
  /// Half the width of the band of ratios around 1.
  package let epsilon: Double
  /// Share of tokens with ρ outside [1 − ε, 1 + ε].
  package let shareOutside: Estimate
  /// Mean ρ: 1 without a gap, the kept mass where the sampler truncates.
  package let meanRatio: Estimate
  /// Mean of −ln ρ: k1's estimate of KL(sampler‖trainer).
  package let k1: Estimate
  /// Mean of ρ − 1 − ln ρ: k3's estimate of the same.
  package let k3: Estimate
  /// (Σρ)²/(n Σρ²) over tokens, in (0, 1].
  package let effectiveShareOfTokens: Double
  /// The same over texts, with the product of each text's ratios.
  package let effectiveShareOfSequences: Double

  /// Quantiles of |Δ|, nats.
  package struct AbsoluteQuantiles: Sendable, Encodable, Equatable {
    package let median: Double
    package let percentile95: Double
    package let percentile99: Double
    package let maximum: Double

    /// Of values in any order; NaN of none.
    init(_ values: [Double]) {
      let sorted = values.map { abs($0) }.sorted()
      median = SortedValues.quantile(0.5, of: sorted)
      percentile95 = SortedValues.quantile(0.95, of: sorted)
      percentile99 = SortedValues.quantile(0.99, of: sorted)
      maximum = sorted.last ?? .nan
    }
  }

  /// Of the tokens that a condition selects; nil if none of them has both numbers.
  init?(
    _ tokens: MismatchTokens, epsilon: Double, where isSelected: (_ row: Int, _ text: Int) -> Bool
  ) {
    let promptCount = (tokens.texts.map(\.prompt).max() ?? -1) + 1
    var sums = [[Double]](repeating: [Double](repeating: 0, count: promptCount), count: 6)
    var (gaps, sequences, unmeasured) = ([Double](), [Double](), 0)
    for (index, text) in tokens.texts.enumerated() {
      var (whole, count) = (0.0, 0)
      for row in text.rows where isSelected(row, index) {
        guard let gap = tokens.gap(at: row) else {
          unmeasured += 1
          continue
        }
        gaps.append(gap)
        whole += gap
        count += 1
        let ratio = exp(gap)
        let parts = [
          1, gap, abs(ratio - 1) > epsilon ? 1 : 0, ratio, -gap, expm1(gap) - gap,
        ]
        for (place, part) in parts.enumerated() { sums[place][text.prompt] += part }
      }
      if count > 0 { sequences.append(whole) }
    }
    guard !gaps.isEmpty else { return nil }
    let counts = sums[0]
    (tokenCount, unmeasuredCount) = (gaps.count, unmeasured)
    sequenceCount = sequences.count
    mean = .ratio(sums[1], over: counts)
    let squares = CompensatedSum.of(gaps) { $0 * $0 } / Double(gaps.count)
    rootMeanSquare = squares.squareRoot()
    let value = mean.value
    standardDeviation =
      (CompensatedSum.of(gaps) { ($0 - value) * ($0 - value) } / Double(gaps.count)).squareRoot()
    absolute = AbsoluteQuantiles(gaps)
    self.epsilon = epsilon
    shareOutside = .ratio(sums[2], over: counts, isShare: true)
    meanRatio = .ratio(sums[3], over: counts, within: 0...Double.infinity)
    k1 = .ratio(sums[4], over: counts)
    k3 = .ratio(sums[5], over: counts, within: 0...Double.infinity)
    effectiveShareOfTokens = Self.effectiveShare(gaps)
    effectiveShareOfSequences = Self.effectiveShare(sequences)
  }

  /// (Σρ)²/(n Σρ²) of ratios e^x, around the largest so that nothing overflows.
  static func effectiveShare(_ logRatios: [Double]) -> Double {
    guard let largest = logRatios.max() else { return .nan }
    let sum = CompensatedSum.of(logRatios) { exp($0 - largest) }
    let squares = CompensatedSum.of(logRatios) { exp(2 * ($0 - largest)) }
    return sum * sum / (Double(logRatios.count) * squares)
  }
}

/// The size of a gap over some part of the tokens.
package struct MismatchPart: Sendable, Encodable {
  /// What part, for people.
  package let name: String
  /// The lower end of what it holds; nil of an author's.
  package let lower: Double?
  /// The upper end; nil where there is none.
  package let upper: Double?
  /// Of its tokens.
  package let size: MismatchSize
}

extension MismatchTokens {
  /// Δ = a − b; nil where one of both isn't a number.
  package func gap(at row: Int) -> Double? {
    let gap = Double(trainer[row]) - Double(sampler[row])
    return gap.isFinite ? gap : nil
  }
}

extension MismatchPart {
  private static let probabilities = [0, 0.1, 0.5, 0.9, 1]
  private static let positions = [0, 1, 4, 16, 64, 256, 1_024]

  /// By band of the sampler's probability; the last holds both its ends.
  static func byProbability(_ tokens: MismatchTokens, epsilon: Double) -> [MismatchPart] {
    zip(probabilities, probabilities.dropFirst()).compactMap { low, high in
      MismatchSize(tokens, epsilon: epsilon) { row, _ in
        let p = exp(Double(tokens.sampler[row]))
        return p >= low && (p < high || high == 1)
      }.map {
        MismatchPart(
          name: high == 1 ? "\(low) to 1" : "\(low) to \(high)", lower: low, upper: high, size: $0)
      }
    }
  }

  /// By place in the response.
  static func byPosition(_ tokens: MismatchTokens, epsilon: Double) -> [MismatchPart] {
    positions.indices.compactMap { bin in
      let first = positions[bin]
      let end = bin + 1 < positions.count ? positions[bin + 1] : Int.max
      return MismatchSize(tokens, epsilon: epsilon) { row, _ in
        (first..<end).contains(Int(tokens.positions[row]))
      }.map {
        let name =
          end == .max
          ? "\(first) and later" : end == first + 1 ? "\(first)" : "\(first) to \(end - 1)"
        return MismatchPart(
          name: name, lower: Double(first), upper: end == .max ? nil : Double(end - 1), size: $0)
      }
    }
  }

  /// By author; empty if there is one.
  static func byAuthor(_ tokens: MismatchTokens, epsilon: Double) -> [MismatchPart] {
    guard tokens.authors.count > 1 else { return [] }
    return tokens.authors.enumerated().compactMap { author, name in
      MismatchSize(tokens, epsilon: epsilon) { _, text in tokens.texts[text].author == author }
        .map { MismatchPart(name: name, lower: nil, upper: nil, size: $0) }
    }
  }
}
