import Crypto
import Foundation
import JSON
import TestSupport
import Testing

/// Reads what Hugging Face tokenizers answered; Tests/Fixtures/tokenization/make_fixtures.py.
enum Golden {
  static func lines(_ name: String) throws -> [JSONValue] {
    try read(Places.fixture("tokenization/\(name)"))
  }

  /// The texts that every tokenizer is asked about.
  static func texts() throws -> [String] {
    try lines("texts.jsonl").map { try #require($0["text"]?.stringValue) }
  }

  static func path(_ name: String) -> String {
    Places.fixture("tokenization/\(name).tokenizer.json")
  }

  static func tokenIDs(_ value: JSONValue?) throws -> [Int32] {
    try #require(value?.arrayValue).map { Int32(try #require($0.integerValue)) }
  }

  /// A text of 100 kB, given by its repeated parts.
  static func longText(_ line: JSONValue) throws -> String {
    try #require(line["parts"]?.arrayValue).map { part in
      String(
        repeating: try #require(part.arrayValue?.first?.stringValue),
        count: Int(try #require(part.arrayValue?.last?.integerValue)))
    }.joined()
  }

  static func strings(_ value: JSONValue?) throws -> [String] {
    try #require(value?.arrayValue).map { try #require($0.stringValue) }
  }

  /// The digest by which long lists of ids are compared.
  static func digest(_ tokenIDs: [Int32]) -> String {
    digest(Array(tokenIDs.map(String.init).joined(separator: ",").utf8))
  }

  static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }

  private static func read(_ path: String) throws -> [JSONValue] {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }
}

/// Whether two texts are the same bytes; `==` holds canonically equivalent ones for equal.
func areSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
