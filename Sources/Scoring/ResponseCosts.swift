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

extension Scorer {
  /// The cost of each text's response under the only model; nil where nothing is measured.
  ///
  /// All tokens of the response count, one that ends the text among them; a text without a prompt
  /// has no prediction for its first token, which then counts neither in nats nor in bytes.
  ///
  /// - Parameters:
  ///   - longest: texts of more tokens are not measured, so that models of different context lengths
  ///     are measured on the same texts.
  ///   - progress: called with the number of finished tokens.
  /// - Returns: one for each text, in the file's order.
  /// - Throws: `ScoringError` or `TransformerError`.
  func responseCosts(
    longest: Int, progress: (Int) -> Void = { _ in }
  ) throws -> [ResponseCost?] {
    precondition(checkpoints.count == 1, "costs are of one model, not of \(checkpoints.count)")
    let scorer = BatchScorer(models: checkpoints.map(\.model), pairs: [], topCount: 1)
    var costs = [ResponseCost?](repeating: nil, count: sequences.count)
    var done = 0
    for batch in batches() {
      let scored = batch.filter {
        sequences[$0].ids.count >= 2 && sequences[$0].ids.count <= longest
      }
      let positions = try scorer.score(scored.map { sequences[$0].ids })
      var start = positions.startIndex
      for index in scored {
        let end = start + sequences[index].ids.count - 1
        // Ids are checked before: the only model has all of them.
        try checkFinite(positions[start..<end], line: texts.lines[index].line)
        costs[index] = try cost(of: index, positions[start..<end])
        start = end
      }
      done += batch.reduce(0) { $0 + sequences[$1].ids.count }
      progress(done)
    }
    return costs
  }

  private func cost(
    of index: Int, _ positions: ArraySlice<PositionStatistics>
  ) throws -> ResponseCost? {
    let sequence = sequences[index]
    // Position i tells of token i + 1.
    let first = max(sequence.responseStart, 1)
    guard first < sequence.ids.count else { return nil }
    let nats = positions.dropFirst(first - 1).reduce(0) {
      $0 - ($1.models[0]?.logProbability ?? .nan)
    }
    let bytes = try bytes(of: index, from: first)
    return bytes > 0 ? ResponseCost(nats: nats, bytes: bytes) : nil
  }

  /// Bytes of the response's text; where only ids are given, or its first token doesn't count, of
  /// what the tokens stand for, special ones for nothing.
  private func bytes(of index: Int, from first: Int) throws -> Int {
    let (line, sequence) = (texts.lines[index], sequences[index])
    if let response = line.response, first == sequence.responseStart { return response.utf8.count }
    guard let tokenizer = checkpoints[0].tokenizer else {
      throw ScoringError.badLine(
        path: texts.path, line: line.line,
        "has no response as text, and \(checkpoints[0].directory) has no tokenizer.json, so nobody "
          + "knows its bytes; add \"response\"")
    }
    return sequence.ids[first...].reduce(0) { sum, id in
      tokenizer.specialTokenIDs.contains(id) ? sum : sum + (tokenizer.bytes(of: id)?.count ?? 0)
    }
  }
}
