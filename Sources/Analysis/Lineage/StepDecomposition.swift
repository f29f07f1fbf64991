internal import Foundation
internal import RunLogs
package import StatisticalInference

/// The change of log-probabilities from A over B to C, taken apart into its two steps d₁ = log p_B − log p_A
/// and d₂ = log p_C − log p_B, and how much of the first the second undoes: authors of texts apart.
///
/// The reversal is ρ = −Σ(d₁d₂ + v_B) / Σ(d₁² − v_A − v_B), minus the slope of d₂ on d₁ through 0: 1 where
/// the second step takes all of the first back, 0 where it has nothing to do with it, negative where it goes
/// on in the same direction. B's rounding error is in both steps, with opposite signs; v, the variance of each
/// model's errors, takes that out (0 in 32 bits).
///
/// B's own texts are of tokens that B finds likely, so that there d₁ is too large and d₂ falls back, whatever
/// was learned: +0.12 in simulations without any reversal, on A's texts −0.07, on C's −0.05.
package struct StepDecomposition: Sendable {
  /// What both steps do to a position.
  package enum Quadrant: String, Sendable, CaseIterable, Codable {
    /// Both make the token more likely.
    case upUp = "up, up"
    /// The second takes back what the first gave.
    case upDown = "up, down"
    case downUp = "down, up"
    case downDown = "down, down"

    /// Nil where a step is 0.
    package init?(_ first: Double, _ second: Double) {
      guard first != 0, second != 0 else { return nil }
      self = first > 0 ? (second > 0 ? .upUp : .upDown) : (second > 0 ? .downUp : .downDown)
    }
  }

  /// One author's texts.
  package struct Author: Sendable {
    /// Who wrote them; empty where unknown.
    package let name: String
    /// Whether that is B, whose texts are biased towards a reversal.
    package let isSecond: Bool
    /// Positions measured under all three models.
    package let positionCount: Int
    /// Mean d₁, nats by token.
    package let first: Estimate
    /// Mean d₂.
    package let second: Estimate
    /// Mean of log p_C − log p_A.
    package let whole: Estimate
    /// ρ; nil where the first step is within rounding.
    ///
    /// Of models whose rounding is only assumed its interval
    /// holds both of without and with it, and it has no value where these differ.
    package let reversal: Estimate?
    /// Share of positions where both steps exceed the margin in size.
    package let bothShare: Estimate
    /// Share of those with opposite signs; nil without any.
    package let oppositeShare: Estimate?
    /// Positions where both exceed it, by signs.
    package let quadrants: [Quadrant: Int]
    /// What the 1 % of positions with the largest d₁² hold of Σd₁²; nil where all are 0.
    package let concentration: Estimate?

    /// 1 − ρ: what is left of the first step.
    package var retained: Estimate? { reversal?.mapped { 1 - $0 } }
  }

  package let lineage: Lineage
  /// Of |Δ log p|, nats.
  package let margin: Double
  /// A's texts, C's, others' with most texts first, and last B's own.
  package let authors: [Author]
  /// Whether all log-probabilities are of 32 bits; else whether rounding was learned.
  package let isExact: Bool
  package let isAssumed: Bool
  /// Authors beyond these.
  package let omittedAuthorCount: Int

  /// Both steps at the positions of one author's texts, NaN-free: for figures.
  package let steps: [(author: String, first: [Double], second: [Double])]

  /// The parts of one position, nats.
  ///
  /// Differences of floats taken as doubles: they add up to the whole unless the three differ by more than
  /// 2²⁹ in size, and then to the last place.
  package static func parts(
    _ a: Float, _ b: Float, _ c: Float
  ) -> (first: Double, second: Double, whole: Double) {
    (Double(b) - Double(a), Double(c) - Double(b), Double(c) - Double(a))
  }

  /// Reads three models.
  ///
  /// - Parameters:
  ///   - lineage: as declared.
  ///   - table: of an open log.
  ///   - margin: of |Δ log p|, nats, not negative.
  ///   - author: only this one's texts; nil for all.
  /// - Throws: `LineageError` if the log lacks a model; `RunLogError` if it can't be read.
  package init(
    of lineage: Lineage, in table: TokenTable,
    margin: Double = PositionMeasure.logProbability.margin, author: String? = nil
  ) throws {
    try lineage.check(table.log)
    self.lineage = lineage
    self.margin = margin
    let models = try lineage.models.map { try LogProbabilityNoise(of: $0, in: table) }
    isExact = models.allSatisfy { $0.basis == .exact }
    isAssumed = models.contains { $0.basis == .assumed }
    let outer = try PairName(before: lineage.first, after: lineage.third)
    let known = try table.authors(of: outer)
    func isSecond(_ name: String) -> Bool { name.utf8.elementsEqual(lineage.second.utf8) }
    let ordered = known.filter { !isSecond($0) } + known.filter(isSecond)
    let chosen = ordered.filter { name in
      author.map { $0.utf8.elementsEqual(name.utf8) } ?? true
    }
    // B's texts stay among many.
    let shown =
      chosen.count <= PairAudit.mostAuthors
      ? chosen
      : chosen.filter { !isSecond($0) }.prefix(PairAudit.mostAuthors - 1) + chosen.filter(isSecond)
    omittedAuthorCount = chosen.count - shown.count
    var authors: [Author] = []
    var steps: [(author: String, first: [Double], second: [Double])] = []
    for name in shown {
      let rows = try table.rows(TokenFilter(source: name, models: lineage.models))
      guard rows.count > 0 else { continue }
      let columns = StepColumns(rows, models, table.texts)
      authors.append(
        columns.author(name, isSecond: isSecond(name), margin: margin, isAssumed: isAssumed))
      steps.append((name, columns.first, columns.second))
    }
    self.authors = authors
    self.steps = steps
  }
}

