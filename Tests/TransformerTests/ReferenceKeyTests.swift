import Foundation
import JSON
import TestSupport
import Testing
import Transformer

/// Which keys of `config.json` are taken, refused and kept: as transformers' source and tiny models of
/// it say (`Tests/Fixtures/configuration`).
@Suite struct ReferenceKeyTests {
  /// A family's part of `keys.json`.
  struct Family {
    let name: String
    let keys: [JSONMember]
    /// What was tried on, plain and with a kind of rope scaling.
    let base: JSONValue
    let ropeBases: [JSONMember]
  }

  static func families() throws -> [Family] {
    let path = Places.fixture("configuration/keys.json")
    let value = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    return try #require(value["families"]?.objectValue).map { member in
      Family(
        name: member.key, keys: try #require(member.value["keys"]?.objectValue),
        base: try #require(member.value["base"]),
        ropeBases: try #require(member.value["rope_bases"]?.objectValue))
    }
  }

  static func lines(_ name: String) throws -> [JSONValue] {
    let path = Places.fixture("configuration/" + name)
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try JSONValue(parsing: Array($0.utf8))
    }
  }

  private static func read(_ value: JSONValue) throws(TransformerError) -> TransformerConfiguration
  {
    try TransformerConfiguration(value, path: "config.json")
  }

  @Test func `the table of keys is what transformers reads`() throws {
    let families = try Self.families()
    #expect(families.count == ModelFamily.allCases.count)
    let all = Set(families.flatMap { $0.keys.map(\.key) }).subtracting(["model_type"])
    for family in families {
      let known = Set(family.keys.map(\.key))
      for key in all.sorted() {
        let unread = TransformerConfiguration.unreadMembers(
          of: family.base.setting(key, to: .integer(1)))
        #expect(unread.contains { $0.hasKey(key) } != known.contains(key), "\(family.name): \(key)")
      }
    }
  }

  @Test func `what a class of keys promises holds for each`() throws {
    var counts: [String: Int] = [:]
    for family in try Self.families() {
      let base = try Self.read(family.base)
      for (key, entry) in family.keys.map({ ($0.key, $0.value) }) {
        let kind = try #require(entry["class"]?.stringValue)
        counts[kind, default: 0] += 1
        let odd = family.base.setting(key, to: .object([JSONMember(key: "x", value: .number(0.5))]))
        switch kind {
        case "neutral": #expect(try Self.read(odd) == base, "\(family.name): \(key)")
        case "only default":
          let error = #expect(throws: TransformerError.self) { _ = try Self.read(odd) }
          let fix = try #require(entry["fix"]?.stringValue)
          #expect(error?.description.contains("'\(key)' is {\"x\":0.5}, which") == true)
          #expect(error?.description.contains(fix) == true)
          for allowed in try #require(entry["allowed"]?.arrayValue?.compactMap { $0.stringValue }) {
            let value = try JSONValue(parsing: Array(allowed.utf8))
            #expect(try Self.read(family.base.setting(key, to: value)) == base)
          }
        default: #expect(kind == "implemented")
        }
      }
    }
    #expect(counts.count == 3 && counts.values.allSatisfy { $0 >= 30 }, "\(counts)")
  }

  /// Taken, though the numbers move: precision is for `--compute` to say.
  private static let taken: Set<String> = ["dtype", "torch_dtype"]
  /// Refused, though a text moves no logits in transformers: code of its own; not causal with other
  /// kinds of attention than the default; null, which is false for some families; Phi-3's length that
  /// stands outside as well.
  private static let refused: Set<String> = [
    "auto_map", "use_bidirectional_attention", "is_causal", "default_theta", "fusion_config",
    "per_layer_config", "longrope.original_max_position_embeddings",
  ]

  /// Where each kind of layers has a rope: transformers sets these aside, and a user can mean them.
  private static let setAside: Set<String> = [
    "_sliding_window_pattern", "rope_parameters", "rope_scaling", "yarn.truncate",
  ]

  @Test func `a value that moves logits is read or refused, and one that doesn't is taken`() throws
  {
    let families = try Self.families()
    var counts = (moves: 0, same: 0)
    for line in try Self.lines("outcomes.jsonl") {
      let key = try #require(line["key"]?.stringValue)
      let value = try #require(line["value"])
      for family in families {
        func has(_ outcome: String) -> Bool {
          line[outcome]?.arrayValue?.contains(.string(family.name)) == true
        }
        guard !has("fails"), has("moves") || has("same") || has("rounding") else { continue }
        let rope = family.ropeBases.first { key.hasPrefix($0.key + ".") }
        var (base, changed) = (family.base, family.base.setting(key, to: value))
        if let rope {
          base = rope.value
          let inner = try #require(base["rope_parameters"])
          let name = String(key.dropFirst(rope.key.count + 1))
          changed = base.setting("rope_parameters", to: inner.setting(name, to: value))
          if let full = inner["full_attention"] {
            changed = base.setting(
              "rope_parameters",
              to: inner.setting("full_attention", to: full.setting(name, to: value)))
          }
        }
        let words: Comment = "\(family.name): \(key) \(value.serialized())"
        var read = try? Self.read(changed)
        var before = try Self.read(base)
        // A longer or shorter context alone is no other number.
        read?.contextLength = 0
        before.contextLength = 0
        if has("moves"), !Self.taken.contains(key) {
          counts.moves += 1
          #expect(read != before, words)
        } else if !has("moves"), !Self.refused.contains(key),
          family.base["layer_types"] == nil && family.name != "gemma3_text"
            || !Self.setAside.contains(key)
        {
          counts.same += 1
          #expect(read != nil, words)
        }
      }
    }
    #expect(counts.moves > 200 && counts.same > 3_000, "\(counts)")
  }

  @Test func `all that is refused is named at once`() throws {
    let value = try JSONValue(
      parsing: Array(
        """
        {"model_type": "llama", "hidden_act": "gelu", "is_causal": false, "auto_map": {"a": "b"},
         "architectures": ["LlamaForSequenceClassification"], "quantization_config": {"bits": 4}}
        """.utf8))
    let error = #expect(throws: TransformerError.self) { _ = try Self.read(value) }
    let line = error?.description ?? ""
    for key in ["hidden_act", "is_causal", "auto_map", "architectures", "quantization_config"] {
      #expect(line.contains("'\(key)' is "), "\(line)")
    }
    #expect(!line.contains("\n") && !line.contains("missing"))
  }

  @Test func `code of its own is set aside where asked`() throws {
    let families = try Self.families()
    let family = try #require(families.first { $0.name == "phi3" })
    let value = family.base.setting(
      "auto_map", to: .object([JSONMember(key: "AutoConfig", value: .string("a.B"))]))
    #expect(throws: TransformerError.self) { _ = try Self.read(value) }
    let read = try TransformerConfiguration(value, path: "", ignoringRemoteCode: true)
    #expect(read == (try Self.read(family.base)))
    #expect(TransformerConfiguration.unreadMembers(of: value).map(\.key) == ["auto_map"])
  }

  @Test func `settings of rope that its kind doesn't read are kept`() throws {
    func unread(_ text: String) throws -> String {
      let value = try JSONValue(parsing: Array(text.utf8))
      return JSONValue.object(TransformerConfiguration.unreadMembers(of: value)).serialized()
    }
    #expect(
      try unread(
        #"{"model_type": "llama", "rope_scaling": {"type": "yarn", "factor": 2, "finetuned": true}}"#
      )
        == #"{"rope_scaling":{"finetuned":true}}"#)
    #expect(
      try unread(
        #"{"is_llama_config": true, "model_type": "llama", "rope_scaling": {"type": "dynamic", "original_max_position_embeddings": 8}, "use_cache": true}"#
      )
        == #"{"is_llama_config":true,"rope_scaling":{"original_max_position_embeddings":8}}"#)
    #expect(
      try unread(#"{"model_type": "phi3", "rope_parameters": {"type": "su", "factor": 2}}"#) == "{}"
    )
  }

  @Test func `a rope for each kind of layer is refused where transformers has one`() throws {
    let families = try Self.families()
    let family = try #require(families.first { $0.name == "gemma2" })
    let nested = try JSONValue(parsing: Array(#"{"full_attention": {"rope_theta": 5}}"#.utf8))
    let error = #expect(throws: TransformerError.self) {
      _ = try Self.read(family.base.setting("rope_parameters", to: nested))
    }
    #expect(error?.description.contains("'full_attention' in 'rope_parameters'") == true)
  }
}
