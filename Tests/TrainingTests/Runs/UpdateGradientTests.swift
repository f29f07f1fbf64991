import Kernels
import TestSupport
import Testing
import Training
import Transformer

/// The gradient of a whole loss against its differences along a random direction.
@Suite struct UpdateGradientTests {
  /// A model small enough to look at it many times.
  private static func model(seed: UInt64) -> TransformerParameters {
    TransformerParameters(
      TransformerConfiguration(
        family: .qwen2, vocabularySize: 24, hiddenSize: 16, intermediateSize: 24, layerCount: 2,
        heads: .init(queryCount: 2, keyValueCount: 1, dimension: 8), contextLength: 32,
        ropeBase: 10_000, normEpsilon: 1e-6, tiesEmbeddings: true, hasQueryKeyValueBias: true,
        hasAttentionOutputBias: false, hasFeedForwardBias: false), seed: seed, deviation: 0.3)
  }

  private static func batch(seed: UInt64) -> UpdateBatch {
    var generator = SeededGenerator(seed: seed)
    func ids(_ count: Int) -> [Int32] {
      (0..<count).map { _ in Int32.random(in: 0..<24, using: &generator) }
    }
    let rows = (0..<9).map { index in
      let response = ids(4 + index)
      let isDemonstration = index % 3 == 2
      var row = UpdateBatch.Row(
        promptIDs: ids(3), responseIDs: response,
        kind: isDemonstration ? .demonstration : .rollout, group: index / 3,
        reward: Double(index % 2),
        behaviorLogProbs: isDemonstration
          ? [] : response.map { _ in Double.random(in: -3.4 ..< -3.2, using: &generator) })
      row.advantage = generator.normal()
      return row
    }
    return UpdateBatch(rows: rows)
  }

  /// What has no constants of its own in its gradient: differences see all of it.
  private static func objectives() -> [(String, TrainingConfiguration)] {
    func configuration(
      _ objective: TrainingConfiguration.Objective,
      _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
      var configuration = TrainingConfiguration(
        model: nil, output: "", objective: objective, steps: 1)
      // A clip's corner has no derivative.
      configuration.grpo.clipRange = nil
      change(&configuration)
      return configuration
    }
    return [
      ("sft", configuration(.sft)),
      ("sft, KL from the policy", configuration(.sftWithKL) { $0.sft.coefficient = 0.7 }),
      (
        "sft, KL from the reference",
        configuration(.sftWithKL) {
          $0.sft.coefficient = 0.7
          $0.sft.direction = .referencePolicy
        }
      ),
      ("distillation, KL from the policy", configuration(.onPolicyDistillation)),
      (
        "distillation, KL from the teacher",
        configuration(.onPolicyDistillation) { $0.distillation.direction = .referencePolicy }
      ),
      ("grpo", configuration(.grpo)),
      (
        "grpo, bonus",
        configuration(.grpo) { $0.grpo.entropyBonus = EntropyBonus(coefficient: 0.3) }
      ),
      (
        "sum",
        configuration(.sftPlusRL) {
          $0.sum.sft = 0.6
          $0.sum.grpo = 1.7
        }
      ),
      (
        "grpo without tokens that the policy is sure of",
        configuration(.grpo) {
          $0.confidence.threshold = 0.15
          $0.confidence.treatment = .drop
        }
      ),
    ]
  }

  @Test(arguments: 0..<9) func `a gradient is the slope of its loss`(index: Int) throws {
    let (name, configuration) = Self.objectives()[index]
    let batch = Self.batch(seed: 17)
    let reference = try Self.model(seed: 2).transformer()
    let update = PolicyUpdate(
      objective: RunObjective(configuration), temperature: 0.8, batchTokens: 40,
      confidence: configuration.confidence, reference: reference)
    var parameters = Self.model(seed: 1)
    var pass = TrainingPass(parameters.configuration)
    var gradients = TransformerGradients(parameters.layout)
    _ = try update.accumulate(batch, parameters, keeping: &pass, into: &gradients)

    var generator = SeededGenerator(seed: 23)
    let direction = (0..<parameters.layout.count).map { _ in Float(generator.normal()) }
    var slope = 0.0
    for (place, component) in direction.enumerated() {
      slope += Double(gradients.values[place]) * Double(component)
    }
    let step: Float = 0x1p-10
    func loss() throws -> Double {
      var scratch = TransformerGradients(parameters.layout)
      return try update.accumulate(batch, parameters, keeping: &pass, into: &scratch).terms.sum
    }
    parameters.move(along: direction, by: -step)
    let before = try loss()
    parameters.move(along: direction, by: 2 * step)
    let difference = (try loss() - before) / (2 * Double(step))
    if configuration.confidence.threshold != nil {
      // Else nothing is left out, and the test shows nothing.
      let all = PolicyUpdate(objective: update.objective, temperature: 0.8, batchTokens: 40)
      var scratch = TransformerGradients(parameters.layout)
      let whole = try all.accumulate(batch, parameters, keeping: &pass, into: &scratch)
      #expect(abs(whole.terms.sum - before) > 0.01)
    }
    // Losses of size 1 to 10 in single precision are good to about 1e-6 after averaging over some
    // 70 tokens: over 2⁻⁹ that is 5e-4. The third derivative adds (2⁻¹⁰)² · L‴/6; with directions
    // of norm 50 that stays below a hundredth of the slope, which is of size 1 to 30.
    #expect(abs(slope) > 0.05, "\(name): \(slope)")
    expectClose(difference, slope, absolute: 2e-3, relative: 1e-2)
  }

  @Test func `terms with rates of their own add up to the whole`() throws {
    let batch = Self.batch(seed: 5)
    for objective in [TrainingConfiguration.Objective.sftPlusRL, .srftPaper, .srftReleasedCode] {
      var configuration = TrainingConfiguration(
        model: nil, output: "", objective: objective, steps: 1)
      configuration.grpo.entropyBonus = EntropyBonus(coefficient: 0.3)
      let update = PolicyUpdate(objective: RunObjective(configuration), batchTokens: 40)
      let parameters = Self.model(seed: 1)
      var pass = TrainingPass(parameters.configuration)
      func gradient(_ terms: LossParts) throws -> [Double] {
        var gradients = TransformerGradients(parameters.layout)
        _ = try update.accumulate(
          batch, parameters, terms: terms, keeping: &pass, into: &gradients)
        return (0..<parameters.layout.count).map { Double(gradients.values[$0]) }
      }
      let whole = try gradient(.all)
      let size = whole.map(abs).max() ?? 0
      #expect(size > 0)
      for parts in [[.imitation, .reinforcement], LossParts.single] {
        let gradients = try parts.map(gradient)
        #expect(gradients.count { $0.contains { $0 != 0 } && $0 != whole } >= 2)
        for place in whole.indices {
          // One sum in single precision against several.
          expectClose(
            gradients.reduce(0) { $0 + $1[place] }, whole[place], absolute: size * 1e-5)
        }
      }
    }
  }
}

extension TransformerParameters {
  fileprivate mutating func move(along direction: [Float], by step: Float) {
    for (place, component) in direction.enumerated() {
      buffer.values[place] += step * component
    }
  }
}