/// Both steps at one author's positions.
private struct StepColumns {
  let prompts: [Int]
  /// Different prompts among these.
  let promptCount: Int
  private(set) var first: [Double] = []
  private(set) var second: [Double] = []
  private var whole: [Double] = []
  /// v_A + v_B, and v_B.
  private var firstNoise: [Double] = []
  private var sharedNoise: [Double] = []

  init(_ rows: TokenRows, _ models: [LogProbabilityNoise], _ texts: TextColumns) {
    var numbers: [Int32: Int] = [:]
    var prompts: [Int] = []
    rows.visit { _, text, _ in
      let number = numbers[texts.prompts[text]] ?? numbers.count
      numbers[texts.prompts[text]] = number
      prompts.append(number)
    }
    (self.prompts, promptCount) = (prompts, numbers.count)
    rows.visit { row, _, _ in
      let parts = StepDecomposition.parts(
        models[0].values[row], models[1].values[row], models[2].values[row])
      first.append(parts.first)
      second.append(parts.second)
      whole.append(parts.whole)
      sharedNoise.append(models[1].variance(row))
      firstNoise.append(models[0].variance(row) + models[1].variance(row))
    }
  }

  func author(
    _ name: String, isSecond: Bool, margin: Double, isAssumed: Bool
  ) -> StepDecomposition.Author {
    let both = first.indices.filter { abs(first[$0]) > margin && abs(second[$0]) > margin }
    var count = [Double](repeating: 0, count: promptCount)
    var opposite = count
    var quadrants: [StepDecomposition.Quadrant: Int] = [:]
    for index in both {
      count[prompts[index]] += 1
      if (first[index] > 0) != (second[index] > 0) { opposite[prompts[index]] += 1 }
      if let quadrant = StepDecomposition.Quadrant(first[index], second[index]) {
        quadrants[quadrant, default: 0] += 1
      }
    }
    let sizes = byPrompt { _ in 1 }
    func mean(_ values: [Double]) -> Estimate { .ratio(byPrompt { values[$0] }, over: sizes) }
    return StepDecomposition.Author(
      name: name, isSecond: isSecond, positionCount: first.count, first: mean(first),
      second: mean(second), whole: mean(whole), reversal: reversal(isAssumed: isAssumed),
      bothShare: .ratio(count, over: sizes, isShare: true),
      oppositeShare: both.isEmpty ? nil : .ratio(opposite, over: count, isShare: true),
      quadrants: quadrants,
      concentration: first.contains { $0 != 0 }
        ? CarriedShare.largest(
          0.01, of: first.map { $0 * $0 }, prompts: prompts, promptCount: promptCount)
        : nil)
  }

  /// ρ; nil where the first step's squares, less noise, are under twice the noise.
  private func reversal(isAssumed: Bool) -> Estimate? {
    let squares = byPrompt { first[$0] * first[$0] }
    let noise = byPrompt { firstNoise[$0] }
    let (size, allNoise) = (CompensatedSum.of(squares), CompensatedSum.of(noise))
    guard size > 0, size - allNoise >= 2 * allNoise else { return nil }
    let products = byPrompt { -first[$0] * second[$0] }
    let shared = byPrompt { sharedNoise[$0] }
    func estimate(_ part: Double) -> Estimate {
      .ratio(
        zip(products, shared).map { $0 - part * $1 },
        over: zip(squares, noise).map { $0 - part * $1 }, sizes: squares,
        observations: first.count)
    }
    // An assumed noise is an upper bound: the truth lies between none of it and all.
    return isAssumed ? .between(estimate(0), estimate(1)) : estimate(1)
  }

  /// Σ over each prompt's positions.
  private func byPrompt(_ value: (Int) -> Double) -> [Double] {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: promptCount)
    for index in first.indices { sums[prompts[index]].add(value(index)) }
    return sums.map(\.value)
  }
}

extension StepDecomposition.Author: Encodable {
  private enum CodingKeys: String, CodingKey {
    case author, isSecond, positions, first, second, whole, reversal, retained, both, opposite
    case quadrants, concentration
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .author)
    try values.encode(isSecond, forKey: .isSecond)
    try values.encode(positionCount, forKey: .positions)
    try values.encode(first, forKey: .first)
    try values.encode(second, forKey: .second)
    try values.encode(whole, forKey: .whole)
    try values.encodeIfPresent(reversal, forKey: .reversal)
    try values.encodeIfPresent(retained, forKey: .retained)
    try values.encode(bothShare, forKey: .both)
    try values.encodeIfPresent(oppositeShare, forKey: .opposite)
    try values.encode(
      Dictionary(
        uniqueKeysWithValues: StepDecomposition.Quadrant.allCases.map {
          ($0.rawValue, quadrants[$0] ?? 0)
        }), forKey: .quadrants)
    try values.encodeIfPresent(concentration, forKey: .concentration)
  }
}
