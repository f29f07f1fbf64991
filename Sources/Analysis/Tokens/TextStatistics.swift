package import RunLogs

/// What the models say at every position of one text, for those who look at single tokens.
package struct TextStatistics: Sendable {
  /// One model's numbers, a value for each token.
  package struct Model: Sendable {
    /// The model's name.
    package let name: String
    /// Log-probability of the token that occurs, nats; NaN where not measured.
    package let logProbabilities: [Float]
    /// The token's place among all by probability, from 1 on; 0 where not measured.
    package let ranks: [UInt32]
    /// Entropy of the distribution, nats; NaN where not measured.
    package let entropies: [Float]
    /// The most likely tokens, `[tokens × topCount]`.
    package let topTokens: [UInt32]
    /// Their log-probabilities, nats.
    package let topLogProbabilities: [Float]
  }

  /// Each token's id, prompt first.
  package let tokens: [UInt32]
  /// Those tokens of the response that its mask leaves out.
  package let leftOut: [Int]
  /// The pairs' models, in the order of the pairs.
  package let models: [Model]
  /// How many of the most likely tokens there are at each position.
  package let topCount: Int
  /// The bytes of every token among these; none of those that the log has no bytes for.
  package let bytes: [UInt32: [UInt8]]

  /// Reads one text.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - pairs: whose models are read.
  ///   - table: of an open log.
  ///   - mostTopTokens: at most so many of the most likely tokens at each position.
  /// - Throws: `RunLogError` if the log can't be read.
  package init(
    ofText text: Int, pairs: [PairName], in table: TokenTable, mostTopTokens: Int
  ) throws {
    let log = table.log
    let range = log.tokens(ofSequence: text)
    let isResponse = try table.isResponse(in: range)
    let stored = log.header.topK
    let topCount = min(stored, mostTopTokens)
    tokens = try table.tokenIDs(in: range)
    leftOut = (table.texts.responseStarts[text]..<range.count).filter { !isResponse[$0] }
    models = try Self.modelNames(of: pairs).map { name in
      let top = try table.topK(of: name, in: range)
      func first<Value>(_ values: [Value]) -> [Value] {
        guard topCount < stored else { return values }
        return range.indices.flatMap { index in
          let start = (index - range.lowerBound) * stored
          return values[start..<start + topCount]
        }
      }
      return Model(
        name: name, logProbabilities: try table.values(.logProbability, of: name, in: range),
        ranks: try log.integers(.rank, of: name, in: range),
        entropies: try table.values(.entropy, of: name, in: range),
        topTokens: first(top.ids), topLogProbabilities: first(top.logProbabilities))
    }
    self.topCount = topCount
    var bytes: [UInt32: [UInt8]] = [:]
    for token in ([tokens] + models.map(\.topTokens)).joined() where bytes[token] == nil {
      bytes[token] = log.tokenBytes(token)
    }
    self.bytes = bytes
  }

  /// The models that pairs compare, each once.
  package static func modelNames(of pairs: [PairName]) -> [String] {
    var names: [String] = []
    for name in pairs.flatMap({ [$0.before, $0.after] }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}
