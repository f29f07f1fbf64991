import Foundation
internal import RunLogs
internal import TokenStatistics

/// What is known of a pair's changes where another program wrote down a model's log-probabilities.
///
/// A list of the most likely tokens leaves a divergence and a change of entropy between two bounds. On the
/// measure's scale the value is the middle and the half-width half of what lies between, so that a
/// verdict is certain only where it holds for both ends.
struct ListedChanges {
  private let pair: PairName
  private let table: TokenTable
  /// How far a log-probability of each model may be off, relative and in nats.
  private let errors: [LogProbabilityPrecision]

  /// Whether one of both models was imported.
  static func areOf(_ pair: PairName, in table: TokenTable) throws -> Bool {
    table.log.header.models.contains {
      [pair.before, pair.after].contains($0.name) && $0.source != nil
    } || !table.log.has(.jensenShannonDivergence)
  }

  init(of pair: PairName, in table: TokenTable) throws {
    (self.pair, self.table) = (pair, table)
    errors = [pair.before, pair.after].map { name in
      let source = table.log.header.models.first { $0.name == name }?.source
      return source.map { .engine(step: $0.precision) }
        ?? LogProbabilityPrecision(relative: 0, absolute: PositionVerdicts.exactHalfWidth)
    }
  }

  /// A measure's changes; nothing is measured of one that the log has neither values nor bounds of.
  func column(_ measure: PositionMeasure) throws -> PositionVerdicts.Column {
    if let bounds = measure.bounds, !table.log.has(measure.column) {
      return try bounded(measure, bounds)
    }
    guard table.log.has(measure.column) else {
      let nothing = [Float](repeating: .nan, count: table.log.tokenCount)
      return column(nothing, nothing, .rounded)
    }
    let values = try table.values(measure.column, of: pair)
    let before = try table.values(.logProbability, of: pair.before)
    let after = try table.values(.logProbability, of: pair.after)
    let isOfToken = measure.bounds == nil
    let halfWidths = values.indices.map { row -> Float in
      guard isOfToken else {
        return values[row].isNaN ? .nan : Float(PositionVerdicts.exactHalfWidth)
      }
      let sides = [(before[row], errors[0]), (after[row], errors[1])].map { log, error in
        let width = error.relative * abs(Double(log)) + error.absolute
        return measure == .probability ? exp(Double(log)) * expm1(width) : width
      }
      // What a product in 32 bits has of error, it has here as well.
      return values[row].isNaN
        ? .nan : Float(max(sides[0] + sides[1], PositionVerdicts.exactHalfWidth))
    }
    return column(values, halfWidths, .rounded)
  }

  private func bounded(
    _ measure: PositionMeasure, _ bounds: (lower: PairBound, upper: PairBound)
  ) throws -> PositionVerdicts.Column {
    guard table.log.has(bounds.lower), table.log.has(bounds.upper) else {
      let nothing = [Float](repeating: .nan, count: table.log.tokenCount)
      return column(nothing, nothing, .bounded)
    }
    let lower = try table.values(bounds.lower, of: pair)
    let upper = try table.values(bounds.upper, of: pair)
    var (values, halfWidths) = (lower, upper)
    for row in lower.indices {
      let (low, high) = (
        measure.onScale(Double(lower[row])), measure.onScale(Double(upper[row]))
      )
      if low.isNaN || high.isNaN {
        (values[row], halfWidths[row]) = (.nan, .nan)
      } else if low.isInfinite || high.isInfinite {
        // Where nobody knows how many tokens there are entropy has no upper bound.
        (values[row], halfWidths[row]) = (0, .infinity)
      } else {
        let middle = (low + high) / 2
        values[row] = Float(measure.isSigned ? middle : middle * middle)
        halfWidths[row] = Float((high - low) / 2 + PositionVerdicts.exactHalfWidth)
      }
    }
    return column(values, halfWidths, .bounded)
  }

  private func column(
    _ values: [Float], _ halfWidths: [Float], _ basis: PositionVerdicts.Basis
  ) -> PositionVerdicts.Column {
    .init(
      values: values, halfWidths: halfWidths, scales: [], isKnown: [],
      deviations: table.texts.sources.map { _ in 0 }, basis: basis, calibrationCount: 0)
  }
}
