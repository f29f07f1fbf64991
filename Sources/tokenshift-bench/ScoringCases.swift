import Foundation
import Kernels
import RunLogs
import Scoring
import Transformer

/// The demo's texts through its models, from ids to log.
enum ScoringCases {
  /// Texts of the demo that are scored: the first of them, so that a repeat takes about a second.
  static let textCount = 384

  /// The cases, or why there are none.
  static func all(demo: String) -> (cases: [Case], note: String?) {
    do {
      return (try cases(demo: demo), nil)
    } catch {
      return ([], "scoring is left out: \(error)")
    }
  }

  private static func cases(demo: String) throws -> [Case] {
    let checkpoints = try ["base", "sft", "rl"].map { name in
      try Checkpoint(name: name, directory: demo + "/" + name)
    }
    let file = try firstTexts(of: demo + "/responses.jsonl")
    let texts = try TextFile(path: file.path)
    let pairs = [
      try PairName(before: "base", after: "sft"), try PairName(before: "base", after: "rl"),
      try PairName(before: "sft", after: "rl"),
    ]
    return [
      try forward(checkpoints[0], texts),
      try scoring("1 model", Array(checkpoints.prefix(1)), texts, in: file, pairs: []),
      try scoring("3 models", checkpoints, texts, in: file, pairs: []),
      try scoring("3 models and 3 pairs", checkpoints, texts, in: file, pairs: pairs),
    ]
  }

  /// A file that holds the first texts only.
  private static func firstTexts(of path: String) throws -> TemporaryFile {
    let all = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let some = all.split(separator: "\n").prefix(textCount).joined(separator: "\n")
    let file = TemporaryFile(path: temporaryPath("jsonl"))
    try some.write(toFile: file.path, atomically: false, encoding: .utf8)
    return file
  }

  /// Goes with the last case that reads it.
  private final class TemporaryFile: Sendable {
    let path: String

    init(path: String) { self.path = path }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  static func temporaryPath(_ suffix: String) -> String {
    FileManager.default.temporaryDirectory
      .appending(path: "tokenshift-bench-\(UUID().uuidString).\(suffix)").path
  }

  /// The blocks alone: no head, no statistics.
  private static func forward(_ checkpoint: Checkpoint, _ texts: TextFile) throws -> Case {
    let sequences = try texts.lines().compactMap { line in
      line.promptIDs.flatMap { prompt in line.responseIDs.map { prompt + $0 } }
    }
    let batches = batched(sequences, tokens: Scorer.Settings().batchTokens)
    let tokens = sequences.reduce(0) { $0 + $1.count }
    let configuration = checkpoint.model.configuration
    let head = configuration.vocabularySize * configuration.hiddenSize
    return Case(
      name: "forward without head, demo, 1 model",
      work: .tokens(
        count: Double(tokens),
        operations: 2 * Double(tokens * (checkpoint.parameterCount - head)))
    ) {
      { iteration in
        var sum = 0.0
        for batch in batches {
          // Another first token in each call.
          var batch = batch
          batch[0][0] = Int32(iteration % configuration.vocabularySize)
          let states = try checkpoint.model.hiddenStates(of: batch)
          sum += Double(states.values[iteration % states.values.count])
        }
        return sum
      }
    }
  }

  private static func batched(_ sequences: [[Int32]], tokens limit: Int) -> [[[Int32]]] {
    var batches: [[[Int32]]] = []
    var tokens = 0
    for sequence in sequences {
      if batches.isEmpty || tokens + sequence.count > limit {
        batches.append([])
        tokens = 0
      }
      batches[batches.count - 1].append(sequence)
      tokens += sequence.count
    }
    return batches
  }

  /// Everything from ids to the published log.
  private static func scoring(
    _ name: String, _ checkpoints: [Checkpoint], _ texts: TextFile, in file: TemporaryFile,
    pairs: [PairName]
  ) throws -> Case {
    let scorer = try Scorer(checkpoints: checkpoints, texts: texts, pairs: pairs)
    let parameters = checkpoints.reduce(0) { $0 + $1.parameterCount }
    return Case(
      name: "score, demo, " + name,
      work: .tokens(
        count: Double(scorer.totalTokens),
        operations: 2 * Double(scorer.totalTokens * parameters))
    ) {
      { iteration in
        try withExtendedLifetime(file) { try measured(scorer, iteration) }
      }
    }
  }

  /// Scores into a log that is published and removed; returns how many tokens were measured.
  static func measured(_ scorer: Scorer, _ iteration: Int) throws -> Double {
    let log = temporaryPath("h5")
    defer { try? FileManager.default.removeItem(atPath: log) }
    let writer = try TokenLogWriter(
      destination: log,
      header: scorer.header(
        Provenance(version: "bench", commandLine: "bench \(iteration)", created: Date())))
    let summary = try scorer.run(into: writer)
    try writer.publish()
    return Double(summary.measuredCount)
  }
}
