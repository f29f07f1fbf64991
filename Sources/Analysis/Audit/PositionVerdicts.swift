internal import Foundation
package import RunLogs

/// What is known of each position's change between two models, against any margin.
///
/// A measured change x has a numerical half-width h: |x| − h above a margin is *changed*, |x| + h below
/// it *unchanged*, all else *undecidable*. How h is found, `basis` says. It is about arithmetic alone:
/// what other prompts or another training run would give, it doesn't know.
package struct PositionVerdicts: Sendable {
  /// Where half-widths come from.
  package enum Basis: String, Sendable, Codable {
    /// Each position was computed in 32 bits, for the log or again: 1e-4.
    case exact
    /// Errors of the same pair, author and cell, learned where both precisions are known.
    case calibrated
    /// The same without cells: fewer than 1,000 positions have both.
    case pooled
    /// Nothing to learn from: three times an error of the logits that is typical of the precision.
    case prior
    /// Known between two bounds, from lists of the most likely tokens; the value is their middle.
    case bounded
    /// Written down by another program: known to the rounding of its numbers.
    case rounded

    /// Whether each position has ends of its own, which hold the exact value whatever the errors of other
    /// positions are.
    var hasEnds: Bool { self == .bounded || self == .rounded }
  }

  /// Of 32-bit products: 4e-5 is the most that was measured against other implementations.
  package static let exactHalfWidth = 1e-4

  /// One measure at all tokens of the log.
  package struct Column: Sendable {
    /// The change, by the token's row in the log; NaN where not measured.
    package let values: [Float]
    /// Half-widths on the measure's scale (of the root for a divergence).
    package let halfWidths: [Float]
    /// S: how far the measure moves when logits have errors of deviation 1; empty if both models were
    /// computed in 32 bits.
    package let scales: [Float]
    /// Whether a value is the one of 32 bits, which no error of the reduced precision is in; empty if both
    /// models were computed in them.
    package let isKnown: [Bool]
    /// σ of the logits' errors by author: learned, else three times a typical one; 0 if exact.
    package let deviations: [Double]
    /// Whether half-widths are learned, known or assumed.
    package let basis: Basis
    /// Positions from which they were learned.
    package let calibrationCount: Int
  }

  /// Before and after.
  package let pair: PairName
  /// What the products were computed in: the coarser of both models' types.
  package let computeType: String
  private let columns: [PositionMeasure: Column]

  /// One measure's column; it must be one that was asked for.
  package subscript(measure: PositionMeasure) -> Column {
    guard let column = columns[measure] else { preconditionFailure("no \(measure) was read") }
    return column
  }

  /// A position's verdict; nil where not measured.
  ///
  /// - Parameters:
  ///   - measure: of what.
  ///   - row: the token's in the log.
  ///   - margin: not negative.
  /// - Returns: nil for NaN.
  package func verdict(_ measure: PositionMeasure, at row: Int, margin: Double) -> Verdict? {
    let column = self[measure]
    return Self.verdict(
      measure, value: Double(column.values[row]), halfWidth: Double(column.halfWidths[row]),
      margin: margin)
  }

  /// Between what a position's change lies for certain, in the measure's unit; NaN where not measured.
  ///
  /// - Parameters:
  ///   - measure: of what.
  ///   - row: the token's in the log.
  /// - Returns: both ends; infinite where nothing is known.
  package func ends(_ measure: PositionMeasure, at row: Int) -> (low: Double, high: Double) {
    let value = measure.onScale(Double(self[measure].values[row]))
    let half = Double(self[measure].halfWidths[row])
    guard measure == .divergence else { return (value - half, value + half) }
    // On the scale of the root.
    let low = max(value - half, 0)
    return (low * low, min((value + half) * (value + half), log(2)))
  }

  /// A verdict on numbers; nil where one isn't a number.
  package static func verdict(
    _ measure: PositionMeasure, value: Double, halfWidth: Double, margin: Double
  ) -> Verdict? {
    let (size, margin) = (abs(measure.onScale(value)), measure.onScale(margin))
    guard !size.isNaN, !halfWidth.isNaN else { return nil }
    if size - halfWidth > margin { return .changed }
    return size + halfWidth < margin ? .unchanged : .undecidable
  }

  /// Reads a pair and learns what its numbers are good for.
  ///
  /// Learned is from measured tokens of responses; half-widths are then of prompts' tokens, too.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - measures: that are asked for.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    of pair: PairName, in table: TokenTable,
    measures: [PositionMeasure] = PositionMeasure.allCases
  ) throws {
    self.pair = pair
    let types = [pair.before, pair.after].map { name in
      table.log.header.models.first { $0.name == name }?.computeType ?? ""
    }
    computeType = types.first { $0 != Self.exactType } ?? Self.exactType
    var columns: [PositionMeasure: Column] = [:]
    if try ListedChanges.areOf(pair, in: table) {
      let changes = try ListedChanges(of: pair, in: table)
      for measure in measures { columns[measure] = try changes.column(measure) }
    } else if types.allSatisfy({ $0 == Self.exactType }) {
      for measure in measures {
        let values = try table.values(measure.column, of: pair)
        columns[measure] = Column(
          values: values,
          halfWidths: values.map { $0.isNaN ? .nan : Float(Self.exactHalfWidth) },
          scales: [], isKnown: [], deviations: table.texts.sources.map { _ in 0 }, basis: .exact,
          calibrationCount: 0)
      }
    } else {
      let noise = try PairNoise(of: pair, in: table)
      for measure in measures { columns[measure] = try noise.column(measure) }
    }
    self.columns = columns
  }

  /// What 32-bit products are called.
  package static let exactType = "F32"
}

