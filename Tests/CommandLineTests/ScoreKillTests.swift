import Foundation
import RunLogs
import TestSupport
import Testing

/// Scoring runs that are killed come out as those that aren't.
@Suite(.timeLimit(.minutes(15)))
struct ScoreKillTests {
  /// Starts `score` on 150 texts of the demo in 30 batches.
  private func start(_ place: Workplace, _ more: [String] = []) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: try Tool.path())
    process.currentDirectoryURL = place.folder
    process.arguments =
      ["score", "--texts", "texts.jsonl", "--output", "log.h5", "--batch-tokens", "256"]
      + ["base", "rl"].flatMap { ["--model", "\($0)=\(Workplace.demo($0))"] } + more
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Less memory than all models together take.
  private static func tight(in place: Workplace) throws -> String {
    let outcome = try Tool.run(
      ["score", "--texts", "texts.jsonl", "--output", "log.h5", "--batch-tokens", "256"]
        + ["base", "rl"].flatMap { ["--model", "\($0)=\(Workplace.demo($0))"] }
        + ["--dry-run", "--json"], in: place.folder)
    return try ScorePlanTests.tight(outcome)
  }

  private static func texts() throws -> String {
    try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(150).joined(separator: "\n")
  }

  /// 20 with all models in memory, 8 with one after another.
  @Test(arguments: [UInt64.random(in: 0..<1_000_000)], [20, 8])
  func `kills, some while publishing, change no bit of any column`(
    seed: UInt64, count: Int
  ) throws {
    var generator = SeededGenerator(seed: seed)
    try Workplace.with(texts: Self.texts()) { whole in
      let began = ContinuousClock.now
      let options = count == 20 ? [] : ["--memory", try Self.tight(in: whole)]
      let undisturbed = try start(whole)
      undisturbed.waitUntilExit()
      #expect(undisturbed.terminationStatus == 0)
      let duration = (ContinuousClock.now - began) / .seconds(1)
      let expected = whole.path("log.h5")
      var (kills, inside, resumed) = (0, 0, 0)
      // A run that gets to its end begins again in a new folder, until all kills are spent.
      while kills < count {
        try Workplace.with(texts: Self.texts()) { place in
          while true {
            let process = try start(place, ["--resume"] + options)
            if kills < count {
              if kills % 2 == 0 {
                Thread.sleep(forTimeInterval: generator.uniform() * duration)
              } else {
                // When the log itself begins to be written.
                let known = try place.size(of: "log.h5.partial")
                while process.isRunning, try place.size(of: "log.h5.partial") == known {
                  Thread.sleep(forTimeInterval: 0.000_2)
                }
                Thread.sleep(forTimeInterval: generator.uniform() * 0.02)
              }
              kill(process.processIdentifier, SIGKILL)
            }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal {
              kills += 1
              let files = try place.files()
              inside += files.contains("log.h5.partial") ? 1 : 0
              resumed += files.contains("log.h5.journal") ? 1 : 0
              // Absent, or whole.
              if files.contains("log.h5") {
                #expect(try differingDatasets(place.path("log.h5"), expected).isEmpty, "\(seed)")
              }
              continue
            }
            #expect(process.terminationStatus == 0, "seed \(seed)")
            break
          }
          #expect(try place.files() == ["log.h5", "texts.jsonl"], "seed \(seed)")
          #expect(try differingDatasets(place.path("log.h5"), expected).isEmpty, "seed \(seed)")
          let headers = try [place.path("log.h5"), expected].map { try TokenLog(path: $0).header }
          #expect(headers[0].difference(from: headers[1]) == nil)
        }
      }
      // Or the test would show less than it says.
      #expect(inside > 0, "no kill fell into publishing, seed \(seed)")
      #expect(resumed > inside, "no kill fell into scoring, seed \(seed)")
    }
  }

  @Test func `a run that was complete already stays as it is`() throws {
    try Workplace.with { place in
      #expect(try place.score(more: ["--resume"]).status == 0)
      let before = try Data(contentsOf: URL(filePath: place.path("log.h5")))
      let again = try place.score(more: ["--resume"])
      #expect(again.status == 0)
      #expect(again.output == "texts: 2, tokens: 8, measured: 6\nlog.h5 is complete already\n")
      #expect(try Data(contentsOf: URL(filePath: place.path("log.h5"))) == before)
      expectRefusal(
        try place.score(more: ["--resume", "--top-k", "3"]),
        ["log.h5: is a finished log with --top-k 10", "leave out --resume"])
      try place.write("old", to: "log.h5")
      expectRefusal(try place.score(more: ["--resume"]), ["log.h5", "not an HDF5 file"])
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }

  @Test func `bad lines are left out only when asked, and counted in the last line`() throws {
    try Workplace.with(texts: Workplace.ids + "nonsense\n{\"prompt\": 1}\n") { place in
      expectRefusal(try place.score(), ["texts.jsonl, line 3: invalid JSON"])
      let outcome = try place.score(more: ["--skip-bad-lines"])
      #expect(outcome.status == 0)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines[1].hasPrefix("the first bad line: texts.jsonl, line 3: invalid JSON"))
      #expect(lines[2] == "wrote log.h5, without 2 bad lines of texts.jsonl")
      #expect(try TokenLog(path: place.path("log.h5")).header.texts.skippedLineCount == 2)
      let json = try place.score(more: ["--skip-bad-lines", "--json"])
      #expect(json.output.contains("\"skippedLines\" : 2"))
      #expect(try place.run(["inspect", "log.h5"]).output.contains("bad lines left out  2"))
    }
  }
}
