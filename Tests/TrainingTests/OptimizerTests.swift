import Foundation
import JSON
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import Training
import Transformer

/// AdamW on whole models against PyTorch.
@Suite struct OptimizerTests {
  /// A checkpoint's model, and a batch whose loss it is trained on, with PyTorch's losses.
  private struct Trajectory {
    let transformer: Transformer
    let sequences: [[Int32]]
    /// The loss is −Σ w² ln p.
    let weights: [LogitGradient.Derivatives]
    let rate: Double
    let weightDecay: Double
    let largestNorm: Double
    let exact: [Double]
    let single: [Double]

    init(_ name: String) throws {
      let folder = Places.fixture("transformer/" + name)
      let path = folder + "/config.json"
      transformer = try Transformer(
        TransformerConfiguration(try Self.parse(path), path: path),
        weights: SafetensorsCheckpoint(directory: folder))
      let root = try Self.parse(Places.fixture("gradients/\(name).json"))
      sequences = try #require(root["sequences"]?.arrayValue).map {
        try Self.numbers($0).map { Int32($0) }
      }
      weights = try Self.numbers(root["w"]).map { .init(logProbability: -$0 * $0) }
      let trajectory = try #require(root["trajectory"])
      rate = try #require(trajectory["rate"]?.doubleValue)
      weightDecay = try #require(trajectory["weight_decay"]?.doubleValue)
      largestNorm = try #require(trajectory["largest_norm"]?.doubleValue)
      exact = try Self.numbers(trajectory["losses_f64"])
      single = try Self.numbers(trajectory["losses_f32"])
    }

    private static func parse(_ path: String) throws -> JSONValue {
      try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    }

