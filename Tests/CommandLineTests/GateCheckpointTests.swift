import Foundation
import JSON
import TestSupport
import Testing

/// `gate` of checkpoints, which it scores first.
@Suite(.timeLimit(.minutes(15)))
struct GateCheckpointTests {
  /// Texts that neither checkpoint is named after: some of the demo's base model, which SFT left far behind.
  private func texts(_ count: Int) throws -> String {
    let all = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
    let lines = all.split(separator: "\n")
    return (0..<count).map { lines[$0 * 6] }.joined(separator: "\n") + "\n"
  }

  private func gate(_ candidate: String, _ more: [String] = []) -> [String] {
    [
      "gate", "--baseline", Workplace.demo("base"), "--candidate", Workplace.demo(candidate),
      "--texts", "texts.jsonl", "--log", "log.h5",
    ] + more
  }

  @Test func `a worse checkpoint is exit code 1, with a page and the log`() throws {
    try Workplace.with(texts: try texts(60)) { place in
      let bad = try place.run(gate("sft", ["--output", "page", "--json", "--quiet"]))
      #expect(bad.status == 1 && bad.error == "", "\(bad.error)")
      let json = try JSONValue(parsing: Array(bad.output.utf8))
      #expect(json["worstMetric"]?.stringValue == "held-out-nll")
      let findings = try #require(json["findings"]?.arrayValue)
      // Fixed texts: what needs a model's own samples isn't there.
      for metric in ["accuracy", "length", "kl-to-base", "kl-candidate-baseline"] {
        let finding = findings.first { $0["metric"]?.stringValue == metric }
        #expect(finding.map { $0["outcome"]?.stringValue == "not-measured" } ?? true, "\(metric)")
      }
      #expect(try place.size(of: "log.h5") > 0)
      let html = try String(contentsOfFile: place.path("page/index.html"), encoding: .utf8)
      #expect(html.contains("<strong>Regressed: held-out-nll</strong>"))
      for name in ["gate.json", "gate.md", "gate.tex", "figures/gate.svg"] {
        #expect(FileManager.default.fileExists(atPath: place.path("page/" + name)), "\(name)")
      }
      // The same again costs no look, and takes the log as it is.
      let again = try place.run(gate("sft", ["--resume", "--json"]))
      #expect(again.status == 1)
      #expect(
        try JSONValue(parsing: Array(again.output.utf8))["isRepeated"]?.boolValue == true)
    }
  }

  @Test func `a checkpoint beside itself passes`() throws {
    try Workplace.with(texts: try texts(12)) { place in
      let same = try place.run(gate("base", ["--quiet"]))
      #expect(same.status == 0 && same.output == "", "\(same)")
    }
  }

  @Test func `a dry run writes nothing and spends no look`() throws {
    try Workplace.with(texts: try texts(12)) { place in
      let dry = try place.run(gate("sft", ["--dry-run"]))
      #expect(dry.status == 0 && dry.output.contains("\ntime: about "), "\(dry)")
      #expect(dry.output.contains("no look was spent"))
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `what is missing is one line and 2`() throws {
    try Workplace.with(texts: try texts(12)) { place in
      let (base, sft) = (Workplace.demo("base"), Workplace.demo("sft"))
      let pair = ["gate", "--baseline", base, "--candidate", sft]
      for (arguments, words) in [
        (pair, ["is a checkpoint", "--texts"]),
        (pair + ["--texts", "texts.jsonl"], ["--log LOG.h5"]),
        (pair + ["--log", "log.h5"], ["--log goes with --texts"]),
        (pair + ["--dry-run"], ["--dry-run goes with --texts"]),
        (pair + ["--texts", "none.jsonl", "--log", "log.h5"], ["none.jsonl"]),
        (gate("none"), ["none", "no such folder"]),
        (gate("sft", ["--output", ""]), ["--output is empty"]),
      ] { expectRefusal(try place.run(arguments), words) }
      #expect(!FileManager.default.fileExists(atPath: place.path(".tokenshift-gate.json")))
    }
  }
}
