import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerGoldenTests {
  static let names = [
    "qwen2", "llama3", "gpt2", "gpt2-prefixed", "llama2", "mistral", "gemma", "phi3", "metaspace",
  ]

  @Test(arguments: names)
  func `ids and decoded texts equal those of Hugging Face tokenizers`(name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path(name))
    let lines = try Golden.lines("\(name).jsonl").dropFirst()
    let texts = try Golden.texts()
    for (text, line) in zip(texts, lines) {
      let expected = try Golden.tokenIDs(line["ids"])
      let prefix = try line["prefix"].map { try Golden.tokenIDs($0) } ?? []
      let tokenIDs = try tokenizer.encode(text, addSpecialTokens: false)
      #expect(tokenIDs == expected, "\(text.debugDescription)")
      #expect(try tokenizer.encode(text, addSpecialTokens: true) == prefix + expected)
      let decoded = line["decoded"]?.stringValue ?? text
      #expect(areSame(tokenizer.decode(expected), decoded), "\(text.debugDescription)")
      let skipped = line["skipped"]?.stringValue ?? decoded
      #expect(areSame(tokenizer.decode(expected, skipSpecialTokens: true), skipped))
    }
    #expect(texts.count > 400)
  }

  @Test(arguments: names, [17])
  func `texts of 100 kB have the right ids`(name: String, count: Int) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path(name))
    let lines = try Golden.lines("\(name).jsonl").filter { $0["parts"] != nil }
    #expect(lines.count == count)
    for line in lines {
      let tokenIDs = try tokenizer.encode(Golden.longText(line), addSpecialTokens: false)
      #expect(tokenIDs.count == line["count"]?.integerValue.map { Int($0) })
      #expect(Golden.digest(tokenIDs) == line["digest"]?.stringValue, "\(line)")
    }
  }

  @Test(arguments: names)
  func `any ids decode to the same text, broken UTF-8 included`(name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path(name))
    let lines = try Golden.lines("\(name).jsonl").filter { $0["decode"] != nil }
    #expect(lines.count == 120)
    for line in lines {
      let tokenIDs = try Golden.tokenIDs(line["decode"])
      let decoded = try #require(line["decoded"]?.stringValue)
      let skipped = try #require(line["skipped"]?.stringValue)
      #expect(areSame(tokenizer.decode(tokenIDs), decoded), "\(tokenIDs)")
      #expect(areSame(tokenizer.decode(tokenIDs, skipSpecialTokens: true), skipped))
    }
  }

  @Test func `prompts and responses of the shipped checkpoint have the same ids`() throws {
    let tokenizer = try Tokenizer(directory: Places.data.appending(path: "demo/base").path)
    let lines = try Golden.lines("demo.jsonl")
    #expect(lines.count == 120)
    for line in lines {
      let text = try #require(line["text"]?.stringValue)
      let tokenIDs = try tokenizer.encode(text, addSpecialTokens: true)
      #expect(try tokenIDs == Golden.tokenIDs(line["ids"]), "\(text.debugDescription)")
      #expect(areSame(tokenizer.decode(tokenIDs), text))
    }
  }
}