    private static func numbers(_ value: JSONValue?) throws -> [Double] {
      try #require(value?.arrayValue).map { try #require($0.doubleValue) }
    }
  }

  static let names = ["qwen2-tied", "qwen2-untied-old", "llama-old", "llama-new", "llama-sharded"]

  /// How far losses may be from PyTorch's in double precision.
  ///
  /// Adam divides each gradient g by about its own size, so that an element's step is η f(g/s),
  /// |f'| ≤ 1: an error δ in g moves it by η δ/s, at most by 2η when g itself is noise. With
  /// ‖δ‖ ≤ 1e-5 ‖g‖ for each tensor, parameters move by at most 1e-5 of their step per step, and the
  /// loss, which falls by L₀ − L₁₀ along these steps, by about that share of its fall, once for each
  /// step that came before: 10 · 1e-5. Noise elements weigh nothing in the loss to first order. The
  /// loss itself is added up from log-probabilities that err by f32's rounding: 57 terms, 1e-5 each.
  @Test(arguments: names)
  func `ten steps have PyTorch's losses`(name: String) throws {
    let trajectory = try Trajectory(name)
    var parameters = TransformerParameters(trajectory.transformer)
    var gradients = TransformerGradients(parameters.layout)
    var pass = TrainingPass(parameters.configuration)
    var optimizer = Optimizer(
      parameters.layout, settings: AdamW.Settings(weightDecay: trajectory.weightDecay),
      decay: .all, largestNorm: trajectory.largestNorm)
    for (step, expected) in trajectory.exact.enumerated() {
      try parameters.forward(trajectory.sequences, keeping: &pass)
      let tokens = pass.predictedTokens
      let predictions = parameters.predictions(of: tokens, in: pass)
      let loss = zip(predictions, trajectory.weights).reduce(0) {
        $0 + $1.0.logProbability * $1.1.logProbability
      }
      let fall = trajectory.exact[0] - expected
      let weight = trajectory.weights.reduce(0) { $0 + abs($1.logProbability) }
      expectClose(
        loss, expected, absolute: Double(step) * 1e-5 * fall + 1e-5 * weight, "step \(step)")
      gradients.clear()
      parameters.backward(
        PredictionDerivatives(tokens: tokens, values: trajectory.weights), through: &pass,
        into: &gradients)
      let norm = optimizer.step(&parameters, &gradients, rate: trajectory.rate)
      #expect(norm > trajectory.largestNorm)
    }
    #expect(optimizer.stepCount == 10)
  }

  @Test func `a gradient that is not finite changes nothing`() throws {
    let transformer = try Trajectory("llama-new").transformer
    var parameters = TransformerParameters(transformer)
    var gradients = TransformerGradients(parameters.layout)
    var optimizer = Optimizer(parameters.layout)
    gradients.values[3] = .nan
    let norm = optimizer.step(&parameters, &gradients, rate: 1)
    #expect(norm.isNaN && optimizer.stepCount == 0)
    let before = TransformerParameters(transformer)
    #expect(
      (0..<before.layout.count).allSatisfy {
        before.buffer.values[$0] == parameters.buffer.values[$0]
      })
  }

  @Test func `weight decay of matrices leaves norms and biases`() throws {
    let transformer = try Trajectory("llama-old").transformer
    var parameters = TransformerParameters(transformer)
    let before = TransformerParameters(transformer)
    var gradients = TransformerGradients(parameters.layout)
    var optimizer = Optimizer(
      parameters.layout, settings: AdamW.Settings(weightDecay: 0.5), decay: .matrices)
    _ = optimizer.step(&parameters, &gradients, rate: 0.5)
    for entry in before.layout.entries {
      // With gradients of zero only the decay is left: 1 − 0.5 · 0.5, exact in binary.
      let factor: Float = entry.role == .matrix ? 0.75 : 1
      for index in entry.range {
        #expect(parameters.buffer.values[index] == before.buffer.values[index] * factor)
      }
    }
  }

  @Test func `AdamW's first step is the rate, whatever the gradient's size`() {
    // m/(1−β₁) = g, √v/√(1−β₂) = |g|: the step is η g/(|g| + ε), with ε 1e-8 of |g| at most here.
    var parameters: [Float] = [1, 1, 1]
    let gradients: [Float] = [1, -100, 1000]
    var (first, second) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    var span = parameters.mutableSpan
    var firstSpan = first.mutableSpan
    var secondSpan = second.mutableSpan
    AdamW.step(
      &span, gradients: gradients.span, firstMoments: &firstSpan, secondMoments: &secondSpan,
      step: 1, rate: 0.125, settings: AdamW.Settings())
    // A handful of roundings of numbers near 1.
    expectClose(parameters, [0.875, 1.125, 0.875], absolute: 8 * 0x1p-24)
  }

  @Test func `clipping is PyTorch's`() {
    func norm(_ gradients: [Float]) -> Double { GradientNorm.euclidean(gradients.span) }
    #expect(norm([3, 4]) == 5)
    #expect(GradientNorm.clippingFactor(norm: 0.5, largest: 1) == 1)
    expectClose(GradientNorm.clippingFactor(norm: 4, largest: 1), 1 / (4 + 1e-6), relative: 1e-15)
    #expect(norm([1, .nan]).isNaN)
    #expect(norm([]) == 0)
    let many = [Float](repeating: 1e-20, count: 40_000)
    // Squares of 1e-20 vanish in Float; in Double the norm is 200 times 1e-20, rounded to Float once.
    expectClose(norm(many), 2e-18, relative: 1e-7)
  }

  @Test func `the warm-up is linear and the cosine ends at its floor`() {
    let schedule = LearningRateSchedule(
      peak: 2, warmUpSteps: 4, decay: .cosine(stepCount: 12, floor: 0.25))
    #expect((1...4).map { schedule.rate(atStep: $0) } == [0.5, 1, 1.5, 2])
    // Half way down: floor + (1 − floor)/2 of the peak.
    expectClose(schedule.rate(atStep: 8), 1.25, relative: 1e-15)
    expectClose(schedule.rate(atStep: 12), 0.5, relative: 1e-15)
    expectClose(schedule.rate(atStep: 100), 0.5, relative: 1e-15)
    let line = LearningRateSchedule(
      peak: 2, warmUpSteps: 4, decay: .linear(stepCount: 12, floor: 0.25))
    #expect((3...4).map { line.rate(atStep: $0) } == [1.5, 2])
    // A quarter, a half, all of the way from 2 to 0.5.
    expectClose(line.rate(atStep: 6), 1.625, relative: 1e-15)
    expectClose(line.rate(atStep: 8), 1.25, relative: 1e-15)
    expectClose(line.rate(atStep: 12), 0.5, relative: 1e-15)
    expectClose(line.rate(atStep: 100), 0.5, relative: 1e-15)
    #expect(LearningRateSchedule(peak: 3).rate(atStep: 1) == 3)
    #expect(LearningRateSchedule(peak: 3, warmUpSteps: 2).rate(atStep: 9) == 3)
  }
}
