import Foundation
import Safetensors
import TestSupport
import Testing

/// Bytes that break one rule, and what the message must say about them.
struct HostileCase: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let message: String
  var testDescription: String { name }

  init(_ name: String, _ header: String, dataSize: Int = 0, says message: String) {
    self.init(name, bytes: safetensorsBytes(header: header, dataSize: dataSize), says: message)
  }

  init(_ name: String, bytes: [UInt8], says message: String) {
    self.name = name
    self.bytes = bytes
    self.message = message
  }
}

private let damaged = "; the file is damaged or not safetensors: save it again with the library"
private let incomplete = "; the file is incomplete: copy or download it again"

struct SafetensorsRefusalTests {
  static let lengthCases = [
    HostileCase(
      "empty file", bytes: [],
      says: "is 0 bytes long, a safetensors file has at least 8" + incomplete),
    HostileCase(
      "seven bytes", bytes: [2, 0, 0, 0, 0, 0, 0],
      says: "is 7 bytes long, a safetensors file has at least 8" + incomplete),
    HostileCase(
      "no header after the length", bytes: [2, 0, 0, 0, 0, 0, 0, 0],
      says: "header of 2 bytes does not fit into a file of 8 (at byte 0)" + incomplete),
    HostileCase(
      "header one byte longer than the file",
      bytes: safetensorsBytes(header: "{}", claimedLength: 3),
      says: "header of 3 bytes does not fit into a file of 10 (at byte 0)" + incomplete),
    HostileCase(
      "header above the cap", bytes: safetensorsBytes(header: "{}", claimedLength: 100_000_001),
      says: "header of 100000001 bytes is longer than 100000000 (at byte 0)" + damaged),
    HostileCase(
      "header length with all bits set", bytes: safetensorsBytes(header: "{}", claimedLength: .max),
      says: "header of 18446744073709551615 bytes is longer than 100000000 (at byte 0)" + damaged),
    HostileCase(
      "header length 0", bytes: safetensorsBytes(header: ""),
      says: "header does not start with '{' (at byte 8)" + damaged),
    HostileCase("a space in front", " {}", says: "header does not start with '{' (at byte 8)"),
    HostileCase("an array", "[]", says: "header does not start with '{' (at byte 8)" + damaged),
  ]

