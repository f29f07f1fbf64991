import Foundation
import Kernels
import Training
import Transformer

/// Whole steps of training, rollouts, and a step of GRPO with both.
enum TrainingCases {
  /// Sequences × tokens of a training step.
  static let batch = (sequences: 64, tokens: 128)
  /// Rows, tokens of their prompts, and new tokens of each.
  static let decoding = (rows: 256, prompt: 16, new: 64)

  /// The cases, or why those of the demo's model are left out.
  static func all(demo: String) -> (cases: [Case], note: String?) {
    let shapes = DecoderShape.all
    let cases = shapes.map(training) + shapes.map(rollouts)
    let folder = demo + "/base"
    guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
      return (cases, "a step of GRPO is left out: no model at \(folder)")
    }
    return (cases + [GroupStep.benchmark(demo: demo)], nil)
  }

  /// Forward, loss, backward, clipping and AdamW.
  ///
  /// Operations: 2 forward and 4 backward for each parameter and token.
  private static func training(_ shape: DecoderShape) -> Case {
    let tokens = Double(batch.sequences * batch.tokens)
    return Case(
      name: "training step, \(shape.name), \(batch.sequences) × \(batch.tokens)",
      work: .tokens(count: tokens, operations: 6 * tokens * Double(shape.parameterCount))
    ) {
      let step = ImitationStep(shape.configuration)
      return { iteration in try step.run(iteration) }
    }
  }

  /// Operations: 2 for each parameter and new token.
  private static func rollouts(_ shape: DecoderShape) -> Case {
    let tokens = Double(decoding.rows * decoding.new)
    return Case(
      name: "rollouts, \(shape.name), \(decoding.rows) × \(decoding.new)",
      work: .tokens(count: tokens, operations: 2 * tokens * Double(shape.parameterCount))
    ) {
      let model = try TransformerParameters(shape.configuration, seed: 1).transformer()
      return { iteration in
        var settings = RolloutSampler.Settings()
        settings.maximumTokens = decoding.new
        settings.seed = UInt64(iteration)
        let prompts = RandomTokens.sequences(
          decoding.rows, of: decoding.prompt, vocabulary: shape.configuration.vocabularySize,
          seed: UInt64(iteration))
        let rollouts = try RolloutSampler(settings).rollouts(
          of: prompts, keys: prompts.indices.map(String.init), model: model)
        return rollouts.reduce(0) { $0 + $1.logProbabilities.reduce(0, +) }
      }
    }
  }
}

/// A decoder to train from scratch.
struct DecoderShape {
  let name: String
  let configuration: TransformerConfiguration

  var parameterCount: Int { ParameterLayout(configuration).parameterCount }

  static var all: [DecoderShape] {
    [
      llama("0.82 M", hidden: 128, intermediate: 352, layers: 4, heads: 4),
      llama("4.85 M", hidden: 256, intermediate: 704, layers: 6, heads: 8),
    ]
  }

  /// Llama's shape: 8/3 of the width in the feed-forward layer, rounded to a multiple of 32; few
  /// tokens, embeddings tied.
  private static func llama(
    _ name: String, hidden: Int, intermediate: Int, layers: Int, heads: Int
  ) -> DecoderShape {
    DecoderShape(
      name: name,
      configuration: TransformerConfiguration(
        family: .llama, vocabularySize: 128, hiddenSize: hidden, intermediateSize: intermediate,
        layerCount: layers,
        heads: .init(queryCount: heads, keyValueCount: heads, dimension: hidden / heads),
        contextLength: 1_024, ropeBase: 10_000, normEpsilon: 1e-6, tiesEmbeddings: true,
        hasQueryKeyValueBias: false, hasAttentionOutputBias: false, hasFeedForwardBias: false))
  }
}

/// Ids without meaning.
enum RandomTokens {
  static func sequences(_ count: Int, of length: Int, vocabulary: Int, seed: UInt64) -> [[Int32]] {
    var state = seed
    return (0..<count).map { _ in
      (0..<length).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int32((state >> 33) % UInt64(vocabulary))
      }
    }
  }
}

/// Imitation of random tokens: the mean cross-entropy of every predicted token goes down.
private final class ImitationStep {
  private var parameters: TransformerParameters
  private var pass: TrainingPass
  private var gradients: TransformerGradients
  private var optimizer: Optimizer

  init(_ configuration: TransformerConfiguration) {
    parameters = TransformerParameters(configuration, seed: 1)
    pass = TrainingPass(configuration)
    gradients = TransformerGradients(parameters.layout)
    optimizer = Optimizer(parameters.layout, settings: AdamW.Settings(weightDecay: 0.01))
  }

  /// - Returns: the loss, nats.
  func run(_ iteration: Int) throws -> Double {
    let sequences = RandomTokens.sequences(
      TrainingCases.batch.sequences, of: TrainingCases.batch.tokens,
      vocabulary: parameters.configuration.vocabularySize, seed: UInt64(iteration))
    gradients.clear()
    try parameters.forward(sequences, keeping: &pass)
    let tokens = pass.predictedTokens
    let predictions = parameters.predictions(of: tokens, in: pass)
    let share = 1 / Double(tokens.count)
    parameters.backward(
      PredictionDerivatives(
        tokens: tokens, values: tokens.map { _ in .init(logProbability: -share) }),
      through: &pass, into: &gradients)
    _ = optimizer.step(&parameters, &gradients, rate: 1e-4)
    return -share * predictions.reduce(0) { $0 + $1.logProbability }
  }
}
