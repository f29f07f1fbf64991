import JSON
import Testing

struct JSONDepthTests {
  static func nested(_ depth: Int) -> [UInt8] {
    Array(repeating: UInt8(ascii: "["), count: depth)
      + Array(repeating: UInt8(ascii: "]"), count: depth)
  }

  @Test(arguments: [1, 7, 512, 2048])
  func `a text at the limit is read and one level more is refused`(limit: Int) throws {
    var value = try JSONValue(parsing: Self.nested(limit), maximumDepth: limit)
    var depth = 0
    while case .array(let elements) = value {
      depth += 1
      guard let first = elements.first else { break }
      value = first
    }
    #expect(depth == limit)

    let error = try #require(throws: JSONError.self) {
      try JSONValue(parsing: Self.nested(limit + 1), maximumDepth: limit)
    }
    #expect(error.reason == "arrays and objects nest deeper than \(limit)")
    #expect(error.byteOffset == limit + 1)
  }

  @Test func `objects count as levels and brackets in strings do not`() throws {
    let text = #"{"[[[": "{\"[[", "a": {"b": 1}}"#
    #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8), maximumDepth: 2) }
    let error = try #require(throws: JSONError.self) {
      try JSONValue(parsing: Array(text.utf8), maximumDepth: 1)
    }
    #expect(error.byteOffset == 23)
    #expect(error.column == 23)
  }

  @Test func `a scalar needs no depth`() throws {
    #expect(try JSONValue(parsing: Array("1".utf8), maximumDepth: 0) == .integer(1))
  }

  // A second is a hundred times what this takes even in debug.
  @Test(arguments: ["[", "{\"a\":", "[[[{\"a\":"])
  func `a megabyte of opening brackets is refused at once`(unit: String) throws {
    let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      let error = try #require(throws: JSONError.self) {
        try JSONValue(parsing: Array(text.utf8))
      }
      #expect(error.reason.contains("deeper than 512"))
    }
    #expect(elapsed < .seconds(1))
  }
}
