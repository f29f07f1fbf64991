import Analysis
import Foundation
import Gating
import RunLogs
import TestSupport

/// A token log of models `base` and `model`, with samples of the model and fixed texts, whose numbers a
/// test chooses.
struct GateLog {
  /// Of the model's own samples.
  struct Sample {
    var prompt: String
    var tokens = 12
    var isCorrect: Bool? = true
    var finish = "stop"
    var reward: Double? = 0.5
    /// Of each token, nats.
    var divergence: Float = 0.05
    var jensenShannon: Float = 0.002
    var entropy: Float = 0.7
    var metadata = #"{"task": "sums"}"#
  }

  var model = "rl"
  var weights = "w-rl"
  var samples: [Sample] = []
  /// Log-probability of each token of each fixed text.
  var fixed: [Float] = []
  var promptToken: UInt32 = 3
  /// Type of the second precision, in which each entropy is so much larger; nil for none.
  var replicateShift: Float?
  /// What the second precision adds to each log-probability of a fixed text, and to each JS of the pair.
  var replicateLossShift: Float = 0
  var replicateDivergenceShift: Float = 0

  /// Prompts with samples whose numbers vary around those that are given, the same for one seed.
  static func made(
    seed: UInt64, prompts: Int = 120, samples: Int = 2, rate: Double = 0.5,
    divergence: Double = 0.05, tokens: Int = 12, stopped: Double = 0.9
  ) -> GateLog {
    var generator = SeededGenerator(seed: seed)
    var log = GateLog()
    for prompt in 0..<prompts {
      for _ in 0..<samples {
        var sample = Sample(prompt: "p\(prompt)")
        sample.isCorrect = generator.uniform() < rate
        sample.reward = sample.isCorrect == true ? 1 : 0
        sample.finish = generator.uniform() < stopped ? "stop" : "length"
        sample.tokens = max(1, tokens + Int(generator.next() % 5) - 2)
        sample.divergence = Float(divergence * (0.5 + generator.uniform()))
        sample.jensenShannon = generator.uniform() < 0.2 ? 0.02 : 0.002
        sample.entropy = Float(0.6 + 0.2 * generator.uniform())
        sample.metadata = #"{"task": "\#(prompt % 2 == 0 ? "sums" : "products")"}"#
        log.samples.append(sample)
      }
    }
    log.fixed = (0..<2 * prompts).map { _ in Float(-1.5 - generator.uniform()) }
    return log
  }

  private struct Token {
    var entropy: Float = 0.7
    var logProbability: Float = -1
    var divergence: Float = 0
    var jensenShannon: Float = 0
  }

  /// Writes it, with one prompt token before each response.
  func write(to path: String) throws {
    var (sequences, rows): ([SequenceRecord], [Token?]) = ([], [])
    func add(_ record: SequenceRecord, _ tokens: [Token]) {
      sequences.append(record)
      rows += [nil] + tokens.map(Optional.some)
    }
    for (index, sample) in samples.enumerated() {
      let token = Token(
        entropy: sample.entropy, divergence: sample.divergence,
        jensenShannon: sample.jensenShannon)
      add(
        SequenceRecord(
          id: "own-\(index)", promptID: sample.prompt, source: model, finish: sample.finish,
          isCorrect: sample.isCorrect, reward: sample.reward, metadata: sample.metadata,
          tokenIDs: [promptToken] + (0..<sample.tokens).map { UInt32($0 % 7) }, responseStart: 1),
        [Token](repeating: token, count: sample.tokens))
    }
    for (index, value) in fixed.enumerated() {
      // Two texts of the same words.
      add(
        SequenceRecord(
          id: "fixed-\(index)", promptID: "f\(index / 2)", source: "book",
          tokenIDs: [5, 6, 7, UInt32(index / 2 % 20)], responseStart: 1),
        (0..<3).map { _ in Token(logProbability: value) })
    }
    let header = TokenLogHeader(
      producer: "test", producerVersion: "0", created: "", commandLine: "", topK: 0,
      texts: TextsRecord(
        fileName: "", digest: "", lineCount: sequences.count, isRetokenized: false,
        notDecodingBackCount: 0),
      tokenizer: TokenizerRecord(digest: "t", specialIDs: [], tokens: nil),
      models: [("base", "w-base"), (model, weights)].enumerated().map { index, model in
        ModelRecord(
          name: model.0, folder: model.0, architecture: "", parameterCount: 0, storedTypes: [],
          computeType: "F32", replicateType: index == 1 && replicateShift != nil ? "BF16" : nil,
          fileDigests: [:], weightsDigest: model.1, tokenizerDigest: "")
      }, pairs: [try PairName(before: "base", after: model)],
      replicateTextCount: replicateShift == nil ? nil : sequences.count)
    let writer = try TokenLogWriter(destination: path, header: header)
    try writer.append(
      TokenLogBlock(
        sequences: sequences, unmeasured: rows.map { $0 == nil ? .firstToken : .measured },
        models: [columns(rows, isBase: true), columns(rows, isBase: false)], pairs: [pair(rows)]))
    try writer.publish()
  }

  private func columns(_ rows: [Token?], isBase: Bool) -> ModelColumns {
    var columns = ModelColumns()
    for column in ModelColumn.allCases {
      columns[column] = rows.map { token in
        guard let token else { return .nan }
        switch column {
        case .entropy: return token.entropy
        case .logProbability: return isBase ? -1 : token.logProbability
        default: return 0
        }
      }
    }
    for column in ModelIndexColumn.allCases { columns[column] = rows.map { $0 == nil ? 0 : 1 } }
    if let replicateShift, !isBase {
      columns.replicate.logProbability = rows.map {
        $0.map { $0.logProbability + replicateLossShift } ?? .nan
      }
      columns.replicate.entropy = rows.map { $0.map { $0.entropy + replicateShift } ?? .nan }
    }
    return columns
  }

  private func pair(_ rows: [Token?]) -> PairColumns {
    var columns = PairColumns()
    for column in PairColumn.allCases {
      columns[column] = rows.map { token in
        guard let token else { return .nan }
        switch column {
        case .klAfterBefore: return token.divergence
        // The other direction, which nobody may take for it.
        case .klBeforeAfter: return 9
        case .jensenShannonDivergence: return token.jensenShannon
        case .bucketLogMass: return -.infinity
        default: return 0
        }
      }
    }
    if replicateShift != nil {
      columns.replicate = rows.map {
        $0.map { $0.jensenShannon + replicateDivergenceShift } ?? .nan
      }
    }
    return columns
  }

  func input(_ name: String, in folder: URL) throws -> GateInput {
    let path = folder.appending(path: name).path
    try write(to: path)
    return .tokens(try TokenLog(path: path))
  }
}

/// Judges logs in a folder, with the state there.
func judge(
  _ baselines: [GateInput], _ candidate: GateInput, in folder: URL,
  _ change: (inout GateEvaluation.Request) -> Void = { _ in }
) throws -> GateReportView {
  var request = GateEvaluation.Request()
  request.stateFile = folder.appending(path: "state.json").path
  change(&request)
  let report = try GateEvaluation(baselines: baselines, candidate: candidate, request).report()
  return GateReportView(report)
}
