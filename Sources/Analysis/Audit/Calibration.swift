import Foundation
internal import StatisticalInference

/// One measure of a pair at many positions, as far as its numerical error needs to be known.
///
/// All arrays have an entry for each position.
package struct CalibrationColumns: Sendable {
  /// S: how far the measure moves, on its scale, when logits have errors of deviation 1.
  package var scales: [Double]
  /// E = reduced precision − exact, on the measure's scale; NaN where only one of both is known.
  package var errors: [Double]
  /// Who wrote the text, from 0 on.
  package var authors: [Int32]
  /// The smaller log-probability of both models in the reduced precision, nats.
  package var logProbabilities: [Float]
  /// The larger entropy of both models, nats.
  package var entropies: [Float]

  package init(
    scales: [Double], errors: [Double], authors: [Int32], logProbabilities: [Float],
    entropies: [Float]
  ) {
    self.scales = scales
    self.errors = errors
    self.authors = authors
    self.logProbabilities = logProbabilities
    self.entropies = entropies
  }
}

/// How far a measure in a reduced precision is from the exact one, learned where both are known: a
/// half-width that holds 98 % of the errors in each of sixteen cells.
///
/// The error at a position is z·S: S follows from the logits, z from the arithmetic. Learned is z's
/// quantile, by author (whose texts' activations differ) and by cell of log p × entropy (where S alone
/// leaves some bins at twice the stated rate). The level is 0.98, since at 0.95 some bins miss 8 %.
package struct Calibration: Sendable {
  /// Share of errors within the half-width.
  package static let level = 0.98
  /// Fewer positions than this say nothing.
  package static let fewest = 200
  /// Fewer than this aren't divided into cells.
  package static let fewestForCells = 1_000
  /// Below so many positions a cell takes the quantile of all.
  private static let fewestOfCell = 100
  /// Below so many positions an author takes the factor of all.
  static let fewestOfAuthor = 50

  /// Positions with both precisions.
  package let count: Int
  /// Whether cells have quantiles of their own.
  package let hasCells: Bool
  /// RMS of E/S by author: the σ of the logits' errors.
  package let deviations: [Double]
  /// RMS of E/S over all authors.
  package let deviation: Double
  private let factors: [Double]
  private let logEdges: [Double]
  private let entropyEdges: [Double]
  private let quantiles: [Double]

  /// Learns; nil from fewer than 200 positions, or where all errors are 0.
  ///
  /// - Parameters:
  ///   - columns: of a pair and a measure.
  ///   - authorCount: authors, also such as have no position.
  ///   - positions: from which to learn; nil for all with both precisions.
  package init?(_ columns: CalibrationColumns, authorCount: Int, positions: [Int]? = nil) {
    let known = (positions ?? Array(columns.errors.indices)).filter {
      columns.errors[$0].isFinite && columns.scales[$0].isFinite
    }
    guard known.count >= Self.fewest, known.contains(where: { columns.errors[$0] != 0 }) else {
      return nil
    }
    count = known.count
    hasCells = known.count >= Self.fewestForCells
    var byAuthor = [[Double]](repeating: [], count: authorCount)
    var all: [Double] = []
    for position in known {
      let z = abs(columns.errors[position]) / columns.scales[position]
      byAuthor[Int(columns.authors[position])].append(z)
      all.append(z)
    }
    let pooled = Self.positive(SortedValues.quantile(0.9, of: all.sorted()))
    let deviation = Self.rootMeanSquare(all)
    self.deviation = deviation
    deviations = byAuthor.map {
      $0.count < Self.fewestOfAuthor ? deviation : Self.rootMeanSquare($0)
    }
    let factors = byAuthor.map {
      $0.count < Self.fewestOfAuthor
        ? pooled : Self.positive(SortedValues.quantile(0.9, of: $0.sorted()))
    }
    self.factors = factors
    logEdges = Self.quartiles(known.map { Double(columns.logProbabilities[$0]) })
    entropyEdges = Self.quartiles(known.map { Double(columns.entropies[$0]) })
    var byCell = [[Double]](repeating: [], count: 16)
    var ratios: [Double] = []
    for position in known {
      let ratio =
        abs(columns.errors[position]) / columns.scales[position]
        / factors[Int(columns.authors[position])]
      ratios.append(ratio)
      byCell[
        Self.cell(
          columns.logProbabilities[position], columns.entropies[position], logEdges, entropyEdges)
      ].append(ratio)
    }
    let whole = Self.conformal(ratios)
    let cells = hasCells
    quantiles = byCell.map {
      !cells || $0.count < Self.fewestOfCell ? whole : Self.conformal($0)
    }
  }

  /// h = q·f·S, on the measure's scale.
  package func halfWidth(_ columns: CalibrationColumns, at position: Int) -> Double {
    let cell = Self.cell(
      columns.logProbabilities[position], columns.entropies[position], logEdges, entropyEdges)
    return quantiles[cell] * factors[Int(columns.authors[position])] * columns.scales[position]
  }

  /// Edges of four parts with as many positions each.
  private static func quartiles(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    return [0.25, 0.5, 0.75].map { SortedValues.quantile($0, of: sorted) }
  }

  private static func cell(
    _ logProbability: Float, _ entropy: Float, _ logEdges: [Double], _ entropyEdges: [Double]
  ) -> Int {
    4 * logEdges.count { Double(logProbability) >= $0 }
      + entropyEdges.count { Double(entropy) >= $0 }
  }

  /// The ⌈level (n + 1)⌉-th smallest: at most 1 − level of what comes next lies above it, whatever the
  /// distribution (split conformal prediction).
  private static func conformal(_ values: [Double]) -> Double {
    let rank = min(Int((level * Double(values.count + 1)).rounded(.up)), values.count)
    return values.sorted()[rank - 1]
  }

  private static func rootMeanSquare(_ values: [Double]) -> Double {
    (CompensatedSum.of(values) { $0 * $0 } / Double(values.count)).squareRoot()
  }

  /// An author nine tenths of whose errors are 0 has a factor nevertheless.
  private static func positive(_ factor: Double) -> Double {
    max(factor, .leastNormalMagnitude)
  }
}
