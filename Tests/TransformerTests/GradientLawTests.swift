import Foundation
import Kernels
import Tensors
import TestSupport
import Testing
import Transformer

/// What holds for gradients whatever the model: sums, masks, temperatures, copies.
@Suite struct GradientLawTests {
  /// Gradients of Σ weight · statistic over a batch.
  private static func gradients(
    _ parameters: borrowing TransformerParameters, _ sequences: [[Int32]],
    _ weights: [LogitGradient.Derivatives], temperature: Double = 1,
    into gradients: inout TransformerGradients
  ) throws {
    var pass = TrainingPass(parameters.configuration)
    try parameters.forward(sequences, keeping: &pass)
    parameters.backward(
      PredictionDerivatives(tokens: pass.predictedTokens, values: weights), through: &pass,
      head: PredictionHead(temperature: temperature), into: &gradients)
  }

  @Test(arguments: CheckpointFixture.names)
  func `the gradient of a batch is the sum over its parts`(name: String) throws {
    let fixture = try GradientFixture(name)
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    var whole = TransformerGradients(parameters.layout)
    var parts = TransformerGradients(parameters.layout)
    try Self.gradients(parameters, fixture.sequences, fixture.plainWeights, into: &whole)
    var start = 0
    for sequence in fixture.sequences {
      let count = max(0, sequence.count - 1)
      try Self.gradients(
        parameters, [sequence], Array(fixture.plainWeights[start..<start + count]), into: &parts)
      start += count
    }
    #expect(start == fixture.plainWeights.count)
    // Each is within GradientTests.allowed of the exact gradient, so they are within twice that of
    // each other.
    for entry in parameters.layout.entries {
      var (squares, norm) = (0.0, 0.0)
      for index in entry.range {
        let difference = Double(whole.values[index]) - Double(parts.values[index])
        squares += difference * difference
        norm += Double(whole.values[index]) * Double(whole.values[index])
      }
      #expect(
        squares.squareRoot() <= 2 * GradientTests.allowed * norm.squareRoot(), "\(entry.name)")
    }
  }

  @Test func `a second run gives the same bits, whatever the pass held before`() throws {
    let fixture = try GradientFixture("qwen2-tied")
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    var runs: [[UInt32]] = []
    var pass = TrainingPass(parameters.configuration)
    for _ in 0..<2 {
      var gradients = TransformerGradients(parameters.layout)
      try parameters.forward(fixture.sequences, keeping: &pass)
      parameters.backward(
        PredictionDerivatives(tokens: pass.predictedTokens, values: fixture.plainWeights),
        through: &pass, into: &gradients)
      runs.append((0..<gradients.values.count).map { gradients.values[$0].bitPattern })
      try parameters.forward(fixture.checkpoint.sequences, keeping: &pass)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0].contains { $0 != 0 })
  }

  @Test func `a masked token costs nothing and changes nothing`() throws {
    let fixture = try GradientFixture("llama-new")
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    var masked = fixture.plainWeights
    for index in masked.indices where index % 3 != 0 { masked[index] = .init() }
    var full = TransformerGradients(parameters.layout)
    try Self.gradients(parameters, fixture.sequences, masked, into: &full)
    var pass = TrainingPass(parameters.configuration)
    try parameters.forward(fixture.sequences, keeping: &pass)
    let wanted = masked.indices.filter { $0 % 3 == 0 }
    let tokens = pass.predictedTokens
    var some = TransformerGradients(parameters.layout)
    parameters.backward(
      PredictionDerivatives(tokens: wanted.map { tokens[$0] }, values: wanted.map { masked[$0] }),
      through: &pass, into: &some)
    #expect((0..<full.values.count).allSatisfy { full.values[$0] == some.values[$0] })
  }

  @Test func `gradients at a temperature are those of a colder head`() throws {
    // Untied: dividing the logits by 2 is halving the head's weight, exactly, and the gradient with
    // respect to that weight is half of the one with respect to the halved weight.
    let fixture = try GradientFixture("qwen2-untied-old")
    let parameters = TransformerParameters(try fixture.checkpoint.transformer())
    var halved = TransformerParameters(try fixture.checkpoint.transformer())
    let layout = parameters.layout
    let head = try #require(layout.entry(named: "lm_head.weight")).range
    for index in head { halved.buffer.values[index] *= 0.5 }
    var (hot, cold) = ([Float](), [Float]())
    do {
      var gradients = TransformerGradients(layout)
      try Self.gradients(
        parameters, fixture.sequences, fixture.plainWeights, temperature: 2, into: &gradients)
      hot = (0..<layout.count).map { gradients.values[$0] }
    }
    do {
      var gradients = TransformerGradients(layout)
      try Self.gradients(halved, fixture.sequences, fixture.plainWeights, into: &gradients)
      cold = (0..<layout.count).map { gradients.values[$0] * (head.contains($0) ? 0.5 : 1) }
    }
    // Products with powers of two are exact, so nothing rounds differently.
    #expect(hot == cold)
  }

  @Test func `weights of a model and back are the same bits`() throws {
    for name in CheckpointFixture.names {
      let transformer = try CheckpointFixture(name).transformer()
      let once = TransformerParameters(transformer)
      let twice = TransformerParameters(try once.transformer())
      #expect(
        (0..<once.layout.count).allSatisfy { once.buffer.values[$0] == twice.buffer.values[$0] })
    }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `fresh weights are normal with the deviation asked for`(seed: UInt64) throws {
    let configuration = try CheckpointFixture("llama-old").transformer().configuration
    let parameters = TransformerParameters(configuration, seed: seed)
    let again = TransformerParameters(configuration, seed: seed)
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for entry in parameters.layout.entries {
      for index in entry.range {
        let value = Double(parameters.buffer.values[index])
        #expect(parameters.buffer.values[index] == again.buffer.values[index])
        switch entry.role {
        case .norm: #expect(value == 1)
        case .bias: #expect(value == 0)
        case .matrix:
          sum += value
          squares += value * value
          count += 1
        }
      }
    }
    // Five standard errors: of the mean 0.02/√n, of the deviation 0.02/√(2n).
    expectClose(sum / count, 0, absolute: 5 * 0.02 / count.squareRoot())
    expectClose(
      (squares / count).squareRoot(), 0.02, absolute: 5 * 0.02 / (2 * count).squareRoot())
  }

  @Test func `a model that training broke is refused by name`() throws {
    var parameters = TransformerParameters(try CheckpointFixture("llama-new").transformer())
    let layout = parameters.layout
    let entry = try #require(layout.entry(named: "model.norm.weight"))
    parameters.buffer.values[entry.range.lowerBound + 2] = .nan
    let broken = parameters.tensors()
    #expect(broken.count == layout.entries.count)
    do {
      _ = try parameters.transformer()
      Issue.record("NaN was let through")
    } catch let error as TransformerError {
      #expect(
        error
          == .notFinite(tensor: "model.norm.weight", index: 2, location: "model in training"))
    }
  }

  @Test(arguments: CheckpointFixture.names)
  func `config.json is read back as the same model`(name: String) throws {
    let configuration = try CheckpointFixture(name).transformer().configuration
    // Attention's output bias follows from the family, as the reader has it.
    let written = configuration.jsonValue(storedType: "float32")
    #expect(try TransformerConfiguration(written, path: "written") == configuration)
  }
}
