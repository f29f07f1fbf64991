import Foundation
import JSON
import Scoring
import Study
import TestSupport
import Testing

/// A comparison that is stopped and gone on with.
@Suite struct ComparisonTests {
  private struct Stop: Error {}

  private static func prompts(_ folder: URL) throws -> TextFile {
    let lines = (0..<9).map { #"{"prompt": "\#($0) + \#(2 * $0) =", "prompt_id": "p\#($0)"}"# }
    let path = folder.appending(path: "prompts.jsonl").path
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    return try TextFile(path: path, requiring: .prompts)
  }

  private static func comparison(
    _ folder: URL, _ name: String, seed: UInt64 = 1
  ) throws -> Comparison {
    var settings = ResponseSampling.Settings()
    (settings.samples, settings.maximumTokens, settings.seed) = (2, 6, seed)
    // One prompt in a batch: a few batches before each chance to stop.
    settings.batchRows = 2
    return try Comparison(
      models: ["base", "rl"].map {
        .init(name: $0, directory: Places.data.appending(path: "demo/\($0)").path)
      }, prompts: prompts(folder), settings: settings, folder: folder.appending(path: name).path,
      ignoresRemoteCode: false)
  }

  private static func sample(
    _ comparison: Comparison, resuming: Bool = false, overwriting: Bool = false,
    stoppingAfter pauses: Int = .max
  ) throws -> Int {
    var left = pauses
    return try comparison.sample(resuming: resuming, overwriting: overwriting) {
      left -= 1
      if left < 0 { throw Stop() }
    } progress: { _ in
    }
  }

  @Test func `stopped anywhere and gone on with, it has the same responses`() throws {
    try withTemporaryFolder { folder in
      let whole = try Self.comparison(folder, "whole")
      #expect(try Self.sample(whole) == 36)
      let expected = try Data(contentsOf: URL(filePath: whole.texts))
      #expect(expected.count { $0 == 0x0A } == 36)
      for pauses in 0..<4 {
        let stopped = try Self.comparison(folder, "stopped-\(pauses)")
        #expect(throws: Stop.self) { try Self.sample(stopped, stoppingAfter: pauses) }
        #expect(!FileManager.default.fileExists(atPath: stopped.texts))
        #expect(try Self.sample(stopped, resuming: true) == 36)
        #expect(try Data(contentsOf: URL(filePath: stopped.texts)) == expected, "\(pauses)")
      }
    }
  }

  @Test func `what is there is neither mixed with another comparison nor lost`() throws {
    try withTemporaryFolder { folder in
      let first = try Self.comparison(folder, "out")
      _ = try Self.sample(first)
      let texts = try Data(contentsOf: URL(filePath: first.texts))
      let again = #expect(throws: StudyError.self) { try Self.sample(first) }
      #expect(again?.description.contains("--resume goes on with it, --overwrite") == true)
      let other = try Self.comparison(folder, "out", seed: 2)
      let differs = #expect(throws: StudyError.self) { try Self.sample(other, resuming: true) }
      #expect(differs?.description.contains("other models, prompts or settings") == true)
      #expect(try Data(contentsOf: URL(filePath: first.texts)) == texts)
      _ = try Self.sample(other, overwriting: true)
      #expect(try Data(contentsOf: URL(filePath: first.texts)) != texts)
    }
  }

  @Test func `a file that somebody else put there stays`() throws {
    try withTemporaryFolder { folder in
      let comparison = try Self.comparison(folder, "out")
      let place = folder.appending(path: "out")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let other = place.appending(path: "rl.jsonl")
      try Data("mine".utf8).write(to: other)
      for resuming in [false, true] {
        let error = #expect(throws: StudyError.self) {
          try Self.sample(comparison, resuming: resuming)
        }
        #expect(error?.description.contains("rl.jsonl: is there and of no comparison") == true)
      }
      #expect(try String(contentsOf: other, encoding: .utf8) == "mine")
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["rl.jsonl"])
    }
  }

  @Test func `two models need two names, and a name that is no file of its own`() throws {
    try withTemporaryFolder { folder in
      let prompts = try Self.prompts(folder)
      for names in [["base"], ["base", "base"], ["base", "texts"]] {
        #expect(throws: StudyError.self) {
          _ = try Comparison(
            models: names.map { .init(name: $0, directory: "nowhere") }, prompts: prompts,
            settings: .init(), folder: folder.path, ignoresRemoteCode: false)
        }
      }
    }
  }
}
