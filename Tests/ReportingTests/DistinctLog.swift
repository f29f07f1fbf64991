import Foundation
import RunLogs
import TestSupport

/// A random log of two models in two precisions, none of whose columns are alike.
struct DistinctLog {
  /// One token of a response or a prompt.
  struct Token {
    let text: Int
    let id: UInt32
    let isResponse: Bool
    let isMeasured: Bool
    /// By model, then pair.
    var models: [[ModelColumn: Float]] = []
    var integers: [[ModelIndexColumn: UInt32]] = []
    var replicates: [(logProbability: Float, entropy: Float)] = []
    var pair: [PairColumn: Float] = [:]
  }

  static let models = ["base", "rl"]
  /// The names that the log is written with; a third model has the numbers of the first, made smaller.
  var models = DistinctLog.models
  static let sources = ["base", "rl", ""]
  var tokens: [Token] = []
  var texts: [SequenceRecord] = []
  /// Texts that are in the second precision, too; nil for all.
  var replicatedTexts: Set<Int>?
  var vocabulary = (0..<8).map { [UInt8(ascii: "a") + UInt8($0)] }

  init(seed: UInt64, textCount: Int = 24, promptCount: Int = 7) {
    var generator = SeededGenerator(seed: seed)
    for text in 0..<textCount {
      let count = 4 + Int(generator.next() % 30)
      let start = 1 + Int(generator.next() % 3)
      let ids = (0..<count).map { _ in UInt32(generator.next() % 8) }
      texts.append(
        SequenceRecord(
          id: "t\(text)", promptID: "p\(generator.next() % UInt64(promptCount))", sampleID: text,
          source: Self.sources[Int(generator.next() % 3)],
          isCorrect: text % 5 == 0 ? nil : generator.next() % 3 == 0, tokenIDs: ids,
          responseStart: start))
      for (offset, id) in ids.enumerated() {
        tokens.append(
          Self.token(
            id, of: text, isResponse: offset >= start,
            isMeasured: offset > 0 && generator.next() % 6 != 0, &generator))
      }
    }
  }

  private static func token(
    _ id: UInt32, of text: Int, isResponse: Bool, isMeasured: Bool,
    _ generator: inout SeededGenerator
  ) -> Token {
    var token = Token(text: text, id: id, isResponse: isResponse, isMeasured: isMeasured)
    // Each in a range of its own, so that no two columns have means alike.
    for model in 0..<2 {
      var columns: [ModelColumn: Float] = [:]
      for (index, column) in ModelColumn.allCases.enumerated() {
        let size = Float(1 + index + 7 * model) * Float(0.5 + generator.uniform())
        columns[column] = [.entropy, .varentropy].contains(column) ? size : -size
      }
      token.models.append(columns)
      token.integers.append([
        .rank: 1 + UInt32(generator.next() % UInt64(2 + 2 * model)),
        .topToken: UInt32(generator.next() % UInt64(2 + model)),
      ])
      token.replicates.append(
        (
          (columns[.logProbability] ?? 0) - Float(0.1 * Double(1 + model) * generator.uniform()),
          (columns[.entropy] ?? 0) + Float(0.01 * Double(1 + model) * generator.uniform())
        ))
    }
    for (index, column) in PairColumn.allCases.enumerated() {
      let value = Float(1 + index) / 14 * Float(0.6 + 0.6 * generator.uniform())
      token.pair[column] = value
    }
    token.pair[.jensenShannonDivergence] = Float(0.25 * pow(generator.uniform(), 2))
    token.pair[.bucketLogMass] = -Float(1 + generator.uniform())
    return token
  }

  /// Makes every third token one at which next to nothing changes, so that not all are changed.
  mutating func calm() {
    for index in tokens.indices where index % 3 == 0 {
      let small = Float(1e-3 * Double(1 + index % 7))
      let first = tokens[index].replicates[0]
      tokens[index].replicates[1] = (first.logProbability - small, first.entropy + small)
      for column in [
        PairColumn.logProbabilityChange, .probabilityChange, .entropyChange,
        .jensenShannonDivergence,
      ] {
        tokens[index].pair[column] = small
      }
    }
  }

  func write(to path: String) throws -> TokenLog {
    let header = TokenLogHeader(
      producer: "tokenshift", producerVersion: "0", created: "", commandLine: "", topK: 3,
      texts: TextsRecord(
        fileName: "a.jsonl", digest: "d", lineCount: texts.count, isRetokenized: false,
        notDecodingBackCount: 0),
      tokenizer: TokenizerRecord(digest: "t", specialIDs: [], tokens: vocabulary),
      models: models.enumerated().map { index, name in
        ModelRecord(
          name: name, folder: name, architecture: "A\(index)", parameterCount: 10 + index,
          storedTypes: ["F\(16 + index)"], computeType: "BF16", replicateType: "F32",
          fileDigests: [:], weightsDigest: "abc\(index)", tokenizerDigest: "t")
      }, pairs: [try PairName(before: models[0], after: models[1])])
    var columns = models.map { _ in ModelColumns() }
    var pair = PairColumns()
    let n = Float.nan
    for token in tokens {
      for model in models.indices {
        let (own, factor): (Int, Float) = model == 2 ? (0, 0.75) : (model, 1)
        for column in ModelColumn.allCases {
          columns[model][column].append(
            token.isMeasured ? factor * (token.models[own][column] ?? 0) : n)
        }
        for column in ModelIndexColumn.allCases {
          columns[model][column].append(token.isMeasured ? token.integers[own][column] ?? 0 : 0)
        }
        let replicate = token.replicates[own]
        let isReplicated = token.isMeasured && replicatedTexts?.contains(token.text) ?? true
        columns[model].replicate.logProbability.append(
          isReplicated ? factor * replicate.logProbability : n)
        columns[model].replicate.entropy.append(isReplicated ? factor * replicate.entropy : n)
        columns[model].topK.ids += [0, 1, 2]
        columns[model].topK.logProbabilities += token.isMeasured ? [-1, -2, -3] : [n, n, n]
        columns[model].topK.restLogMass.append(token.isMeasured ? -1 : n)
      }
      for column in PairColumn.allCases {
        pair[column].append(token.isMeasured ? token.pair[column] ?? 0 : n)
      }
    }
    let writer = try TokenLogWriter(destination: path, header: header)
    try writer.append(
      TokenLogBlock(
        sequences: texts, unmeasured: tokens.map { $0.isMeasured ? .measured : .firstToken },
        models: columns, pairs: [pair]))
    try writer.publish()
    return try TokenLog(path: path)
  }
}
