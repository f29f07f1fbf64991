package import RunLogs
package import StatisticalInference

/// How half-widths of one measure of a pair do where the truth is known.
package struct BoundaryResult: Sendable {
  /// A rule for half-widths, and what comes of it.
  package struct Rule: Sendable {
    package let name: String
    /// The share of intervals on one side of the truth where it is largest.
    package let worst: BoundaryBins.Worst
    /// The share of intervals that hold the truth, at all positions that test; nil of none.
    package let coverage: Estimate?
  }

  /// Verdicts at one margin.
  package struct Decisions: Sendable {
    /// In the measure's unit.
    package let margin: Double
    /// The share of undecidable positions among those beyond 2m or below m/2; nil of none.
    package let undecidable: Estimate?
    /// The share called changed among those from 2m on; nil of none.
    package let power: Estimate?
    /// The share that is called changed, of all.
    package let least: Double
    /// The share that is beyond the margin in truth.
    package let truth: Double
    /// The share that is called changed or undecidable.
    package let most: Double
    /// `least` − `truth` with its interval: above 0 for sure where too many are called changed.
    package let excess: Estimate?
    /// `truth` − `most` with its interval: above 0 for sure where too many are called unchanged.
    package let deficit: Estimate?

    /// Whether the truth lies within both bounds, as far as prompts can tell.
    package var isTruthInside: Bool {
      [excess, deficit].allSatisfy { ($0?.lower ?? 0) <= 0 }
    }
  }

  package let pair: PairName
  package let measure: PositionMeasure
  /// σ of the logits' errors, from the positions that calibrate.
  package let deviation: Double
  /// The product's own.
  package let rule: Rule
  /// Rules that are wrong, so that it can be seen whether the check would find one.
  package let wrongRules: [Rule]
  /// Ascending margins.
  package let decisions: [Decisions]
  /// Positions that test.
  package let bins: BoundaryBins
  private let columns: BoundaryColumns
  private let half: [Double]

  /// - Parameters:
  ///   - pair: before and after.
  ///   - measure: of what.
  ///   - columns: by row.
  ///   - bins: of the positions that test.
  ///   - calibration: learned from other prompts.
  ///   - positions: it was learned from.
  ///   - factor: what half-widths are multiplied by, 1 for the product's own rule.
  init(
    _ pair: PairName, _ measure: PositionMeasure, _ columns: BoundaryColumns, _ bins: BoundaryBins,
    _ calibration: Calibration, positions: [Int], factor: Double
  ) {
    (self.pair, self.measure, self.columns, self.bins) = (pair, measure, columns, bins)
    deviation = calibration.deviation
    let half = columns.value.indices.map {
      factor * calibration.halfWidth(columns.calibration, at: $0)
    }
    self.half = half
    func rule(_ name: String, _ half: [Double]) -> Rule {
      Rule(
        name: name, worst: bins.worst(columns, half),
        coverage: bins.shares.share(of: bins.test) {
          abs(columns.value[$0] - columns.exact[$0]) <= half[$0]
        })
    }
    self.rule = rule("h", half)
    let errors = positions.map { abs(columns.calibration.errors[$0]) }.sorted()
    let band = errors[
      min(Int((Calibration.level * Double(errors.count + 1)).rounded(.up)), errors.count) - 1]
    wrongRules = [
      rule("h × 0.6", half.map { 0.6 * $0 }), rule("h / √2", half.map { $0 / 2.0.squareRoot() }),
      rule("one band", half.map { _ in band }),
    ]
    var all: [Decisions] = []
    for margin in Self.margins(measure) {
      all.append(Self.decisions(margin, measure, columns, half, bins))
    }
    decisions = all
  }

  /// The measure's own; of Δ log p one more between the smallest and the default, where rounding is of the
  /// margin's size, instead of ln 2.
  private static func margins(_ measure: PositionMeasure) -> [Double] {
    measure == .logProbability ? [0.01, 0.03, 0.1] : measure.margins
  }

  /// A row's verdict at a margin in the measure's unit.
  package func verdict(at row: Int, margin: Double) -> Verdict? {
    Self.verdict(measure, columns.value[row], half[row], margin)
  }

  /// How far a row's value is from the truth, on the measure's scale.
  package func error(at row: Int) -> Double { columns.value[row] - columns.exact[row] }

  /// A row's half-width, on the measure's scale.
  package func halfWidth(at row: Int) -> Double { half[row] }

  private static func verdict(
    _ measure: PositionMeasure, _ value: Double, _ half: Double, _ margin: Double
  ) -> Verdict? {
    // Back from the root, whose size is what a verdict is on.
    PositionVerdicts.verdict(
      measure, value: measure == .divergence ? value * value : value, halfWidth: half,
      margin: margin)
  }

  private static func decisions(
    _ margin: Double, _ measure: PositionMeasure, _ columns: BoundaryColumns, _ half: [Double],
    _ bins: BoundaryBins
  ) -> Decisions {
    func verdict(_ row: Int) -> Verdict? {
      Self.verdict(measure, columns.value[row], half[row], margin)
    }
    func size(_ row: Int) -> Double { abs(columns.exact[row]) }
    let (least, most) = (measure.onScale(margin / 2), measure.onScale(2 * margin))
    let limit = measure.onScale(margin)
    let far = bins.test.filter { size($0) < least || size($0) > most }
    let large = bins.test.filter { size($0) >= most }
    func share(_ value: (Int) -> Bool) -> Double {
      Double(bins.test.count(where: value)) / Double(bins.test.count)
    }
    return Decisions(
      margin: margin, undecidable: bins.shares.share(of: far) { verdict($0) == .undecidable },
      power: bins.shares.share(of: large) { verdict($0) == .changed },
      least: share { verdict($0) == .changed }, truth: share { size($0) > limit },
      most: share { verdict($0) != .unchanged },
      excess: bins.shares.mean(of: bins.test) {
        (verdict($0) == .changed ? 1 : 0) - (size($0) > limit ? 1 : 0)
      },
      deficit: bins.shares.mean(of: bins.test) {
        (size($0) > limit ? 1 : 0) - (verdict($0) != .unchanged ? 1 : 0)
      })
  }
}
