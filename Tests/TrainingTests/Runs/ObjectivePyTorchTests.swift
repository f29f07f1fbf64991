import Kernels
import TestSupport
import Testing
import Training
import Transformer

/// Whole updates, from ids to the gradient of each tensor, against PyTorch's autograd through
/// transformers' models: every objective on both families.
@Suite struct ObjectivePyTorchTests {
  typealias Fixture = ObjectiveGradientFixture

  /// The bound on ‖Δ‖ / ‖g‖.
  ///
  /// In these cases PyTorch's own f32 is up to 3.4e-6 from its f64 (the fixtures' `f32Error`), ours
  /// up to 4.7e-6, but for keys' biases in Qwen2: a bias that all keys share drops out of a softmax
  /// but for their rotation, so that its gradient is what is left of sums some times its size. There
  /// ours is up to 8.0e-6 from f64, and up to 1.05e-5 from PyTorch's f32, as both errors add up.
  /// Each distance is an estimate from 16 sums, right to about 18 %.
  static let allowed = 1e-5

  /// The configuration of each case, by its name in the fixture.
  static func configurations(confidentAbove threshold: Double) -> [(String, TrainingConfiguration)]
  {
    func make(
      _ objective: TrainingConfiguration.Objective,
      _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
      var configuration = TrainingConfiguration(
        model: nil, output: "", objective: objective, steps: 1)
      configuration.grpo.clipRange = ClipRange(low: 0.2, high: 0.28)
      change(&configuration)
      return configuration
    }
    return [
      ("sft", make(.sft)),
      ("sft-with-kl policy-reference", make(.sftWithKL)),
      (
        "sft-with-kl reference-policy",
        make(.sftWithKL) { $0.sft.direction = .referencePolicy }
      ),
      ("grpo", make(.grpo)),
      (
        "grpo k3 bonus",
        make(.grpo) {
          $0.grpo.klPenalty = KLPenalty(estimator: .k3, coefficient: 0.04)
          $0.grpo.entropyBonus = EntropyBonus(coefficient: 0.01)
        }
      ),
      (
        "dr-grpo",
        make(.grpo) {
          $0.grpo.aggregation = .sequenceMeanOverFixedLength(8)
          $0.advantage.scale = .none
        }
      ),
      ("grpo length penalty", make(.grpo) { $0.advantage.lengthPenalty = .perToken(0.02) }),
      (
        "grpo confident masked",
        make(.grpo) {
          $0.grpo.entropyBonus = EntropyBonus(coefficient: 0.01)
          $0.confidence.threshold = threshold
          $0.confidence.treatment = .mask
        }
      ),
      (
        "grpo confident dropped",
        make(.grpo) {
          $0.grpo.aggregation = .tokenMean
          $0.grpo.clipRange = ClipRange()
          $0.confidence.threshold = threshold
          $0.confidence.treatment = .drop
        }
      ),
      ("srft-paper", make(.srftPaper)),
      ("srft-released-code", make(.srftReleasedCode)),
      (
        "sft-plus-rl",
        make(.sftPlusRL) {
          $0.sum.sft = 0.7
          $0.sum.grpo = 1.3
        }
      ),
      ("opd policy-reference", make(.onPolicyDistillation)),
      (
        "opd reference-policy",
        make(.onPolicyDistillation) {
          $0.distillation = .init(
            aggregation: .sequenceMeanOfTokenMeans, direction: .referencePolicy)
        }
      ),
    ]
  }

  // MARK: Gradients

  @Test(arguments: Fixture.names, 0..<14)
  func `an update has PyTorch's loss and gradients`(name: String, index: Int) throws {
    let fixture = try Fixture.load(name)
    let configurations = Self.configurations(confidentAbove: fixture.confidentAbove)
    #expect(fixture.cases.map(\.name) == configurations.map(\.0))
    let (expected, configuration) = (fixture.cases[index], configurations[index].1)
    let model = try Fixture.transformer(name)
    let parameters = TransformerParameters(model)
    var gradients = TransformerGradients(parameters.layout)
    let objective = RunObjective(configuration)
    let batch = try fixture.batch("a", objective)
    let reference = try fixture.reference(model)
    let loss: Double
    if case .grpo(let grpo, _) = objective, grpo.klPenalty != nil {
      loss = try Self.accumulate(
        grpo, batch, parameters, reference, temperature: expected.temperature, into: &gradients)
    } else {
      let update = PolicyUpdate(
        objective: objective, temperature: expected.temperature, batchTokens: 40,
        confidence: configuration.confidence, reference: reference)
      var pass = TrainingPass(parameters.configuration)
      loss = try update.accumulate(batch, parameters, keeping: &pass, into: &gradients).terms.sum
    }
    // Log-probabilities and entropies of this checkpoint are off by at most its f32_rounding in
    // PyTorch's order of summation, and as much in ours.
    let rounding = try Fixture.rounding(name)
    expectClose(loss, expected.lossF64, absolute: 2 * expected.slope * rounding)
    #expect(fixture.tensors == parameters.layout.entries.map(\.name).sorted())
    for (tensor, expected) in zip(fixture.tensors, expected.gradients) {
      let floats = gradients.floats(named: tensor)
      let (sums, norm) = Fixture.Expected.sums(try #require(floats))
      expectClose(norm, expected.norm, relative: Self.allowed, tensor)
      for precision in Fixture.Expected.Precision.allCases {
        let distance = expected.distance(sums, precision: precision, unit: fixture.unit)
        let adds = precision == .single && tensor.hasSuffix("k_proj.bias")
        #expect(
          distance <= Self.allowed + (adds ? expected.f32Error : 0), "\(tensor), \(precision)")
      }
    }
  }

