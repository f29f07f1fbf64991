import Adapters
import Foundation
import JSON
import Safetensors
import Tensors
import TestSupport
import Testing
import Transformer

/// Names of tensors that wrappers, larger models and base models leave after.
struct TensorNameTests {
  /// A way of writing names, and what a reader is told.
  struct Writing: Sendable, CustomTestStringConvertible {
    let name: String
    let note: String
    let write: @Sendable (String) -> String
    var testDescription: String { name }

    init(_ name: String, note: String? = nil, _ write: (@Sendable (String) -> String)? = nil) {
      self.name = name
      self.note = note ?? "without the prefix '\(name)'"
      self.write = write ?? { name + $0 }
    }
  }

  static let writings = [
    Writing("_orig_mod."), Writing("module."), Writing("_fsdp_wrapped_module."),
    Writing("pretrained_model."), Writing("base_model.model."), Writing("module._orig_mod."),
    Writing("language_model."), Writing("model."),
    Writing("of the inner model", note: "without 'model.', which belongs before them") {
      $0.hasPrefix("model.") ? String($0.dropFirst("model.".count)) : $0
    },
    Writing("vision-language", note: "with 'model.language_model.' for 'model.'") {
      $0.hasPrefix("model.") ? "model.language_model." + $0.dropFirst("model.".count) : $0
    },
    Writing("FSDP inside", note: "without '_fsdp_wrapped_module.' inside") {
      $0.replacing("layers.", with: "layers._fsdp_wrapped_module.")
    },
    Writing("torch.compile inside", note: "without '_orig_mod.' inside") {
      $0.replacing(".mlp.", with: "._orig_mod.mlp.")
    },
  ]

