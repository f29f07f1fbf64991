import Analysis
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
    // Changed up to the margins 3 and 6 sizes, unchanged from them on 6 and 3, found from twice on 5 and 2.
    #expect(exact.count == 25)
    for finding in exact {
      let value = try #require(finding.value?.value, "\(finding.name)")
      #expect(finding.name.hasSuffix("found") ? value > 0.999 : value < 0.001, "\(finding.name)")
    }
  }

  @Test func `a test that is stopped leaves nothing behind`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder) { $0.contains("-000-0\"") }
      var settings = SelfTest.Settings()
      settings.temporaryFolder = folder.appending(path: "temporary")
      let place = settings.temporaryFolder.path
      try FileManager.default.createDirectory(
        atPath: place, withIntermediateDirectories: false)
      let test = Self.test(Self.demo.appending(path: "base").path, texts, settings)
      var mostSeen = 0
      #expect(throws: Stop.self) {
        try test.run { stage, _, _ in
          mostSeen = max(
            mostSeen, try FileManager.default.contentsOfDirectory(atPath: place).count)
          if stage == .reduced { throw Stop() }
        }
      }
      #expect(mostSeen == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
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

  @Test func `a bound with nothing to count is broken`() {
    let nothing = Finding("", nil, atMost: 0.05)
    #expect(!nothing.holds && nothing.fails)
    let notNumber = Estimate(
      value: .nan, interval: nil, clusters: 0, observations: 0, method: .clusterRobustRatio)
    #expect(!Finding("", notNumber, atLeast: 0).holds)
    // Shown only, it decides nothing.
    let shown = Finding("", nil, atMost: 0.05, isJudged: false)
    #expect(!shown.holds && !shown.fails)
  }

  @Test func `a large bin above the limit for sure fails beside a small one of a larger share`()
    throws
  {
    let level = BoundaryBins.level(ofBins: 2)
    // 1 % over both sides of two bins.
    #expect(abs(level - 0.995) < 1e-12)
    func share(_ wrong: [Double], _ counts: [Double]) -> Estimate {
      .ratio(wrong, over: counts, isShare: true, level: level)
    }
    let none = { (counts: [Double]) in share(counts.map { _ in 0 }, counts) }
    let few: [Double] = [60, 50, 50, 50]
    let small = share([24, 1, 1, 1], few)
    let many = [Double](repeating: 60, count: 64)
    let large = share((0..<64).map { $0 % 2 == 0 ? 3 : 8 }, many)
    #expect(small.value > large.value && (small.lower ?? 1) < 0.05)
    #expect((large.lower ?? 0) > 0.05)
    // All wrong, but of one prompt: no interval, and no verdict.
    let single = share([300], [300])
    let worst = BoundaryBins.Worst([
      [small, none(few)], [none(many), large], [single, none([300])],
    ])
    #expect(worst.failing == 1 && worst.deciding == 2 && worst.share == large)
    let finding = Finding("", worst.failingShare, atMost: 0)
    #expect(!finding.holds)
    #expect(Finding("", BoundaryBins.Worst([[small, none(few)]]).failingShare, atMost: 0).holds)
    #expect(BoundaryBins.Worst([[single]]).failingShare == nil)
    #expect(BoundaryBins.Worst([[single]]).share == nil)
  }
}
