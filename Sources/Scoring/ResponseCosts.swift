internal import RunLogs
internal import TokenStatistics
internal import Tokenization
internal import Transformer

/// What a response costs a model: −Σ log p over its tokens, in nats.
struct ResponseCost: Sendable, Equatable {
  /// −Σ log p of the measured tokens.
  var nats: Double
  /// Their bytes of UTF-8; the same for any tokenizer where the response's text is given.
  var bytes: Int
}

/// What all responses of a file cost a model.
struct ResponseCosts: Sendable {
  /// In the file's order; nil where nothing is measured.
  var costs: [ResponseCost?] = []
  /// The prompt that each text answers.
  var prompts: [String] = []
}

extension Scorer {
  /// The cost of each text's response under the only model.
  ///
  /// All tokens of the response count that its mask doesn't leave out, one that ends the text among
  /// them; a text without a prompt
  /// has no prediction for its first token, which then counts neither in nats nor in bytes.
  ///
  /// - Parameters:
  ///   - longest: the context that texts must fit into as a whole, so that models of different context
  ///     lengths and tokenizers are measured on the same bytes: a part of a text has others for each.
  ///   - progress: called with the number of finished tokens.
  /// - Returns: one for each text, in the file's order.
  /// - Throws: `ScoringError` or `TransformerError`.
  func responseCosts(
    longest: Int, progress: (Int) -> Void = { _ in }
  ) throws -> ResponseCosts {
    precondition(checkpoints.count == 1, "costs are of one model, not of \(checkpoints.count)")
    let scorer = BatchScorer(models: checkpoints.map(\.model), pairs: [], topCount: 1)
    var all = ResponseCosts()
    var done = 0
    try forEachBatch(of: batches) { texts in
      let isScored = texts.map {
        $0.sequence.isScored(contextLength: longest)
          && $0.sequence.reach(contextLength: longest) == $0.sequence.ids.count
      }
      let scored = zip(texts, isScored).filter(\.1).map(\.0.sequence)
      let positions = try scorer.score(scorer.pack(scored)).positions
      var start = positions.startIndex
      for (text, isScored) in zip(texts, isScored) {
        let end = start + (isScored ? text.sequence.ids.count - 1 : 0)
        // Ids are checked before: the only model has all of them.
        try checkFinite(positions[start..<end], line: text.line.line)
        all.costs.append(isScored ? try cost(of: text, positions[start..<end]) : nil)
        all.prompts.append(text.line.promptID)
        start = end
      }
      done += texts.reduce(0) { $0 + $1.sequence.ids.count }
      progress(done)
    }
    return all
  }

  private func cost(
    of text: PreparedText, _ positions: ArraySlice<PositionStatistics>
  ) throws -> ResponseCost? {
    let sequence = text.sequence
    // Nothing predicts a text's first token.
    let first = max(sequence.responseStart, 1)
    let tokens = (first..<max(first, sequence.ids.count)).filter(sequence.isCounted)
    guard !tokens.isEmpty else { return nil }
    // Position i tells of token i + 1.
    let nats = tokens.reduce(0.0) { sum, token in
      sum - (positions[positions.startIndex + token - 1].models[0]?.logProbability ?? .nan)
    }
    let bytes = try bytes(of: text, tokens)
    return bytes > 0 ? ResponseCost(nats: nats, bytes: bytes) : nil
  }

  /// Bytes of the response's text; where only ids are given, or some of them don't count, of what the
  /// tokens that do stand for, special ones for nothing.
  private func bytes(of text: PreparedText, _ tokens: [Int]) throws -> Int {
    let (line, sequence) = (text.line, text.sequence)
    if let response = line.response, tokens.count == sequence.ids.count - sequence.responseStart {
      return response.utf8.count
    }
    guard let tokenizer = checkpoints[0].tokenizer else {
      if let error = checkpoints[0].tokenizerError { throw error }
      throw ScoringError.badLine(
        path: texts.path, line: line.line,
        "has no response as text, and \(checkpoints[0].directory) has no tokenizer.json, so nobody "
          + "knows its bytes; add \"response\"")
    }
    return tokens.map { sequence.ids[$0] }.reduce(0) { sum, id in
      tokenizer.specialTokenIDs.contains(id) ? sum : sum + (tokenizer.bytes(of: id)?.count ?? 0)
    }
  }
}
