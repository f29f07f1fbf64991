import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `score --memory` and `score --dry-run`.
@Suite(.timeLimit(.minutes(15)))
struct ScorePlanTests {
  private static let models = ["base", "rl"].flatMap { ["--model", "\($0)=\(Workplace.demo($0))"] }

  private static func texts(_ count: Int) throws -> String {
    try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(count).joined(separator: "\n")
  }

  /// The least memory that all models fit into together, less one byte.
  private static func tight(_ command: [String], in place: Workplace) throws -> String {
    try tight(Tool.run(command + ["--dry-run", "--json"], in: place.folder))
  }

  /// The same, of what a dry run printed as JSON.
  static func tight(_ outcome: Tool.Outcome) throws -> String {
    let bytes = try #require(JSONValue(parsing: Array(outcome.output.utf8))["memoryBytes"])
    return String(format: "%.3fKB", Double(try #require(bytes.integerValue) - 1) / 1_000)
  }

  @Test func `a budget changes no bit of the log`() throws {
    try Workplace.with(texts: Self.texts(200)) { place in
      let command =
        ["score"] + Self.models + ["--texts", "texts.jsonl", "--batch-tokens", "1024", "--output"]
      let tight = try Self.tight(command + ["x.h5"], in: place)
      for (output, memory) in [("roomy.h5", "4GB"), ("tight.h5", tight)] {
        let outcome = try Tool.run(command + [output, "--memory", memory], in: place.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
      }
      #expect(try place.files() == ["roomy.h5", "texts.jsonl", "tight.h5"])
      #expect(try differingDatasets(place.path("roomy.h5"), place.path("tight.h5")).isEmpty)
    }
  }

  @Test func `hidden states that the disk has no room for end the run as a full disk does`() throws
  {
    try Workplace.with(texts: Self.texts(400)) { place in
      let models = ["base", "rl"].map { "--model '\($0)=\(Workplace.demo($0))'" }
      let command = "score \(models.joined(separator: " ")) --texts texts.jsonl --output log.h5"
      let dry = try Tool.shell("exec \"$TOOL\" \(command) --dry-run --json", in: place.folder)
      let tight = try Self.tight(dry)
      // Blocks of 512 bytes. 16,384 tokens of two models, 128 wide: 16 MB.
      let outcome = try Tool.shell(
        "ulimit -f 16000; exec \"$TOOL\" \(command) --memory \(tight) --quiet", in: place.folder)
      expectRefusal(outcome, status: 3, ["log.h5.spool", "File too large", "allowed file size"])
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `a budget that nothing fits into is refused before anything is written`() throws {
    try Workplace.with(texts: Self.texts(20)) { place in
      let outcome = try Tool.run(
        ["score"] + Self.models
          + ["--texts", "texts.jsonl", "--output", "log.h5", "--memory", "20MB"],
        in: place.folder)
      expectRefusal(outcome, status: 2, ["of memory", "20 MB", "--memory"])
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `texts whose name hidden states could have stay, and batches may be of any size`()
    throws
  {
    try Workplace.with(texts: Self.texts(60)) { place in
      try FileManager.default.moveItem(
        atPath: place.path("texts.jsonl"), toPath: place.path("log.h5.spool"))
      let command =
        ["score"] + Self.models
        + [
          "--texts", "log.h5.spool", "--output", "log.h5", "--batch-tokens", "\(Int.max)",
        ]
      let tight = try Self.tight(command, in: place)
      let outcome = try Tool.run(command + ["--memory", tight], in: place.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(try place.files() == ["log.h5", "log.h5.spool"])
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 60)
    }
  }

  @Test func `a replicate in the precision that is there already is refused`() throws {
    try Workplace.with(texts: Self.texts(1)) { place in
      let outcome = try Tool.run(
        ["score"] + Self.models
          + [
            "--texts", "texts.jsonl", "--output", "log.h5", "--compute", "f32", "--replicate",
            "f32",
          ], in: place.folder)
      expectRefusal(outcome, status: 2, ["F32 already", "name the other precision"])
    }
  }

  @Test(arguments: ["", "12", "GB", "-1GB", "1XB", "1GBB", "0GB", "nanGB", "1e400TB"])
  func `sizes that are none are refused`(size: String) throws {
    try Workplace.with(texts: Self.texts(1)) { place in
      let outcome = try Tool.run(
        ["score"] + Self.models
          + ["--texts", "texts.jsonl", "--output", "log.h5", "--memory=\(size)"],
        in: place.folder)
      expectRefusal(outcome, status: 2, ["--memory"])
    }
  }

  @Test(arguments: [
    [], ["--compute", "f32", "--replicate", "bf16"], ["--memory", "tight"], ["--top-k", "1000"],
  ])
  func `a dry run writes nothing and knows the sizes within a factor of two`(
    given: [String]
  ) throws {
    try Workplace.with(texts: Self.texts(400)) { place in
      let basic =
        ["score"] + Self.models
        + ["--texts", "texts.jsonl", "--output", "log.h5", "--pairs", "base:rl"]
      let options = try given.map { $0 == "tight" ? try Self.tight(basic, in: place) : $0 }
      let command = basic + options
      let dry = try Tool.run(command + ["--dry-run", "--json"], in: place.folder)
      #expect(dry.status == 0, "\(dry.error)")
      #expect(try place.files() == ["texts.jsonl"])
      let estimate = try JSONValue(parsing: Array(dry.output.utf8))
      func number(_ name: String) throws -> Double { try #require(estimate[name]?.doubleValue) }
      #expect(try number("sequences") == 400)
      #expect(
        estimate["order"]?.stringValue
          == (options.first == "--memory" ? "one after another" : "together"))
      for part in ["openSeconds", "textSeconds", "scoreSeconds", "publishSeconds"] {
        #expect(try number(part) > 0)
        #expect(try number(part) < number("seconds"))
      }
      // The real thing, whose journal is looked at as long as it is there.
      let (peak, journal) = try Self.observed(command + ["--quiet"], in: place)
      let log = try #require(
        FileManager.default.attributesOfItem(atPath: place.path("log.h5"))[.size] as? Int)
      for (found, name) in [
        (Double(log), "logBytes"),
        // Hidden states on the disk have no name to look at.
        (given == ["--memory", "tight"] ? 0 : Double(journal + log), "diskBytes"),
        (Double(peak), "memoryBytes"),
      ] where found > 0 {
        let ratio = try number(name) / found
        #expect(ratio > 0.5 && ratio < 2, "\(name): \(ratio) of \(found)")
      }
      // In words: one line for each.
      let words = try Tool.run(command + ["--dry-run"], in: place.folder)
      #expect(words.status == 0)
      for word in [
        "order: ", "time: about ", "memory: about ", "disk: about ", "nothing was written",
      ] {
        #expect(words.output.contains(word))
      }
    }
  }

  /// Most memory and the largest journal of a run, in bytes.
  private static func observed(
    _ arguments: [String], in place: Workplace
  ) throws -> (peak: Int, journal: Int) {
    var journal = 0
    let peak = try Tool.watch(arguments, in: place.folder) {
      let size =
        try? FileManager.default.attributesOfItem(
          atPath: place.path("log.h5.journal"))[.size] as? Int
      journal = max(journal, size ?? 0)
    }
    return (peak, journal)
  }
}
