internal import RunLogs

/// Refusal of what no log has: a row that is marked as measured, and a number that isn't one.
///
/// Everything above counts on it. Unnoticed, such a row would be neither measured nor counted as missing.
extension TokenTable {
  /// Rows of a column of a model, from row `first` on.
  func checked(
    _ values: [Float], _ column: ModelColumn, of model: String, from first: Int = 0
  ) throws -> [Float] {
    // Of this one NaN says that nobody looked.
    guard column != .extraLogMass else { return values }
    try check(values, .named(column.rawValue, .model), owner: model, [model], from: first)
    return values
  }

  /// Rows of a column of a pair, from row `first` on.
  func checked(
    _ values: [Float], _ column: PairColumn, of pair: PairName, from first: Int = 0
  ) throws -> [Float] {
    try check(
      values, .named(column.rawValue, .pair), owner: pair.description, [pair.before, pair.after],
      from: first)
    return values
  }

  /// Bounds of a pair.
  func checked(_ values: [Float], _ bound: PairBound, of pair: PairName) throws -> [Float] {
    let column = TokenLogColumn.named(bound.rawValue, .pair)
    try check(values, column, owner: pair.description, [pair.before, pair.after], from: 0)
    return values
  }

  /// Bounds of a model.
  func checked(_ values: [Float], _ bound: ModelBound, of model: String) throws -> [Float] {
    try check(values, .named(bound.rawValue, .model), owner: model, [model], from: 0)
    return values
  }

  /// The most likely tokens of some rows.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  func topK(of model: String, in range: Range<Int>) throws -> TopK {
    let top = try log.topK(of: model, in: range)
    try check(
      top.logProbabilities, .named("topk/logp", .model), owner: model, [model],
      from: range.lowerBound, perRow: log.header.topK)
    // Mass outside the lists only narrows bounds: where it is no number they stay wide.
    return top
  }

  private func check(
    _ values: [Float], _ column: TokenLogColumn, owner: String, _ models: [String],
    from first: Int, perRow count: Int = 1
  ) throws {
    guard values.contains(where: \.isNaN) else { return }
    let reasons = try models.map { try self.reasons(of: $0) }
    for index in values.indices where values[index].isNaN {
      let row = first + index / count
      if reasons.allSatisfy({ $0[row] == .measured }) {
        throw log.notANumber(atRow: row, of: column, owner: owner)
      }
    }
  }
}
