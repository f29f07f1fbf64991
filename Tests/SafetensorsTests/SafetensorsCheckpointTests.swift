import Files
import Foundation
import JSON
import Safetensors
import Tensors
import TestSupport
import Testing

/// A folder of a checkpoint that a test fills.
private struct Folder {
  let url: URL

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }

  /// A shard with one-byte tensors of these names.
  func writeShard(_ name: String, tensors: [String]) throws {
    let fields = tensors.enumerated().map { index, tensor in
      #""\#(tensor)":{"dtype":"U8","shape":[1],"data_offsets":[\#(index),\#(index + 1)]}"#
    }
    let header = "{" + fields.joined(separator: ",") + "}"
    try write(name, safetensorsBytes(header: header, dataSize: tensors.count))
  }

  func writeIndex(_ text: String) throws {
    try write("model.safetensors.index.json", Array(text.utf8))
  }

  func refusal() throws -> String {
    let error = try #require(throws: SafetensorsError.self) {
      try SafetensorsCheckpoint(directory: url.path)
    }
    #expect(!error.description.contains { $0.isNewline })
    #expect(error.description.contains("; "), "no fix in: \(error)")
    return error.description
  }
}

private func inFolder(_ body: (Folder) throws -> Void) throws {
  try withTemporaryFolder { try body(Folder(url: $0)) }
}