  /// GRPO with a reference, joined here from the trainer's pieces: only the trainer itself asks
  /// references.
  private static func accumulate(
    _ grpo: GRPO, _ batch: UpdateBatch, _ parameters: borrowing TransformerParameters,
    _ reference: Transformer, temperature: Double, into gradients: inout TransformerGradients
  ) throws -> Double {
    let rollouts = UpdateBatch(rows: batch.rows.filter { $0.kind == .rollout })
    let sequences = rollouts.rows.map { $0.promptIDs + $0.responseIDs }
    var start = 0
    let tokens = rollouts.rows.flatMap { row in
      let first = start + row.promptIDs.count
      start = first + row.responseIDs.count
      return Array(first..<start)
    }
    let head = PredictionHead(temperature: temperature)
    var pass = TrainingPass(parameters.configuration)
    try TransformerParameters(reference).forward(sequences, keeping: &pass)
    var responses = Fixture.objectiveBatch(of: rollouts)
    responses.referenceLogProbs = TransformerParameters(reference)
      .predictions(of: tokens, in: pass, head: head).map(\.logProbability)
    responses.behaviorLogProbs = rollouts.rows.flatMap(\.behaviorLogProbs)
    try parameters.forward(sequences, keeping: &pass)
    let predictions = parameters.predictions(of: tokens, in: pass, head: head)
    responses.policyLogProbs = predictions.map(\.logProbability)
    responses.entropies = predictions.map(\.entropy)
    let result = try grpo.evaluate(responses)
    let derivatives = zip(result.dTokenLogProbs, result.dEntropies).map {
      LogitGradient.Derivatives(logProbability: $0, entropy: $1)
    }
    parameters.backward(
      PredictionDerivatives(tokens: tokens, values: derivatives), through: &pass, head: head,
      into: &gradients)
    return result.loss
  }

  // MARK: Trajectories

  /// How many times as far as PyTorch's f32 we may be from its f64.
  ///
  /// Both are single-precision runs of one trajectory whose rounding errors are independent and of
  /// one size (for single gradients see `allowed`: ours up to 3 times). AdamW's steps hang on an
  /// element's gradient over its own size, so that errors of elements near 0 count most: they are
  /// few, and one of them more or less decides. Largest here: losses 1.3 and norms 2.2 times the
  /// largest distance of PyTorch's f32 in the ten steps, a tensor's change 3.1 times its own.
  static let share = 4.0

  /// Five steps on each of two recorded batches, nearly all of them with a clipped gradient.
  @Test(arguments: Fixture.names, 0..<2)
  func `ten steps are PyTorch's`(name: String, index: Int) throws {
    let fixture = try Fixture.load(name)
    let expected = fixture.trajectories[index]
    let configurations = Self.configurations(confidentAbove: fixture.confidentAbove)
    let configuration = try #require(configurations.first { $0.0 == expected.name }).1
    let objective = RunObjective(configuration)
    let update = PolicyUpdate(objective: objective, batchTokens: 40)
    var parameters = TransformerParameters(try Fixture.transformer(name))
    let before = TransformerParameters(try Fixture.transformer(name))
    var gradients = TransformerGradients(parameters.layout)
    var pass = TrainingPass(parameters.configuration)
    var optimizer = Optimizer(
      parameters.layout, settings: AdamW.Settings(weightDecay: expected.weightDecay),
      largestNorm: expected.largestNorm)
    let largest = (
      Self.largestDistance(expected.lossesF32, expected.lossesF64),
      Self.largestDistance(expected.normsF32, expected.normsF64)
    )
    for step in 0..<10 {
      let batch = try fixture.batch(step < 5 ? "a" : "b", objective)
      gradients.clear()
      let summary = try update.accumulate(batch, parameters, keeping: &pass, into: &gradients)
      if expected.name == "grpo", step > 0 {
        let diagnostics = summary.diagnostics
        #expect(diagnostics.clippedLowCount + diagnostics.clippedHighCount > 0)
      }
      expectClose(
        summary.terms.sum, expected.lossesF64[step], absolute: Self.share * largest.0,
        "loss of step \(step)")
      let norm = optimizer.step(&parameters, &gradients, rate: expected.rate)
      #expect((norm > expected.largestNorm) == (expected.normsF64[step] > expected.largestNorm))
      expectClose(
        norm, expected.normsF64[step], absolute: Self.share * largest.1, "norm of step \(step)")
    }
    for (tensor, expected) in zip(fixture.tensors, expected.changes) {
      let floats = (parameters.buffer.floats(named: tensor), before.buffer.floats(named: tensor))
      let change = zip(try #require(floats.0), try #require(floats.1)).map { $0 - $1 }
      let (sums, norm) = Fixture.Expected.sums(change)
      let distance = expected.distance(sums, precision: .double, unit: fixture.unit)
      #expect(distance <= Self.share * expected.f32Error, "\(tensor)")
      expectClose(norm, expected.norm, relative: Self.share * expected.f32Error, tensor)
    }
  }

  private static func largestDistance(_ single: [Double], _ exact: [Double]) -> Double {
    zip(single, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
