import Foundation
import Safetensors
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsWriterTests {
  @Test(arguments: [
    ("qwen2-tied", SafetensorsWriter.Precision.bfloat16), ("llama-new", .bfloat16),
    ("qwen2-untied-old", .float32),
  ])
  func `a file that transformers wrote is written again byte for byte`(
    name: String, precision: SafetensorsWriter.Precision
  ) throws {
    let original = Places.fixture("transformer/\(name)/model.safetensors")
    let file = try SafetensorsFile(path: original)
    try withTemporaryFolder { folder in
      let copy = folder.appending(path: "model.safetensors").path
      // Backwards: the writer sorts.
      try SafetensorsWriter.write(
        file.entries.reversed().map { ($0.name, $0.tensor) }, as: precision, to: copy)
      let (written, wanted) = (URL(filePath: copy), URL(filePath: original))
      #expect(try Data(contentsOf: written) == Data(contentsOf: wanted))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.count == 1)
    }
  }

  /// Halves to even, carries into the exponent, the largest that stays finite, subnormals, NaN.
  @Test(
    arguments: [
      (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81),
      (0x3F80_7FFF, 0x3F80), (0xBFFF_8000, 0xC000), (0x7F7F_7FFF, 0x7F7F), (0x7F7F_8000, 0x7F80),
      (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80), (0x7F80_0001, 0x7FC0), (0xFFFF_FFFF, 0xFFFF),
      (0x0000_8000, 0x0000), (0x0001_8000, 0x0002), (0x8000_0000, 0x8000),
    ] as [(UInt32, UInt32)])
  func `bfloat16 is the nearest, halves to even`(float: UInt32, half: UInt32) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "one.safetensors").path
      let tensor = Tensor(shape: [1], floats: [Float(bitPattern: float)])
      try SafetensorsWriter.write([("x", tensor)], as: .bfloat16, to: path)
      let bytes = try Data(contentsOf: URL(filePath: path)).suffix(2)
      #expect(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } == half)
      let read = try #require(try SafetensorsFile(path: path).tensor(named: "x")).floats()
      #expect(read.map(\.bitPattern) == [half << 16])
    }
  }

  @Test func `names, shapes and metadata come back, empty tensors and scalars too`() throws {
    let tensors: [(name: String, tensor: Tensor)] = [
      ("é\"\\", Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])),
      ("empty", Tensor(shape: [0, 4], floats: [])), ("scalar", Tensor(shape: [], floats: [7])),
    ]
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "some.safetensors").path
      for precision in SafetensorsWriter.Precision.allCases {
        try SafetensorsWriter.write(
          tensors, as: precision, metadata: [(key: "format", value: "pt"), (key: "a", value: "b")],
          to: path)
        let file = try SafetensorsFile(path: path)
        #expect(Set(file.tensorNames) == Set(tensors.map(\.name)))
        for (name, tensor) in tensors {
          let read = try #require(file.tensor(named: name))
          #expect(read.shape == tensor.shape)
          #expect(try read.floats() == tensor.floats())
        }
        #expect(file.metadata.map(\.key) == ["format", "a"])
      }
    }
  }

  @Test func `a folder that is not there is one line, and nothing is left`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "no/model.safetensors").path
      let error = #expect(throws: SafetensorsError.self) {
        try SafetensorsWriter.write([], as: .float32, to: path)
      }
      #expect(error?.description.contains("cannot be written: No such file") == true)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.isEmpty)
    }
  }

  @Test func `a failed write leaves the old file`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "model.safetensors").path
      let old = Tensor(shape: [1], floats: [1])
      try SafetensorsWriter.write([("x", old)], as: .float32, to: path)
      let before = try Data(contentsOf: URL(filePath: path))
      // A type that has no floats fails after the header is written.
      let integers = try #require(
        SafetensorsFile(path: Places.fixture("safetensors/all-types.safetensors")).entries
          .first { !$0.tensor.elementType.isWidenable })
      #expect(throws: SafetensorsError.self) {
        try SafetensorsWriter.write([("i", integers.tensor)], as: .float32, to: path)
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.count == 1)
    }
  }
}
