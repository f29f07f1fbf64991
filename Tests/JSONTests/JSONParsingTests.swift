import JSON
import Testing

struct JSONParsingTests {
  static func parse(_ text: String, depth: Int = 512) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), maximumDepth: depth)
  }

  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false\n", .bool(false)),
    ("0", .integer(0)), ("-0", .integer(0)), ("-17", .integer(-17)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("1.0", .number(1)), ("1e3", .number(1000)), ("2.5E-1", .number(0.25)),
    ("0.1", .number(0.1)), ("1e-400", .number(0)),
    ("1.7976931348623157e308", .number(0x1.fffffffffffffp1023)),
    ("5e-324", .number(0x1p-1074)), ("\"\"", .string("")), ("\"a\\u0000b\"", .string("a\u{0}b")),
    ("\"\\ud83d\\ude00\\n\\/\"", .string("😀\n/")), ("\"é\"", .string("é")),
    ("[]", .array([])),
    ("[1, [2], {}]", .array([.integer(1), .array([.integer(2)]), .object([])])),
    (
      "{\"b\": 1, \"a\": null}",
      .object([JSONMember(key: "b", value: .integer(1)), JSONMember(key: "a", value: .null)])
    ),
  ])
  func `a valid text is read`(text: String, expected: JSONValue) throws {
    #expect(try Self.parse(text) == expected)
  }

  @Test func `minus zero with a fraction keeps its sign`() throws {
    let value = try #require(try Self.parse("-0.0").doubleValue)
    #expect(value.sign == .minus)
  }

  @Test(arguments: [
    ("", "empty"), (" ", "end of file"), ("{", "string or '}' expected"),
    ("[1,]", "unexpected token"),
    ("{\"a\":1,}", "string"), ("[1 2]", "']' expected"), ("{'a':1}", "string"), ("{a:1}", "string"),
    ("01", "invalid token"), ("+1", "invalid token"), (".5", "invalid token"),
    ("1.", "invalid token"),
    ("1e", "invalid token"), ("NaN", "invalid token"), ("Infinity", "invalid token"),
    ("nul", "invalid token"), ("\"a", "end of input"), ("\"\n\"", "newline"),
    ("\"\u{1}\"", "control character"),
    ("\"\\x\"", "invalid escape"), ("\"\\u12\"", "invalid escape"), ("\"\\ud800\"", "Unicode"),
    ("\"\\udc00\"", "Unicode"), ("1 2", "end of file expected"), ("{} x", "end of file expected"),
    ("// comment\n1", "invalid token"), ("\u{FEFF}1", "invalid token"),
    ("NaN", "Python"), ("[-Infinity]", "Python"), ("[1, Infinity]", "Python"),
    ("-", "invalid token"),
    ("{\"a\":1,\"a\":2}", "duplicate object key"),
    ("{\"a\":1,\"\\u0061\":2}", "duplicate object key"),
    ("[{\"a\":{\"b\":0,\"b\":0}}]", "duplicate object key"),
    ("{\"a\\u0000b\":1,\"a\\u0000b\":2}", "duplicate object key"),
    ("1\u{0}", "raw NUL"), ("[1\u{0}]", "raw NUL"), ("\"\u{0}\"", "raw NUL"),
  ])
  func `an invalid text is refused with its reason`(text: String, reason: String) throws {
    let error = try #require(throws: JSONError.self) { try Self.parse(text) }
    #expect(error.reason.contains(reason), "\(error)")
    #expect(!error.description.contains { $0.isNewline }, "\(error)")
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xC3, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0xFF],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    #expect(error.reason.contains("UTF-8"), "\(error)")
  }

  @Test func `the error names line, column and byte`() throws {
    let error = try #require(throws: JSONError.self) { try Self.parse("{\"é\": 1,\n  \"b\": ?}") }
    #expect(error.line == 2)
    #expect(error.column == 8)
    #expect(error.byteOffset == 18)
    #expect(
      error.description.hasPrefix("invalid JSON at line 2, column 8 (byte 18): invalid token"))
  }

  @Test func `canonically equivalent keys and strings stay apart`() throws {
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    let value = try Self.parse("{\"\(composed)\": 1, \"\(decomposed)\": 2}")
    #expect(value.objectValue?.count == 2)
    #expect(value[composed] == .integer(1))
    #expect(value[decomposed] == .integer(2))
    #expect(JSONValue.string(composed) != .string(decomposed))
    #expect(
      JSONMember(key: composed, value: .null) != JSONMember(key: decomposed, value: .null))
  }

  @Test func `accessors answer for their own kind only`() throws {
    let value = try Self.parse("{\"i\":3,\"d\":2.5,\"s\":\"x\",\"b\":true,\"a\":[1]}")
    #expect(value["i"]?.integerValue == 3)
    #expect(value["i"]?.doubleValue == 3)
    #expect(value["d"]?.doubleValue == 2.5)
    #expect(value["d"]?.integerValue == nil)
    #expect(value["s"]?.stringValue == "x")
    #expect(value["s"]?.boolValue == nil)
    #expect(value["b"]?.boolValue == true)
    #expect(value["b"]?.integerValue == nil)
    #expect(value["a"]?.arrayValue == [.integer(1)])
    #expect(value["a"]?["i"] == nil)
    #expect(value["missing"] == nil)
    #expect(value["a"]?.objectValue == nil)
  }
}