  /// Tied, and with a head of its own.
  @Test(arguments: writings, ["qwen2-tied", "llama-old"])
  func `names with one meaning give the bits of the plain checkpoint`(
    writing: Writing, name: String
  ) throws {
    try withTemporaryFolder { folder in
      let plain = try OpenedModel(Places.fixture("transformer/" + name))
      let path = try Renamed(name, in: folder).write { writing.write($0) }
      let opened = try OpenedModel(path)
      #expect(try opened.files.weights(for: name).notes == [writing.note])
      #expect(opened.transformer.unusedTensors.isEmpty)
      let sequences: [[Int32]] = [[1, 2, 3, 4, 5, 6, 7]]
      #expect(
        try opened.logProbabilities(sequences) == plain.logProbabilities(sequences))
    }
  }

  /// transformers adds the prefix tensor by tensor.
  @Test(arguments: ["embed_tokens", "layers.1."])
  func `a part of the names without the body's prefix`(part: String) throws {
    try withTemporaryFolder { folder in
      let plain = try OpenedModel(Places.fixture("transformer/llama-old"))
      let path = try Renamed("llama-old", in: folder).write {
        $0.hasPrefix("model." + part) ? String($0.dropFirst("model.".count)) : $0
      }
      let opened = try OpenedModel(path)
      let notes = try opened.files.weights(for: "llama-old").notes
      #expect(
        notes.count == 1 && notes[0].contains("with another prefix than the rest, as '\(part)"))
      let sequences: [[Int32]] = [[1, 2, 3, 4, 5, 6, 7]]
      #expect(try opened.logProbabilities(sequences) == plain.logProbabilities(sequences))
    }
  }

  @Test func `an adapter over renamed weights, and one with such names itself`() throws {
    let fixture = try AdapterFixture("llama")
    let expected = try OpenedModel(fixture.folder).logProbabilities(fixture.sequences)
    try withTemporaryFolder { folder in
      let base = try Renamed("llama-new", in: folder).write { "_orig_mod." + $0 }
      let over = try OpenedModel(base + "+" + fixture.folder)
      #expect(try over.logProbabilities(fixture.sequences) == expected)
      for (index, write)
        in ([
          { "module." + $0 },
          { $0.replacing("base_model.model.", with: "base_model.model._orig_mod.") },
          { $0.replacing("model.model.layers", with: "model.model.language_model.layers") },
          { $0.replacing(".weight", with: ".default.weight") },
        ] as [(String) -> String]).enumerated()
      {
        let copy = try AdapterCopy(fixture, in: folder, name: "adapter-\(index)")
        let url = URL(filePath: copy.path + "/adapter_model.safetensors")
        try Renamed.rename(url, write)
        // peft matched its expressions with the names that the tensors have.
        try copy.set("rank_pattern", to: Self.pattern(in: fixture))
        #expect(
          try OpenedModel(fixture.base + "+" + copy.path).logProbabilities(fixture.sequences)
            == expected, "\(index)")
      }
    }
  }

  /// The fixture's ranks by expressions that don't begin with `model.`.
  private static func pattern(in fixture: AdapterFixture) throws -> JSONValue {
    let object = try AdapterFixture.parse(fixture.folder + "/adapter_config.json")
    let members = try #require(object["rank_pattern"]?.objectValue)
    return .object(
      members.map { JSONMember(key: $0.key.replacing("^model.", with: ""), value: $0.value) })
  }

  @Test func `a tied matrix under the head's name`() throws {
    for name in ["qwen2-tied", "gpt2"] {
      try withTemporaryFolder { folder in
        let plain = try OpenedModel(Places.fixture("transformer/" + name))
        let embedding = name == "gpt2" ? "transformer.wte.weight" : "model.embed_tokens.weight"
        let path = try Renamed(name, in: folder).write {
          $0 == embedding ? "lm_head.weight" : $0
        }
        let sequences: [[Int32]] = [[1, 2, 3, 4, 5]]
        #expect(
          try OpenedModel(path).logProbabilities(sequences) == plain.logProbabilities(sequences))
      }
    }
  }

  @Test func `GPT-2 without its prefix and in a wrapper`() throws {
    let plain = try OpenedModel(Places.fixture("transformer/gpt2"))
    let sequences: [[Int32]] = [[1, 2, 3, 4, 5]]
    for write in [
      { $0.replacing("transformer.", with: "") }, { "module." + $0 },
    ] as [(String) -> String] {
      try withTemporaryFolder { folder in
        let path = try Renamed("gpt2", in: folder).write(write)
        #expect(
          try OpenedModel(path).logProbabilities(sequences) == plain.logProbabilities(sequences))
      }
    }
  }

  @Test func `parts beside the decoder are left out and named`() throws {
    try withTemporaryFolder { folder in
      let plain = try OpenedModel(Places.fixture("transformer/llama-old"))
      let more = ["v_head.summary.weight", "model.visual.blocks.0.weight", "score.weight"]
      let path = try Renamed("llama-old", in: folder).write(adding: more) { $0 }
      let opened = try OpenedModel(path)
      #expect(opened.transformer.unusedTensors == more.sorted())
      let sequences: [[Int32]] = [[1, 2, 3, 4, 5]]
      #expect(
        try opened.logProbabilities(sequences) == plain.logProbabilities(sequences))
    }
  }

  static let refusals: [(name: String, write: @Sendable (String) -> String, words: [String])] = [
    ("another prefix", { "student." + $0 }, ["'student.model.'", "'model.'"]),
    (
      "a head lost",
      { $0 == "lm_head.weight" ? "head.weight" : $0 },
      ["'lm_head.weight' is missing", "tie"]
    ),
    (
      "an embedding lost",
      { $0 == "model.embed_tokens.weight" ? "other.weight" : $0 },
      ["'model.embed_tokens.weight' is missing"]
    ),
    (
      "an adapter inside",
      { $0.replacing("q_proj.weight", with: "q_proj.base_layer.weight") },
      ["base_layer", "merge_and_unload"]
    ),
  ]

  @Test(arguments: refusals)
  func `names without a certain meaning are refused`(
    refusal: (name: String, write: @Sendable (String) -> String, words: [String])
  ) throws {
    try withTemporaryFolder { folder in
      let path = try Renamed("llama-old", in: folder).write { refusal.write($0) }
      try expectLine([path] + refusal.words) { _ = try OpenedModel(path) }
    }
  }

  @Test func `two decoders, one name twice, an empty tensor`() throws {
    for (more, words) in [
      (["module.model.layers.0.input_layernorm.weight"], ["several models", "'module.model.'"]),
      (["_orig_mod.model.norm.weight"], ["would be the same", "'_orig_mod.model.norm.weight'"]),
    ] {
      try withTemporaryFolder { folder in
        let path = try Renamed("llama-old", in: folder).write(adding: more) { $0 }
        try expectLine([path] + words) { _ = try OpenedModel(path) }
      }
    }
    try withTemporaryFolder { folder in
      let copy = Renamed("llama-old", in: folder)
      let path = try copy.write(emptying: "model.embed_tokens.weight") { $0 }
      try expectLine([path, "'model.embed_tokens.weight' is empty", "zero_to_fp32.py"]) {
        _ = try OpenedModel(path)
      }
      let adapter = try AdapterCopy(AdapterFixture("llama"), in: folder)
      try Renamed.rename(
        URL(filePath: adapter.path + "/adapter_model.safetensors"), emptying: "q_proj.lora_A"
      ) { $0 }
      try expectLine([adapter.path, "lora_A", "is empty", "zero_to_fp32.py"]) {
        _ = try OpenedModel(adapter.path)
      }
    }
  }
}

