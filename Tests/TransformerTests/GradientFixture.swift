import Foundation
import JSON
import Kernels
import TestSupport
import Testing
import Transformer

/// A loss over a checkpoint of `Tests/Fixtures/transformer` with PyTorch's gradients of it.
struct GradientFixture {
  /// One tensor's gradient by PyTorch in double precision.
  struct Expected {
    let name: String
    let norm: Double
    let normWithReference: Double
    /// Which elements `values` has; empty for all.
    let indices: [Int]
    let values: [Double]
    let valuesWithReference: [Double]
  }

  let checkpoint: CheckpointFixture
  let sequences: [[Int32]]
  /// Σ w ln p + u H, and with a reference + a KL(p ‖ r) + b KL(r ‖ p).
  let weights: [LogitGradient.Derivatives]
  let finalNormNoise: [Float]
  let loss: Double
  let lossWithReference: Double
  let tensors: [Expected]
  let rate: Double
  let weightDecay: Double
  let largestNorm: Double
  let losses: [Double]
  let singleLosses: [Double]

  init(_ name: String) throws {
    checkpoint = try CheckpointFixture(name)
    let path = Places.fixture("gradients/\(name).json")
    let root = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    sequences = try #require(root["sequences"]?.arrayValue).map {
      try Self.numbers($0).map { Int32($0) }
    }
    let (w, u) = (try Self.numbers(root["w"]), try Self.numbers(root["u"]))
    let (a, b) = (try Self.numbers(root["a"]), try Self.numbers(root["b"]))
    weights = w.indices.map {
      LogitGradient.Derivatives(
        logProbability: w[$0], entropy: u[$0], klPolicyReference: a[$0],
        klReferencePolicy: b[$0])
    }
    finalNormNoise = try Self.numbers(root["final_norm_noise"]).map { Float($0) }
    loss = try #require(root["loss_f64"]?.doubleValue)
    lossWithReference = try #require(root["loss_reference_f64"]?.doubleValue)
    tensors = try #require(root["tensors"]?.arrayValue).map { entry in
      Expected(
        name: try #require(entry["name"]?.stringValue),
        norm: try #require(entry["norm_f64"]?.doubleValue),
        normWithReference: try #require(entry["norm_reference_f64"]?.doubleValue),
        indices: try Self.numbers(entry["indices"]).map { Int($0) },
        values: try Self.numbers(entry["values"]),
        valuesWithReference: try Self.numbers(entry["values_reference"]))
    }
    let trajectory = try #require(root["trajectory"])
    rate = try #require(trajectory["rate"]?.doubleValue)
    weightDecay = try #require(trajectory["weight_decay"]?.doubleValue)
    largestNorm = try #require(trajectory["largest_norm"]?.doubleValue)
    losses = try Self.numbers(trajectory["losses_f64"])
    singleLosses = try Self.numbers(trajectory["losses_f32"])
  }

  /// The weights of the loss without a reference.
  var plainWeights: [LogitGradient.Derivatives] {
    weights.map { .init(logProbability: $0.logProbability, entropy: $0.entropy) }
  }

  /// The checkpoint with seeded noise added to the weight of the last norm.
  func reference() throws -> Transformer {
    var parameters = TransformerParameters(try checkpoint.transformer())
    let layout = parameters.layout
    let range = try #require(layout.entry(named: "model.norm.weight")).range
    for (index, noise) in zip(range, finalNormNoise) { parameters.buffer.values[index] += noise }
    return try parameters.transformer()
  }

  private static func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).map { try #require($0.doubleValue) }
  }
}

extension LogitGradient.Statistics {
  /// Σ weight · statistic.
  func dot(_ weights: LogitGradient.Derivatives) -> Double {
    logProbability * weights.logProbability + entropy * weights.entropy
      + klPolicyReference * weights.klPolicyReference
      + klReferencePolicy * weights.klReferencePolicy
  }
}
