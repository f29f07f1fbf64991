internal import Kernels
public import Transformer

/// The gradient of an objective on a batch, gathered part by part.
public struct PolicyUpdate: Sendable {
  /// What is minimised.
  public let objective: RunObjective
  /// Divides the logits of rollouts; demonstrations are always seen at temperature 1.
  public let temperature: Double
  /// Tokens that go through the model together.
  public let batchTokens: Int

  /// All parts given.
  public init(objective: RunObjective, temperature: Double = 1, batchTokens: Int) {
    self.objective = objective
    self.temperature = temperature
    self.batchTokens = batchTokens
  }

  /// What came out beside the gradient.
  public struct Summary: Sendable, Equatable {
    /// The parts of the loss.
    public var terms = LossTerms()
    /// Counts, means and extremes.
    public var diagnostics = ObjectiveDiagnostics()
    /// Largest |log π − log π_behaviour| over the tokens of rollouts, nats; NaN without any.
    public var behaviorGap = Double.nan
    /// Tokens of rollouts.
    public var rolloutTokens = 0
  }

  /// Adds the gradient of the loss to `gradients`.
  ///
  /// Parts add up to the whole batch: they are normalised by its counts. Where its entropies weigh
  /// each part, all parts go forward once before, just for them.
  ///
  /// - Parameters:
  ///   - batch: responses with their advantages.
  ///   - parameters: the policy.
  ///   - pass: memory, kept between calls.
  ///   - gradients: accumulated into.
  /// - Returns: loss and what else was seen.
  /// - Throws: `ObjectiveError`, as on NaN; `TransformerError` for ids that don't fit.
  public func accumulate(
    _ batch: UpdateBatch, _ parameters: borrowing TransformerParameters,
    keeping pass: inout TrainingPass, into gradients: inout TransformerGradients
  ) throws -> Summary {
    let parts = batch.parts(tokens: batchTokens)
    var totals = BatchTotals(of: batch.objectiveBatch(of: Array(batch.rows.indices)))
    if objective.looksAtBatchEntropy {
      let tallies = try parts.map { part in
        BatchTotals(of: try forward(part, batch, parameters, keeping: &pass))
      }
      if let first = tallies.first { totals = tallies.dropFirst().reduce(first, +) }
    }
    var summary = Summary()
    for part in parts {
      let seen = try forward(part, batch, parameters, keeping: &pass)
      let result = try objective.evaluate(seen, totals: totals)
      let derivatives = PredictionDerivatives(
        tokens: tokens(of: part, batch),
        values: zip(result.dTokenLogProbs, result.dEntropies).map {
          .init(logProbability: $0, entropy: $1)
        })
      parameters.backward(
        derivatives, through: &pass, head: head(of: part, batch), into: &gradients)
      summary.add(result, seen)
    }
    return summary
  }

  private func forward(
    _ part: [Int], _ batch: UpdateBatch, _ parameters: borrowing TransformerParameters,
    keeping pass: inout TrainingPass
  ) throws(TransformerError) -> ObjectiveBatch {
    let sequences = part.map { batch.rows[$0].promptIDs + batch.rows[$0].responseIDs }
    try parameters.forward(sequences, keeping: &pass)
    let predictions = parameters.predictions(
      of: tokens(of: part, batch), in: pass, head: head(of: part, batch))
    return batch.objectiveBatch(
      of: part, policyLogProbs: predictions.map(\.logProbability),
      entropies: predictions.map(\.entropy))
  }

  /// Places of the responses' tokens in the packed part.
  private func tokens(of part: [Int], _ batch: UpdateBatch) -> [Int] {
    var start = 0
    return part.flatMap { index in
      let row = batch.rows[index]
      defer { start += row.tokenCount }
      return Array(start + row.promptIDs.count..<start + row.tokenCount)
    }
  }

  private func head(of part: [Int], _ batch: UpdateBatch) -> PredictionHead {
    let isRollout = part.first.map { batch.rows[$0].kind == .rollout } ?? false
    return PredictionHead(temperature: isRollout ? temperature : 1)
  }
}

extension PolicyUpdate.Summary {
  fileprivate mutating func add(_ result: ObjectiveResult, _ seen: ObjectiveBatch) {
    terms = terms + result.terms
    diagnostics.merge(result.diagnostics)
    for row in seen.rows where row.kind == .rollout {
      rolloutTokens += row.tokens.count
      guard let behavior = seen.behaviorLogProbs else { continue }
      for token in row.tokens {
        let gap = abs(seen.policyLogProbs[token] - behavior[token])
        behaviorGap = behaviorGap.isNaN ? gap : max(behaviorGap, gap)
      }
    }
  }
}
