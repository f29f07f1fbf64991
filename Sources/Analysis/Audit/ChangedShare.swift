internal import RunLogs
package import StatisticalInference

/// The share of positions that changed by more than a margin, in one author's texts.
package struct ChangedShare: Sendable, Equatable, Encodable {
  /// Of the measure, in its unit.
  package let margin: Double
  /// Measured positions beyond the margin, with the interval over prompts.
  ///
  /// Of positions that are known between bounds it has no value unless all are decided: its interval is
  /// from the lower end of the certain share to the upper end of the possible one.
  package let share: Estimate
  /// Share of positions that are beyond it for certain: *changed*.
  package let least: Double
  /// Share of positions that may be: *changed* or *undecidable*.
  package let most: Double

  /// Counts; nil of no rows with numbers.
  ///
  /// - Parameters:
  ///   - measure: of what.
  ///   - margin: not negative.
  ///   - rows: one author's.
  ///   - verdicts: of the pair.
  ///   - texts: that the rows are of.
  init?(
    _ measure: PositionMeasure, margin: Double, at rows: TokenRows, _ verdicts: PositionVerdicts,
    _ texts: TextColumns
  ) {
    let column = verdicts[measure]
    var beyond = [Double](repeating: 0, count: texts.promptCount)
    var counts = beyond
    var (certain, possible) = (beyond, beyond)
    var (changed, undecidable) = (0, 0)
    rows.visit { row, text, _ in
      let value = Double(column.values[row])
      let verdict = PositionVerdicts.verdict(
        measure, value: value, halfWidth: Double(column.halfWidths[row]), margin: margin)
      // What isn't a number counts neither as changed nor as a position.
      guard let verdict else { return }
      let prompt = Int(texts.prompts[text])
      counts[prompt] += 1
      if abs(value) > margin { beyond[prompt] += 1 }
      switch verdict {
      case .changed:
        changed += 1
        certain[prompt] += 1
        possible[prompt] += 1
      case .undecidable:
        undecidable += 1
        possible[prompt] += 1
      case .unchanged: break
      }
    }
    let count = counts.reduce(0, +)
    guard count > 0 else { return nil }
    self.margin = margin
    func ratio(_ beyond: [Double]) -> Estimate {
      .ratio(beyond, over: counts, isShare: true, squares: beyond.reduce(0, +))
    }
    share = column.basis == .bounded ? .between(ratio(certain), ratio(possible)) : ratio(beyond)
    least = Double(changed) / count
    most = Double(changed + undecidable) / count
  }
}
