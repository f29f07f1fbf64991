import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

@Suite struct DigestTests {
  @Test func `the file's digest is its SHA-256`() throws {
    let tokenizer = try Tokenizer(contentsOf: Golden.path("gpt2"))
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Golden.path("gpt2"))))
    #expect(tokenizer.fileDigest == Golden.digest(bytes))
  }

  @Test func `layout, order of keys and spelling of merges don't matter`() throws {
    let good = try Tokenizer(contentsOf: Golden.path("qwen2"))
    let root = try JSONValue(
      parsing: [UInt8](try Data(contentsOf: URL(filePath: Golden.path("qwen2")))))
    let text = respelled(root).serialized().replacing("\"model\":{", with: "\n \"model\" : {\n\t")
    let other = try read(text)
    #expect(other.contentDigest == good.contentDigest)
    #expect(other.fileDigest != good.fileDigest)
    #expect(
      try other.encode("The river's mill", addSpecialTokens: false)
        == good.encode("The river's mill", addSpecialTokens: false))
  }

  @Test(arguments: [
    (#""ignore_merges":false"#, #""ignore_merges":true"#),
    (#""normalizer":{"type":"NFC"}"#, #""normalizer":null"#),
    (#""behavior":"Isolated""#, #""behavior":"Removed""#),
    (#""invert":false"#, #""invert":true"#),
    (#"\\p{N}| "#, #"\\p{N}+| "#),
    (#""add_prefix_space":false,"trim_offsets":true,"use_regex":false"#, #""use_regex":false"#),
    (#""single_word":true"#, #""single_word":false"#),
    (#""lstrip":true,"rstrip":true"#, #""lstrip":true,"rstrip":false"#),
    (#""content":"<|long|>""#, #""content":"<|lang|>""#),
    (#""!":0,"\"":1"#, #""!":1,"\"":0"#),
    (#""merges":[["à","¤"],"#, #""merges":["#),
  ])
  func `each setting that changes ids changes the digest`(old: String, new: String) throws {
    let file = try String(contentsOfFile: Golden.path("qwen2"), encoding: .utf8)
    let range = try #require(file.range(of: old), "\(old)")
    let other = try read(file.replacingCharacters(in: range, with: new))
    #expect(try other.contentDigest != Tokenizer(contentsOf: Golden.path("qwen2")).contentDigest)
  }

  /// Logs hold them: these are the digests of the version that read tokenizers of bytes alone.
  @Test(arguments: [
    ("qwen2", "e955eae25b84acbe30dd8882532fa2d260a76ad6ff89009475494b59d2c40976"),
    ("llama3", "4908e22ec02f3ca1995cc23f497fe2174454d4380cffce2a267a0884651cbafc"),
    ("gpt2", "b4a749781f494afdef6a697f916168c8f49d90dc828d7440693b26fff5d62277"),
    ("gpt2-prefixed", "82131b1096ddd4b2b7afbcab1a869672fcc3ff0156256dcee1199acf62bddcaa"),
  ])
  func `digests of tokenizers of bytes stay what they were`(name: String, digest: String) throws {
    #expect(try Tokenizer(contentsOf: Golden.path(name)).contentDigest == digest)
    let shipped = try Tokenizer(directory: Places.data.appending(path: "demo/base").path)
    #expect(
      shipped.contentDigest == "f7d3225c956beec85446052bdfdc28281e64978b24f02aff47aced11be87f9a1")
  }

  @Test(arguments: [
    (#""prepend":"▁""#, #""prepend":"_""#),
    (#"{"type":"Prepend","prepend":"▁"},"#, ""),
    (#""pattern":{"String":" "},"content":"▁""#, #""pattern":{"Regex":" "},"content":"▁""#),
    (#""pre_tokenizer":null"#, #""pre_tokenizer":{"type":"Metaspace","replacement":"▁"}"#),
    (#""pre_tokenizer":null"#, #""pre_tokenizer":{"type":"Digits","individual_digits":true}"#),
    (#""byte_fallback":true"#, #""byte_fallback":false"#),
    (#""ignore_merges":false"#, #""ignore_merges":true"#),
  ])
  func `each setting of a tokenizer of characters changes the digest`(
    old: String, new: String
  ) throws {
    let file = try String(contentsOfFile: Golden.path("llama2"), encoding: .utf8)
    let range = try #require(file.range(of: old), "\(old)")
    let other = try read(file.replacingCharacters(in: range, with: new))
    #expect(try other.contentDigest != Tokenizer(contentsOf: Golden.path("llama2")).contentDigest)
  }

  @Test func `the tokenizers and the shipped one differ`() throws {
    var digests = try Set(
      TokenizerGoldenTests.names.map { try Tokenizer(contentsOf: Golden.path($0)).contentDigest })
    digests.insert(
      try Tokenizer(directory: Places.data.appending(path: "demo/base").path).contentDigest)
    #expect(digests.count == TokenizerGoldenTests.names.count + 1)
    #expect(digests.allSatisfy { $0.count == 64 })
  }

  private func read(_ text: String) throws -> Tokenizer {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer.json")
      try text.write(to: path, atomically: true, encoding: .utf8)
      return try Tokenizer(contentsOf: path.path)
    }
  }

  /// The same with every object's keys turned round and merges as strings.
  private func respelled(_ value: JSONValue, isMerges: Bool = false) -> JSONValue {
    switch value {
    case .object(let members):
      .object(
        members.reversed().map { member in
          JSONMember(
            key: member.key, value: respelled(member.value, isMerges: member.key == "merges"))
        })
    case .array(let elements) where isMerges:
      .array(
        elements.map { pair in
          .string((pair.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " "))
        })
    case .array(let elements): .array(elements.map { respelled($0) })
    default: value
    }
  }
}
