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

    /// A verdict for each token; nil where not measured.
    /// - Parameter margin: not negative.
    package func verdicts(margin: Double) -> [Verdict?] {
      zip(values, halfWidths).map { value, halfWidth in
        PositionVerdicts.verdict(
          measure, value: Double(value), halfWidth: Double(halfWidth), margin: margin)
      }
    }
  }

  /// Before and after.
  package let pair: PairName
  /// One for each measure, in the order of `PositionMeasure`.
  package let columns: [Column]

  /// Takes one text's part of what is known of all texts.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - verdicts: of all measures.
  ///   - table: that the verdicts were read from.
  package init(ofText text: Int, _ verdicts: PositionVerdicts, in table: TokenTable) {
    let rows = table.log.tokens(ofSequence: text)
    pair = verdicts.pair
    columns = PositionMeasure.allCases.map { measure in
      let column = verdicts[measure]
      return Column(
        measure: measure, values: Array(column.values[rows]),
        halfWidths: Array(column.halfWidths[rows]))
    }
  }

  /// One measure's column.
  package subscript(measure: PositionMeasure) -> Column {
    columns[PositionMeasure.allCases.firstIndex(of: measure) ?? 0]
  }
}
