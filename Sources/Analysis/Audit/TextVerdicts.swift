package import RunLogs

/// What is known of one pair's changes at each token of one text.
package struct TextVerdicts: Sendable {
  /// One measure, a value for each token.
  package struct Column: Sendable {
    /// Of what.
    package let measure: PositionMeasure
    /// The change, prompt first; NaN where not measured.
    package let values: [Float]
    /// Half-widths on the measure's scale (of the root for a divergence); NaN where not measured.
    package let halfWidths: [Float]

    /// A verdict for each token.
    ///
    /// - Parameter margin: not negative.
    /// - Returns: nil where not measured.
    package func verdicts(margin: Double) -> [Verdict?] {
      zip(values, halfWidths).map { value, halfWidth in
        PositionVerdicts.verdict(
          measure, value: Double(value), halfWidth: Double(halfWidth), margin: margin)
      }
    }
  }

  /// Before and after.
  package let pair: PairName
  private let columns: [PositionMeasure: Column]

  /// Takes one text's part of what is known of all texts.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - verdicts: of a pair.
  ///   - table: that the verdicts were read from.
  ///   - measures: that are asked for, all of them among the verdicts'.
  package init(
    ofText text: Int, _ verdicts: PositionVerdicts, in table: TokenTable,
    measures: [PositionMeasure] = PositionMeasure.allCases
  ) {
    let rows = table.log.tokens(ofSequence: text)
    pair = verdicts.pair
    columns = Dictionary(
      uniqueKeysWithValues: measures.map { measure in
        let column = verdicts[measure]
        return (
          measure,
          Column(
            measure: measure, values: Array(column.values[rows]),
            halfWidths: Array(column.halfWidths[rows]))
        )
      })
  }

  /// One measure's column; it must be one that was asked for.
  package subscript(measure: PositionMeasure) -> Column {
    guard let column = columns[measure] else { preconditionFailure("no \(measure) was read") }
    return column
  }
}
