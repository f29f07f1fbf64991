import Foundation
import Interventions
import JSON
import StatisticalInference
import TestSupport
import Testing
import Texts

/// All steps on the demo's checkpoints, stopped and gone on with.
@Suite(.timeLimit(.minutes(10)))
struct InterventionTests {
  private struct Stop: Error {}

  private static func demo(_ name: String) -> String {
    Places.data.appending(path: "demo/\(name)").path
  }

  /// The first prompts of the demo, each in four lines.
  private static func prompts(_ folder: URL, count: Int = 60) throws -> String {
    let path = folder.appending(path: "prompts.jsonl").path
    let text = try String(contentsOfFile: demo("responses.jsonl"), encoding: .utf8)
    let lines = text.split(separator: "\n").prefix(count).joined(separator: "\n") + "\n"
    try Data(lines.utf8).write(to: URL(filePath: path))
    return path
  }

  private static func intervention(
    _ folder: URL, _ name: String, models: [String] = ["base", "rl"], seed: UInt64 = 1,
    authors: [String]? = nil
  ) throws -> Intervention {
    var settings = InterventionSettings()
    (settings.selectors, settings.budgets) = ([.divergence, .entropy], [1, 3])
    (settings.seed, settings.maximumTokens, settings.batchRows) = (seed, 48, 4)
    return try Intervention(
      models: models.enumerated().map {
        .init(name: $0 == 0 ? "before" : "after", directory: demo($1))
      }, problems: .file(prompts(folder), fields: TextFields()), authors: authors,
      settings: settings, folder: folder.appending(path: name).path, ignoresRemoteCode: false)
  }

  private static func run(
    _ intervention: Intervention, resuming: Bool = false, overwriting: Bool = false,
    stoppingAfter pauses: Int = .max
  ) throws -> InterventionResult {
    var left = pauses
    return try intervention.run(resuming: resuming, overwriting: overwriting) {
      left -= 1
      if left < 0 { throw Stop() }
    } progress: { _ in
    }
  }

