package import RunLogs
package import StatisticalInference

/// A token log as everything that computes from it sees it: read once, columns on demand and kept.
///
/// Its rows are the log's tokens, text after text. Which of them a number is about, one rule decides:
/// `rows(_:)`. Not for several threads at once.
package final class TokenTable {
  /// The log.
  package let log: TokenLog
  /// What it says about its texts.
  package let texts: TextColumns
  private var floats: [String: [Float]] = [:]
  private var selections: [TokenFilter: TokenRows] = [:]
  private var sums: [String: TextSums] = [:]
  private var ids: [UInt32]?
  private var mask: [Bool]?
  private var reasons: [String: [UnmeasuredReason]] = [:]

  /// Reads what a log says about its texts; columns of tokens are read when they are asked for.
  ///
  /// - Throws: `RunLogError` if the log can't be read.
  package init(_ log: TokenLog) throws {
    self.log = log
    texts = try TextColumns(log)
  }

  /// Texts.
  package var textCount: Int { log.sequenceCount }
}

// MARK: Columns

extension TokenTable {
  /// Each token's id.
  /// - Throws: `RunLogError` if the log can't be read.
  package func tokenIDs() throws -> [UInt32] {
    if let ids { return ids }
    let read = try log.tokenIDs()
    ids = read
    return read
  }

  /// Whether each token counts as one of its response.
  /// - Throws: `RunLogError` if the log can't be read.
  package func isResponse() throws -> [Bool] {
    if let mask { return mask }
    let read = try log.isResponse()
    mask = read
    return read
  }

  /// A column of a model; NaN where not measured, and there alone.
  /// - Throws: `RunLogError` if the log lacks it, can't be read, or has NaN where it was measured.
  package func values(_ column: ModelColumn, of model: String) throws -> [Float] {
    try kept(&floats, key(column.rawValue, model)) {
      try checked(log.floats(column, of: model), column, of: model)
    }
  }

  /// A column of a pair; NaN where not measured, and there alone.
  /// - Throws: `RunLogError` if the log lacks it, can't be read, or has NaN where it was measured.
  package func values(_ column: PairColumn, of pair: PairName) throws -> [Float] {
    try kept(&floats, key(column.rawValue, pair.description)) {
      try checked(log.floats(column, of: pair), column, of: pair)
    }
  }

  /// Bounds of a pair; NaN where not measured.
  /// - Throws: `RunLogError` if the log lacks them or can't be read.
  package func values(_ bound: PairBound, of pair: PairName) throws -> [Float] {
    try kept(&floats, key(bound.rawValue, pair.description)) {
      try checked(log.floats(bound, of: pair), bound, of: pair)
    }
  }

  /// Bounds of a model; NaN where not measured.
  /// - Throws: `RunLogError` if the log lacks them or can't be read.
  package func values(_ bound: ModelBound, of model: String) throws -> [Float] {
    try kept(&floats, key(bound.rawValue, model)) {
      try checked(log.floats(bound, of: model), bound, of: model)
    }
  }

  /// Why each token has no numbers, under one model, or nil for at least one of them all.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  package func reasons(of model: String?) throws -> [UnmeasuredReason] {
    try kept(&reasons, model.map { key("unmeasured", $0) } ?? "") {
      try model.map { try log.unmeasured(of: $0) } ?? log.unmeasured()
    }
  }

  /// Ids of some tokens; reads no others if the column wasn't asked for before.
  /// - Throws: `RunLogError` if the log can't be read.
  package func tokenIDs(in range: Range<Int>) throws -> [UInt32] {
    try ids.map { Array($0[range]) } ?? log.tokenIDs(in: range)
  }

  /// Whether some tokens count as one of their response.
  /// - Throws: `RunLogError` if the log can't be read.
  package func isResponse(in range: Range<Int>) throws -> [Bool] {
    try mask.map { Array($0[range]) } ?? log.isResponse(in: range)
  }

  /// Some tokens of a column of a model.
  /// - Throws: `RunLogError` if the log lacks it or can't be read.
  package func values(
    _ column: ModelColumn, of model: String, in range: Range<Int>
  ) throws -> [Float] {
    try floats[key(column.rawValue, model)].map { Array($0[range]) }
      ?? checked(
        log.floats(column, of: model, in: range), column, of: model, from: range.lowerBound)
  }

  /// Some tokens of a column of a pair.
  /// - Throws: `RunLogError` if the log lacks it or can't be read.
  package func values(
    _ column: PairColumn, of pair: PairName, in range: Range<Int>
  ) throws -> [Float] {
    try floats[key(column.rawValue, pair.description)].map { Array($0[range]) }
      ?? checked(
        log.floats(column, of: pair, in: range), column, of: pair, from: range.lowerBound)
  }

  /// Names of models and pairs hold no slash.
  private func key(_ column: String, _ owner: String) -> String { owner + "/" + column }

  private func kept<Value>(
    _ cache: inout [String: Value], _ key: String, _ read: () throws -> Value
  ) rethrows -> Value {
    if let known = cache[key] { return known }
    let value = try read()
    cache[key] = value
    return value
  }
}

// MARK: Selection

