import Adapters
import Foundation
import JSON
import Safetensors
import Tensors
import TestSupport
import Testing
import Transformer

/// Adapters that peft saved, merged over their bases: the numbers of peft's `merge_and_unload`.
struct MergeTests {
  @Test(arguments: AdapterFixture.names)
  func `log-probabilities are those of peft's merged model`(name: String) throws {
    let fixture = try AdapterFixture(name)
    let actual = try OpenedModel(fixture.folder).logProbabilities(fixture.sequences)
    // 1.2e-5 is what f32 is from f64 on such weights, for either side, and a weight that rounds to
    // its neighbour because B · A was summed in another order adds as much; the promise is 1e-4, and
    // the least effect of an adapter is 0.05.
    let difference = largestDifference(actual, fixture.logProbabilities)
    #expect(difference <= 1e-4, "\(name): \(difference)")
    let explicit = try OpenedModel(fixture.base + "+" + fixture.folder)
    #expect(try explicit.logProbabilities(fixture.sequences) == actual)
  }

  @Test(arguments: ["llama", "gpt2", "phi3", "llama-embedding"])
  func `merged matrices are rounded as peft rounds them`(name: String) throws {
    let fixture = try AdapterFixture(name)
    let opened = try OpenedModel(fixture.folder)
    #expect(!fixture.bits.isEmpty)
    for (matrix, bits) in fixture.bits {
      let tensor = try #require(opened.weights.tensor(named: matrix))
      let stored = try #require(opened.files.base.tensor(named: matrix))
      #expect(tensor.elementType == stored.elementType, "the stored type is kept")
      let found = try tensor.floats().prefix(bits.count).map { value in
        Int64(
          tensor.elementType == .float16
            ? Int16(bitPattern: Float16(value).bitPattern)
            : Int16(truncatingIfNeeded: value.bitPattern >> 16))
      }
      // The sums of B · A differ by a few 1e-8; among 200 numbers of which 1 in 3e4 lies so close to
      // the middle of two neighbours, more than one that rounds the other way is a mistake.
      let differences = zip(found, bits).map { abs($0 - $1) }
      let count = differences.count { $0 > 0 }
      #expect((differences.max() ?? 0) <= 1 && count <= 1, "\(matrix)")
      let before = try stored.floats().prefix(bits.count)
      #expect(try tensor.floats().prefix(bits.count) != before, "\(matrix) is changed")
    }
  }

  @Test func `adapters are merged one over the other`() throws {
    let fixture = try AdapterFixture("llama-second")
    let stacked = try #require(fixture.stacked)
    let opened = try OpenedModel(
      [fixture.base, stacked.over, fixture.folder].joined(separator: "+"))
    let difference = largestDifference(
      try opened.logProbabilities(fixture.sequences), stacked.logProbabilities)
    #expect(difference <= 1e-4, "\(difference)")
    // The first adapter's own base is found as well.
    let short = try OpenedModel(stacked.over + "+" + fixture.folder)
    #expect(
      try short.logProbabilities(fixture.sequences)
        == opened.logProbabilities(fixture.sequences))
    let names = opened.files.digestedFiles.map(\.name)
    #expect(
      names == [
        "model.safetensors", "adapter/adapter_config.json", "adapter/adapter_model.safetensors",
        "adapter-2/adapter_config.json", "adapter-2/adapter_model.safetensors",
      ])
  }

  static let edits: [(fixture: String, key: String, value: JSONValue)] = [
    ("llama", "use_rslora", .bool(false)),
    ("llama", "alpha_pattern", .object([])),
    ("llama", "lora_alpha", .integer(7)),
    ("phi3", "lora_alpha", .integer(7)),
    ("gpt2", "lora_alpha", .integer(7)),
    ("qwen2", "lora_alpha", .integer(4)),
    ("llama-embedding", "lora_alpha", .integer(6)),
    ("qwen2-tied-embedding", "ensure_weight_tying", .bool(true)),
    ("qwen2-tied-saved", "ensure_weight_tying", .bool(true)),
  ]

  @Test(arguments: edits)
  func `options of an adapter move its numbers`(
    edit: (fixture: String, key: String, value: JSONValue)
  ) throws {
    let fixture = try AdapterFixture(edit.fixture)
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      try copy.set(edit.key, to: edit.value)
      let actual = try OpenedModel(fixture.base + "+" + copy.path).logProbabilities(
        fixture.sequences)
      #expect(largestDifference(actual, fixture.logProbabilities) >= 0.01)
    }
  }

  /// peft saves and loads such adapters, whose targets match nothing or were excluded.
  @Test func `target modules that the base doesn't have, or that are excluded, need no tensors`()
    throws
  {
    let fixture = try AdapterFixture("llama")
    let targets = ["q_proj", "v_proj", "down_proj"]
    for (more, excluded) in [("query_key_value", nil), ("k_proj", "k_proj")] as [(String, String?)]
    {
      try withTemporaryFolder { folder in
        let copy = try AdapterCopy(fixture, in: folder)
        try copy.set("target_modules", to: .array((targets + [more]).map { .string($0) }))
        try copy.set("exclude_modules", to: excluded.map { .array([.string($0)]) })
        let actual = try OpenedModel(copy.path).logProbabilities(fixture.sequences)
        #expect(largestDifference(actual, fixture.logProbabilities) <= 1e-4)
      }
    }
  }

  @Test func `GPT-2's matrices are turned whatever the configuration says`() throws {
    let fixture = try AdapterFixture("gpt2")
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      // peft corrects it with a warning.
      try copy.set("fan_in_fan_out", to: .bool(false))
      let actual = try OpenedModel(fixture.base + "+" + copy.path).logProbabilities(
        fixture.sequences)
      #expect(largestDifference(actual, fixture.logProbabilities) <= 1e-4)
    }
  }

  @Test func `tied embeddings are untied where an adapter changes one of them`() throws {
    for (name, isTied, size) in [
      ("qwen2-tied-embedding", false, 83), ("qwen2-tied-saved", false, 83),
      ("qwen2-resized", true, 90), ("llama", true, nil),
    ] as [(String, Bool, Int?)] {
      let configuration = try OpenedModel(Places.fixture("adapters/" + name)).transformer
        .configuration
      #expect(configuration.tiesEmbeddings == isTied, "\(name)")
      if let size { #expect(configuration.vocabularySize == size) }
      let opened = try OpenedModel(Places.fixture("adapters/" + name))
      let notes = try #require(opened.weights as? ModelWeights).notes
      #expect(notes.contains { $0.contains("the other stays") } == !isTied, "\(name)")
    }
  }
}

/// An adapter's folder, copied so that a test can change its configuration.
struct AdapterCopy {
  let path: String

  init(_ fixture: AdapterFixture, in folder: URL, name: String = "adapter") throws {
    path = folder.appending(path: name).path
    try FileManager.default.copyItem(atPath: fixture.folder, toPath: path)
    try set("base_model_name_or_path", to: .string(fixture.base))
  }

  /// Sets a member of the configuration, or removes it for nil.
  func set(_ key: String, to value: JSONValue?) throws {
    let file = URL(filePath: path + "/adapter_config.json")
    let members = try AdapterFixture.parse(file.path).objectValue ?? []
    let others = members.filter { !$0.hasKey(key) }
    let object = JSONValue.object(others + (value.map { [JSONMember(key: key, value: $0)] } ?? []))
    try Data(object.serialized().utf8).write(to: file)
  }
}
