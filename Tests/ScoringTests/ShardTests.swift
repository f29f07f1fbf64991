import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing

/// Parts of a file of texts: each text in one of them, and the numbers of a single run.
struct ShardTests {
  private static func lines(_ count: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let ids = (0..<Int(generator.next() % 40)).map { _ in Int32(generator.next() % 83) }
      return Samples.line(ids, responseStart: ids.count / 2, id: "t\(index)")
    }
  }

  private func scorer(
    _ texts: TextFile, _ shard: Shard? = nil, batchTokens: Int = 100, skipping: Bool = false
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    settings.skipsBadLines = skipping
    return try Scorer(
      checkpoints: [Checkpoint(name: "a", directory: Samples.small)], texts: texts,
      settings: settings, shard: shard)
  }

  @Test(arguments: [1, 2, 3, 7, 40], [1, 9, 60])
  func `every text is in one shard, and none has much more than its share`(
    count: Int, textCount: Int
  ) throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(textCount, seed: 4), in: folder)
      let whole = try scorer(texts)
      var end = 0
      var lastLine = 0
      for index in 1...count {
        let shard = try #require(Shard(index: index, count: count))
        let part = try scorer(texts, shard)
        let header = part.header(
          Provenance(version: "", commandLine: "", created: .distantPast))
        let record = try #require(header.shard)
        #expect(record.index == index && record.count == count)
        #expect(record.texts.lowerBound == end)
        #expect(record.texts.count == part.summary.sequenceCount)
        end = record.texts.upperBound
        if let lines = record.lines {
          #expect(lines.lowerBound == lastLine + 1 && lines.upperBound == end)
          lastLine = lines.upperBound
        }
        // A batch more or less, of at most 100 tokens.
        #expect(abs(part.totalTokens - whole.totalTokens / count) <= 101)
      }
      #expect(end == textCount)
    }
  }

  @Test func `no part is before the first or after the last`() {
    for (index, count) in [(0, 3), (4, 3), (1, 0), (-1, 3), (1, -1)] {
      #expect(Shard(index: index, count: count) == nil)
    }
  }

  @Test func `merged shards have the bits of a single run`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(70, seed: 8), in: folder)
      func publish(_ scorer: Scorer, _ name: String) throws -> String {
        let path = folder.appending(path: name).path
        let writer = try TokenLogWriter(
          destination: path,
          header: scorer.header(
            Provenance(version: "", commandLine: "", created: .distantPast)))
        _ = try scorer.run(into: writer)
        try writer.publish()
        return path
      }
      let whole = try publish(scorer(texts), "whole.h5")
      let parts = try (1...4).map {
        try publish(scorer(texts, Shard(index: $0, count: 4)), "\($0).h5")
      }
      let merged = folder.appending(path: "merged.h5").path
      try TokenLogMerge(paths: parts).write(to: merged, as: .copy, created: "", commandLine: "")
      #expect(try differingDatasets(merged, whole).isEmpty)
    }
  }

  @Test func `a text that changes between the two readings is noticed`() throws {
    try withTemporaryFolder { folder in
      let scorer = try scorer(Samples.texts(Self.lines(9, seed: 1), in: folder))
      _ = try Samples.texts(Self.lines(9, seed: 2), in: folder)
      expectError(mentioning: ["texts.jsonl", "was changed while it was read"]) {
        _ = try Samples.log(scorer, in: folder)
      }
    }
  }

  // MARK: Bad lines

  private static let bad = [
    "nonsense", "[1]", #"{"prompt": 1, "response": "b"}"#, #"{"prompt_ids": [1]}"#,
    #"{"prompt_ids": [1, 83], "response_ids": []}"#, #"{"messages": []}"#, "{\"id\": \"\u{0}\"}",
  ]

  @Test func `bad lines are left out, counted, and change no number of the others`() throws {
    try withTemporaryFolder { folder in
      let good = Self.lines(12, seed: 3)
      var lines = good
      for (index, line) in Self.bad.enumerated() { lines.insert(line, at: 2 * index) }
      let texts = try Samples.texts(lines + ["", Self.bad[0]], in: folder)
      let scorer = try scorer(texts, skipping: true)
      #expect(scorer.summary.skippedLineCount == Self.bad.count + 1)
      #expect(
        "\(try #require(scorer.firstSkippedLine))".contains("texts.jsonl, line 1: invalid JSON"))
      let (log, summary) = try Samples.log(scorer, in: folder)
      #expect(summary.sequenceCount == 12 && log.sequenceCount == 12)
      #expect(log.header.texts.lineCount == 12 + Self.bad.count + 1)
      #expect(log.header.texts.skippedLineCount == Self.bad.count + 1)
      #expect(log.header.texts.textCount == 12)
      let alone = try Samples.log(
        self.scorer(Samples.texts(good, in: folder, name: "good.jsonl")), in: folder
      ).log
      #expect(try log.strings(.id) == alone.strings(.id))
      let bits = try log.floats(.logProbability, of: "a").map(\.bitPattern)
      #expect(try bits == alone.floats(.logProbability, of: "a").map(\.bitPattern))
    }
  }

  @Test(arguments: bad.indices)
  func `a bad line is named by its number, also if all are bad`(index: Int) throws {
    try withTemporaryFolder { folder in
      let lines = Self.lines(3, seed: 3) + ["", Self.bad[index]]
      let texts = try Samples.texts(lines, in: folder)
      expectError(mentioning: ["texts.jsonl, line 5: "]) { _ = try scorer(texts) }
      let none = try Samples.texts([Self.bad[index]], in: folder, name: "bad.jsonl")
      expectError(mentioning: ["bad.jsonl, line 1: "]) { _ = try scorer(none, skipping: true) }
    }
  }

  /// Without `--skip-bad-lines` such beginnings end a run with the command that makes JSON lines.
  @Test(arguments: ["{", "[", "[{", "id,prompt,response", "<html>", "Entry not found"])
  func `a first line that begins another format is a bad line like others`(first: String) throws {
    try withTemporaryFolder { folder in
      let good = Self.lines(3, seed: 3)
      let texts = try Samples.texts([first] + good, in: folder)
      if first == "<html>" {
        expectError(mentioning: ["a web page"]) { _ = try self.scorer(texts, skipping: true) }
        return
      }
      let scorer = try self.scorer(texts, skipping: true)
      #expect(scorer.summary.skippedLineCount == 1 && scorer.summary.sequenceCount == 3)
      expectError(mentioning: ["texts.jsonl, line 1"]) { _ = try self.scorer(texts) }
    }
  }

  @Test func `what is wrong with every line is no bad line`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(
        Self.lines(2, seed: 1) + [#"{"prompt": "a", "response": "b"}"#], in: folder)
      expectError(mentioning: ["texts.jsonl, line 3", "no tokenizer.json"]) {
        _ = try scorer(texts, skipping: true)
      }
    }
  }
}
