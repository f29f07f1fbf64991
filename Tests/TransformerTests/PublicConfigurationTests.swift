import Foundation
import JSON
import Kernels
import TestSupport
import Testing
import Transformer

/// The `config.json` of public repositories, and rope settings given once or twice: read as
/// transformers reads them, or refused for the right reason.
@Suite struct PublicConfigurationTests {
  private static func configurations() throws -> [JSONValue] {
    let path = Places.fixture("configuration/public.json")
    let value = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    return try #require(value["configurations"]?.arrayValue)
  }

  @Test func `public checkpoints are read as transformers reads them`() throws {
    var (readCount, families) = (0, Set<String>())
    for entry in try Self.configurations() where entry["read"] != nil {
      let name = Comment(stringLiteral: entry["repository"]?.stringValue ?? "")
      let (members, expected) = (try #require(entry["members"]), try #require(entry["read"]))
      if members["auto_map"] != nil {
        let error = #expect(throws: TransformerError.self, name) {
          _ = try TransformerConfiguration(members, path: "config.json")
        }
        #expect(error?.description.contains("--ignore-remote-code") == true, name)
      }
      let read = try TransformerConfiguration(
        members, path: "config.json", ignoringRemoteCode: members["auto_map"] != nil)
      func integer(_ key: String) -> Int? { expected[key]?.integerValue.map { Int($0) } }
      #expect(read.vocabularySize == integer("vocab_size"), name)
      #expect(read.hiddenSize == integer("hidden_size"), name)
      #expect(read.layerCount == integer("layers"), name)
      #expect(read.heads.queryCount == integer("heads"), name)
      #expect(read.tiesEmbeddings == expected["tied"]?.boolValue, name)
      #expect(Double(read.normEpsilon.description) == expected["epsilon"]?.doubleValue, name)
      let window = read.options.slidingWindow
      #expect(window?.size == integer("window"), name)
      #expect(window?.layers.count { $0 } ?? 0 == integer("windowed_layers"), name)
      families.insert(read.family.rawValue)
      readCount += 1
      guard read.family != .gpt2 else {
        #expect(read.contextLength == integer("positions"), name)
        continue
      }
      #expect(read.heads.keyValueCount == integer("key_value_heads"), name)
      #expect(read.heads.dimension == integer("head_dim"), name)
      #expect(read.intermediateSize == integer("intermediate_size"), name)
      #expect(read.ropeBase == expected["theta"]?.doubleValue, name)
      #expect(read.options.rotatedDimension ?? read.heads.dimension == integer("rotated"), name)
      try Self.expectScaling(read, expected, name)
      let localBase = read.options.layerRope?.base ?? read.ropeBase
      if let local = expected["local_theta"]?.doubleValue { #expect(localBase == local, name) }
      #expect(read.options.unrotatedLayers.count == integer("unrotated") ?? 0, name)
    }
    #expect(readCount >= 35 && families.count == 12)
  }

  @Test func `other public checkpoints are refused for what they ask`() throws {
    for entry in try Self.configurations() where entry["refused"] != nil {
      let members = try #require(entry["members"])
      let error = #expect(throws: TransformerError.self) {
        _ = try TransformerConfiguration(members, path: "config.json")
      }
      for word in try #require(entry["refused"]?.arrayValue?.compactMap { $0.stringValue }) {
        #expect(error?.description.contains(word) == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `rope settings are those of transformers, or refused where a user can mean two`()
    throws
  {
    for line in try ReferenceKeyTests.lines("rope.jsonl") {
      let (members, expected) = (try #require(line["members"]), try #require(line["read"]))
      let name = Comment(stringLiteral: members.serialized())
      if line["contradicts"] != nil {
        let error = #expect(throws: TransformerError.self, name) {
          _ = try TransformerConfiguration(members, path: "config.json")
        }
        #expect(error?.description.contains("transformers 5.24.0 takes") == true, name)
        continue
      }
      let read = try TransformerConfiguration(members, path: "config.json")
      #expect(read.ropeBase == expected["theta"]?.doubleValue, name)
      let share = Double(read.options.rotatedDimension ?? read.heads.dimension)
      #expect(share == 8 * (expected["share"]?.doubleValue ?? 0), name)
      try Self.expectScaling(read, expected, name)
      guard let local = expected["local"] else { continue }
      let rope = read.options.layerRope
      #expect(rope?.base ?? read.ropeBase == local["theta"]?.doubleValue, name)
      #expect(
        (rope?.scaling ?? read.options.ropeScaling).name == local["rope_type"]?.stringValue, name)
    }
  }

  @Test func `both readings of a contradiction are named`() throws {
    let value = try JSONValue(
      parsing: Array(
        """
        {"model_type": "llama", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 30,
         "num_hidden_layers": 2, "num_attention_heads": 3, "max_position_embeddings": 64,
         "rope_parameters": {"rope_theta": 1e6, "rope_type": "default"},
         "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 32}}
        """.utf8))
    #expect(
      throws: TransformerError.configuration(
        path: "config.json",
        "'rope_scaling' is yarn by 4.0 from 32 positions with rope_theta 10000.0, 'rope_parameters' "
          + "default with rope_theta 1000000.0: transformers 5.24.0 takes the first alone; put all "
          + "settings into one of them and remove the other")
    ) { _ = try TransformerConfiguration(value, path: "config.json") }
  }

  @Test(arguments: ["linear", "dynamic", "yarn"])
  func `a factor beyond all contexts is refused`(kind: String) throws {
    let value = try JSONValue(
      parsing: Array(
        """
        {"model_type": "llama", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 30,
         "num_hidden_layers": 2, "num_attention_heads": 3, "max_position_embeddings": 64,
         "rope_parameters": {"rope_type": "\(kind)", "factor": 1e39}}
        """.utf8))
    #expect(
      throws: TransformerError.configuration(
        path: "config.json, 'rope_parameters'", "'factor' is 1e+39, which no model has")
    ) { _ = try TransformerConfiguration(value, path: "config.json") }
  }

  private static func expectScaling(
    _ read: TransformerConfiguration, _ expected: JSONValue, _ name: Comment
  ) throws {
    let scaling = read.options.ropeScaling
    #expect(scaling.name == expected["rope_type"]?.stringValue, name)
    let (factor, length) = (
      expected["factor"]?.doubleValue, expected["original_length"]?.integerValue.map { Int($0) }
    )
    switch scaling {
    case .none: break
    case .linear(let own), .dynamic(let own, _): #expect(own == factor, name)
    case .yarn(let yarn): #expect(yarn.factor == factor && yarn.originalLength == length, name)
    case .llama3(let llama3):
      #expect(llama3.factor == factor && llama3.originalLength == length, name)
    case .longRope(let longRope): #expect(longRope.originalLength == length, name)
    }
  }
}
