package import StatisticalInference

/// An estimate inside a sentence.
package enum Phrase {
  /// `0.0123 nats [0.0101, 0.0145]`; "–" for nil.
  package static func text(
    _ estimate: Estimate?, _ format: Table.Format = .number, unit: String = ""
  ) -> String {
    let text = CellText(.estimate(estimate), format)
    return [text.value, unit, text.interval].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `12.3 % [10.1, 14.5]`.
  package static func share(_ estimate: Estimate?) -> String { text(estimate, .share) }
}
