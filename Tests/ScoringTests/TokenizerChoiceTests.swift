import Foundation
import JSON
import RunLogs
import Scoring
import TestSupport
import Testing

/// Which of several models' tokenizers makes ids of text; the models are those of
/// `DifferingModelsTests`, of which one has a token more.
struct TokenizerChoiceTests {
  private static let lines = [
    #"{"id": "a", "prompt": "12+35=", "response": "<|think|>7+4<|think|>47"}"#,
    #"{"id": "b", "prompt": "4+4=", "response": "8"}"#,
  ]

  private func scorer(
    _ models: [(String, String)], in folder: URL, tokenizer: String? = nil,
    lines: [String] = Self.lines, bos: BeginningOfSequence = .auto
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.tokenizer = tokenizer
    settings.beginningOfSequence = bos
    return try Scorer(
      checkpoints: models.map { try Checkpoint(name: $0.0, directory: $0.1) },
      texts: Samples.texts(lines, in: folder), settings: settings)
  }

  @Test func `texts take the tokenizer that extends the others, whatever the order`() throws {
    try withTemporaryFolder { folder in
      let added = ("added", try DifferingModels(folder: folder).added())
      let (base, sft) = (("base", Samples.demo("base")), ("sft", Samples.demo("sft")))
      var columns: [String: [[Float]]] = [:]
      for models in [[base, added, sft], [added, base, sft], [sft, base, added]] {
        let scorer = try scorer(models, in: folder)
        #expect(
          scorer.tokenizerNote
            == "tokenizer of the texts: added; base lacks 1 token of it; sft lacks 1 token of it")
        let (log, summary) = try Samples.log(scorer, in: folder)
        #expect(log.header.tokenizer.model == "added")
        #expect(log.header.tokenizer.lackingCounts == ["base": 1, "sft": 1])
        #expect(
          log.header.tokenizer.sentence
            == "added; base lacks 1 of its tokens; sft lacks 1 of its tokens")
        let digest = log.header.models.first { $0.name == "added" }?.tokenizerDigest
        #expect(log.header.tokenizer.digest == digest)
        let ids = try log.tokenIDs(in: log.tokens(ofSequence: 0))
        #expect(ids.count { $0 == 1_024 } == 2)
        #expect(summary.beyondVocabularyCount == 1)
        for model in models {
          let values = try log.floats(.logProbability, of: model.0)
          let known = columns[model.0, default: []]
          #expect(known.allSatisfy { $0.map(\.bitPattern) == values.map(\.bitPattern) })
          columns[model.0] = known + [values]
        }
      }
      // Given as ids, the same texts have the same bits.
      let log = try Samples.log(scorer([base, added], in: folder), in: folder).log
      let given = try (0..<log.sequenceCount).map { index in
        let ids = try log.tokenIDs(in: log.tokens(ofSequence: index)).map { Int32($0) }
        return try Samples.line(ids, responseStart: log.responseStarts()[index], id: "\(index)")
      }
      let other = try Samples.log(scorer([base, added], in: folder, lines: given), in: folder).log
      #expect(
        try log.floats(.logProbability, of: "added").map(\.bitPattern)
          == other.floats(.logProbability, of: "added").map(\.bitPattern))
    }
  }

  @Test func `a named model's tokenizer is taken, and what it lacks is said`() throws {
    try withTemporaryFolder { folder in
      let models = [
        ("base", Samples.demo("base")), ("added", try DifferingModels(folder: folder).added()),
      ]
      let scorer = try scorer(models, in: folder, tokenizer: "base")
      #expect(
        scorer.tokenizerNote == "tokenizer of the texts: base; it lacks 1 token of added")
      let log = try Samples.log(scorer, in: folder).log
      #expect(log.header.tokenizer.model == "base")
      #expect(try !log.tokenIDs(in: log.tokens(ofSequence: 0)).contains(1_024))
      let error = try #require(throws: ScoringError.self) {
        try self.scorer(models, in: folder, tokenizer: "rl")
      }
      #expect("\(error)".contains("'rl' that isn't there; there are base, added"))
    }
  }

  /// Only ids that are given may be tokens which the named tokenizer lacks.
  @Test(arguments: [
    #"{"prompt_ids": [17, 18], "response": "7<|think|>"}"#,
    #"{"prompt": "7<|think|>", "response_ids": [17, 18]}"#,
  ])
  func `text beside given ids takes the named tokenizer, too`(line: String) throws {
    try withTemporaryFolder { folder in
      let models = [
        ("base", Samples.demo("base")), ("added", try DifferingModels(folder: folder).added()),
      ]
      for (name, count) in [("base", 0), ("added", 1)] {
        let scorer = try scorer(models, in: folder, tokenizer: name, lines: [line])
        let log = try Samples.log(scorer, in: folder).log
        #expect(try log.tokenIDs().count { $0 == 1_024 } == count, "\(name)")
        #expect(try log.tokenIDs().count { [17, 18].contains($0) } >= 2)
      }
    }
  }

  @Test func `equal tokens that are cut in another way are said, and the order decides nothing`()
    throws
  {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("sft"), to: folder.appending(path: "other"))
      let path = URL(filePath: copy.path("tokenizer.json"))
      let whole = try JSONValue(parsing: [UInt8](Data(contentsOf: path)))
      let changed = try #require(whole.objectValue).map { member in
        guard member.key == "model", let parts = member.value.objectValue else { return member }
        let model = parts.map { part in
          guard part.key == "merges", let merges = part.value.arrayValue else { return part }
          // Without the first half, so other ids.
          return JSONMember(
            key: part.key, value: .array(Array(merges.dropFirst(merges.count / 2))))
        }
        return JSONMember(key: member.key, value: .object(model))
      }
      try FileManager.default.removeItem(at: path)
      try Data(JSONValue.object(changed).serialized().utf8).write(to: path)
      let (base, other) = (
        ("base", Samples.demo("base")), ("other", folder.appending(path: "other").path)
      )
      let digests = try [[base, other], [other, base]].map { models in
        let scorer = try scorer(models, in: folder)
        #expect(scorer.tokenizerNote?.contains("cuts texts otherwise") == true)
        return try Samples.log(scorer, in: folder).log.header.tokenizer.digest
      }
      #expect(digests[0] == digests[1])
    }
  }

  /// Their tokens are the same ones; what is put before a text isn't.
  @Test func `tokenizers that begin texts otherwise are said, and the order decides nothing`()
    throws
  {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "copy"))
      try copy.replace(
        "\"bos_token\": null", with: "\"bos_token\": \"<|im_start|>\"",
        in: "tokenizer_config.json")
      let (base, other) = (
        ("base", Samples.demo("base")), ("begun", folder.appending(path: "copy").path)
      )
      var ids: [[UInt32]] = []
      for models in [[base, other], [other, base]] {
        let scorer = try scorer(models, in: folder, bos: .always)
        #expect(
          scorer.tokenizerNote?.contains("base has the same one and begins texts otherwise") == true
        )
        ids.append(try Samples.log(scorer, in: folder).log.tokenIDs())
      }
      #expect(ids[0] == ids[1])
      // Two of three begin with nothing.
      let most = try scorer([other, base, ("sft", Samples.demo("sft"))], in: folder)
      #expect(most.tokenizerNote?.hasPrefix("tokenizer of the texts: base; begun has") == true)
    }
  }

  @Test func `a prompt with a beginning of its own and an automatic one is counted`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "copy"))
      try copy.replace(
        "\"bos_token\": null", with: "\"bos_token\": \"<|im_start|>\"",
        in: "tokenizer_config.json")
      let models = [("base", folder.appending(path: "copy").path)]
      let lines = [
        #"{"prompt": "<|im_start|>4+4=", "response": "8"}"#,
        #"{"prompt": "4+4=", "response": "8"}"#,
        #"{"prompt": "<|im_start|><|im_start|>4+4=", "response": "8"}"#,
      ]
      let always = try scorer(models, in: folder, lines: lines, bos: .always)
      #expect(always.summary.doubledBeginningCount == 2)
      let never = try scorer(models, in: folder, lines: lines, bos: .never)
      #expect(never.summary.doubledBeginningCount == 1)
    }
  }
}
