import Foundation
import JSON
import RunLogs
import Scoring
import TestSupport
import Testing
import Tokenization

@Suite struct DynamicsScorerTests {
  private func log(
    _ checkpoints: [String], _ lines: [String], in folder: URL,
    progress: (DynamicsScorer.Progress) -> Void = { _ in }
  ) throws -> DynamicsLog {
    let texts = try Samples.texts(lines, in: folder)
    return try DynamicsScorer(
      checkpoints.enumerated().map { index, path in
        .init(.init(run: "r", condition: "c", step: index, path: path), directory: path)
      }, texts: [("t", texts)]
    ).run(progress: progress)
  }

  /// The token log's own log-probabilities, which DemoTests hold against transformers, summed up.
  @Test func `costs are the sums of the token log's log-probabilities`() throws {
    let all = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8).split(separator: "\n")
    let lines = stride(from: 0, to: all.count, by: 97).map { String(all[$0]) }
    try withTemporaryFolder { folder in
      let models = ["base", "sft"].map(Samples.demo)
      let found = try log(models, lines, in: folder)
      let reference = found.references[0]
      #expect(reference.bytes.count == lines.count && reference.notMeasuredCount == 0)
      for (index, model) in models.enumerated() {
        let scorer = try Scorer(
          checkpoints: [Checkpoint(name: "m", directory: model)],
          texts: Samples.texts(lines, in: folder), pairs: [])
        let token = try Samples.log(scorer, in: folder).log
        let (mask, values) = (try token.isResponse(), try token.floats(.logProbability, of: "m"))
        for text in lines.indices {
          let range = token.tokens(ofSequence: text).filter { mask[$0] }
          let sum = range.reduce(0.0) { $0 - Double(values[$1]) }
          // The log's columns are Floats: 2⁻²⁴ of each value.
          let size = range.reduce(0.0) { $0 + abs(Double(values[$1])) }
          #expect(abs(reference.nats[index][text] - sum) <= size * 0x1p-24)
        }
        #expect(found.checkpoints[index].weightsDigest == token.header.models[0].weightsDigest)
      }
      for (line, bytes) in zip(lines, reference.bytes) {
        let response = try JSONValue(parsing: Array(line.utf8))["response"]?.stringValue
        #expect(bytes == response?.utf8.count)
      }
    }
  }

  @Test func `models with different tokenizers are compared by the byte`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "other"))
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.removeItem(atPath: copy.path(name))
      }
      try FileManager.default.copyItem(
        atPath: Places.fixture("tokenization/llama2.tokenizer.json"),
        toPath: copy.path("tokenizer.json"))
      let lines = [
        #"{"prompt": "Q: the", "response": "y say 🦙 é"}"#,
        #"{"prompt": "1 + 1", "response": " = 2"}"#,
      ]
      let models = [Samples.demo("base"), copy.folder.path]
      // Their tokens mean other things: no pair is made of them, and the line says what can be done.
      let texts = try Samples.texts(lines, in: folder)
      expectError(mentioning: ["different tokenizers", "tokenshift dynamics", "per byte"]) {
        _ = try Scorer(
          checkpoints: models.enumerated().map {
            try Checkpoint(name: "m\($0)", directory: $1)
          }, texts: texts)
      }
      let found = try log(models, lines, in: folder).references[0]
      #expect(found.bytes == [13, 4])
      for (index, model) in models.enumerated() {
        let scorer = try Scorer(
          checkpoints: [Checkpoint(name: "m", directory: model)], texts: texts, pairs: [])
        let token = try Samples.log(scorer, in: folder).log
        let (mask, values) = (try token.isResponse(), try token.floats(.logProbability, of: "m"))
        for text in lines.indices {
          let range = token.tokens(ofSequence: text).filter { mask[$0] }
          let sum = range.reduce(0.0) { $0 - Double(values[$1]) }
          #expect(abs(found.nats[index][text] - sum) <= sum * 0x1p-24)
        }
      }
      #expect(found.nats[0] != found.nats[1])
    }
  }

  @Test func `ids alone count the bytes that they stand for, an end token none`() throws {
    try withTemporaryFolder { folder in
      let base = Samples.demo("base")
      let tokenizer = try #require(try Checkpoint(name: "b", directory: base).tokenizer)
      let end = try #require(tokenizer.endOfSequenceID)
      let prompt = try tokenizer.encode("Q: 1", addSpecialTokens: false)
      let response = try tokenizer.encode(" é = 12\n", addSpecialTokens: false)
      func line(_ prompt: [Int32], _ response: [Int32]) -> String {
        "{\"prompt_ids\": \(prompt), \"response_ids\": \(response)}"
      }
      let found = try log(
        [base],
        [
          line(prompt, response), line(prompt, response + [end]), line([], response),
          line(prompt, []), line([], [end]),
        ], in: folder
      ).references[0]
      let first = try #require(tokenizer.bytes(of: response[0])).count
      // Without a prompt the first token has no prediction, so its bytes don't count either.
      #expect(found.bytes == [9, 9, 9 - first])
      #expect(found.notMeasuredCount == 2)
      #expect(found.nats[0][1] > found.nats[0][0])
    }
  }

  @Test func `texts beyond a context of any checkpoint are left out for all`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.small, to: folder.appending(path: "short"))
      try copy.replace(
        "\"max_position_embeddings\": 128", with: "\"max_position_embeddings\": 8",
        in: "config.json")
      func line(_ count: Int) -> String {
        let ids = (1...count).map(String.init).joined(separator: ", ")
        return "{\"prompt_ids\": [1], \"response_ids\": [\(ids)], \"response\": \"abc\"}"
      }
      let found = try log([Samples.small, copy.folder.path], [line(7), line(9)], in: folder)
      #expect(found.references[0].bytes == [3] && found.references[0].notMeasuredCount == 1)
      expectError(mentioning: ["texts.jsonl", "no response can be measured"]) {
        _ = try log([copy.folder.path], [line(9)], in: folder)
      }
    }
  }

  @Test func `a folder that several runs share is measured once`() throws {
    try withTemporaryFolder { folder in
      let line = "{\"prompt_ids\": [1], \"response_ids\": [2, 3], \"response\": \"abc\"}"
      var totals: Set<Int> = []
      let found = try log([Samples.small, Samples.small], [line], in: folder) {
        totals.insert($0.totalTokens)
      }
      #expect(totals == [3])
      #expect(found.references[0].nats[0] == found.references[0].nats[1])
    }
  }

  @Test func `what can't be measured is named`() throws {
    try withTemporaryFolder { folder in
      expectError(mentioning: ["texts.jsonl, line 1", "nobody knows its bytes", "\"response\""]) {
        _ = try log(
          [Samples.small], [Samples.line([1, 2, 3], responseStart: 1, id: "x")], in: folder)
      }
      expectError(mentioning: ["nowhere/config.json"]) {
        _ = try log(
          [Samples.small, "nowhere"], ["{\"prompt\": \"\", \"response\": \"a\"}"], in: folder)
      }
      expectError(mentioning: ["can't name a model"]) {
        _ = try DynamicsScorer(
          [.init(.init(run: "r", condition: "c", step: 0, path: "p"), directory: Samples.small)],
          texts: [
            ("a/b", try Samples.texts(["{\"prompt\": \"\", \"response\": \"a\"}"], in: folder))
          ])
      }
    }
  }
}
