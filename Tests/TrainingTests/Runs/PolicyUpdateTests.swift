import Kernels
import TestSupport
import Testing
import Training
import Transformer

@Suite struct PolicyUpdateTests {
  /// Groups of rollouts and a demonstration of random ids, with advantages.
  private func batch(seed: UInt64) -> UpdateBatch {
    var generator = SeededGenerator(seed: seed)
    func ids(_ range: ClosedRange<Int>) -> [Int32] {
      (0..<Int.random(in: range, using: &generator)).map { _ in
        Int32.random(in: 0..<1_000, using: &generator)
      }
    }
    let rows = (0..<4).flatMap { group in
      let prompt = ids(2...9)
      return (0..<5).map { member in
        let response = ids(1...30)
        var row = UpdateBatch.Row(
          promptIDs: prompt, responseIDs: response, kind: member == 4 ? .demonstration : .rollout,
          group: group, reward: Double(member % 2),
          behaviorLogProbs: member == 4 ? [] : response.map { _ in -12 })
        row.advantage = generator.normal()
        return row
      }
    }
    return UpdateBatch(rows: rows)
  }

  private func gradient(
    _ batch: UpdateBatch, _ objective: RunObjective, batchTokens: Int
  ) throws -> ([Float], PolicyUpdate.Summary) {
    let start = try StartingModel(directory: SmallRun.base)
    let parameters = TransformerParameters(start.model)
    var pass = TrainingPass(parameters.configuration)
    var gradients = TransformerGradients(parameters.layout)
    let update = PolicyUpdate(
      objective: objective, temperature: 0.8, batchTokens: batchTokens,
      reference: try StartingModel(directory: SmallRun.teacher).model)
    let summary = try update.accumulate(
      batch, parameters, keeping: &pass, into: &gradients)
    return ((0..<gradients.values.count).map { gradients.values[$0] }, summary)
  }

  @Test(arguments: TrainingConfiguration.Objective.allCases)
  func `a batch has the gradient of its parts`(
    name: TrainingConfiguration.Objective
  ) throws {
    let objective = RunObjective(
      TrainingConfiguration(model: nil, output: "", objective: name, steps: 1))
    let batch = batch(seed: 11)
    let (whole, summary) = try gradient(batch, objective, batchTokens: 10_000)
    for batchTokens in [120, 1] {
      let (parts, other) = try gradient(batch, objective, batchTokens: batchTokens)
      let squares = zip(whole, parts).reduce(0.0) { sum, pair in
        sum + (Double(pair.0) - Double(pair.1)) * (Double(pair.0) - Double(pair.1))
      }
      let norm = whole.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(norm > 0)
      // Sums over some 350 tokens in another order: √350 · 2⁻²⁴ ≈ 1e-6 of the size of what is added
      // up, and signs of advantages cancel at most about a tenth of that.
      #expect(squares.squareRoot() <= 1e-5 * norm, "\(squares.squareRoot() / norm)")
      // Doubles over log-probabilities that differ by rounding in single precision.
      expectClose(other.terms.sum, summary.terms.sum, absolute: 1e-6, relative: 1e-5)
      #expect(other.rolloutTokens == summary.rolloutTokens)
    }
  }
}
