import RunLogs
import TestSupport
import Testing

/// Random logs, so that a test only says what is special about its own.
enum Samples {
  static func header(
    models: [String] = ["base", "sft", "rl-1.5_b"],
    pairs: [String] = ["base:sft", "base:rl-1.5_b"],
    topK: Int = 3, replicateTypes: [String: String] = [:], replicateTextCount: Int? = nil,
    movedMassThreshold: Double? = nil
  ) throws -> TokenLogHeader {
    TokenLogHeader(
      producer: "TokenShift", producerVersion: "0.1.0", created: "2026-01-02T03:04:05Z",
      commandLine: "tokenshift score --pairs 'base:sft' grüße.jsonl",
      settings: #"{"bos":"auto","threads":2}"#, topK: topK,
      texts: TextsRecord(
        fileName: "grüße.jsonl", digest: "d1", lineCount: 7, isRetokenized: true,
        notDecodingBackCount: 2),
      tokenizer: TokenizerRecord(
        digest: "t1", specialIDs: [0, 2], tokens: [[], [0xFF, 0], Array("é".utf8)]),
      models: models.map { name in
        ModelRecord(
          name: name, folder: "checkpoint-" + name, architecture: "Qwen2ForCausalLM",
          parameterCount: 494_032_768, storedTypes: ["BF16", "F32"], computeType: "F32",
          replicateType: replicateTypes[name],
          fileDigests: ["model.safetensors": "a/b", "config.json": "c"], weightsDigest: "w",
          tokenizerDigest: "t1")
      }, pairs: try pairs.map { try PairName(parsing: $0) },
      replicateTextCount: replicateTextCount, movedMassThreshold: movedMassThreshold)
  }

  /// Moved mass of so many texts, some without an entry.
  static func moved(texts: Int, using generator: inout SeededGenerator) -> MovedMass {
    var moved = MovedMass()
    func share() -> Float { Float(generator.next() % 1_000) / 1_000 }
    for index in 0..<texts {
      let count = index % 3 == 2 ? 0 : Int(generator.next() % 6)
      let tokens = (0..<count).map { UInt32(100 * $0 + Int(generator.next() % 100)) }
      moved.append(
        tokens: tokens, gained: tokens.map { _ in share() }, lost: tokens.map { _ in share() },
        positions: count > 0 ? 1 : 0, dropped: share())
    }
    return moved
  }

  /// A number moved into its column's range; `Fixtures/runlogs/move_into_ranges.py` did the same to the
  /// log of schema 1.0.
  static func fit(_ value: Float, _ column: TokenLogColumn) -> Float {
    // Zero is in every range.
    var value = value.isFinite || column.range.contains(Double(value)) ? value : 0
    if !column.range.contains(Double(value)) { value = -value }
    while !column.range.contains(Double(value)) { value /= 2 }
    return value
  }

  /// Sequences of the given lengths with random contents, some NaN among them.
  static func block(
    _ header: TokenLogHeader, lengths: [Int], using generator: inout SeededGenerator
  ) -> TokenLogBlock {
    let count = lengths.reduce(0, +)
    func floats(_ column: TokenLogColumn, _ count: Int) -> [Float] {
      (0..<count).map { _ in
        generator.next() % 16 == 0 ? .nan : fit(Float(generator.normal()), column)
      }
    }
    func words(_ count: Int) -> [UInt32] {
      (0..<count).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
    }
    let sequences = lengths.enumerated().map { index, length in
      SequenceRecord(
        id: "text \(generator.next() % 1_000) ü", promptID: "p\(index)", sampleID: index,
        source: index % 2 == 0 ? "base" : "", finish: "stop",
        isCorrect: [nil, true, false][Int(generator.next() % 3)],
        reward: generator.next() % 2 == 0 ? nil : generator.normal(),
        metadata: #"{"level":\#(index)}"#, tokenIDs: words(length),
        responseStart: Int(generator.next() % UInt64(length + 1)))
    }
    // What schema 1.1 added has numbers of its own: the committed log of 1.0 was made by this function.
    var later = SeededGenerator(seed: UInt64(count) + 77)
    func laterFloats(_ column: TokenLogColumn) -> [Float] {
      (0..<count).map { _ in
        fit(later.next() % 4 == 0 ? -.infinity : Float(later.normal()), column)
      }
    }
    // Logs that were made when there were no others have to be made again.
    let known = UnmeasuredReason.allCases.filter { $0 != .notInSource }
    let reasons = known.filter { $0 != .beyondVocabulary }
    let unmeasured = (0..<count).map { _ in reasons[Int(generator.next() % UInt64(reasons.count))] }
    let models = header.models.map { model in
      var columns = ModelColumns()
      for column in ModelColumn.allCases where column != .extraLogMass {
        columns[column] = floats(.named(column.rawValue, .model), count)
      }
      columns.extraLogMass = laterFloats(.named("extra_logmass", .model))
      columns.unmeasured = (0..<count).map { _ in
        known[Int(later.next() % UInt64(known.count))]
      }
      if model.replicateType != nil {
        columns.replicate = Replicate(
          logProbability: laterFloats(TokenLogColumn.replicate[0]),
          entropy: laterFloats(TokenLogColumn.replicate[1]))
      }
      for column in ModelIndexColumn.allCases { columns[column] = words(count) }
      columns.topK = TopK(
        ids: words(count * header.topK),
        logProbabilities: floats(.named("topk/logp", .model), count * header.topK),
        restLogMass: header.topK == 0 ? [] : floats(.named("topk/rest_logmass", .model), count))
      return columns
    }
    let pairs = header.pairs.map { _ in
      var columns = PairColumns()
      for column in PairColumn.allCases where column != .bucketLogMass {
        columns[column] = floats(.named(column.rawValue, .pair), count)
      }
      columns[.bucketLogMass] = laterFloats(.named("bucket_logmass", .pair))
      if header.replicateTextCount != nil {
        columns.replicate = laterFloats(TokenLogColumn.replicate[2])
      }
      if header.movedMassThreshold != nil {
        columns.moved = moved(texts: lengths.count, using: &later)
      }
      return columns
    }
    return TokenLogBlock(
      sequences: sequences, unmeasured: unmeasured, models: models, pairs: pairs)
  }
}

/// A header that differs in one thing, and the words for it in a refusal.
struct HeaderChange: Sendable, CustomTestStringConvertible {
  let words: String
  let apply: @Sendable (inout TokenLogHeader) -> Void

  init(_ words: String, _ apply: @escaping @Sendable (inout TokenLogHeader) -> Void) {
    (self.words, self.apply) = (words, apply)
  }

  var testDescription: String { words }
}
