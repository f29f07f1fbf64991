import Foundation
import Tasks
import TestSupport
import Testing
import Tokenization

@Suite struct CharacterTokenizerTests {
  @Test(arguments: TaskSamples.names)
  func `every text is read back, one token per byte`(name: String) throws {
    let task = try TaskSamples.task(name)
    let characters = try CharacterTokenizer(for: task)
    #expect(characters.vocabularySize % 8 == 0)
    let tokenizer = try withTemporaryFolder { folder in
      try Data(characters.tokenizerFile().utf8).write(to: folder.appending(path: "tokenizer.json"))
      try Data(characters.configurationFile().utf8)
        .write(to: folder.appending(path: "tokenizer_config.json"))
      return try Tokenizer(directory: folder.path)
    }
    #expect(tokenizer.vocabularySize == characters.vocabularySize)
    #expect(tokenizer.endOfSequenceID == characters.endOfTextID)
    for split in task.splits {
      for index in 0..<40 {
        let problem = task.problem(index, of: split, seed: 51)
        var generator = TaskSamples.generator(51, index)
        let texts =
          [task.baseText(for: problem, using: &generator)]
          + Teacher.allCases.map {
            task.demonstration(of: problem, by: $0, using: &generator)
          }
        for text in texts {
          let whole = text.prompt + text.response
          let ids = try tokenizer.encode(whole + task.endOfText, addSpecialTokens: false)
          #expect(ids.count == whole.utf8.count + 1, "\(whole.debugDescription)")
          #expect(ids.last == characters.endOfTextID)
          #expect(!ids.contains(characters.unknownID), "\(whole.debugDescription)")
          #expect(tokenizer.decode(ids, skipSpecialTokens: true).utf8.elementsEqual(whole.utf8))
        }
      }
    }
  }

  @Test func `files hold`() throws {
    let characters = try CharacterTokenizer(for: ModularArithmetic())
    try expectGolden(characters.tokenizerFile(), "tasks/tokenizer-modular.json")
    try expectGolden(characters.configurationFile(), "tasks/tokenizer_config-modular.json")
    #expect(characters.vocabularySize == 32)
  }

  @Test func `what makes no tokenizer is refused`() {
    #expect(throws: TaskError.self) { try CharacterTokenizer(alphabet: [], endOfText: "$") }
    #expect(throws: TaskError.self) {
      try CharacterTokenizer(alphabet: Array("a$".utf8), endOfText: "$")
    }
    #expect(throws: TaskError.self) { try CharacterTokenizer(alphabet: [97], endOfText: "") }
    #expect(throws: TaskError.self) {
      try CharacterTokenizer(alphabet: [97], endOfText: "<|pad|>")
    }
  }
}
