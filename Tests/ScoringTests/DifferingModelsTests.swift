import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing

/// Models of which one has more rows, another rope base or an added token, against transformers.
struct DifferingModelsTests {
  private func score(
    _ path: String, _ sequences: [[Int32]], in folder: URL, others: [(String, String)] = [],
    pairs: [String] = ["base:other"]
  ) throws -> (log: TokenLog, summary: Scorer.Summary) {
    let lines = sequences.enumerated().map { Samples.line($1, responseStart: 8, id: "t\($0)") }
    let models = [("base", Samples.demo("base")), ("other", path)] + others
    let scorer = try Scorer(
      checkpoints: models.map { try Checkpoint(name: $0.0, directory: $0.1) },
      texts: Samples.texts(lines, in: folder), pairs: pairs.map { try PairName(parsing: $0) })
    return try Samples.log(scorer, in: folder)
  }

  /// Columns at tokens 1… of all texts.
  private func measured(_ column: [Float], _ log: TokenLog) -> [Float] {
    (0..<log.sequenceCount).flatMap { column[log.tokens(ofSequence: $0)].dropFirst() }
  }

  @Test(arguments: ["rows", "rope", "added"])
  func `pairs are compared as the definitions say`(name: String) throws {
    let expected = try DifferingModels.Expected(name)
    try withTemporaryFolder { folder in
      let make = DifferingModels(folder: folder)
      let path = try name == "rows" ? make.rows() : name == "rope" ? make.rope() : make.added()
      let (log, summary) = try score(path, expected.sequences, in: folder)
      let logProbabilities = try measured(log.floats(.logProbability, of: "other"), log)
      // Tests/Fixtures/README.md: f32 in another order of summation, either side.
      expectClose(
        logProbabilities, expected.logProbabilities.flatMap { $0.map { Float($0) } },
        absolute: 1e-4)
      let pair = try PairName(parsing: "base:other")
      for (column, key) in [
        (.klBeforeAfter, "kl_ab"), (.klAfterBefore, "kl_ba"),
        (.jensenShannonDivergence, "js"), (.totalVariationDistance, "tv"),
        (.logProbabilityChange, "dlogp"),
      ] as [(PairColumn, String)] {
        let values = try #require(expected.pair[key]).map { Float($0) }
        #expect(values.contains { abs($0) > 0.05 }, "\(key) shows something")
        // A divergence moves by less than twice what its logits are off, times its own size.
        try expectClose(
          measured(log.floats(column, of: pair), log), values, absolute: 2e-4, relative: 2e-4, key)
      }
      let bucket = try measured(log.floats(.bucketLogMass, of: pair), log)
      let extra = try measured(log.floats(.extraLogMass, of: "other"), log)
      if name == "rope" {
        #expect(Set(bucket) == [-.infinity] && Set(extra) == [-.infinity])
      } else {
        let values = try #require(expected.pair["bucket_logmass"]).map { Float($0) }
        #expect(values.contains { $0 > -0.5 })
        expectClose(bucket, values, absolute: 2e-4)
        // It is the model's own column, too, which is measured where base's isn't.
        let known = zip(extra, bucket).filter { !$0.1.isNaN }
        #expect(known.allSatisfy { $0.0 == $0.1 })
        #expect(extra.allSatisfy { $0.isFinite })
      }
      let none = try measured(log.floats(.extraLogMass, of: "base"), log)
      #expect(none.allSatisfy { $0.isNaN || $0 == -.infinity })
      #expect(log.header.sharedVocabularySize == 1_024)
      #expect(
        log.header.models.map(\.vocabularySize) == [1_024, name == "rope" ? 1_024 : 1_029])
      #expect(summary.beyondVocabularyCount == (name == "added" ? expected.unknownTexts : 0))
    }
  }

  @Test func `from a token that a model lacks its text is not measured for it`() throws {
    let expected = try DifferingModels.Expected("added")
    try withTemporaryFolder { folder in
      let path = try DifferingModels(folder: folder).added()
      let (log, summary) = try score(
        path, expected.sequences, in: folder, others: [("third", Samples.demo("sft"))],
        pairs: ["base:other", "base:third"])
      var unknown = 0
      for (index, ids) in expected.sequences.enumerated() {
        let range = log.tokens(ofSequence: index)
        let end = ids.firstIndex(of: 1_024) ?? ids.count
        let reasons = ids.indices.map { place -> UnmeasuredReason in
          place == 0 ? .firstToken : place < end ? .measured : .beyondVocabulary
        }
        unknown += ids.count - end
        #expect(try log.unmeasured(in: range) == reasons)
        #expect(try log.unmeasured(of: "base", in: range) == reasons)
        #expect(
          try log.unmeasured(of: "other", in: range)
            == [.firstToken] + Array(repeating: .measured, count: ids.count - 1))
        let isMissing = reasons.map { $0 != .measured }
        #expect(try log.floats(.logProbability, of: "base", in: range).map(\.isNaN) == isMissing)
        #expect(try log.integers(.rank, of: "base", in: range).map { $0 == 0 } == isMissing)
        let pair = try PairName(parsing: "base:third")
        #expect(
          try log.floats(.jensenShannonDivergence, of: pair, in: range).map(\.isNaN) == isMissing)
      }
      #expect(unknown > 0)
      let total = expected.sequences.reduce(0) { $0 + $1.count - 1 }
      #expect(summary.measuredCount == total - unknown)
      // The tokens of all models are spelled.
      #expect(log.tokenBytes(1_024) == Array("<|think|>".utf8))
      #expect(log.header.tokenizer.tokens?.count == 1_025)
      #expect(log.header.tokenizer.specialIDs.contains(1_024))
      #expect(summary.notDecodingBackCount == 0)
    }
  }

  @Test func `what comes before a missing token is as if it weren't there`() throws {
    let ids = try DifferingModels.Expected("rows").sequences[0]
    try withTemporaryFolder { folder in
      let path = try DifferingModels(folder: folder).added()
      let changed = Array(ids[..<20]) + [1_024] + Array(ids[21...])
      let logs = try [ids, changed].map { try score(path, [$0], in: folder).log }
      for column in ModelColumn.allCases {
        let values = try logs.map { try $0.floats(column, of: "base") }
        #expect(values[0][1..<20].map(\.bitPattern) == values[1][1..<20].map(\.bitPattern))
        #expect(values[1][20...].allSatisfy { $0.isNaN })
      }
    }
  }

  @Test func `an id that no model has is refused`() throws {
    try withTemporaryFolder { folder in
      let path = try DifferingModels(folder: folder).rows()
      expectError(mentioning: ["line 1", "token 2 has id 1029", "'other'", "below 1029"]) {
        _ = try score(path, [[1, 2, 1_029]].map { $0 + Array(repeating: 1, count: 8) }, in: folder)
      }
    }
  }

  @Test func `a token that is another one is named`() throws {
    try withTemporaryFolder { folder in
      let path = try DifferingModels(folder: folder).added()
      let copy = CheckpointCopy.existing(URL(filePath: path))
      try copy.replace("<|pad|>", with: "<|fill|>", in: "tokenizer.json")
      expectError(mentioning: [
        "'base' and 'other'", "different tokenizers", "id 1022", "'<|pad|>'", "'<|fill|>'",
        "tokenshift dynamics",
      ]) { _ = try score(path, [Array(repeating: 1, count: 9)], in: folder) }
    }
  }
}

extension DifferingModels.Expected {
  /// Texts with an id that base lacks.
  fileprivate var unknownTexts: Int { sequences.count { $0.contains(1_024) } }
}
