import JSON
import TestSupport
import Testing

struct JSONSerializationTests {
  @Test(arguments: [
    #"{"z":1,"a":[null,true,false,-5,0.1,1e+300],"":{}}"#, #""\"\\\b\f\n\r\t\u0000\u001f/é😀""#,
    "[]", "-0.0", "1.0", "9223372036854775807", "{\"\u{E9}\":1,\"e\u{301}\":2}",
  ])
  func `compact text comes back as it was`(text: String) throws {
    let serialized = try JSONValue(parsing: Array(text.utf8)).serialized()
    #expect(Array(serialized.utf8) == Array(text.utf8))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `parsing the text of a random value gives that value`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let value = Self.randomValue(depth: 5, using: &generator)
      let text = value.serialized()
      #expect(!text.contains { $0.isNewline && $0 != "\u{2028}" && $0 != "\u{85}" })
      let again = try JSONValue(parsing: Array(text.utf8))
      #expect(again == value)
      // Equality of doubles takes −0 for 0; equality of texts does not.
      #expect(Array(again.serialized().utf8) == Array(text.utf8))
    }
  }

  static func randomValue(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2:
      return .integer(
        Int64(bitPattern: generator.next() >> UInt64.random(in: 0..<64, using: &generator)))
    case 3, 4:
      let number = Double(bitPattern: generator.next())
      return .number(number.isFinite ? number : 0.5)
    case 5: return .string(randomText(using: &generator))
    case 6:
      return .array(
        (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
          randomValue(depth: depth - 1, using: &generator)
        })
    default:
      return .object(
        (0..<Int.random(in: 0..<5, using: &generator)).map { index in
          // A number in front keeps keys apart.
          let key = randomText(using: &generator)
          return JSONMember(
            key: "\(index)" + key, value: randomValue(depth: depth - 1, using: &generator))
        })
    }
  }

  static func randomText(using generator: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<12, using: &generator) {
      let bound: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x11_0000
      let value = UInt32.random(in: 0..<bound, using: &generator)
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    return String(text)
  }
}
