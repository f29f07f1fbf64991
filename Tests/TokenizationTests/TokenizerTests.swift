import Dispatch
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerTests {
  @Test(arguments: ["qwen2", "gpt2"], 1...5 as ClosedRange<UInt64>)
  func `decoding what was encoded gives the normalised text`(name: String, seed: UInt64) throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path(name))
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let text = RandomText.string(using: &generator)
      let bytes = Array(text.utf8)
      let expected =
        name == "qwen2" ? CanonicalComposition.shared.normalized(bytes[...]) ?? bytes : bytes
      let tokenIDs = try tokenizer.encode(text, addSpecialTokens: false)
      #expect(Array(tokenizer.decode(tokenIDs).utf8) == expected, "\(text.debugDescription)")
      #expect(tokenIDs.flatMap { tokenizer.bytes(of: $0) ?? [] } == expected)
    }
  }

  @Test func `a configuration puts around a text what transformers puts there`() throws {
    let lines = try Golden.lines("configurations.jsonl").dropFirst()
    #expect(lines.count == 36)
    for line in lines {
      let tokenizer = try tokenizer(
        try #require(line["tokenizer"]?.stringValue), try #require(line["configuration"]))
      let plain = try tokenizer.encode("The river", addSpecialTokens: false)
      let (prefix, suffix) = (
        try Golden.tokenIDs(line["prefix"]), try Golden.tokenIDs(line["suffix"])
      )
      #expect(tokenizer.prefixTokenIDs == prefix && tokenizer.suffixTokenIDs == suffix)
      #expect(
        try tokenizer.encode("The river", addSpecialTokens: true) == prefix + plain + suffix)
      let beginning = line["bos"]?.integerValue.map { Int32($0) }
      #expect(tokenizer.beginningOfSequenceID == beginning ?? prefix.first, "\(line)")
      #expect(tokenizer.endOfSequenceID == line["eos"]?.integerValue.map { Int32($0) })
      #expect(tokenizer.hasChatTemplate == line["chat"]?.boolValue)
    }
  }

  @Test func `the configuration's switches put nothing around a text, as in transformers 5`() throws
  {
    let good = try String(contentsOfFile: Golden.path("gpt2"), encoding: .utf8)
    let start = try #require(good.range(of: #""post_processor":"#))
    let end = try #require(good.range(of: #","decoder":"#))
    let text = good.replacingCharacters(in: start.upperBound..<end.lowerBound, with: "null")
    let configuration =
      #"{"add_bos_token":true,"bos_token":"<|begin|>","add_eos_token":true,"eos_token":"<|end|>"}"#
    try withTemporaryFolder { folder in
      for (name, text) in [("tokenizer", text), ("tokenizer_config", configuration)] {
        try text.write(
          to: folder.appending(path: "\(name).json"), atomically: true, encoding: .utf8)
      }
      let tokenizer = try Tokenizer(directory: folder.path)
      #expect(try tokenizer.encode("", addSpecialTokens: true) == [])
      #expect(tokenizer.beginningOfSequenceID == 601 && tokenizer.endOfSequenceID == 602)
    }
  }

  @Test func `integers beyond 64 bits in a configuration are no obstacle`() throws {
    let configuration = JSONValue.object([
      JSONMember(key: "a \"1000000000000000019884624838656", value: .string("\\\"")),
      JSONMember(key: "bos_token", value: .string("<|end|>")),
    ]).serialized()
    let text = configuration.dropLast() + ",\"x\":[-1000000000000000019884624838656,1e3]}"
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer_config.json")
      try String(text).write(to: path, atomically: true, encoding: .utf8)
      let tokenizer = try Tokenizer(contentsOf: Golden.path("gpt2"), configuration: path.path)
      #expect(tokenizer.beginningOfSequenceID == 602)
    }
  }

  @Test func `tokens are known by their bytes`() throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("qwen2"))
    #expect(tokenizer.vocabularySize == 714)
    #expect(tokenizer.bytes(of: 700) == Array("<|endoftext|>".utf8))
    #expect(tokenizer.bytes(of: 713) == Array("café".utf8))
    #expect(tokenizer.bytes(of: 714) == nil && tokenizer.bytes(of: -1) == nil)
    #expect(tokenizer.specialTokenIDs == [700, 701, 702, 706, 711])
    let single = (0..<256).compactMap { tokenizer.bytes(of: $0) }
    #expect(Set(single.map { $0.first ?? 0 }).count == 256 && single.allSatisfy { $0.count == 1 })
    #expect(tokenizer.decode([Int32.min, -1, 714, Int32.max]).isEmpty)
  }

  @Test func `threads share a tokenizer`() throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("llama3"))
    let texts = try Golden.texts()
    let expected = try texts.map { try tokenizer.encode($0, addSpecialTokens: false) }
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let actual = texts.map { try? tokenizer.encode($0, addSpecialTokens: false) }
      if actual != expected { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
  }

  private func tokenizer(_ name: String, _ configuration: JSONValue) throws -> Tokenizer {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer_config.json")
      try configuration.serialized().write(to: path, atomically: true, encoding: .utf8)
      return try Tokenizer(contentsOf: Golden.path(name), configuration: path.path)
    }
  }
}
