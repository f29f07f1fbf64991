import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// Real vocabularies, reduced to what these texts reach;
/// Tests/Fixtures/tokenization/make_llama_cpp.py.
@Suite struct LlamaCppVectorTests {
  static let names = [
    "llama-spm", "phi-3", "gemma-4", "gpt-2", "llama-bpe", "qwen2", "qwen35", "starcoder", "refact",
    "mpt", "deepseek-coder",
  ]

  @Test(arguments: names)
  func `ids of llama.cpp's test vectors`(name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("llama-cpp/\(name)"))
    let lines = try Golden.lines("llama-cpp/\(name).jsonl").filter { $0["text"] != nil }
    #expect(lines.count >= 46)
    for line in lines {
      let text = try #require(line["text"]?.stringValue)
      #expect(
        try tokenizer.encode(text, addSpecialTokens: false) == Golden.tokenIDs(line["ids"]),
        "\(text.debugDescription)")
    }
  }

  @Test(arguments: names)
  func `ids and decoded texts of hard texts under real vocabularies`(name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("llama-cpp/\(name)"))
    let lines = try Golden.lines("llama-cpp/\(name).jsonl")
    let line = try #require(lines.first { $0["digests"] != nil })
    let texts = try Golden.texts()
    let digests = try Golden.strings(line["digests"])
    let decoded = try Golden.strings(line["decoded"])
    #expect(digests.count == texts.count && decoded.count == texts.count)
    for (text, (digest, decoded)) in zip(texts, zip(digests, decoded)) {
      let tokenIDs = try tokenizer.encode(text, addSpecialTokens: false)
      #expect(Golden.digest(tokenIDs).prefix(8) == digest, "\(text.debugDescription): \(tokenIDs)")
      let back = tokenizer.decode(tokenIDs)
      #expect(Golden.digest(Array(back.utf8)).prefix(8) == decoded, "\(text.debugDescription)")
    }
  }

  @Test(arguments: names)
  func `texts of 100 kB have the right ids under real vocabularies`(name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("llama-cpp/\(name)"))
    let lines = try Golden.lines("llama-cpp/\(name).jsonl").filter { $0["parts"] != nil }
    #expect(lines.count == 17)
    for line in lines {
      let tokenIDs = try tokenizer.encode(Golden.longText(line), addSpecialTokens: false)
      #expect(tokenIDs.count == line["count"]?.integerValue.map { Int($0) })
      #expect(Golden.digest(tokenIDs) == line["digest"]?.stringValue, "\(line)")
    }
  }
}
