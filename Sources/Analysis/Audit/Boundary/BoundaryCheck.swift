package import RunLogs

/// Whether half-widths of position verdicts hold what they say, on any machine and model, where a
/// reduced precision can be held against the truth.
///
/// 4,000 positions of the prompts with even places calibrate, all of those with odd places test. Wrong
/// verdicts at a margin are those whose interval is entirely on one side of the truth, so the share of
/// such is the error rate at |Δ| = m for every m. It is asked in each bin of log p × entropy: a rule that
/// is right on average can be wrong wherever models are sure.
package struct BoundaryCheck {
  /// What exact arithmetic says of a pair, by row of the log.
  package struct Truth: Sendable {
    /// In each measure's unit; NaN where nobody knows.
    ///
    /// Measures that aren't here aren't checked.
    package var values: [PositionMeasure: [Double]]
    /// The smaller log-probability of both models, nats.
    package var logProbabilities: [Float]
    /// The larger entropy of both models, nats.
    package var entropies: [Float]

    package init(
      values: [PositionMeasure: [Double]], logProbabilities: [Float], entropies: [Float]
    ) {
      self.values = values
      (self.logProbabilities, self.entropies) = (logProbabilities, entropies)
    }

    /// What another log of the same texts says, whose products were in 32 bits.
    /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
    package init(of pair: PairName, in exact: TokenTable) throws {
      values = [:]
      for measure in PositionMeasure.allCases {
        values[measure] = try exact.values(measure.column, of: pair).map(Double.init)
      }
      logProbabilities = try exact.both(.logProbability, of: pair) { min($0, $1) }
      entropies = try exact.both(.entropy, of: pair) { max($0, $1) }
    }
  }

  /// What keeps a pair from being checked: file, reason, fix.
  package struct Refusal: Error, CustomStringConvertible {
    package let path: String
    package let reason: String

    /// One line.
    package var description: String { "\(path): \(reason)" }
  }

  /// In a reduced precision.
  package let reduced: TokenTable
  /// What half-widths are multiplied by: anything but 1 is a wrong rule.
  private let factor: Double
  /// Of each row of the log.
  private let authors: [Int32]
  private let shares: RowShares

  private static let calibrationCount = 4_000

  /// - Parameters:
  ///   - reduced: a log with a model in a reduced precision.
  ///   - factor: what half-widths are multiplied by, to see whether a wrong rule is found.
  package init(_ reduced: TokenTable, factor: Double = 1) {
    (self.reduced, self.factor) = (reduced, factor)
    var authors = [Int32](repeating: 0, count: reduced.log.tokenCount)
    for text in 0..<reduced.textCount {
      for row in reduced.log.tokens(ofSequence: text) {
        authors[row] = reduced.texts.sourceOf[text]
      }
    }
    self.authors = authors
    shares = RowShares(reduced)
  }

  /// A result for each measure whose truth is known.
  ///
  /// - Parameters:
  ///   - pair: of the log.
  ///   - truth: a value for each row.
  /// - Returns: in the order of the measures.
  /// - Throws: `Refusal` where too few positions calibrate or test; `RunLogError` if the log lacks the
  ///   pair or can't be read.
  package func results(of pair: PairName, truth: Truth) throws -> [BoundaryResult] {
    let measures = PositionMeasure.allCases.filter { truth.values[$0] != nil }
    let verdicts = try PositionVerdicts(of: pair, in: reduced, measures: measures)
    let logs = try reduced.both(.logProbability, of: pair) { min($0, $1) }
    let entropies = try reduced.both(.entropy, of: pair) { max($0, $1) }
    let rows = try reduced.rows(of: pair).map { $0 }
    return try measures.map { measure in
      let value = try reduced.values(measure.column, of: pair).map { measure.onScale(Double($0)) }
      let exact = (truth.values[measure] ?? []).map { measure.onScale($0) }
      let columns = BoundaryColumns(
        value: value, exact: exact, exactLog: truth.logProbabilities,
        exactEntropy: truth.entropies,
        calibration: CalibrationColumns(
          scales: verdicts[measure].scales.map(Double.init),
          errors: zip(value, exact).map { $0 - $1 }, authors: authors, logProbabilities: logs,
          entropies: entropies))
      let known = rows.filter { !exact[$0].isNaN }
      let positions = Self.evenlySpaced(
        Self.calibrationCount, of: known.filter { shares.prompts[$0] % 2 == 0 })
      let test = known.filter { shares.prompts[$0] % 2 == 1 }
      guard positions.count >= Calibration.fewest, test.count >= Calibration.fewest else {
        throw Refusal(
          path: reduced.log.path,
          reason:
            "\(pair) has \(positions.count) positions that calibrate and \(test.count) that test, of"
            + " \(Calibration.fewest) each; take more prompts")
      }
      guard
        let calibration = Calibration(
          columns.calibration, authorCount: reduced.texts.sources.count, positions: positions)
      else {
        throw Refusal(
          path: reduced.log.path,
          reason:
            "\(pair): \(measure.rawValue) has no rounding to learn from; score with --compute bf16")
      }
      return BoundaryResult(
        pair, measure, columns, BoundaryBins(columns, shares: shares, test: test), calibration,
        positions: positions, factor: factor)
    }
  }

  /// As NumPy's linspace: step times index, the last end exact.
  private static func evenlySpaced(_ count: Int, of rows: [Int]) -> [Int] {
    guard rows.count > count else { return rows }
    let step = Double(rows.count - 1) / Double(count - 1)
    return (0..<count).map { rows[$0 == count - 1 ? rows.count - 1 : Int(Double($0) * step)] }
  }
}

extension TokenTable {
  /// Something of both models of a pair at each row.
  fileprivate func both(
    _ column: ModelColumn, of pair: PairName, _ choice: (Float, Float) -> Float
  ) throws -> [Float] {
    zip(try values(column, of: pair.before), try values(column, of: pair.after)).map(choice)
  }
}
