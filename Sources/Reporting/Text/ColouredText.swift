package import Analysis
internal import RunLogs

/// One text with its tokens coloured by the change of their probability, and what is known of that
/// change marked; without colours, what is known is written after the token.
package struct ColouredText {
  private let change: ResponseChange
  private let usesColor: Bool
  private let margin: Double
  /// Change of probability by position, exact where the log has it; NaN where not measured.
  private let values: [Double]
  private let verdicts: [Verdict?]
  private let basis: String

  /// A text, with colours of a terminal or without.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - verdicts: of its pair, the change of probability among their measures.
  ///   - table: that the verdicts were read from.
  ///   - margin: of the change of probability; nil for the measure's own.
  ///   - usesColor: whether the terminal shows colours.
  /// - Throws: `RunLogError` if the log can't be read.
  package init(
    ofText text: Int, _ verdicts: PositionVerdicts, in table: TokenTable, margin: Double? = nil,
    usesColor: Bool
  ) throws {
    let measure = PositionMeasure.probability
    self.margin = margin ?? measure.margin
    self.usesColor = usesColor
    // Shown are tokens and what is known of Δp, which lists have, too.
    change = try ResponseChange(ofText: text, pair: verdicts.pair, in: table, isWhole: false)
    let column = TextVerdicts(ofText: text, verdicts, in: table, measures: [measure])[measure]
    values = column.values.map(Double.init)
    self.verdicts = column.verdicts(margin: self.margin)
    basis = BasisWords.sentence(verdicts, measure)
  }

  /// All of it, ready to print.
  package var text: String {
    change.positions.indices.map { index in
      let (position, value, verdict) = (change.positions[index], values[index], verdicts[index])
      let shown = TokenText.flowing(position.bytes?.values, id: position.token)
      guard position.isResponse else { return shown }
      let mark = usesColor ? Self.codes(value, verdict) : Self.mark(value, verdict)
      guard !mark.isEmpty else { return shown }
      // What is marked is seen, and in its own line.
      let ends = shown.reversed().prefix { $0 == "\n" }
      let seen = shown.dropLast(ends.count) + String(repeating: "↵", count: ends.count)
      return (usesColor ? "\u{1B}[\(mark)m\(seen)\u{1B}[0m" : seen + mark) + String(ends)
    }.joined()
  }

  /// What colours and marks mean, how often each occurs, and what verdicts rest on.
  package var legend: [String] {
    let counts = VerdictCounts(
      zip(change.positions, verdicts).filter { $0.0.isResponse }.map { $0.1 })
    let signs =
      usesColor
      ? ["blue more likely, orange less", "plain", "underlined", "faint"]
      : ["[by how much]", "plain", "[?]", "[–]"]
    return [
      "Δp at margin \(margin), tokens of the response: \(counts.changed) changed (\(signs[0])), "
        + "\(counts.unchanged) unchanged (\(signs[1])), \(counts.undecidable) undecidable "
        + "(\(signs[2])), \(counts.unmeasured) not measured (\(signs[3]))",
      "a verdict is numerical: in exact arithmetic |Δp| exceeds the margin, or stays within it",
      basis,
    ]
  }

  /// 256-colour blues and oranges, stronger with the size of the change.
  private static func codes(_ change: Double, _ verdict: Verdict?) -> String {
    switch verdict {
    case .changed:
      "48;5;\((change > 0 ? [195, 153, 75, 33] : [230, 223, 215, 208])[strength(change)]);38;5;16"
    case .unchanged: ""
    // Every terminal underlines; dotted and wavy lines are for few.
    case .undecidable: "4"
    case nil: "2"
    }
  }

  private static func strength(_ change: Double) -> Int {
    [0.1, 0.25, 0.5].count { abs(change) >= $0 }
  }

  private static func mark(_ change: Double, _ verdict: Verdict?) -> String {
    switch verdict {
    case .changed: "[\(Number.signed(change))]"
    case .unchanged: ""
    case .undecidable: "[?]"
    case nil: "[–]"
    }
  }
}
