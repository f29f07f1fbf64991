import Analysis
import Foundation
import RunLogs
import TestSupport
import Testing

/// A log whose contents a test chooses: models `a`, `b`, `c`, pairs `a:b` and `a:c`.
struct PlantedLog {
  static let models = ["a", "b", "c"]
  static let first = pair("a:b")
  static let second = pair("a:c")

  var block = TokenLogBlock(
    sequences: [], unmeasured: [], models: Array(repeating: ModelColumns(), count: 3),
    pairs: Array(repeating: PairColumns(), count: 2))
  /// Bytes of each token by id; nil for a log without a tokenizer.
  var tokens: [[UInt8]]? = (0..<32).map { [UInt8(ascii: "a") + UInt8($0 % 26)] }

  /// Of each pair; nil for a log without moved mass.
  var moved: [MovedMass]?
  /// The first pair's divergences in the other precision, the second pair's NaN; empty for none.
  var pairReplicates: [Float] = []
  /// What models were computed in.
  var computeType = "F32"
  /// Columns of pairs that the log has; nil for all but bounds.
  var pairColumns: [String]?
  /// Most likely tokens of each position.
  var topK = 0

  /// What each model was computed in a second time; nil for one that was not.
  var replicateTypes: [String?] = [nil, nil, nil]

  private static func pair(_ text: String) -> PairName {
    guard let pair = try? PairName(parsing: text) else { preconditionFailure(text) }
    return pair
  }

  /// What is measured at one token; every column that isn't named is 0.
  struct Values {
    var isMeasured = true
    var models: [[ModelColumn: Float]] = [[:], [:], [:]]
    var integers: [[ModelIndexColumn: UInt32]] = [[:], [:], [:]]
    /// Log-probability and entropy in the other precision; as in the first if nil.
    var replicates: [(logProbability: Float, entropy: Float)?] = [nil, nil, nil]
    var pairs: [[PairColumn: Float]] = [[:], [:]]
  }

  /// Appends a text.
  mutating func add(
    _ id: String, prompt: String? = nil, source: String = "", responseStart: Int = 0,
    tokens: [UInt32], values: [Values]
  ) {
    block.sequences.append(
      SequenceRecord(
        id: id, promptID: prompt ?? id, source: source, tokenIDs: tokens,
        responseStart: responseStart))
    for value in values {
      block.unmeasured.append(value.isMeasured ? .measured : .firstToken)
      let missing: Float? = value.isMeasured ? nil : .nan
      for model in 0..<3 {
        for column in ModelColumn.allCases {
          block.models[model][column].append(missing ?? value.models[model][column] ?? 0)
        }
        let (p, h) = (
          value.models[model][.logProbability] ?? 0, value.models[model][.entropy] ?? 0
        )
        let replicate = value.replicates[model] ?? (p, h)
        block.models[model].replicate.logProbability.append(missing ?? replicate.logProbability)
        block.models[model].replicate.entropy.append(missing ?? replicate.entropy)
        for column in ModelIndexColumn.allCases {
          block.models[model][column].append(
            value.isMeasured ? value.integers[model][column] ?? 0 : 0)
        }
      }
      for pair in 0..<2 {
        for column in PairColumn.allCases {
          let nothing: Float = column == .bucketLogMass ? -.infinity : 0
          block.pairs[pair][column].append(missing ?? value.pairs[pair][column] ?? nothing)
        }
      }
    }
  }

