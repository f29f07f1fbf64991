import Foundation
import JSON
import Kernels
import Safetensors
import TestSupport
import Testing
import Training
import Transformer

/// Whole objectives on a checkpoint of `Tests/Fixtures/transformer`, their gradients by PyTorch.
struct ObjectiveGradientFixture: Decodable {
  static let names = ["qwen2-tied", "llama-sharded"]

  /// One response.
  struct Row: Decodable {
    let kind: String
    let group: Int
    let reward: Double
    let prompt: [Int32]
    let response: [Int32]
    let behavior: [Double]
  }

  /// One tensor's gradient in double precision, or its change over a trajectory.
  struct Expected: Decodable {
    let norm: Double
    /// Relative distance of PyTorch's single precision from it.
    let f32Error: Double
    /// Σ ±g_i / ‖g‖.
    let sums: [Double]
    /// What single precision adds to them, in `unit`.
    let f32: [Double]
  }

  struct Case: Decodable {
    let name: String
    let temperature: Double
    let lossF64: Double
    /// Σ |∂L/∂ln p| + |∂L/∂H|.
    let slope: Double
    /// In the order of `tensors`.
    let gradients: [Expected]
  }

  struct Trajectory: Decodable {
    let name: String
    let rate: Double
    let weightDecay: Double
    let largestNorm: Double
    let lossesF64: [Double]
    let lossesF32: [Double]
    let normsF64: [Double]
    let normsF32: [Double]
    /// In the order of `tensors`.
    let changes: [Expected]
  }

  let batches: [String: [Row]]
  let finalNormNoise: [Float]
  let confidentAbove: Double
  let unit: Double
  let tensors: [String]
  let trajectories: [Trajectory]
  let cases: [Case]

  static func load(_ name: String) throws -> Self {
    let path = Places.fixture("gradients/objectives-\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
  }

  static func transformer(_ name: String) throws -> Transformer {
    let folder = Places.fixture("transformer/" + name)
    let path = folder + "/config.json"
    return try Transformer(
      TransformerConfiguration(
        JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path)))), path: path),
      weights: SafetensorsCheckpoint(directory: folder))
  }

  /// How far log-probabilities by PyTorch's single precision are from double precision, at most.
  static func rounding(_ name: String) throws -> Double {
    let url = URL(filePath: Places.fixture("transformer/\(name)/expected.json"))
    let expected = try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
    return try #require(expected["f32_rounding"]?.doubleValue)
  }

  /// The model with noise added to the weight of the last norm.
  func reference(_ model: Transformer) throws -> Transformer {
    var parameters = TransformerParameters(model)
    let layout = parameters.layout
    let range = try #require(layout.entry(named: "model.norm.weight")).range
    for (index, noise) in zip(range, finalNormNoise) { parameters.buffer.values[index] += noise }
    return try parameters.transformer()
  }

  /// A batch as the trainer makes it, with the advantages that the objective takes.
  func batch(_ name: String, _ objective: RunObjective) throws -> UpdateBatch {
    var batch = UpdateBatch(
      rows: try #require(batches[name]).map { row in
        UpdateBatch.Row(
          promptIDs: row.prompt, responseIDs: row.response,
          kind: row.kind == "rollout" ? .rollout : .demonstration, group: row.group,
          reward: row.reward, behaviorLogProbs: row.behavior)
      })
    let advantage: GroupAdvantage? =
      switch objective {
      case .sft, .sftWithKL, .distillation: nil
      case .grpo(_, let advantage), .plainSum(_, let advantage): advantage
      case .srft(let srft): srft.groupAdvantage
      }
    if let advantage {
      var responses = Self.objectiveBatch(of: batch)
      try advantage.assign(to: &responses)
      for (index, row) in responses.rows.enumerated() {
        batch.rows[index].advantage = row.advantage
      }
    }
    return batch
  }

  /// The responses' tokens one row after the other; zeros for what only a model knows.
  static func objectiveBatch(of batch: UpdateBatch) -> ObjectiveBatch {
    let ranges = rowRanges(lengths: batch.rows.map(\.responseIDs.count))
    let zeros = [Double](repeating: 0, count: ranges.last?.upperBound ?? 0)
    return ObjectiveBatch(
      rows: zip(batch.rows, ranges).map { row, tokens in
        ObjectiveBatch.Row(
          tokens: tokens, kind: row.kind, group: row.group, reward: row.reward,
          advantage: row.advantage)
      }, policyLogProbs: zeros, entropies: zeros)
  }
}

extension ObjectiveGradientFixture.Expected {
  /// The relative distance of a tensor from this one, estimated from the sums: of f64 or of f32.
  ///
  /// Each sum's square is the squared distance in the mean over signs; the root of the mean of 16 is
  /// right to about 1 / √32 = 18 %.
  func distance(_ sums: [Double], precision: Precision, unit: Double) -> Double {
    let squares = sums.indices.reduce(0.0) { total, index in
      let expected =
        self.sums[index] + (precision == .single ? f32[index] * unit : 0)
      let difference = sums[index] / norm - expected
      return total + difference * difference
    }
    return (squares / Double(sums.count)).squareRoot()
  }

  enum Precision: CaseIterable { case single, double }

  /// Σ ±g_i with the fixture's signs, and ‖g‖.
  static func sums(_ values: [Float]) -> (sums: [Double], norm: Double) {
    var generator = SeededGenerator(seed: 0)
    var sums = [Double](repeating: 0, count: 16)
    var squares = 0.0
    for value in values {
      let bits = generator.next()
      for index in sums.indices {
        sums[index] += bits >> UInt64(index) & 1 == 1 ? Double(value) : -Double(value)
      }
      squares += Double(value) * Double(value)
    }
    return (sums, squares.squareRoot())
  }
}
