internal import Kernels
package import Transformer

/// The gradient of an objective on a batch, gathered part by part.
package struct PolicyUpdate: Sendable {
  /// What is minimised.
  package var objective: RunObjective
  /// Divides the logits of rollouts; demonstrations are always seen at temperature 1.
  package let temperature: Double
  /// Tokens that go through the model together.
  package let batchTokens: Int
  /// Tokens that reinforcement leaves out.
  package let confidence: TrainingConfiguration.Confidence
  /// What divergences over the whole vocabulary are measured from; nil for none.
  package let reference: Transformer?

  /// All parts given.
  package init(
    objective: RunObjective, temperature: Double = 1, batchTokens: Int,
    confidence: TrainingConfiguration.Confidence = .init(), reference: Transformer? = nil
  ) {
    precondition(reference != nil || !objective.measuresDivergence, "no reference")
    self.objective = objective
    self.temperature = temperature
    self.batchTokens = batchTokens
    self.confidence = confidence
    self.reference = reference
  }

  /// What came out beside the gradient.
  package struct Summary: Sendable, Equatable {
    /// The parts of the loss.
    package var terms = LossTerms()
    /// Counts, means and extremes.
    package var diagnostics = ObjectiveDiagnostics()
    /// Largest |log π − log π_behaviour| over the tokens of rollouts, nats; NaN without any.
    package var behaviorGap = Double.nan
    /// Tokens of rollouts.
    package var rolloutTokens = 0
    /// Entropy over the tokens of all rollouts, those that count or not, at the sampling temperature.
    package var temperedRolloutEntropy = SampleSummary()
    /// Entropy over the tokens of demonstrations at the sampling temperature, nats.
    package var temperedDemonstrationEntropy = SampleSummary()
  }

  /// Adds the gradient of the loss to `gradients`.
  ///
  /// Parts add up to the whole batch: they are normalised by its counts. Where its entropies weigh
  /// each part, or its log-probabilities say which tokens count, all parts go forward once before,
  /// just for them.
  ///
  /// - Parameters:
  ///   - batch: responses with their advantages.
  ///   - parameters: the policy.
  ///   - terms: which terms of the loss.
  ///   - pass: memory, kept between calls.
  ///   - gradients: accumulated into.
  /// - Returns: loss and what else was seen.
  /// - Throws: `ObjectiveError`, as on NaN; `TransformerError` for ids that don't fit.
  package func accumulate(
    _ batch: UpdateBatch, _ parameters: borrowing TransformerParameters, terms: LossParts = .all,
    keeping pass: inout TrainingPass, into gradients: inout TransformerGradients
  ) throws -> Summary {
    let parts = batch.parts(tokens: batchTokens).filter { part in
      terms != .imitation || part.contains { batch.rows[$0].kind == .demonstration }
    }
    var totals = BatchTotals(of: batch.objectiveBatch(of: Array(batch.rows.indices)))
    if objective.looksAtBatchEntropy || dropsTokens {
      // Of all parts, whichever terms are asked for.
      let tallies = try batch.parts(tokens: batchTokens).map { part in
        BatchTotals(of: try forward(part, batch, parameters, keeping: &pass).batch)
      }
      if let first = tallies.first { totals = tallies.dropFirst().reduce(first, +) }
    }
    var summary = Summary()
    for part in parts {
      let seen = try forward(part, batch, parameters, keeping: &pass)
      var result = try objective.evaluate(
        seen.batch, divergences: seen.divergences(in: objective), totals: totals, terms: terms)
      if let threshold = confidence.threshold, confidence.treatment == .mask {
        try ConfidentTokens(above: threshold).maskGradients(of: &result, on: seen.batch)
      }
      if batch.rows[part[0]].kind == .demonstration {
        // One more head product, and only where both temperatures differ.
        let tempered =
          temperature == 1
          ? seen.statistics
          : parameters.predictions(
            of: tokens(of: part, batch), in: pass, head: PredictionHead(temperature: temperature))
        let counted = part.flatMap { batch.rows[$0].counted }
        for (statistics, isCounted) in zip(tempered, counted) where isCounted {
          summary.temperedDemonstrationEntropy.add(statistics.entropy)
        }
      }
      let derivatives = PredictionDerivatives(
        tokens: tokens(of: part, batch), values: result.derivatives)
      parameters.backward(derivatives, through: &pass, head: seen.head, into: &gradients)
      summary.add(result, seen.batch)
      summary.diagnostics.confidentCount += seen.droppedCount
    }
    return summary
  }

  /// The log-probabilities of the responses of some rows, by row; others' are empty.
  ///
  /// - Parameters:
  ///   - batch: responses.
  ///   - kind: whose.
  ///   - parameters: the model that is asked.
  ///   - pass: memory, kept between calls.
  /// - Returns: nats, at the temperature of that kind.
  /// - Throws: `TransformerError` for ids that don't fit.
  func logProbabilities(
    of batch: UpdateBatch, _ kind: ObjectiveBatch.Kind,
    _ parameters: borrowing TransformerParameters, keeping pass: inout TrainingPass
  ) throws(TransformerError) -> [[Double]] {
    var result = [[Double]](repeating: [], count: batch.rows.count)
    for part in batch.parts(tokens: batchTokens) where batch.rows[part[0]].kind == kind {
      let sequences = part.map { batch.rows[$0].promptIDs + batch.rows[$0].responseIDs }
      try parameters.forward(sequences, keeping: &pass)
      let head = PredictionHead(temperature: temperature(of: kind))
      var predictions = parameters.predictions(of: tokens(of: part, batch), in: pass, head: head)
        .map(\.logProbability)[...]
      for index in part {
        let count = batch.rows[index].responseIDs.count
        result[index] = Array(predictions.prefix(count))
        predictions = predictions.dropFirst(count)
      }
    }
    return result
  }

  /// Mean KL(π ‖ π_ref) over the counted tokens of rows of a kind, whole vocabulary, temperature 1; NaN
  /// without any.
  func divergence(
    of batch: UpdateBatch, _ kind: ObjectiveBatch.Kind, from reference: Transformer,
    _ parameters: borrowing TransformerParameters, keeping pass: inout TrainingPass
  ) throws(TransformerError) -> Double {
    var summary = SampleSummary()
    for part in batch.parts(tokens: batchTokens) where batch.rows[part[0]].kind == kind {
      let sequences = part.map { batch.rows[$0].promptIDs + batch.rows[$0].responseIDs }
      try parameters.forward(sequences, keeping: &pass)
      let head = PredictionHead(reference: try ReferenceStates(reference, sequences))
      let counted = part.flatMap { batch.rows[$0].counted }
      let predictions = parameters.predictions(of: tokens(of: part, batch), in: pass, head: head)
      for (statistics, isCounted) in zip(predictions, counted) where isCounted {
        summary.add(statistics.klPolicyReference)
      }
    }
    return summary.mean
  }

  // MARK: One part

  private var dropsTokens: Bool {
    confidence.threshold != nil && confidence.treatment == .drop
  }

  /// A part after its forward pass.
  private struct Seen {
    let batch: ObjectiveBatch
    let head: PredictionHead
    let statistics: [LogitGradient.Statistics]
    /// Tokens that were left out because the policy is confident of them.
    let droppedCount: Int

    /// The divergences that the objective penalises, at each position; zeros where it has none.
    func divergences(in objective: RunObjective) -> [Double] {
      guard let direction = objective.divergenceDirection else { return [] }
      return statistics.map { statistics in
        direction == .policyReference
          ? statistics.klPolicyReference : statistics.klReferencePolicy
      }
    }
  }

  private func forward(
    _ part: [Int], _ batch: UpdateBatch, _ parameters: borrowing TransformerParameters,
    keeping pass: inout TrainingPass
  ) throws -> Seen {
    let sequences = part.map { batch.rows[$0].promptIDs + batch.rows[$0].responseIDs }
    try parameters.forward(sequences, keeping: &pass)
    var head = PredictionHead(temperature: temperature(of: batch.rows[part[0]].kind))
    if objective.measuresDivergence, let reference {
      head.reference = try ReferenceStates(reference, sequences)
    }
    let statistics = parameters.predictions(of: tokens(of: part, batch), in: pass, head: head)
    var objectiveBatch = batch.objectiveBatch(
      of: part, policyLogProbs: statistics.map(\.logProbability),
      entropies: statistics.map(\.entropy))
    var droppedCount = 0
    if let threshold = confidence.threshold, dropsTokens {
      droppedCount = try ConfidentTokens(above: threshold).drop(from: &objectiveBatch)
    }
    return Seen(
      batch: objectiveBatch, head: head, statistics: statistics, droppedCount: droppedCount)
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

  private func temperature(of kind: ObjectiveBatch.Kind) -> Double {
    kind == .rollout ? temperature : 1
  }
}

extension ObjectiveResult {
  /// The derivatives at each position, as the head takes them.
  fileprivate var derivatives: [LogitGradient.Derivatives] {
    dTokenLogProbs.indices.map { index in
      var values = LogitGradient.Derivatives(
        logProbability: dTokenLogProbs[index], entropy: dEntropies[index])
      if let divergence {
        switch divergence.direction {
        case .policyReference:
          values.klPolicyReference = divergence.dDivergences[index]
        case .referencePolicy:
          values.klReferencePolicy = divergence.dDivergences[index]
        }
      }
      return values
    }
  }
}

extension PolicyUpdate.Summary {
  fileprivate mutating func add(_ result: ObjectiveResult, _ seen: ObjectiveBatch) {
    terms = terms + result.terms
    diagnostics.merge(result.diagnostics)
    for row in seen.rows where row.kind == .rollout {
      rolloutTokens += row.tokens.count
      for token in row.tokens { temperedRolloutEntropy.add(seen.entropies[token]) }
      guard let behavior = seen.behaviorLogProbs else { continue }
      for token in row.tokens {
        let gap = abs(seen.policyLogProbs[token] - behavior[token])
        behaviorGap = behaviorGap.isNaN ? gap : max(behaviorGap, gap)
      }
    }
  }

  /// Takes in what the update on the next mini-batch gave; the gap stays that of the first, before which
  /// nothing had moved.
  func merging(_ next: Self) -> Self {
    var sum = self
    sum.terms = terms + next.terms
    sum.diagnostics.merge(next.diagnostics)
    sum.rolloutTokens += next.rolloutTokens
    sum.temperedRolloutEntropy.merge(next.temperedRolloutEntropy)
    sum.temperedDemonstrationEntropy.merge(next.temperedDemonstrationEntropy)
    return sum
  }

  /// The mean loss of so many mini-batches that were merged.
  func averaged(over count: Int) -> Self {
    var mean = self
    mean.terms = terms.scaled(by: 1 / Double(count))
    return mean
  }

  /// Takes in what another part of the loss gave on the same batch.
  mutating func merge(imitation other: Self) {
    terms = terms + other.terms
    diagnostics.sftWeight.merge(other.diagnostics.sftWeight)
    diagnostics.demonstrationEntropy.merge(other.diagnostics.demonstrationEntropy)
    temperedDemonstrationEntropy.merge(other.temperedDemonstrationEntropy)
  }
}
