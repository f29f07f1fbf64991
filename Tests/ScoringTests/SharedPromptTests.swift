import Foundation
import Kernels
import RunLogs
import Scoring
import TestSupport
import Testing

/// Prompts shared by several responses go through the models once, and nobody can tell from a log.
struct SharedPromptTests {
  private struct Text {
    let prompt: Int
    let ids: [Int32]
    let responseStart: Int
  }

  /// Responses to a few prompts, in any order, some of them empty.
  private static func texts(seed: UInt64) -> [Text] {
    var random = SeededGenerator(seed: seed)
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.next() % 83) } }
    let prompts = [1, 7, 8, 30, 61].map { ids($0) }
    return (0..<40).map { _ in
      let prompt = Int(random.next() % UInt64(prompts.count))
      let all = prompts[prompt] + ids(Int(random.next() % 20) + (prompt == 0 ? 1 : 0))
      return Text(prompt: prompt, ids: all, responseStart: prompts[prompt].count)
    }
  }

  private static func scorer(
    _ texts: [Text], in folder: URL, batchTokens: Int
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    let lines = texts.enumerated().map {
      Samples.line($1.ids, responseStart: $1.responseStart, id: "t\($0)")
    }
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder), texts: Samples.texts(lines, in: folder),
      settings: settings)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every text has the numbers that it has alone`(seed: UInt64) throws {
    try withTemporaryFolder { folder in
      let texts = Self.texts(seed: seed)
      let shared = try Self.scorer(texts, in: folder, batchTokens: 4_096)
      // A batch for each text shares nothing.
      let alone = try Self.scorer(texts, in: folder, batchTokens: 1)
      #expect(try Self.blocks(alone, in: folder).map(\.sequences) == texts.map { _ in 1 })
      let logs = try [shared, alone].map { try Samples.log($0, in: folder).log }
      #expect(try logs[0].tokenIDs() == logs[1].tokenIDs())
      #expect(try logs[0].unmeasured() == logs[1].unmeasured())
      // As for batches of any size (`ScorerTests`).
      for model in ["a", "b"] {
        for (column, bound) in [(ModelColumn.logProbability, 2e-5), (.entropy, 4e-5)] {
          try expectClose(
            logs[0].floats(column, of: model), logs[1].floats(column, of: model), absolute: bound)
        }
      }
      let pair = try PairName(parsing: "a:b")
      try expectClose(
        logs[0].floats(.jensenShannonDivergence, of: pair),
        logs[1].floats(.jensenShannonDivergence, of: pair), absolute: 2e-5)
    }
  }

  @Test(.enabled(if: MatrixMultiply.hasBFloat16Products, "needs bf16 products of the processor"))
  func `with bf16 products sharing changes no bit`() throws {
    try withTemporaryFolder { folder in
      let lines = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8)
        .split(separator: "\n").prefix(400).map(String.init)
      let texts = try Samples.texts(lines, in: folder)
      let logs = try [4_096, 300, 1].map { batchTokens in
        var settings = Scorer.Settings()
        settings.batchTokens = batchTokens
        let scorer = try Scorer(
          checkpoints: ["base", "sft"].map {
            try Checkpoint(name: $0, directory: Samples.demo($0), compute: .bf16)
          }, texts: texts, settings: settings)
        return try Samples.log(scorer, in: folder).log.path
      }
      for other in logs.dropFirst() { #expect(try differingDatasets(logs[0], other).isEmpty) }
    }
  }

  @Test(arguments: [200, 300, 4_096], [4, 5] as [UInt64])
  func `batches are filled by what goes through the models`(
    batchTokens: Int, seed: UInt64
  ) throws {
    try withTemporaryFolder { folder in
      let texts = Self.texts(seed: seed)
      let scorer = try Self.scorer(texts, in: folder, batchTokens: batchTokens)
      var (repeated, next) = (0, 0)
      for block in try Self.blocks(scorer, in: folder) {
        // Counted the slow way: each prompt of 8 tokens or more once a batch.
        var known: Set<Int> = []
        func rows(_ text: Text) -> Int {
          let isShared = text.responseStart >= 8 && known.contains(text.prompt)
          return text.ids.count - (isShared ? text.responseStart : 0)
        }
        var (rowCount, tokenCount) = (0, 0)
        for text in texts[next..<next + block.sequences] {
          rowCount += rows(text)
          tokenCount += text.ids.count
          known.insert(text.prompt)
        }
        next += block.sequences
        #expect(rowCount <= batchTokens && tokenCount <= 4 * batchTokens)
        #expect(tokenCount == block.tokens)
        repeated += tokenCount - rowCount
        if next < texts.count {
          #expect(
            rowCount + rows(texts[next]) > batchTokens
              || tokenCount + texts[next].ids.count > 4 * batchTokens)
        }
      }
      #expect(next == texts.count)
      #expect(repeated > 200)
    }
  }

  /// How the log is cut.
  private static func blocks(
    _ scorer: Scorer, in folder: URL
  ) throws -> [(sequences: Int, tokens: Int)] {
    let header = scorer.header(
      Provenance(version: "test", commandLine: "test", created: .distantPast))
    let writer = try TokenLogWriter(
      destination: folder.appending(path: "cut.h5").path, header: header)
    defer { writer.discard() }
    _ = try scorer.run(into: writer)
    return writer.blockSizes
  }
}