  /// Writes it and calls `body` with its table.
  func withLog<Result>(_ body: (TokenTable) throws -> Result) throws -> Result {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "planted.h5").path
      let header = TokenLogHeader(
        producer: "test", producerVersion: "0", created: "", commandLine: "", topK: topK,
        texts: TextsRecord(
          fileName: "", digest: "", lineCount: block.sequences.count, isRetokenized: false,
          notDecodingBackCount: 0),
        tokenizer: TokenizerRecord(digest: "", specialIDs: [], tokens: tokens),
        models: zip(Self.models, replicateTypes).map {
          ModelRecord(
            name: $0, folder: $0, architecture: "", parameterCount: 0, storedTypes: [],
            computeType: computeType, replicateType: $1, fileDigests: [:], weightsDigest: "",
            tokenizerDigest: "")
        }, pairs: [Self.first, Self.second],
        replicateTextCount: pairReplicates.isEmpty ? nil : block.sequences.count,
        movedMassThreshold: moved == nil ? nil : 1e-6, pairColumns: pairColumns)
      var block = block
      for pair in block.pairs.indices {
        block.pairs[pair].moved = moved?[pair]
        block.pairs[pair].replicate =
          pair == 0 ? pairReplicates : pairReplicates.map { _ in .nan }
      }
      let writer = try TokenLogWriter(destination: path, header: header)
      try writer.append(block)
      try writer.publish()
      return try body(try TokenTable(TokenLog(path: path)))
    }
  }

  /// Texts of random lengths, sources, masks, gaps and numbers.
  static func random(
    seed: UInt64, texts: Int = 25, replicateTypes: [String?] = [nil, nil, nil]
  ) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.replicateTypes = replicateTypes
    let sources = ["base", "rl", ""]
    for text in 0..<texts {
      let count = Int(generator.next() % 30)
      let values = (0..<count).map { _ in
        var values = Values(isMeasured: generator.next() % 5 != 0)
        for model in 0..<3 {
          for column in ModelColumn.allCases {
            let size = abs(Float(generator.normal()))
            // As far as definitions go: entropies aren't negative, log-probabilities not positive.
            let isPositive = column == .entropy || column == .varentropy
            values.models[model][column] = isPositive ? size : -size
          }
          values.integers[model] = [
            .rank: 1 + UInt32(generator.next() % 3), .topToken: UInt32(generator.next() % 3),
          ]
          if replicateTypes[model] != nil {
            func number(_ column: ModelColumn) -> Float {
              let error = generator.next() % 20 == 0 ? .nan : Float(generator.normal()) / 100
              return (values.models[model][column] ?? 0) + error
            }
            let (p, h) = (number(.logProbability), number(.entropy))
            values.replicates[model] = (p > 0 ? -p : p, h < 0 ? -h : h)
          }
        }
        for pair in 0..<2 {
          for column in PairColumn.allCases {
            let value = max(-0.69, min(Float(generator.normal()) / 4, 0.69))
            let isChange =
              [.probabilityChange, .logProbabilityChange, .entropyChange].contains(column)
            values.pairs[pair][column] = isChange ? value : abs(value)
            if column == .bucketLogMass {
              values.pairs[pair][column] = pair == 0 ? -abs(value) : nil
            }
          }
        }
        return values
      }
      log.add(
        "t\(text)", prompt: "p\(generator.next() % 9)", source: sources[Int(generator.next() % 3)],
        responseStart: Int(generator.next() % UInt64(count + 1)),
        tokens: (0..<count).map { _ in UInt32(generator.next() % 12) }, values: values)
    }
    return log
  }

  /// The prompt of each text, by the order of their first.
  var prompts: [Int32] {
    var names: [String] = []
    return block.sequences.map { record in
      if let known = names.firstIndex(of: record.promptID) { return Int32(known) }
      names.append(record.promptID)
      return Int32(names.count - 1)
    }
  }

  /// Every token, one by one, as a slow program would walk through the texts.
  struct Token {
    let index: Int
    let sequence: Int
    let id: UInt32
    let source: String
    let isResponse: Bool
    let isMeasured: Bool
  }

  var allTokens: [Token] {
    var result: [Token] = []
    for (sequence, record) in block.sequences.enumerated() {
      for (offset, id) in record.tokenIDs.enumerated() {
        result.append(
          Token(
            index: result.count, sequence: sequence, id: id, source: record.source,
            isResponse: offset >= record.responseStart,
            isMeasured: block.unmeasured[result.count] == .measured))
      }
    }
    return result
  }
}
