import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing

/// Small inputs, so that a test only says what is special about its own.
enum Samples {
  /// A random Qwen2 of 83 tokens, 128 positions and no tokenizer, stored as bf16.
  static let small = Places.fixture("transformer/qwen2-tied")

  static func demo(_ name: String) -> String { Places.data.appending(path: "demo/\(name)").path }

  static let demoTexts = Places.data.appending(path: "demo/responses.jsonl").path

  /// A file of texts in `folder`.
  static func texts(
    _ lines: [String], in folder: URL, name: String = "texts.jsonl"
  ) throws -> TextFile {
    let url = folder.appending(path: name)
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url)
    return try TextFile(path: url.path)
  }

  /// A line of ids only.
  static func line(_ ids: [Int32], responseStart: Int, id: String) -> String {
    let (prompt, response) = (Array(ids[..<responseStart]), Array(ids[responseStart...]))
    return #"{"id": "\#(id)", "prompt_ids": \#(prompt), "response_ids": \#(response)}"#
  }

  /// Scores and opens the log, whose file is gone when `folder` is.
  static func log(
    _ scorer: Scorer, in folder: URL
  ) throws -> (log: TokenLog, summary: Scorer.Summary) {
    let path = folder.appending(path: UUID().uuidString + ".h5").path
    let header = scorer.header(
      Provenance(version: "test", commandLine: "test", created: .distantPast))
    let writer = try TokenLogWriter(destination: path, header: header)
    defer { writer.discard() }
    let summary = try scorer.run(into: writer)
    try writer.publish()
    return (try TokenLog(path: path), summary)
  }

  /// `a`, the small model, and `b`, the same with a change, which is written to `folder` once.
  static func smallPair(
    in folder: URL, compute: ComputeChoice = .f32
  ) throws -> [Checkpoint] {
    [
      try Checkpoint(name: "a", directory: small, compute: compute),
      try Checkpoint(name: "b", directory: changedSmallModel(in: folder), compute: compute),
    ]
  }

  /// A second small model: the first one with its last norm's weights changed.
  private static func changedSmallModel(in folder: URL) throws -> String {
    let path = folder.appending(path: "changed").path
    if FileManager.default.fileExists(atPath: path) { return path }
    let copy = try CheckpointCopy(of: small, to: folder.appending(path: "changed"))
    // 0x3F40 is 0.75 as bf16: in reach of the trained-like weights, and far from equal.
    try copy.setElements(0..<16, of: "model.norm.weight", to: 0x3F40)
    return copy.folder.path
  }
}

/// Expects an error whose line holds all of `words`, and which is one line.
func expectError(
  mentioning words: [String], sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch {
    let line = "\(error)"
    let isOneLine = !line.contains { $0.isNewline }
    #expect(isOneLine, "\(line)", sourceLocation: sourceLocation)
    for word in words {
      #expect(line.contains(word), "\(line) lacks: \(word)", sourceLocation: sourceLocation)
    }
  }
}
