import Foundation
import Kernels
import TestSupport
import Testing
import Transformer

/// The training passes against PyTorch's autograd, and against the scoring pass.
@Suite struct GradientTests {
  /// What issue and PyTorch's own single precision allow: the fixtures' `f32_error`, the distance of
  /// PyTorch's f32 gradients from its f64 ones, reaches 4.3e-6; ours reach 3.9e-6 (Qwen2) and 2.2e-6
  /// (Llama).
  static let allowed = 1e-5

  @Test(arguments: CheckpointFixture.names)
  func `each tensor's gradient is PyTorch's`(name: String) throws {
    let fixture = try GradientFixture(name)
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    var pass = TrainingPass(parameters.configuration)
    var gradients = TransformerGradients(parameters.layout)
    try parameters.forward(fixture.sequences, keeping: &pass)
    let tokens = pass.predictedTokens
    let loss = zip(parameters.predictions(of: tokens, in: pass), fixture.plainWeights)
      .reduce(0) { $0 + $1.0.dot($1.1) }
    // 57 log-probabilities and entropies, each off by no more than the fixture's tolerance.
    expectClose(loss, fixture.loss, absolute: 57 * 2 * fixture.checkpoint.tolerance)
    parameters.backward(
      PredictionDerivatives(tokens: tokens, values: fixture.plainWeights), through: &pass,
      into: &gradients)
    #expect(fixture.tensors.map(\.name) == parameters.layout.entries.map(\.name).sorted())
    for expected in fixture.tensors {
      let floats = gradients.floats(named: expected.name)
      let actual = try #require(floats)
      let error = Self.distance(actual, expected.values, expected.indices, norm: expected.norm)
      #expect(error <= Self.allowed, "\(expected.name)")
    }
  }

  @Test(arguments: CheckpointFixture.names)
  func `gradients of divergences to a reference are PyTorch's`(name: String) throws {
    let fixture = try GradientFixture(name)
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    let head = PredictionHead(
      reference: try ReferenceStates(try fixture.reference(), fixture.sequences))
    var pass = TrainingPass(parameters.configuration)
    var gradients = TransformerGradients(parameters.layout)
    try parameters.forward(fixture.sequences, keeping: &pass)
    let tokens = pass.predictedTokens
    let loss = zip(parameters.predictions(of: tokens, in: pass, head: head), fixture.weights)
      .reduce(0) { $0 + $1.0.dot($1.1) }
    expectClose(loss, fixture.lossWithReference, absolute: 57 * 4 * fixture.checkpoint.tolerance)
    parameters.backward(
      PredictionDerivatives(tokens: tokens, values: fixture.weights), through: &pass, head: head,
      into: &gradients)
    for expected in fixture.tensors {
      let floats = gradients.floats(named: expected.name)
      let actual = try #require(floats)
      let error = Self.distance(
        actual, expected.valuesWithReference, expected.indices, norm: expected.normWithReference)
      #expect(error <= Self.allowed, "\(expected.name)")
    }
  }

  @Test(arguments: CheckpointFixture.names)
  func `hidden states have the bits of the scoring pass`(name: String) throws {
    let fixture = try GradientFixture(name)
    let transformer = try fixture.checkpoint.transformer()
    let parameters = TransformerParameters(transformer)
    var pass = TrainingPass(parameters.configuration)
    // A larger batch first: what it left must not matter.
    try parameters.forward(fixture.checkpoint.sequences, keeping: &pass)
    try parameters.forward(fixture.sequences, keeping: &pass)
    let scored = try transformer.hiddenStates(of: fixture.sequences)
    #expect(pass.hiddenStates.count == scored.values.count)
    for index in scored.values.indices {
      #expect(pass.hiddenStates[index].bitPattern == scored.values[index].bitPattern)
    }
  }

  /// ‖actual − expected‖ over the stored elements, as a share of the whole tensor's norm, scaled up
  /// by what share of the elements is stored.
  static func distance(
    _ actual: [Float], _ expected: [Double], _ indices: [Int], norm: Double
  ) -> Double {
    let chosen = indices.isEmpty ? Array(actual.indices) : indices
    precondition(chosen.count == expected.count)
    let squares = zip(chosen, expected).reduce(0.0) {
      let difference = Double(actual[$1.0]) - $1.1
      return $0 + difference * difference
    }
    return (squares * Double(actual.count) / Double(chosen.count)).squareRoot() / norm
  }
}
