import Foundation
import JSON
import Safetensors
import Scoring
import Tensors
import TestSupport
import Testing

/// Models made of the demo's RL checkpoint that differ from its base in more than weights, by the
/// rules of `Tests/Fixtures/scoring/make_differing.py`.
struct DifferingModels {
  let folder: URL
  static let extra = 5
  static let vocabulary = 1_024

  /// More rows of the tied embedding: row V + i is row 16 + i, a digit, doubled.
  func rows(name: String = "rows") throws -> String {
    let copy = try CheckpointCopy(of: Samples.demo("rl"), to: folder.appending(path: name))
    let checkpoint = try SafetensorsCheckpoint(directory: Samples.demo("rl"))
    let tensors = try checkpoint.tensorNames.map { name -> (name: String, tensor: Tensor) in
      let tensor = try #require(checkpoint.tensor(named: name))
      guard name == "model.embed_tokens.weight" else { return (name, tensor) }
      let floats = try tensor.floats()
      let width = tensor.rowSize
      let more = floats[16 * width..<(16 + Self.extra) * width].map { 2 * $0 }
      return (
        name, Tensor(shape: [tensor.rowCount + Self.extra, width], floats: floats + more)
      )
    }
    // Twice a bfloat16 is one.
    try SafetensorsWriter.write(tensors, as: .bfloat16, to: copy.path("model.safetensors"))
    try copy.replace(
      "\"vocab_size\": 1024", with: "\"vocab_size\": \(Self.vocabulary + Self.extra)",
      in: "config.json")
    return copy.folder.path
  }

  /// Another rope base.
  func rope() throws -> String {
    let copy = try CheckpointCopy(of: Samples.demo("rl"), to: folder.appending(path: "rope"))
    try copy.replace("\"rope_theta\": 10000.0", with: "\"rope_theta\": 40000.0", in: "config.json")
    return copy.folder.path
  }

  /// `rows` with a token for the first of them.
  func added() throws -> String {
    let path = try rows(name: "added")
    let file = URL(filePath: path + "/tokenizer.json")
    let value = try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
    let flags = ["single_word", "lstrip", "rstrip", "normalized"].map {
      JSONMember(key: $0, value: .bool(false))
    }
    let token = JSONValue.object(
      [
        JSONMember(key: "id", value: .integer(Int64(Self.vocabulary))),
        JSONMember(key: "content", value: .string("<|think|>")),
        JSONMember(key: "special", value: .bool(true)),
      ] + flags)
    let members = try #require(value.objectValue).map { member in
      member.hasKey("added_tokens")
        ? JSONMember(
          key: member.key, value: .array((member.value.arrayValue ?? []) + [token])) : member
    }
    try Data(JSONValue.object(members).serialized().utf8).write(to: file)
    return path
  }

  /// What transformers gave for one of them.
  struct Expected {
    let sequences: [[Int32]]
    let logProbabilities: [[Double]]
    /// By column, over tokens 1… of all texts; NaN where base has no number.
    let pair: [String: [Double]]

    init(_ name: String) throws {
      let url = URL(filePath: Places.fixture("scoring/differing.json"))
      let file = try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
      let value = try #require(file["cases"]?[name])
      sequences = try #require(value["sequences"]?.arrayValue).map { $0.doubles.map(Int32.init) }
      logProbabilities = try #require(value["logp"]?.arrayValue).map(\.doubles)
      var pair: [String: [Double]] = [:]
      for member in try #require(value["pair"]?.objectValue) {
        pair[member.key] = (member.value.arrayValue ?? []).map { $0.doubleValue ?? .nan }
      }
      self.pair = pair
    }
  }
}