/// Expects a thrown line with these words.
func expectLine(
  _ words: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws {
  let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try body() }
  let line = String(describing: try #require(error, sourceLocation: sourceLocation))
  let isOneLine = !line.contains { $0.isNewline }
  #expect(isOneLine, sourceLocation: sourceLocation)
  for word in words {
    #expect(line.contains(word), "\(line) lacks \(word)", sourceLocation: sourceLocation)
  }
}

/// A copy of a fixture's checkpoint with other names in it.
struct Renamed {
  let source: String
  let folder: URL

  init(_ name: String, in folder: URL) {
    source = Places.fixture("transformer/" + name)
    self.folder = folder.appending(path: "renamed")
  }

  /// Writes it.
  ///
  /// - Returns: its path.
  func write(
    adding more: [String] = [], emptying empty: String? = nil, _ write: (String) -> String
  ) throws -> String {
    try FileManager.default.copyItem(at: URL(filePath: source), to: folder)
    try Self.rename(
      folder.appending(path: "model.safetensors"), adding: more, emptying: empty, write)
    return folder.path
  }

  /// Writes a safetensors file anew, bytes of tensors as they are.
  static func rename(
    _ url: URL, adding more: [String] = [], emptying empty: String? = nil,
    _ write: (String) -> String
  ) throws {
    let bytes = try Data(contentsOf: url)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONValue(parsing: [UInt8](bytes[8..<8 + length]))
    let data = bytes.dropFirst(8 + length)
    var members: [JSONMember] = []
    var kept = Data()
    func add(_ name: String, _ type: JSONValue, _ shape: JSONValue, _ part: Data) {
      let offsets = [kept.count, kept.count + part.count].map { JSONValue.integer(Int64($0)) }
      kept += part
      members.append(
        JSONMember(
          key: name,
          value: .object([
            JSONMember(key: "dtype", value: type), JSONMember(key: "shape", value: shape),
            JSONMember(key: "data_offsets", value: .array(offsets)),
          ])))
    }
    for member in try #require(header.objectValue) where member.key != "__metadata__" {
      let type = try #require(member.value["dtype"])
      let offsets = try #require(member.value["data_offsets"]?.arrayValue)
        .compactMap { $0.integerValue.map { Int($0) } }
      if let empty, member.key.contains(empty) {
        add(write(member.key), type, .array([.integer(0)]), Data())
      } else {
        let part = data.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0])
        add(write(member.key), type, try #require(member.value["shape"]), Data(part))
      }
    }
    for name in more { add(name, .string("F32"), .array([.integer(1)]), Data(count: 4)) }
    let text = Array(JSONValue.object(members).serialized().utf8)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(text.count) >> (8 * UInt64($0))) }
    try (Data(size + text) + kept).write(to: url)
  }
}

extension ModelFiles {
  /// For the configuration of a fixture.
  fileprivate func weights(for name: String) throws -> ModelWeights {
    let path = Places.fixture("transformer/\(name)/config.json")
    var configuration = try TransformerConfiguration(AdapterFixture.parse(path), path: path)
    return try weights(for: &configuration)
  }
}
