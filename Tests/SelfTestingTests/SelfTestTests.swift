import Foundation
import RunLogs
import Safetensors
import SelfTesting
import StatisticalInference
import TestSupport
import Testing

/// The whole self-test on a part of the demo: it holds, and fails for rules that are wrong.
@Suite(.timeLimit(.minutes(15)))
struct SelfTestTests {
  private static let demo = Places.data.appending(path: "demo")
  private static let seed: UInt64 = 1
  private static let factors = [1, 0.3, 3]
  private struct Stop: Error {}

  /// By factors of half-widths, from one scoring of the first response to each prompt by each author.
  private static let results = Result {
    try withTemporaryFolder { folder in
      let texts = try texts(in: folder) { $0.contains("\"sample_id\": 0,") }
      var settings = SelfTest.Settings()
      settings.seed = seed
      return try test(demo.appending(path: "base").path, texts, settings)
        .results(ofFactors: factors) { _, _, _ in }
    }
  }

  private static func texts(in folder: URL, _ isTaken: (Substring) -> Bool) throws -> String {
    let all = try String(
      contentsOf: demo.appending(path: "responses.jsonl"), encoding: .utf8)
    let lines = all.split(separator: "\n").filter(isTaken)
    let file = folder.appending(path: "texts.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return file.path
  }

  private static func test(
    _ model: String, _ texts: String, _ settings: SelfTest.Settings = .init()
  ) -> SelfTest {
    SelfTest(
      .init(model: model, texts: texts), settings,
      provenance: Provenance(version: "test", commandLine: "test", created: .distantPast))
  }

  private static func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: FileManager.default.temporaryDirectory.path
    ).filter { $0.hasPrefix("tokenshift-selftest-") }
  }

  @Test func `the product's own rule holds`() throws {
    let result = try Self.results.get()[0]
    #expect(result.holds, "seed \(Self.seed): \(result.lines(width: 80).joined(separator: "\n"))")
    #expect(result.parts.count == 8)
    #expect(result.subject.textCount == 384 && result.subject.promptCount == 128)
    #expect(result.subject.reducedType == "BF16" && !result.subject.isDemo)
    // Without judged findings anything would hold.
    #expect(result.parts.flatMap(\.findings).count { $0.isJudged } > 60)
  }

  @Test func `half-widths that are too narrow don't hold`() throws {
    let result = try Self.results.get()[1]
    #expect(!result.holds, "seed \(Self.seed)")
    let failing = Set(result.parts.filter { !$0.holds }.map(\.name))
    #expect(failing.contains("Boundary"), "seed \(Self.seed): \(failing)")
    #expect(result.lines(width: 80).last?.hasPrefix("selftest: doesn't hold: ") ?? false)
  }

  @Test func `half-widths that are too wide don't hold`() throws {
    let result = try Self.results.get()[2]
    let boundary = try #require(result.parts.first { $0.name == "Boundary" })
    #expect(!boundary.holds, "seed \(Self.seed)")
    // Nothing is called that isn't there: only coverage says so.
    #expect(result.parts.first { $0.name == "Same checkpoint" }?.holds ?? false)
  }

  @Test func `lines fit into 80 columns and end with the verdict`() throws {
    for result in try Self.results.get() {
      let lines = result.lines(width: .max)
      #expect(lines.allSatisfy { $0.count <= 80 || $0.contains("/") }, "\(lines)")
      #expect(lines.last == "selftest: holds" || lines.last?.contains("doesn't hold") ?? false)
      #expect(lines[0].contains("seed 1"))
    }
  }

  @Test func `planted sizes are found in 32 bits, each on its side of the margin`() throws {
    let part = try Self.results.get()[0].parts[0]
    let exact = part.findings.filter { $0.name.contains("f32") }
    #expect(exact.count == 28)
    for finding in exact {
      let value = try #require(finding.value?.value, "\(finding.name)")
      #expect(finding.name.hasSuffix("found") ? value > 0.999 : value < 0.001, "\(finding.name)")
    }
  }

  @Test func `a test that is stopped leaves nothing behind`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder) { $0.contains("-000-0\"") }
      let test = Self.test(Self.demo.appending(path: "base").path, texts)
      let before = Set(try Self.leftovers())
      #expect(throws: Stop.self) {
        try test.run { stage, _, _ in if stage == .reduced { throw Stop() } }
      }
      #expect(Set(try Self.leftovers()).subtracting(before).isEmpty)
    }
  }

  @Test func `too few prompts are refused in one line that names the texts`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder) { $0.contains("-000-0\"") }
      do {
        _ = try Self.test(Self.demo.appending(path: "base").path, texts).run { _, _, _ in }
        Issue.record("nothing was thrown")
      } catch let error as SelfTestError {
        #expect(error.place == texts)
        #expect(error.description.contains("take more prompts"), "\(error)")
      }
    }
  }

  @Test func `weights in single precision are tested in it alone`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(
        of: Self.demo.appending(path: "base").path, to: folder.appending(path: "base"))
      let file = try SafetensorsFile(path: copy.path("model.safetensors"))
      try SafetensorsWriter.write(
        file.entries.map { ($0.name, $0.tensor) }, as: .float32,
        to: copy.path("model.safetensors"))
      let texts = try Self.texts(in: folder) { $0.contains("-00") && $0.contains("-0\"") }
      let result = try Self.test(copy.folder.path, texts).run { _, _, _ in }
      #expect(result.holds, "\(result.lines(width: 80).joined(separator: "\n"))")
      #expect(result.subject.reducedType == nil)
      #expect(
        result.parts.map(\.name) == ["Planted changes", "Closed form", "Same checkpoint"])
    }
  }

  @Test func `the demo is found beside the tool and above it, else the fix is said`() throws {
    try withTemporaryFolder { folder in
      let folder = folder.resolvingSymlinksInPath()
      let tool = folder.appending(path: "usr/bin/tokenshift")
      #expect(throws: SelfTestError.self) {
        try SelfTest.Inputs.demo(beside: tool, isFull: false)
      }
      for place in ["Data/demo", "usr/share/tokenshift/demo"] {
        let demo = folder.appending(path: place)
        try FileManager.default.createDirectory(at: demo, withIntermediateDirectories: true)
        try Data().write(to: demo.appending(path: "responses.jsonl"))
        let found = try SelfTest.Inputs.demo(beside: tool, isFull: true)
        #expect(found.texts == demo.appending(path: "responses.jsonl").path)
        #expect(found.trained.map(\.name) == ["rl", "sft"] && found.isDemo)
      }
    }
  }

  @Test func `a bound is broken only where the whole interval lies beyond it`() {
    func finding(_ interval: ClosedRange<Double>?, _ value: Double) -> Finding {
      Finding(
        "",
        .init(
          value: value, interval: interval, level: 0.98, clusters: 9, observations: 9,
          method: .clusterRobustRatio), atMost: 0.05, atLeast: 0.01)
    }
    #expect(finding(0.04...0.08, 0.06).holds && finding(0.05...0.08, 0.06).holds)
    #expect(!finding(0.051...0.08, 0.06).holds && !finding(0...0.009, 0).holds)
    #expect(finding(nil, 0.03).holds && !finding(nil, 0.06).holds)
  }
}
