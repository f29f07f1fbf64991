import Analysis
import Foundation
import Gating
import Reporting
import TestSupport
import Testing

/// The page of a gate: it says the verdict, and is inert whatever the names are.
@Suite struct GatePageTests {
  private func withPage(task: String, _ body: (String, GateReport, URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      var old = GateLog.made(seed: 1)
      for index in old.samples.indices {
        old.samples[index].metadata = #"{"task": "\#(task)\#(index / 2 % 2)"}"#
      }
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices {
        new.samples[index].divergence *= 3
        new.samples[index].jensenShannon = 0.2
      }
      var request = GateEvaluation.Request()
      request.stateFile = folder.appending(path: "state.json").path
      request.policy.slices = [.task, .position]
      let evaluation = try GateEvaluation(
        baselines: [try old.input("a.h5", in: folder)],
        candidate: try new.input("b.h5", in: folder), request)
      let report = try evaluation.report()
      let page = try evaluation.page(of: report).write(to: folder.appending(path: "page"))
      try body(try String(contentsOf: page, encoding: .utf8), report, folder)
    }
  }

  @Test func `the first screen has verdict, numbers and figure, and the rest what it rests on`()
    throws
  {
    try withPage(task: "sums") { html, report, folder in
      #expect(html.contains("<strong>Regressed: "))
      #expect(html.contains("This checkpoint, look 1 of 20."))
      for name in ["worst effect", "decided", "prompts still needed"] {
        #expect(html.contains("<dt>\(name)</dt>"))
      }
      for anchor in ["metrics", "slices", "tokens", "examples", "texts", "record"] {
        #expect(html.contains("<h2 id=\"\(anchor)\">"), "\(anchor)")
        #expect(html.contains("href=\"#\(anchor)\""), "\(anchor)")
      }
      let source = report.record.candidate
      for digest in [source.evaluation, source.weights, report.record.texts, report.record.policy] {
        #expect(html.contains(digest))
      }
      let svg = try String(
        contentsOf: folder.appending(path: "page/figures/gate.svg"), encoding: .utf8)
      #expect(html.contains(Data(svg.utf8).base64EncodedString()))
      let ids = html.matches(of: #/\sid="([^"]*)"/#).map { String($0.output.1) }
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test func `without slices, and without a verdict on any token, that is said`() throws {
    try withTemporaryFolder { folder in
      // Fewer prompts than a verdict on a token needs, and enough for one on the metric.
      let old = GateLog.made(seed: 1, prompts: 12)
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices { new.samples[index].divergence *= 3 }
      for index in new.samples.indices {
        // Every token in a text of its own: none is in enough prompts.
        new.samples[index].tokens = index % 7 == 0 ? 2 : 1
      }
      var request = GateEvaluation.Request()
      request.stateFile = folder.appending(path: "state.json").path
      let evaluation = try GateEvaluation(
        baselines: [try old.input("a.h5", in: folder)],
        candidate: try new.input("b.h5", in: folder), request)
      let report = try evaluation.report()
      #expect(report.result.findings.contains { $0.outcome == .regressed })
      let page = try evaluation.page(of: report).write(to: folder.appending(path: "page"))
      let html = try String(contentsOf: page, encoding: .utf8)
      #expect(html.contains("<dt>slices</dt><dd>none</dd>"))
      #expect(html.contains("The worst texts, token by token"))
      #expect(html.contains("no token is in enough prompts for a verdict on it."))
      #expect(!html.contains("<h2 id=\"tokens\">"))
    }
  }

  @Test func `names become no markup, and nothing is fetched`() throws {
    let hostile = #"</script><img src=x onerror=alert(1)>\u001b\u202e&\"'"#
    try withPage(task: hostile) { html, _, _ in
      #expect(!html.contains("<img src=x") && html.contains("&lt;img src=x"))
      #expect(!html.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
      #expect(html.contains("default-src 'none'"))
      #expect(!html.contains("http://") && !html.contains("https://"))
      for source in html.matches(of: #/\ssrc="([^"]*)"/#) {
        #expect(source.output.1.hasPrefix("data:image/svg+xml;base64,"))
      }
    }
  }
}