struct SafetensorsCheckpointTests {
  @Test func `shards written by transformers read as Python reads them`() throws {
    let directory = Places.fixture("safetensors/sharded")
    let checkpoint = try SafetensorsCheckpoint(directory: directory)
    let shards = try ExpectedTensor.all("sharded")
    #expect(
      checkpoint.filePaths == [
        directory + "/model-00001-of-00002.safetensors",
        directory + "/model-00002-of-00002.safetensors",
      ])
    #expect(checkpoint.indexPath == directory + "/model.safetensors.index.json")
    #expect(checkpoint.location == directory)
    var count = 0
    for shard in shards {
      for member in try #require(shard.value.objectValue) {
        let tensor = try #require(checkpoint.tensor(named: member.key), "\(member.key)")
        try expectSame(tensor, ExpectedTensor(member.value), member.key)
        #expect(checkpoint.filePath(ofTensor: member.key) == directory + "/" + shard.key)
        count += 1
      }
    }
    #expect(checkpoint.tensorNames.count == count)
    #expect(checkpoint.tensor(named: "model") == nil)
  }

  @Test func `a single file wins over an index, as in transformers`() throws {
    try inFolder { folder in
      try folder.writeShard("model.safetensors", tensors: ["single"])
      try folder.writeIndex("not even JSON")
      let checkpoint = try SafetensorsCheckpoint(directory: folder.url.path + "/")
      #expect(checkpoint.tensorNames == ["single"])
      #expect(checkpoint.filePaths == [folder.url.path + "/model.safetensors"])
      #expect(checkpoint.indexPath == nil)
    }
  }

  @Test func `links to a folder and to its files are followed, as in a download cache`() throws {
    try inFolder { folder in
      let link = folder.url.appending(path: "link")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: URL(filePath: Places.fixture("safetensors/sharded")))
      #expect(try SafetensorsCheckpoint(directory: link.path).files.count == 2)
      try FileManager.default.createSymbolicLink(
        at: folder.url.appending(path: "model.safetensors"),
        withDestinationURL: URL(filePath: Places.fixture("safetensors/all-types.safetensors")))
      #expect(try SafetensorsCheckpoint(directory: folder.url.path).files.count == 1)
    }
  }

  @Test func `a missing shard is named`() throws {
    try inFolder { folder in
      try folder.writeShard("one.safetensors", tensors: ["a"])
      try folder.writeIndex(#"{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}"#)
      let line = try folder.refusal()
      #expect(
        line.contains("index.json: names shard two.safetensors, which is not in the folder"),
        "\(line)")
    }
  }

  @Test func `a tensor that its shard does not hold is named`() throws {
    try inFolder { folder in
      try folder.writeShard("one.safetensors", tensors: ["a"])
      try folder.writeIndex(#"{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}"#)
      let line = try folder.refusal()
      #expect(
        line.contains(
          #"tensor "b": the index puts it into one.safetensors, which does not hold it"#),
        "\(line)")
    }
  }

  @Test func `a tensor that the index does not name is refused`() throws {
    try inFolder { folder in
      try folder.writeShard("one.safetensors", tensors: ["a", "stray"])
      try folder.writeIndex(#"{"weight_map":{"a":"one.safetensors"}}"#)
      let line = try folder.refusal()
      #expect(
        line.contains(#"tensor "stray": is in one.safetensors, but the index does not name it"#),
        "\(line)")
    }
  }

  @Test func `a tensor in another shard than the index says is refused`() throws {
    try inFolder { folder in
      try folder.writeShard("one.safetensors", tensors: ["a", "b"])
      try folder.writeShard("two.safetensors", tensors: ["b", "c"])
      try folder.writeIndex(
        #"{"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}}"#)
      let line = try folder.refusal()
      #expect(
        line.contains(
          #"tensor "b": the index puts it into one.safetensors, but two.safetensors holds it"#),
        "\(line)")
    }
  }

  @Test(arguments: [
    "../one.safetensors", "/etc/one.safetensors", "sub/one.safetensors", "..", ".", "",
    "pytorch_model.bin", #"a\\one.safetensors"#, #"a\u0000.safetensors"#, #"a\n.safetensors"#,
  ])
  func `a shard outside the folder or of another kind is refused`(name: String) throws {
    try inFolder { folder in
      try folder.writeShard("one.safetensors", tensors: ["a"])
      try folder.writeIndex("{\"weight_map\":{\"a\":\"\(name)\"}}")
      let line = try folder.refusal()
      #expect(line.contains(#"tensor "a": the index puts it into ""#), "\(line)")
      #expect(line.contains("which is no safetensors file of this folder"), "\(line)")
    }
  }

  @Test(arguments: [
    ("", "the text is empty"), ("{", "invalid JSON at line 1"), ("[]", "has no weight_map"),
    ("{}", "has no weight_map"), (#"{"weight_map":[]}"#, "has no weight_map"),
    (#"{"weight_map":{}}"#, "empty weight_map"),
    (#"{"weight_map":{"a":1}}"#, "the index puts it into no string"),
    (#"{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}"#, "duplicate object key"),
  ])
  func `an index that is no index is refused`(text: String, reason: String) throws {
    try inFolder { folder in
      try folder.writeIndex(text)
      let line = try folder.refusal()
      #expect(line.contains(reason), "\(line)")
      #expect(line.contains("model.safetensors.index.json: "), "\(line)")
    }
  }

  @Test func `a fault inside a shard names the shard`() throws {
    try inFolder { folder in
      try folder.write("one.safetensors", [1, 2, 3])
      try folder.writeIndex(#"{"weight_map":{"a":"one.safetensors"}}"#)
      let line = try folder.refusal()
      #expect(line.contains("/one.safetensors: is 3 bytes long"), "\(line)")
    }
  }

  @Test(
    arguments: [
      ([], "has no model.safetensors and no model.safetensors.index.json; give a folder"),
      (["pytorch_model.bin"], "save_pretrained('"),
      (
        ["pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin"], "convert them: python"
      ),
      (["adapter_model.safetensors"], "base model"),
      (["consolidated.safetensors"], "has \"consolidated.safetensors\" but no model.safetensors"),
    ] as [([String], String)])
  func `a folder without weights says what to do`(names: [String], fix: String) throws {
    try inFolder { folder in
      for name in names { try folder.write(name, []) }
      let line = try folder.refusal()
      #expect(line.hasPrefix(folder.url.path + ": "))
      #expect(line.contains(fix), "\(line)")
    }
  }

  @Test func `a missing folder and a file in its place are refused`() throws {
    try inFolder { folder in
      let nested = Folder(url: folder.url.appending(path: "none"))
      #expect(try nested.refusal().contains("none: no such folder; "))
      try folder.write("file", [])
      let file = Folder(url: folder.url.appending(path: "file"))
      #expect(try file.refusal().contains("file: is a file, not a folder; "))
    }
  }
}
