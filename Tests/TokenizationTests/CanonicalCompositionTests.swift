import JSON
import TestSupport
import Testing
import Tokenization

@Suite struct CanonicalCompositionTests {
  private func normalized(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return CanonicalComposition.shared.normalized(bytes[...]) ?? bytes
  }

  @Test func `hard sequences are composed as Hugging Face tokenizers does`() throws {
    let lines = try Golden.lines("normalized.jsonl").dropFirst()
    #expect(lines.count == 300)
    for line in lines {
      let text = try #require(line["text"]?.stringValue)
      let expected = try #require(line["nfc"]?.stringValue)
      #expect(normalized(text) == Array(expected.utf8), "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test func `scalars with a class or a decomposition are right in seven surroundings`() throws {
    let header = try #require(try Golden.lines("normalized.jsonl").first)
    var all: [UInt8] = []
    for range in try #require(header["ranges"]?.arrayValue) {
      let bounds = try Golden.tokenIDs(range)
      for value in bounds[0]...bounds[1] {
        let scalar = String(try #require(Unicode.Scalar(UInt32(value))))
        for text in [
          scalar, "a\(scalar)\u{301}", "a\u{301}\(scalar)", "a\u{345}\(scalar)\u{334}",
          "\u{9C7}\(scalar)", "\u{1100}\(scalar)\u{11A8}", "\(scalar)\u{323}\u{307}",
        ] {
          all += normalized(text)
          all.append(UInt8(ascii: "\n"))
        }
      }
    }
    #expect(Golden.digest(all) == header["digest"]?.stringValue)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `text is the same after a second pass`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let once = normalized(RandomText.string(using: &generator))
      #expect(CanonicalComposition.shared.normalized(once[...]) ?? once == once)
    }
  }
}