  static let textCases = [
    HostileCase(
      "half an object", "{\"a\":", says: "header is invalid JSON at line 1, column 5 (byte 5): "),
    HostileCase("text after the object", "{} {}", says: "end of file expected near '{'"),
    HostileCase(
      "a comma too many", "{\"__metadata__\":{},}", says: "string or '}' expected near '}'"),
    HostileCase(
      "a tensor twice", #"{"a":\#(one(0, 4)),"a":\#(one(0, 4))}"#, dataSize: 4,
      says: "duplicate object key near '\"a\"' (at byte 65)"),
    HostileCase(
      "a field twice", #"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      dataSize: 4, says: "duplicate object key near '\"dtype\"'"),
    HostileCase(
      "metadata twice", #"{"__metadata__":{"k":"1","k":"2"}}"#, says: "duplicate object key"),
    HostileCase(
      "nested too deeply", #"{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}"#,
      dataSize: 4, says: "arrays and objects nest deeper than 3 (at byte 38)"),
    HostileCase(
      "thousands of braces", String(repeating: "{\"a\":", count: 5_000),
      says: "arrays and objects nest deeper than 3"),
    HostileCase(
      "not UTF-8", bytes: safetensorsBytes(header: "{\"a").dropLast() + [0xFF],
      says: "(not UTF-8)"),
    HostileCase("NUL as padding", "{}\u{0}", says: "a raw NUL byte"),
  ]

  static let metadataCases = [
    HostileCase(
      "metadata is a list", #"{"__metadata__":[]}"#, says: "__metadata__ is not a map of strings"),
    HostileCase(
      "metadata is null", #"{"__metadata__":null}"#, says: "__metadata__ is not a map of strings"),
    HostileCase(
      "metadata holds a number", #"{"__metadata__":{"ok":"x","step":1}}"#,
      says: "__metadata__ has a value that is not a string under \"step\"" + damaged),
  ]

  static let fieldCases = [
    tensorCase("a tensor is a string", "\"F32\"", says: "is not described by an object"),
    tensorCase("no dtype", #"{"shape":[1],"data_offsets":[0,4]}"#, says: "has no dtype"),
    tensorCase("no shape", #"{"dtype":"F32","data_offsets":[0,4]}"#, says: "has no shape"),
    tensorCase("no offsets", #"{"dtype":"F32","shape":[1]}"#, says: "has no data_offsets"),
    tensorCase(
      "a field too many", #"{"dtype":"F32","shape":[1],"data_offsets":[0,4],"strides":[1]}"#,
      says: "has an unknown field \"strides\""),
    tensorCase(
      "dtype is a number", #"{"dtype":32,"shape":[1],"data_offsets":[0,4]}"#,
      says: "dtype is not a string"),
    tensorCase(
      "unknown dtype", #"{"dtype":"C64","shape":[1],"data_offsets":[0,8]}"#,
      says: "dtype \"C64\" is not supported; save it with one of F32, F16, BF16, F64, I8"),
    tensorCase(
      "dtype in small letters", #"{"dtype":"f32","shape":[1],"data_offsets":[0,4]}"#,
      says: "dtype \"f32\" is not supported"),
    tensorCase(
      "shape is a number", #"{"dtype":"F32","shape":1,"data_offsets":[0,4]}"#,
      says: "shape is not a list"),
    tensorCase(
      "negative length", #"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#,
      says: "shape holds -1, which is no integer from 0 on"),
    tensorCase(
      "two negative lengths", #"{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}"#,
      says: "shape holds -1, which is no integer from 0 on"),
    tensorCase(
      "fractional length", #"{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}"#,
      says: "shape holds 1.0, which is no integer from 0 on"),
    tensorCase(
      "length as text", #"{"dtype":"F32","shape":["1\n"],"data_offsets":[0,4]}"#,
      says: "shape holds \"1\\u{a}\", which is no integer from 0 on"),
    tensorCase(
      "one offset", #"{"dtype":"F32","shape":[1],"data_offsets":[4]}"#,
      says: "data_offsets has 1 numbers instead of 2"),
    tensorCase(
      "three offsets", #"{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}"#,
      says: "data_offsets has 3 numbers instead of 2"),
    tensorCase(
      "negative offset", #"{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}"#,
      says: "data_offsets holds -4, which is no integer from 0 on"),
    tensorCase(
      "offset beyond 64 bits",
      #"{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551616,4]}"#,
      says: "data_offsets holds 18446744073709551616, which is no integer from 0 on"),
  ]

  static let rangeCases = [
    tensorCase(
      "offsets backwards", #"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#,
      says: "data_offsets [4, 0] end before they begin"),
    tensorCase(
      "data cut off", #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#,
      says:
        "data_offsets [0, 8] reach past the 4 bytes of data; the file lacks its last 4 bytes: copy"),
    tensorCase(
      "offsets near 2^63",
      #"{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}"#,
      says: "data_offsets [9223372036854775806, 9223372036854775807] reach past the 4 bytes"),
    tensorCase(
      "shape smaller than its bytes", #"{"dtype":"F16","shape":[1],"data_offsets":[0,4]}"#,
      says: "shape [1] of F16 takes 2 bytes, but data_offsets [0, 4] hold 4" + damaged),
    tensorCase(
      "shape larger than its bytes", #"{"dtype":"F64","shape":[],"data_offsets":[0,4]}"#,
      says: "shape [] of F64 takes 8 bytes, but data_offsets [0, 4] hold 4"),
    tensorCase(
      "product of lengths wraps to 4 bytes",
      #"{"dtype":"F32","shape":[4294967296,4294967296,1],"data_offsets":[0,4]}"#,
      says: "shape [4294967296, 4294967296, 1] overflows"),
    tensorCase(
      "bytes wrap around", #"{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}"#,
      says: "shape [4611686018427387905] overflows"),
    tensorCase(
      "overflow hidden after a zero",
      #"{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}"#,
      says: "shape [0, 4294967296, 4294967296] overflows"),
  ]

  // Offsets: 8 bytes of length, 5 for `{"a":` and `,"b":`, 48 for `one` with one-digit numbers.
  static let coverageCases = [
    HostileCase(
      "two tensors on the same bytes", #"{"a":\#(one(0, 4)),"b":\#(one(0, 4))}"#, dataSize: 4,
      says: "tensor \"b\": begins 4 bytes before the end of tensor \"a\" (at byte 115)"),
    HostileCase(
      "overlap by two bytes", #"{"a":\#(one(0, 4)),"b":\#(one(2, 6))}"#, dataSize: 6,
      says: "tensor \"b\": begins 2 bytes before the end of tensor \"a\" (at byte 117)"),
    HostileCase(
      "an empty tensor inside another",
      #"{"a":\#(one(0, 4)),"b":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}"#, dataSize: 4,
      says: "tensor \"b\": begins 2 bytes before the end of tensor \"a\""),
    HostileCase(
      "a hole between", #"{"b":\#(one(8, 12)),"a":\#(one(0, 4))}"#, dataSize: 12,
      says: "tensor \"b\": a hole of 4 bytes lies before it (at byte 120)" + damaged),
    HostileCase(
      "a hole at the start", #"{"a":\#(one(1, 5))}"#, dataSize: 5,
      says: "tensor \"a\": a hole of 1 bytes lies before it (at byte 62)"),
    HostileCase(
      "bytes after the last", #"{"a":\#(one(0, 4))}"#, dataSize: 7,
      says: "the last 3 bytes belong to no tensor (at byte 66)" + damaged),
    HostileCase(
      "bytes without a tensor", "{}", dataSize: 1,
      says: "the last 1 bytes belong to no tensor (at byte 10)"),
  ]

  /// One float at those offsets.
  static func one(_ begin: Int, _ end: Int) -> String {
    #"{"dtype":"F32","shape":[1],"data_offsets":[\#(begin),\#(end)]}"#
  }

  /// A file of 4 data bytes with one tensor of that description.
  static func tensorCase(
    _ name: String, _ description: String, says message: String
  ) -> HostileCase {
    HostileCase(name, "{\"model.x\":\(description)}", dataSize: 4, says: message)
  }

  static let all =
    lengthCases + textCases + metadataCases + fieldCases + rangeCases + coverageCases

  @Test(arguments: all)
  func `a file that breaks a rule is refused in one line that says which`(_ hostile: HostileCase)
    throws
  {
    let error = try refusal(of: hostile.bytes)
    let line = error.description
    #expect(line.contains(hostile.message), "\(line)")
    #expect(line.hasPrefix(error.path + ": "))
    #expect(error.path.hasSuffix("weights.safetensors"))
    #expect(!line.contains { $0.isNewline }, "\(line)")
    #expect(line.contains("; "), "no fix in: \(line)")
    #expect(line.utf8.count < 600)
  }

  @Test(arguments: fieldCases.dropLast() + rangeCases)
  func `a fault of a tensor names it`(_ hostile: HostileCase) throws {
    #expect(try refusal(of: hostile.bytes).tensor == "model.x")
  }

  @Test func `a name with line breaks and escapes prints on one line`() throws {
    let name = #"a\n\u001b[31m\u2028"# + String(repeating: "x", count: 500)
    let error = try refusal(of: safetensorsBytes(header: "{\"\(name)\":1}"))
    #expect(error.description.contains(#"tensor "a\u{a}\u{1b}[31m\u{2028}xxx"#))
    #expect(!error.description.contains { $0.isNewline })
    #expect(error.description.utf8.count < 500)
  }

  @Test func `a missing file and a folder are refused`() throws {
    try withTemporaryFolder { folder in
      let missing = try #require(throws: SafetensorsError.self) {
        try SafetensorsFile(path: folder.path + "/none.safetensors")
      }
      #expect(missing.description.contains("cannot be read: No such file or directory; check"))
      let noFile = try #require(throws: SafetensorsError.self) {
        try SafetensorsFile(path: folder.path)
      }
      #expect(noFile.reason == "cannot be read: not a regular file")
    }
  }
}