extension TokenTable {
  /// The tokens that a number is about: the one rule of selection.
  ///
  /// - Parameter filter: which.
  /// - Returns: the measured ones among them, and how many were not.
  /// - Throws: `RunLogError` if the log lacks a model or can't be read.
  package func rows(_ filter: TokenFilter = TokenFilter()) throws -> TokenRows {
    if let known = selections[filter] { return known }
    var rows: TokenRows
    if let source = filter.source {
      var all = filter
      all.source = nil
      rows = try self.rows(all)
      rows.texts = texts.texts(of: source)
    } else {
      let isMeasured = try self.isMeasured(under: filter.models)
      // Most often all models lack the same tokens: then their rows are the same, and kept once.
      let twin = try selections.first {
        guard $0.key.source == nil, $0.key.tokens == filter.tokens else { return false }
        return try self.isMeasured(under: $0.key.models) == isMeasured
      }
      rows = try twin?.value ?? select(filter.tokens, isMeasured)
    }
    selections[filter] = rows
    return rows
  }

  /// Measured tokens of prompts, responses or both, under a pair of models.
  /// - Throws: `RunLogError` if the log lacks a model or can't be read.
  package func rows(
    of pair: PairName, _ tokens: TokenSelection = .response, source: String? = nil
  ) throws -> TokenRows {
    try rows(TokenFilter(tokens: tokens, source: source, models: [pair.before, pair.after]))
  }

  private func isMeasured(under models: [String]?) throws -> [Bool] {
    let all = try reasons(of: nil).map { $0 == .measured }
    // What all have, each has.
    guard let models, all.contains(false) else { return all }
    var result = [Bool](repeating: true, count: all.count)
    for model in models {
      for (row, reason) in try reasons(of: model).enumerated() where reason != .measured {
        result[row] = false
      }
    }
    return result
  }

  private func select(_ tokens: TokenSelection, _ isMeasured: [Bool]) throws -> TokenRows {
    let mask = try isResponse()
    var rows = TokenRows(texts: Array(0..<textCount))
    rows.identity = selections.count
    rows.offsets.reserveCapacity(textCount + 1)
    for text in 0..<textCount {
      let range = log.tokens(ofSequence: text)
      let candidates =
        tokens == .prompt ? range.prefix(texts.responseStarts[text]) : range
      var length: Int32 = 0
      for row in candidates where tokens != .response || mask[row] {
        if isMeasured[row] {
          rows.indices.append(Int32(row))
          rows.places.append(length)
        }
        length += 1
      }
      rows.offsets.append(rows.indices.count)
      rows.lengths.append(length)
    }
    return rows
  }
}

// MARK: Sums

extension TokenTable {
  /// Sums of a column over each text's rows, kept; a column that was asked for here alone isn't.
  /// - Throws: `RunLogError` if the log lacks the column or can't be read.
  package func sums(_ column: ModelColumn, of model: String, at rows: TokenRows) throws -> TextSums
  {
    let key = key(column.rawValue, model)
    return try sums(key, at: rows) {
      let values = try floats[key] ?? checked(log.floats(column, of: model), column, of: model)
      return { Double(values[$0]) }
    }
  }

  /// Sums of a column over each text's rows, kept; a column that was asked for here alone isn't.
  /// - Throws: `RunLogError` if the log lacks the column or can't be read.
  package func sums(_ column: PairColumn, of pair: PairName, at rows: TokenRows) throws -> TextSums
  {
    let key = key(column.rawValue, pair.description)
    return try sums(key, at: rows) {
      let values = try floats[key] ?? checked(log.floats(column, of: pair), column, of: pair)
      return { Double(values[$0]) }
    }
  }

  /// Sums of something over each text's rows, kept under a name.
  ///
  /// - Parameters:
  ///   - name: one for each thing that is summed up.
  ///   - rows: any selection; sums of all its texts are kept, whoever wrote them.
  ///   - makeValue: gives what is summed up of a row; called if the sums aren't known.
  /// - Returns: sums of every text.
  package func sums(
    _ name: String, at rows: TokenRows, _ makeValue: () throws -> (Int) -> Double
  ) rethrows -> TextSums {
    // Filtered rows have no name of their own.
    guard rows.identity >= 0 else { return TextSums(rows, try makeValue()) }
    let key = "\(rows.identity) \(name)"
    if let known = sums[key] { return known }
    let new = TextSums(rows, try makeValue())
    sums[key] = new
    return new
  }

  /// Means of what was summed up, over the texts of a selection; nil of none.
  package func means(
    of sums: TextSums, at rows: TokenRows, within range: ClosedRange<Double>? = nil,
    isShare: Bool = false
  ) -> Means? {
    Means(
      sums, texts: rows.texts, prompts: texts.prompts, promptCount: texts.promptCount,
      within: range, isShare: isShare)
  }

  /// The mean over texts of something that some of them have, prompts as clusters; nil if none has.
  package func mean(
    over texts: [Int], within range: ClosedRange<Double>? = nil, isShare: Bool = false,
    _ value: (Int) -> Double?
  ) -> Estimate? {
    var sums = [Double](repeating: 0, count: self.texts.promptCount)
    var (counts, squares) = (sums, 0.0)
    for text in texts {
      guard let value = value(text) else { continue }
      sums[Int(self.texts.prompts[text])] += value
      counts[Int(self.texts.prompts[text])] += 1
      squares += value * value
    }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    return .ratio(sums, over: counts, within: range, isShare: isShare, squares: squares)
  }
}
