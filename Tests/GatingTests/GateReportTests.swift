import Analysis
import Foundation
import Gating
import JSON
import Reporting
import TestSupport
import Testing

/// A gate's report for people and programs.
@Suite struct GateReportTests {
  /// A report with outcomes of every kind.
  private func withReport(
    task: String = "sums", isStrict: Bool = false, slices: Int = 2,
    _ body: (GateReportView) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var old = GateLog.made(seed: 1, prompts: slices > 2 ? 5 * slices : 60 * slices)
      for index in old.samples.indices {
        old.samples[index].metadata = #"{"task": "\#(task)\#(index / 2 % slices)"}"#
      }
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices { new.samples[index].divergence *= 3 }
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder
      ) {
        $0.isStrict = isStrict
        $0.policy.slices = [.task]
        $0.policy.looks = 20
      }
      try body(view)
    }
  }

  @Test func `the first screen is the sentence and three numbers`() throws {
    try withReport { view in
      let lines = view.report.lines(width: .max)
      #expect(lines[0].hasPrefix("Regressed: kl-to-base; "))
      #expect(lines[0].hasSuffix("This checkpoint, look 1 of 20."))
      #expect(lines[1].hasPrefix("  worst effect: 8."))
      #expect(lines[1].hasSuffix(" margins, kl-to-base"))
      #expect(lines[2].hasPrefix("  decided: ") && lines[2].hasSuffix(" % of metrics"))
      #expect(lines[3].hasPrefix("  prompts still needed: "))
      #expect(lines.contains { $0.hasPrefix("REGRESSED kl-to-base: ") })
      #expect(lines.contains { $0.hasPrefix("NOT MEASURED format: no text has a verdict") })
      #expect(lines.contains { $0.hasPrefix("One baseline: this is about this checkpoint.") })
      for width in [40, 80] {
        #expect(view.report.lines(width: width).filter { $0.hasPrefix("REGRESSED") }.count > 0)
      }
    }
  }

  @Test func `where everything got better no harm is named`() throws {
    try withTemporaryFolder { folder in
      var old = GateLog.made(seed: 1)
      for index in old.samples.indices { old.samples[index].divergence *= 10 }
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices { new.samples[index].divergence *= 0.1 }
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder
      ) { $0.policy.rules = [GateRule.standard(.klToBase)] }
      let harm = try #require(view.finding(.klToBase)?.marginsOfHarm)
      #expect(harm < -3)
      #expect(view.report.lines(width: .max)[1] == "  worst effect: none (nothing got worse)")
    }
  }

  @Test func `where prompts aren't what is missing, no number of them is named`() throws {
    func finding(
      prompts: Int, reason: GateFinding.Reason? = nil, needed: Int? = nil
    ) -> GateFinding {
      GateFinding(
        metric: .accuracy, worse: .lower, role: .gated, outcome: .undecided, reason: reason,
        margin: 0.02, hasDefaultMargin: true, prompts: prompts,
        plan: needed.map { GatePlan(smallestEffect: 0.1, power: 0.5, promptsNeeded: $0) })
    }
    func line(_ finding: GateFinding) -> String {
      let source = GateReport.Source(path: "", model: "", base: nil, weights: "", evaluation: "")
      return GateReport(
        result: GateResult(
          look: 1, looks: 20, level: 0.002, baselines: 1, findings: [finding]),
        isStrict: false, isRepeated: false, gaps: [:], notes: [],
        record: .init(baselines: [source], candidate: source, texts: "", policy: "", state: "")
      ).lines(width: .max)[3]
    }
    let name = "  prompts still needed: "
    #expect(line(finding(prompts: 100, needed: 300)) == name + "200")
    #expect(line(finding(prompts: 300, needed: 300)) == name + "– (more may not decide)")
    #expect(line(finding(prompts: 7, reason: .fewPrompts)) == name + "3")
    #expect(line(finding(prompts: 90, reason: .needsSeeds)) == name + "– (seeds are missing)")
    #expect(
      line(finding(prompts: 90, reason: .noMargin)) == name + "– (more may not decide)")
  }

  @Test(arguments: [false, true]) func `JUnit has a case for each finding`(strict: Bool) throws {
    // Names of files are texts that XML has to survive.
    let task = #"<&\"'\u001b\u0001\n>"#
    try withReport(task: task, isStrict: strict) { view in
      let root = try XMLReader.read(view.report.junit)
      let findings = view.report.result.findings
      let cases = root.all("testcase")
      #expect(root.name == "testsuites" && cases.count == findings.count)
      #expect(Set(cases.compactMap { $0.attributes["name"] }).count == findings.count)
      let gated = findings.filter { $0.role == .gated }
      let undecided = gated.count { $0.outcome == .undecided }
      let failures = gated.count { $0.outcome == .regressed } + (strict ? undecided : 0)
      #expect(root.all("failure").count == failures && failures > 0 && undecided > 0)
      #expect(root.attributes["failures"] == "\(failures)")
      let skipped = findings.count { $0.outcome == .undecided || $0.outcome == .notMeasured }
      #expect(root.all("skipped").count == skipped - (strict ? undecided : 0))
      let messages = root.all("failure").compactMap { $0.attributes["message"] }
      #expect(messages.contains { $0.hasPrefix("REGRESSED kl-to-base: ") }, "\(messages)")
      #expect(
        root.all("testsuite").first?.attributes["skipped"] == "\(root.all("skipped").count)")
    }
    let error = try XMLReader.read(GateReport.junit(unreadable: "a.h5: \"no\" log <&>"))
    #expect(error.all("error").first?.attributes["message"] == "a.h5: \"no\" log <&>")
    #expect(error.attributes["errors"] == "1")
  }

  @Test(arguments: ["<a/>", "<a><b></a></b>", "<a", "<a b=\"&x;\"/>", "<a/><b/>", "<a>\u{1}</a>"])
  func `the reader refuses what isn't well formed`(text: String) {
    let head = #"<?xml version="1.0" encoding="UTF-8"?>"#
    if text == "<a/>" {
      #expect(throws: Never.self) { try XMLReader.read(head + text) }
    } else {
      #expect(throws: XMLFault.self) { try XMLReader.read(head + text) }
    }
  }

  @Test(arguments: [2, 30]) func `Markdown stays below 60 lines`(slices: Int) throws {
    try withReport(slices: slices) { view in
      let text = view.report.markdown
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 60)
      #expect(text.hasPrefix("### ❌ Regressed: kl-to-base"))
      #expect(text.contains("| kl-to-base | regressed | "))
      #expect(text.contains("- REGRESSED kl-to-base: "))
      #expect(lines.filter { $0.hasPrefix("| ") }.allSatisfy { $0.count { $0 == "|" } == 7 })
      #expect(slices == 2 || text.contains("more; see the JSON"))
    }
  }

  @Test func `LaTeX is a table`() throws {
    try withReport { view in
      #expect(view.report.latex.contains("\\begin{tabular}{llllllrr}"))
      #expect(view.report.latex.contains("kl-to-base & regressed & "))
    }
  }

  @Test func `JSON fits its schema`() throws {
    let path = Places.data.appending(path: "Schemas/gate.schema.json").path
    try withReport { view in
      let json = try JSONValue(parsing: Array(try JSONText.text(of: view.report).utf8))
      #expect(try JSONSchema(path: path).problems(in: json).isEmpty)
      #expect(json["passes"]?.boolValue == false)
      #expect(json["worstMetric"]?.stringValue == "kl-to-base")
      let findings = try #require(json["findings"]?.arrayValue)
      #expect(findings.count == view.report.result.findings.count)
      let sliced = findings.compactMap { $0["slice"]?["name"]?.stringValue }
      #expect(Set(sliced) == ["sums0", "sums1"])
    }
    try withTemporaryFolder { folder in
      let seeds = try (1...3).map { seed in
        var log = GateLog.made(seed: UInt64(seed))
        log.weights = "w-\(seed)"
        return try log.input("s\(seed).h5", in: folder)
      }
      let candidate = try GateLog.made(seed: 7).input("new.h5", in: folder)
      let view = try judge(seeds, candidate, in: folder)
      let json = try JSONValue(parsing: Array(try JSONText.text(of: view.report).utf8))
      #expect(try JSONSchema(path: path).problems(in: json) == [])
    }
  }
}
