import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import Transformer

/// Which texts are scored a second time, and what the log then holds.
struct ReplicateTextsTests {
  /// Texts of these authors in turn, each with `responses` tokens of a response, some with none.
  private static func lines(
    _ count: Int, authors: [String], response: (Int) -> Int = { $0 % 10 == 9 ? 0 : 5 }
  ) -> [String] {
    var random = SeededGenerator(seed: UInt64(count))
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.next() % 83) } }
    return (0..<count).map { index in
      #"{"id": "t\#(index)", "source": "\#(authors[index % authors.count])", "prompt_ids": "#
        + #"\#(ids(3)), "response_ids": \#(ids(response(index)))}"#
    }
  }

  private static func scorer(
    _ texts: TextFile, in folder: URL, _ wanted: ReplicateTexts, shard: Shard? = nil,
    memory: Int? = nil
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.replicate = .bfloat16
    settings.replicateTexts = wanted
    settings.batchTokens = 200
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder), texts: texts, settings: settings, shard: shard,
      memory: memory)
  }

  /// Texts with a number in the second precision.
  private static func chosen(_ log: TokenLog) throws -> [Int] {
    let pair = try log.firstPair()
    let js = try #require(try log.replicateDivergences(of: pair))
    let models = try ["a", "b"].map { try #require(try log.replicate(of: $0)) }
    let measured = try log.unmeasured()
    return try (0..<log.sequenceCount).filter { text in
      let tokens = log.tokens(ofSequence: text)
      let isThere = tokens.contains { !js[$0].isNaN }
      for token in tokens {
        // All of a text or nothing, in every column.
        let has = isThere && measured[token] == .measured
        try #require(js[token].isNaN == !has)
        for model in models {
          try #require(model.logProbability[token].isNaN == !has)
          try #require(model.entropy[token].isNaN == !has)
        }
      }
      return isThere
    }
  }

  @Test func `authors get as many, spread over their texts, and what one lacks the others get`()
    throws
  {
    try withTemporaryFolder { folder in
      // x has every second text, y and z every fourth; one in ten has no response.
      let texts = try Samples.texts(
        Self.lines(80, authors: ["x", "y", "x", "z"]), in: folder)
      for count in [1, 3, 7, 30, 72, 500] {
        let scorer = try Self.scorer(texts, in: folder, .count(count))
        let log = try Samples.log(scorer, in: folder).log
        let chosen = try Self.chosen(log)
        #expect(chosen.count == min(count, 72))
        #expect(log.header.replicateTextCount == chosen.count)
        #expect(chosen.allSatisfy { $0 % 10 != 9 })
        let byAuthor = Dictionary(grouping: chosen) { ["x", "y", "x", "z"][$0 % 4] }
        let sizes = ["x", "y", "z"].map { byAuthor[$0]?.count ?? 0 }
        // x has 40 texts with a response, y and z 16 each: authors of odd texts have all that lack one.
        let expected: [Int: [Int]] = [
          1: [1, 0, 0], 3: [1, 1, 1], 7: [3, 2, 2], 30: [10, 10, 10], 72: [40, 16, 16],
          500: [40, 16, 16],
        ]
        #expect(sizes == expected[count], "\(count): \(sizes)")
        if count == 30 {
          // Each fifth of the file has a fifth of each author's.
          for own in byAuthor.values {
            for fifth in 0..<5 {
              #expect(own.count { (16 * fifth..<16 * (fifth + 1)).contains($0) } == 2)
            }
          }
        }
      }
      let all = try Samples.log(Self.scorer(texts, in: folder, .all), in: folder).log
      #expect(all.header.replicateTextCount == 80)
      #expect(try Self.chosen(all).count == 80)
    }
  }

  @Test(arguments: [(5, 460), (40, 72), (1, 500)])
  func `by default there are 72 texts and 2,300 positions at least`(
    length: Int, expected: Int
  ) throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(
        Self.lines(500, authors: ["x", "y"]) { _ in length }, in: folder)
      let scorer = try Self.scorer(texts, in: folder, .enough)
      let header = scorer.header(
        Provenance(version: "", commandLine: "", created: .distantPast))
      #expect(header.replicateTextCount == expected)
    }
  }

  @Test func `shards and runs with little memory choose the texts of a single run`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(90, authors: ["x", "y", "y"]), in: folder)
      let together = try Self.scorer(texts, in: folder, .count(11))
      let (whole, summary) = try Samples.log(together, in: folder)
      #expect(try Self.chosen(whole).count == 11)
      // 7 predictions of each text's 8 tokens, its first one apart.
      #expect(summary.replicates.map(\.count) == [11 * 7, 11 * 7])
      let apart = try Self.scorer(
        texts, in: folder, .count(11), memory: together.plan.peak - 1)
      #expect(apart.plan.order == .oneAfterAnother)
      #expect(
        try differingDatasets(whole.path, Samples.log(apart, in: folder).log.path).isEmpty)
      let parts = try (1...3).map {
        try Samples.log(
          Self.scorer(texts, in: folder, .count(11), shard: Shard(index: $0, count: 3)), in: folder
        ).log.path
      }
      let merged = folder.appending(path: "merged.h5").path
      try TokenLogMerge(paths: parts).write(
        to: merged, as: .copy, created: "", commandLine: "")
      #expect(try differingDatasets(whole.path, merged).isEmpty)
      #expect(try TokenLog(path: merged).header.replicateTextCount == 11)
    }
  }

  @Test func `what is scored again is what all texts would give`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(60, authors: ["x", "y"]), in: folder)
      let logs = try [ReplicateTexts.count(9), .all].map {
        try Samples.log(Self.scorer(texts, in: folder, $0), in: folder).log
      }
      let pair = try logs[0].firstPair()
      let some = try #require(try logs[0].replicateDivergences(of: pair))
      let all = try #require(try logs[1].replicateDivergences(of: pair))
      // bf16 products with the processor's instruction have the same bits in any batch.
      for (own, other) in zip(some, all) where !own.isNaN {
        expectClose(Double(own), Double(other), absolute: 1e-3)
      }
      #expect(some.count { !$0.isNaN } == 9 * 7)
      #expect(
        try logs[0].floats(.jensenShannonDivergence, of: pair).map(\.bitPattern)
          == logs[1].floats(.jensenShannonDivergence, of: pair).map(\.bitPattern))
    }
  }
}
