import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

@Suite struct PreTokenizerTests {
  @Test func `each kind of split and of digits cuts as Hugging Face tokenizers does`() throws {
    let file = try String(contentsOfFile: Golden.path("variants"), encoding: .utf8)
    let lines = try Golden.lines("variants.jsonl")
    let someTexts = try Golden.strings(lines.first?["texts"])
    let allTexts = try Golden.texts()
    #expect(lines.count == 44 && someTexts.count > 40)
    for line in lines.dropFirst() {
      let preTokenizer = try #require(line["pre_tokenizer"])
      let digests = try Golden.strings(line["digests"])
      let tokenizer = try tokenizer(file, preTokenizer)
      let texts = line["every"]?.boolValue == true ? allTexts : someTexts
      #expect(texts.count == digests.count)
      for (text, digest) in zip(texts, digests) {
        let tokenIDs = try tokenizer.encode(text, addSpecialTokens: false)
        #expect(
          Golden.digest(tokenIDs).prefix(8) == digest,
          "\(preTokenizer) \(text.debugDescription): \(tokenizer.pieces(tokenIDs))")
      }
    }
  }

  private func tokenizer(_ file: String, _ preTokenizer: JSONValue) throws -> Tokenizer {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer.json")
      let text = file.replacing("\"PLACEHOLDER\"", with: preTokenizer.serialized())
      try text.write(to: path, atomically: true, encoding: .utf8)
      return try Tokenizer(contentsOf: path.path)
    }
  }
}

extension Tokenizer {
  fileprivate func pieces(_ tokenIDs: [Int32]) -> [String] { tokenIDs.map { decode([$0]) } }
}
