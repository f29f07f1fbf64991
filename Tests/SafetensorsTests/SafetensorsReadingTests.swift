import Foundation
import JSON
import Safetensors
import Tensors
import TestSupport
import Testing

/// What the script that made a fixture wrote down about one tensor.
struct ExpectedTensor {
  let elementType: String
  let shape: [Int]
  /// Bit patterns of floats as signed 32-bit numbers; integers as they are.
  let values: [Int64]

  init(_ value: JSONValue) throws {
    elementType = try #require(value["dtype"]?.stringValue)
    shape = try #require(value["shape"]?.arrayValue).compactMap { $0.integerValue.map(Int.init) }
    values = try #require(value["values"]?.arrayValue).compactMap(\.integerValue)
  }

  static func all(_ topic: String) throws -> [JSONMember] {
    let path = Places.fixture("safetensors/expected.json")
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return try #require(try JSONValue(parsing: bytes)[topic]?.objectValue)
  }
}

/// Compares a tensor with what Python read, float by float as bits.
func expectSame(_ tensor: Tensor, _ expected: ExpectedTensor, _ name: String) throws {
  #expect(tensor.shape == expected.shape, "\(name)")
  #expect(tensor.elementType.rawValue == expected.elementType, "\(name)")
  guard tensor.elementType.isWidenable else {
    #expect(throws: TensorError.notWidenable(tensor.elementType)) { try tensor.floats() }
    return
  }
  let bits = try tensor.floats().map { Int64(Int32(bitPattern: $0.bitPattern)) }
  #expect(bits == expected.values, "\(name)")
}

struct SafetensorsReadingTests {
  @Test func `a file of the Python library reads as that library reads it`() throws {
    let file = try SafetensorsFile(path: Places.fixture("safetensors/all-types.safetensors"))
    let expected = try ExpectedTensor.all("all-types")
    #expect(file.entries.count == expected.count)
    for member in expected {
      let tensor = try #require(file.tensor(named: member.key), "\(member.key)")
      try expectSame(tensor, ExpectedTensor(member.value), member.key)
    }
    #expect(Set(file.metadata.map(\.key)) == ["format", "note"])
    #expect(file.metadata.first { $0.key == "note" }?.value == "fixture")
    #expect(file.tensor(named: "half")?.firstNonFiniteIndex() == 2)
    #expect(file.tensor(named: "brain")?.firstNonFiniteIndex() == 2)
    #expect(file.tensor(named: "single")?.firstNonFiniteIndex() == nil)
    #expect(file.tensor(named: "no such") == nil)
  }

  @Test func `tensors that are not aligned to their type are read`() throws {
    let header = """
      {"flag":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]},\
      "f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},\
      "h":{"dtype":"F16","shape":[1],"data_offsets":[9,11]},\
      "b":{"dtype":"BF16","shape":[1],"data_offsets":[11,13]}}
      """
    // The offsets are odd in the file whichever way the header's length falls: pad it to even.
    let padded = header.utf8.count % 2 == 0 ? header : header + " "
    var bytes = safetensorsBytes(header: padded)
    bytes += [1, 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0, 0x00, 0x3E, 0x40, 0x40]
    try withFile(bytes) { path in
      let file = try SafetensorsFile(path: path)
      #expect(try file.tensor(named: "f")?.floats() == [1, -2.5])
      #expect(try file.tensor(named: "h")?.floats() == [1.5])
      #expect(try file.tensor(named: "b")?.floats() == [3])
    }
  }

  @Test func `a header without tensors, padded with spaces, is a valid file`() throws {
    try withFile(safetensorsBytes(header: "{}      ")) { path in
      let file = try SafetensorsFile(path: path)
      #expect(file.tensorNames.isEmpty)
      #expect(file.metadata.isEmpty)
    }
  }

  @Test func `entries come in the order of their bytes, empty ones first`() throws {
    let one = #""dtype":"F32","shape":[1]"#
    let none = #""dtype":"F32","shape":[0,3]"#
    let header = """
      {"c":{\(one),"data_offsets":[4,8]},"a":{\(one),"data_offsets":[0,4]},\
      "b":{\(none),"data_offsets":[4,4]},"d":{\(none),"data_offsets":[8,8]}}
      """
    try withFile(safetensorsBytes(header: header, dataSize: 8)) { path in
      let file = try SafetensorsFile(path: path)
      #expect(file.tensorNames == ["a", "b", "c", "d"])
      #expect(try file.tensor(named: "b")?.floats() == [])
      #expect(file.tensor(named: "b")?.firstNonFiniteIndex() == nil)
    }
  }

  @Test func `names that differ only in Unicode normalisation are two tensors`() throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    let header = """
      {"\(composed)":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
      "\(decomposed)":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}
      """
    try withFile(safetensorsBytes(header: header, dataSize: 3)) { path in
      let file = try SafetensorsFile(path: path)
      #expect(file.tensor(named: composed)?.shape == [1])
      #expect(file.tensor(named: decomposed)?.shape == [2])
    }
  }
}