  private static func files(_ folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: folder.appending(path: $0)))
      })
  }

  @Test func `stopped anywhere and gone on with, it has the same files`() throws {
    try withTemporaryFolder { folder in
      let result = try Self.run(Self.intervention(folder, "whole"))
      let expected = try Self.files(folder.appending(path: "whole"))
      #expect(
        Set(expected.keys) == [
          "before.jsonl", "after.jsonl", "before+after.jsonl", "after+before.jsonl",
          "intervene-settings.json", "intervene.json",
        ])
      #expect(result.directions.map(\.texts) == [15, 15])
      #expect(result.directions.allSatisfy { $0.swappedTexts > 10 })
      for pauses in [0, 1, 2, 5, 9] {
        let name = "stopped-\(pauses)"
        #expect(throws: Stop.self) {
          try Self.run(Self.intervention(folder, name), stoppingAfter: pauses)
        }
        // What a killed process leaves: half a line more.
        let draft = try FileManager.default.contentsOfDirectory(
          atPath: folder.appending(path: name).path
        ).first { $0.hasSuffix(".unfinished") }
        if let draft {
          let file = try FileHandle(forWritingTo: folder.appending(path: "\(name)/\(draft)"))
          try file.seekToEnd()
          try file.write(contentsOf: Data("{\"id\": \"".utf8))
          try file.close()
        }
        _ = try Self.run(Self.intervention(folder, name), resuming: true)
        #expect(try Self.files(folder.appending(path: name)) == expected, "\(pauses)")
      }
      // Once more without any work.
      _ = try Self.run(Self.intervention(folder, "whole"), resuming: true)
      #expect(try Self.files(folder.appending(path: "whole")) == expected)
    }
  }

  /// Every number of the result is in the files.
  @Test func `each swapped text has one token of the other model and its own verdict`() throws {
    try withTemporaryFolder { folder in
      let result = try Self.run(Self.intervention(folder, "out", authors: ["before"]))
      func lines(_ name: String) throws -> [JSONValue] {
        try String(contentsOf: folder.appending(path: "out/\(name)"), encoding: .utf8)
          .split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      }
      func ids(_ line: JSONValue) -> [Int64] {
        line["response_ids"]?.arrayValue?.compactMap(\.integerValue) ?? []
      }
      let texts = try lines("before.jsonl")
      let right = texts.count { $0["correct"]?.boolValue == true }
      #expect(result.directions[0].accuracy.value == Double(right) / Double(texts.count))
      let swaps = try lines("before+after.jsonl")
      #expect(swaps.count == result.directions[0].swappedTexts)
      for swap in swaps {
        let own = try #require(texts.first { $0["prompt_id"] == swap["prompt_id"] })
        let place = Int(try #require(swap["place"]?.integerValue))
        #expect(ids(swap).prefix(place) == ids(own).prefix(place))
        #expect(swap["token"] == .integer(ids(own)[place]))
        #expect(swap["choice"] == .integer(ids(swap)[place]) && swap["token"] != swap["choice"])
        let answer = try #require(own["answer"]?.stringValue)
        // The verifier in a line: one mark, and the number after it.
        let parts = (swap["response"]?.stringValue ?? "").components(separatedBy: "####")
        let isRight =
          swap["finish"]?.stringValue == "stop" && parts.count == 2
          && parts[1].trimmingCharacters(in: .whitespaces) == answer
        #expect(swap["correct"] == .bool(isRight))
      }
    }
  }

  /// A checkpoint against itself: nothing to swap, and a result all the same.
  @Test func `one model twice writes the same tokens`() throws {
    try withTemporaryFolder { folder in
      let result = try Self.run(
        Self.intervention(folder, "out", models: ["base", "base"], authors: ["after"]))
      #expect(result.directions.map(\.differing) == [0])
      #expect(result.directions[0].selectors.allSatisfy { $0.doses.allSatisfy { $0.swaps == 0 } })
      let lines = InterventionReport(result).lines(width: 80)
      #expect(lines.joined(separator: " ").contains("nothing was swapped"))
      #expect(DoseFigure.figure(result) == nil)
    }
  }

  @Test(
    arguments: [
      "intervene.json", "dose-response.svg", "before.jsonl", "intervene-settings.json",
    ])
  func `files of the user's are not replaced`(name: String) throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "out")
      try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
      let file = out.appending(path: name)
      try Data("{\"settings\": 1}".utf8).write(to: file)
      let isRecord = name == "intervene-settings.json"
      for (resuming, overwriting) in [(false, false), (true, false), (false, isRecord)] {
        let refused = #expect(throws: InterventionError.self) {
          try Self.run(
            Self.intervention(folder, "out", authors: ["before"]), resuming: resuming,
            overwriting: overwriting)
        }
        #expect(refused?.place.hasSuffix(name) == true)
        #expect(try Self.files(out) == [name: Data("{\"settings\": 1}".utf8)])
      }
    }
  }

  @Test func `as many problems of a file as were asked for`() throws {
    try withTemporaryFolder { folder in
      let models = ["base", "rl"].map { Intervention.Model(name: $0, directory: Self.demo($0)) }
      let source = try InterventionProblems.Source.file(
        Self.prompts(folder), fields: TextFields(), limit: 3)
      let intervention = try Intervention(
        models: models, problems: source, authors: ["rl"], settings: InterventionSettings(),
        folder: folder.appending(path: "out").path, ignoresRemoteCode: false)
      #expect(try Self.run(intervention).directions.map(\.texts) == [3])
      let refused = #expect(throws: InterventionError.self) {
        try Intervention(
          models: [models[0], .init(name: "base+base", directory: models[1].directory)],
          problems: source, authors: nil, settings: InterventionSettings(),
          folder: folder.appending(path: "other").path, ignoresRemoteCode: false)
      }
      #expect(refused?.description.contains("'base+base' can't name a model here") == true)
    }
  }

  @Test func `what is there is neither mixed with another intervention nor lost`() throws {
    try withTemporaryFolder { folder in
      _ = try Self.run(Self.intervention(folder, "out", authors: ["before"]))
      let again = #expect(throws: InterventionError.self) {
        try Self.run(Self.intervention(folder, "out", authors: ["before"]))
      }
      #expect(again?.description.contains("--resume goes on with it, --overwrite") == true)
      let differs = #expect(throws: InterventionError.self) {
        try Self.run(Self.intervention(folder, "out", seed: 2, authors: ["before"]), resuming: true)
      }
      #expect(differs?.description.contains("other models, problems or settings") == true)
      let place = folder.appending(path: "out/before+after.jsonl")
      let text = try String(contentsOf: place, encoding: .utf8)
      try Data(text.replacing("\"place\":", with: "\"plice\":").utf8).write(to: place)
      let damaged = #expect(throws: InterventionError.self) {
        try Self.run(Self.intervention(folder, "out", authors: ["before"]), resuming: true)
      }
      #expect(damaged?.description.contains("before+after.jsonl: line") == true)
      _ = try Self.run(Self.intervention(folder, "out", authors: ["before"]), overwriting: true)
      #expect(try String(contentsOf: place, encoding: .utf8) == text)
    }
  }
}
