import Files
import Foundation
import JSON
import Kernels
import Safetensors
import TestSupport
import Testing
import Training
import Transformer

@Suite struct CheckpointWriterTests {
  private static func load(_ folder: String) throws -> Transformer {
    let path = folder + "/config.json"
    let json = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    return try Transformer(
      TransformerConfiguration(json, path: path),
      weights: SafetensorsCheckpoint(directory: folder))
  }

  @Test(arguments: OptimizerTests.names, SafetensorsWriter.Precision.allCases)
  func `a checkpoint written is the model read`(
    name: String, precision: SafetensorsWriter.Precision
  ) throws {
    let original = try Self.load(Places.fixture("transformer/" + name))
    let parameters = TransformerParameters(original)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "new/checkpoint").path
      try CheckpointWriter(precision: precision).write(parameters, to: path)
      let read = try Self.load(path)
      #expect(read.configuration == original.configuration)
      let again = TransformerParameters(read)
      for index in 0..<parameters.layout.count {
        let (written, stored) = (parameters.buffer.values[index], again.buffer.values[index])
        switch precision {
        case .float32: #expect(written == stored)
        // Half a unit of 8 bits of mantissa; the fixtures' weights are no subnormals.
        case .bfloat16: #expect(abs(written - stored) <= abs(written) * 0x1p-8)
        }
      }
    }
  }

  @Test func `tokenizer files come along, and extra members never replace the model's`() throws {
    let parameters = TransformerParameters(try Self.load(Places.fixture("transformer/llama-new")))
    try withTemporaryFolder { folder in
      let source = folder.appending(path: "source").path
      try FileManager.default.createDirectory(
        atPath: source, withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: URL(filePath: source + "/tokenizer.json"))
      try Data("no".utf8).write(to: URL(filePath: source + "/model.safetensors"))
      let target = folder.appending(path: "target").path
      try CheckpointWriter(
        extraConfiguration: [
          JSONMember(key: "eos_token_id", value: .integer(5)),
          JSONMember(key: "hidden_size", value: .integer(1)),
        ], tokenizerFolder: source
      ).write(parameters, to: target)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: target).sorted()
          == ["config.json", "model.safetensors", "tokenizer.json"])
      let text = try Data(contentsOf: URL(filePath: target + "/config.json"))
      let config = try JSONValue(parsing: [UInt8](text))
      #expect(config["eos_token_id"] == .integer(5))
      #expect(try Self.load(target).configuration == parameters.configuration)
    }
  }

  @Test func `a folder that can't be made is one line`() throws {
    let parameters = TransformerParameters(try Self.load(Places.fixture("transformer/llama-new")))
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file").path
      try Data().write(to: URL(filePath: file))
      do {
        try CheckpointWriter().write(parameters, to: file + "/checkpoint")
        Issue.record("written into a file")
      } catch let error as CheckpointError {
        #expect(error.fault == .notAFolder)
        let words =
          "/checkpoint: the folder cannot be made: Not a directory; "
          + "a part of the path is a file, choose another one"
        #expect(error.description.hasSuffix(words))
      }
    }
  }
}