/// Reads what a pair's errors are made of.
private struct PairNoise {
  let pair: PairName
  let table: TokenTable
  let rows: TokenRows
  let authorCount: Int
  /// Of each row of the log.
  let authors: [Int32]
  let before: Side
  let after: Side
  let logProbabilities: [Float]
  let entropies: [Float]
  let replicateDivergences: [Float]?

  /// One of both models.
  struct Side {
    let scales: PositionScales
    let logProbability: [Float]
    let entropy: [Float]
    let replicate: Replicate?
    /// σ of the logits' errors that is assumed of its precision.
    let assumed: Double

    init(of model: String, in table: TokenTable) throws {
      scales = try PositionScales(of: model, in: table)
      logProbability = try table.values(.logProbability, of: model)
      entropy = try table.values(.entropy, of: model)
      let record = table.log.header.models.first { $0.name == model }
      // One in the same type differs in nothing.
      replicate =
        record?.replicateType == PositionVerdicts.exactType
        ? try table.log.replicate(of: model) : nil
      assumed =
        switch record?.computeType {
        case PositionVerdicts.exactType: 0
        case "F16": 0.01
        default: 0.1
        }
    }
  }

  init(of pair: PairName, in table: TokenTable) throws {
    (self.pair, self.table) = (pair, table)
    rows = try table.rows(of: pair)
    authorCount = table.texts.sources.count
    let (before, after) = (
      try Side(of: pair.before, in: table), try Side(of: pair.after, in: table)
    )
    (self.before, self.after) = (before, after)
    var authors = [Int32](repeating: 0, count: before.logProbability.count)
    for text in 0..<table.textCount {
      for row in table.log.tokens(ofSequence: text) { authors[row] = table.texts.sourceOf[text] }
    }
    self.authors = authors
    logProbabilities = zip(before.logProbability, after.logProbability).map { min($0, $1) }
    entropies = zip(before.entropy, after.entropy).map { max($0, $1) }
    replicateDivergences = try table.log.replicateDivergences(of: pair)
  }

  /// A measure's changes, each with its half-width.
  func column(_ measure: PositionMeasure) throws -> PositionVerdicts.Column {
    var values = try table.values(measure.column, of: pair)
    let exact = exactValues(measure)
    var errors = [Double](repeating: .nan, count: values.count)
    if let exact {
      for row in values.indices {
        errors[row] = measure.onScale(Double(values[row])) - measure.onScale(exact(row))
      }
    }
    let columns = CalibrationColumns(
      scales: scales(measure), errors: errors, authors: authors,
      logProbabilities: logProbabilities, entropies: entropies)
    let calibration = Calibration(
      columns, authorCount: authorCount, positions: rows.map { $0 })
    let assumed = 3 * max(before.assumed, after.assumed)
    var halfWidths = values
    var isKnown = values.map { _ in false }
    for row in values.indices where !values[row].isNaN {
      if let exact, case let value = exact(row), !value.isNaN {
        // Where the exact number is known there is no reason to use another.
        values[row] = Float(value)
        halfWidths[row] = Float(PositionVerdicts.exactHalfWidth)
        isKnown[row] = true
      } else {
        halfWidths[row] = Float(
          calibration?.halfWidth(columns, at: row) ?? assumed * columns.scales[row])
      }
    }
    let deviations = calibration?.deviations ?? table.texts.sources.map { _ in assumed }
    let known = rows.map { isKnown[$0] }
    let basis: PositionVerdicts.Basis =
      !known.isEmpty && known.allSatisfy(\.self)
      ? .exact : calibration.map { $0.hasCells ? .calibrated : .pooled } ?? .prior
    return .init(
      values: values, halfWidths: halfWidths, scales: columns.scales.map { Float($0) },
      isKnown: isKnown, deviations: deviations, basis: basis,
      calibrationCount: calibration?.count ?? 0)
  }

  private func scales(_ measure: PositionMeasure) -> [Double] {
    let (a, b) = (before.scales, after.scales)
    return before.logProbability.indices.map { row in
      switch measure {
      case .divergence:
        PairScale.divergence(Double(a.collision[row]), Double(b.collision[row]))
      case .logProbability:
        PairScale.difference(Double(a.logProbability[row]), Double(b.logProbability[row]))
      case .probability:
        PairScale.difference(
          exp(before.logProbability[row]) * Double(a.logProbability[row]),
          exp(after.logProbability[row]) * Double(b.logProbability[row]))
      case .entropy:
        PairScale.difference(Double(a.entropy[row]), Double(b.entropy[row]))
      }
    }
  }

  /// What 32 bits say at each row, NaN where they weren't asked; nil without replicates.
  private func exactValues(_ measure: PositionMeasure) -> ((Int) -> Double)? {
    if measure == .divergence {
      guard let divergences = replicateDivergences, before.replicate != nil else { return nil }
      return { Double(divergences[$0]) }
    }
    // A model that was computed in 32 bits in the first place is its own.
    guard let a = exactSide(before), let b = exactSide(after) else { return nil }
    return { row in
      switch measure {
      case .entropy: Double(b.entropy[row]) - Double(a.entropy[row])
      case .probability: exp(b.logProbability[row]) - exp(a.logProbability[row])
      case .logProbability, .divergence:
        Double(b.logProbability[row]) - Double(a.logProbability[row])
      }
    }
  }

  private func exactSide(_ side: Side) -> Replicate? {
    side.assumed == 0
      ? Replicate(logProbability: side.logProbability, entropy: side.entropy) : side.replicate
  }

  private func exp(_ logProbability: Float) -> Double { Foundation.exp(Double(logProbability)) }
}
