package import TokenStatistics
package import Transformer

/// What two models say about each token of some responses, without a log.
///
/// Logits exist for at most 256 positions of each model at once.
package struct PairScorer {
  /// A text as ids.
  package struct Text: Sendable {
    /// Of prompt and response.
    package let ids: [Int32]
    /// Where the response begins; at least 1.
    package let responseStart: Int

    /// Both given.
    package init(ids: [Int32], responseStart: Int) {
      (self.ids, self.responseStart) = (ids, responseStart)
    }
  }

  /// One token of a response.
  package struct Position: Sendable {
    /// Of the model before; `topTokens` has the two most likely ones.
    package let before: DistributionStatistics
    /// Of the model after.
    package let after: DistributionStatistics
    /// How they differ.
    package let change: PairStatistics

    /// All parts given.
    package init(
      before: DistributionStatistics, after: DistributionStatistics, change: PairStatistics
    ) {
      (self.before, self.after, self.change) = (before, after, change)
    }
  }

  /// Tokens that go through the models together.
  private static let batchTokens = 2_048

  private let scorer: BatchScorer
  private let names: [String]
  private let path: String

  /// Prepares two models with the same tokens.
  ///
  /// - Parameters:
  ///   - before: the model before and its name.
  ///   - after: the model after and its name.
  ///   - path: where the texts come from, for messages.
  package init(
    before: (name: String, model: Transformer), after: (name: String, model: Transformer),
    path: String
  ) {
    scorer = BatchScorer(
      models: [before.model, after.model], pairs: [(before: 0, after: 1)], topCount: 2)
    names = [before.name, after.name]
    self.path = path
  }

  /// Scores texts that fit both contexts.
  ///
  /// - Parameters:
  ///   - texts: in any order.
  ///   - pause: called between batches with the number of finished texts; what it throws ends the pass.
  /// - Returns: for each text one entry for each token of its response.
  /// - Throws: `ScoringError.notFinite` naming model, text (as a line from 1) and token;
  ///   `TransformerError`.
  package func score(
    _ texts: [Text], pause: (Int) throws -> Void = { _ in }
  ) throws -> [[Position]] {
    var results: [[Position]] = []
    while results.count < texts.count {
      var (end, tokens) = (results.count, 0)
      repeat {
        tokens += texts[end].ids.count
        end += 1
      } while end < texts.count && tokens + texts[end].ids.count <= Self.batchTokens
      results += try batch(Array(texts[results.count..<end]), first: results.count)
      try pause(results.count)
    }
    return results
  }

  private func batch(_ texts: [Text], first: Int) throws -> [[Position]] {
    let sequences = texts.map {
      TokenSequence(
        ids: $0.ids, responseStart: $0.responseStart, isRetokenized: false, decodesBack: true)
    }
    let found = try scorer.score(scorer.pack(sequences)).positions
    var start = 0
    return try texts.enumerated().map { index, text in
      // Of tokens 1…; the first one of a text is not measured.
      let own = found[start..<start + text.ids.count - 1]
      start += own.count
      return try own.dropFirst(text.responseStart - 1).enumerated().map { place, position in
        for (model, name) in names.enumerated()
        where position.models[model]?.logPartition.isFinite != true {
          throw ScoringError.notFinite(
            model: name, path: path, line: first + index + 1, token: text.responseStart + place)
        }
        guard let before = position.models[0], let after = position.models[1],
          let change = position.pairs[0]
        else { preconditionFailure("models with other tokens: \(names)") }
        return Position(before: before, after: after, change: change)
      }
    }
  }
}
