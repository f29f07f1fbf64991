import JSON
import Testing

/// Numbers that have no `Int64` and no finite `Double`, and keys that C's strings can't hold.
struct JSONNumberTests {
  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "1000000000000000019884624838656",
    "1e400", "-1e400", "1E+999", "18446744073709551616", "123456789012345678901234567890.5e400",
  ])
  func `a number beyond 64 bits or the largest double keeps its text`(text: String) throws {
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(value == .otherNumber(text))
    #expect(value.integerValue == nil)
    #expect(value.serialized() == text)
    #expect(try JSONValue(parsing: Array(" [\(text) ]".utf8)) == .array([value]))
  }

  @Test func `an integer beyond 64 bits is rounded where a double is asked for`() throws {
    // Python: float(10**30) == 1e30
    let value = try JSONValue(parsing: Array("1000000000000000000000000000000".utf8))
    #expect(value.doubleValue == 1e30)
    #expect(try JSONValue(parsing: Array("1e999".utf8)).doubleValue == nil)
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity"])
  func `constants of Python are read where its dialect is allowed, and come back`(
    text: String
  ) throws {
    let line = #"{"reward":\#(text),"all":[\#(text),1]}"#
    let value = try JSONValue(parsing: Array(line.utf8), dialect: .python)
    #expect(value["reward"] == .otherNumber(text))
    #expect(value["reward"]?.doubleValue == nil)
    #expect(value.serialized() == line)
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: Array(line.utf8)) }
    #expect(error.reason.contains(text))
  }

  @Test(arguments: [
    "nan", "NAN", "Inf", "inf", "+Infinity", "-NaN", "NaN1", "Infinity.0", "-Infinityx",
    "- Infinity",
    "-", "--1", "0x10", "1_000", "1.e3", "1e+", "-01",
  ])
  func `nothing else is a number in Python's dialect`(text: String) {
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("[\(text)]".utf8), dialect: .python)
    }
  }

  @Test(arguments: [(Double.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity")])
  func `a double that is not finite is written as Python writes it`(
    number: Double, text: String
  ) {
    #expect(JSONValue.array([.number(number)]).serialized() == "[\(text)]")
  }

  @Test func `NUL stands in keys as it does in strings`() throws {
    let value = try JSONValue(parsing: Array(#"{"a\u0000b":1,"a\u0000c":2,"a":3,"\u0000":4}"#.utf8))
    #expect(value["a\u{0}b"] == .integer(1))
    #expect(value["a\u{0}c"] == .integer(2))
    #expect(value["a"] == .integer(3))
    #expect(value["\u{0}"] == .integer(4))
  }

  @Test(arguments: [2, 8, 9, 10, 33, 34, 1000])
  func `a duplicate is found among any number of keys, at its place`(count: Int) throws {
    let keys = (0..<count).map { "\"k\($0 * $0)é\":0" }
    let whole = Array("{\(keys.joined(separator: ","))}".utf8)
    #expect(try JSONValue(parsing: whole).objectValue?.count == count)
    for repeated in [0, count / 2, count - 1] {
      let start = "{\(keys.joined(separator: ",")),"
      let key = "\"k\(repeated * repeated)é\""
      let error = try #require(throws: JSONError.self) {
        try JSONValue(parsing: Array("\(start)\(key):1, ?}".utf8))
      }
      #expect(error.reason == "duplicate object key near '\(key)'")
      #expect(error.byteOffset == start.utf8.count + key.utf8.count)
    }
  }
}
