import Files
import Foundation
import JSON
import Tensors
import TestSupport
import Testing
import Transformer

/// Checkpoints whose tensors aren't those that the configuration calls for.
@Suite struct WeightTests {
  /// Tied with few biases, and untied with all of them.
  static let names = ["qwen2-tied", "llama-old"]

  @Test(arguments: names + CheckpointFixture.families)
  func `each tensor is needed`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    #expect(fixture.weights.tensors.count > 14)
    for tensor in fixture.weights.tensorNames {
      var weights = fixture.weights
      weights.tensors[tensor] = nil
      #expect(throws: TransformerError.missingTensor(tensor, location: weights.location)) {
        try Self.load(fixture, weights)
      }
    }
  }

  @Test(arguments: names + CheckpointFixture.families)
  func `each tensor has the shape that config.json says`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    for (tensor, value) in fixture.weights.tensors {
      // One element more along the first axis; transposed would pass where a matrix is square.
      var shape = value.shape
      shape[0] += 1
      let error = try Self.error(
        fixture, replacing: tensor,
        with: Tensor(shape: shape, floats: [Float](repeating: 0, count: shape.reduce(1, *))))
      #expect(
        error
          == .shape(
            tensor: tensor, found: shape, expected: value.shape,
            location: fixture.weights.location))
    }
  }

  @Test(arguments: names, [Float.nan, .infinity, -.infinity])
  func `each tensor is finite`(name: String, intruder: Float) throws {
    let fixture = try CheckpointFixture(name)
    for (tensor, value) in fixture.weights.tensors {
      var floats = try value.floats()
      floats[floats.count - 1] = intruder
      let error = try Self.error(
        fixture, replacing: tensor, with: Tensor(shape: value.shape, floats: floats))
      #expect(
        error
          == .notFinite(
            tensor: tensor, index: floats.count - 1, location: fixture.weights.location))
    }
  }

  @Test(arguments: [
    "model.layers.0.self_attn.q_norm.weight", "model.layers.2.mlp.up_proj.weight",
    "model.layers.0.self_attn.o_proj.bias", "model.layers.0.self_attn.q_proj.lora_A.weight",
    "lm_head.bias", "model.norm.bias",
  ])
  func `a tensor of another architecture is refused`(name: String) throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    let error = try Self.error(
      fixture, replacing: name, with: Tensor(shape: [1], floats: [0]))
    #expect(error == .unexpectedTensor(name, location: fixture.weights.location))
  }

  @Test func `frequencies that old checkpoints store are let through`() throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    let name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    #expect(
      try Self.error(fixture, replacing: name, with: Tensor(shape: [4], floats: [1, 1, 1, 1]))
        == nil)
  }

  @Test func `integers are no weights`() throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "bytes")
      try Data(count: 32).write(to: url)
      let integers = Tensor(
        shape: [32], elementType: .int8, file: try MappedFile(path: url.path), byteOffset: 0)
      let error = try Self.error(fixture, replacing: "model.norm.weight", with: integers)
      #expect(
        error
          == .elementType(
            tensor: "model.norm.weight", found: "I8", location: fixture.weights.location))
    }
  }

  @Test func `a tied head may be stored again with the same numbers only`() throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    let embedding = try #require(fixture.weights.tensors["model.embed_tokens.weight"])
    #expect(try Self.error(fixture, replacing: "lm_head.weight", with: embedding) == nil)
    var floats = try embedding.floats()
    floats[7] += 1
    let others = [
      Tensor(shape: embedding.shape, floats: floats),
      Tensor(shape: embedding.shape.reversed(), floats: try embedding.floats()),
    ]
    for other in others {
      let error = try Self.error(fixture, replacing: "lm_head.weight", with: other)
      #expect(
        error
          == .contradictsTying(tensor: "lm_head.weight", location: fixture.weights.location))
    }
  }

  @Test func `every message is one line that names the tensor and the place`() throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    let error = try Self.error(
      fixture, replacing: "model.norm.weight", with: Tensor(shape: [2], floats: [1, 1]))
    let line = try #require(error).description
    #expect(
      line.hasPrefix(fixture.weights.location) && line.contains("'model.norm.weight'")
        && line.contains("[2]") && line.contains("[32]") && !line.contains("\n"))
  }

  private static func load(_ fixture: CheckpointFixture, _ weights: WeightDictionary) throws {
    _ = try Transformer(
      TransformerConfiguration(fixture.configuration, path: fixture.path), weights: weights)
  }

  /// What loading throws with one tensor set, nil if it succeeds.
  private static func error(
    _ fixture: CheckpointFixture, replacing name: String, with tensor: Tensor
  ) throws -> TransformerError? {
    var weights = fixture.weights
    weights.tensors[name] = tensor
    do {
      try load(fixture, weights)
      return nil
    } catch let error as TransformerError {
      return error
    }
  }
}
