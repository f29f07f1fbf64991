import Foundation
import TestSupport
import Testing

/// Texts from files and arguments, on terminals and in messages.
@Suite(.timeLimit(.minutes(15)))
struct ForeignTextTests {
  private func steers(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\n"
      case .lineSeparator, .paragraphSeparator: true
      case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
      default: false
      }
    }
  }

  @Test func `markup, escapes and marks of direction are inert in every output`() throws {
    let texts = try String(
      contentsOfFile: Places.fixture("faults/injection-texts.jsonl"), encoding: .utf8)
    // Ids of the small model's vocabulary; everything else stays.
    let own = texts.replacing(/"prompt_ids": \[[^\]]*\]/, with: "\"prompt_ids\": [1, 2]")
      .replacing(/"response_ids": \[[^\]]*\]/, with: "\"response_ids\": [3, 4, 5, 6]")
    try Workplace.with(texts: own) { place in
      #expect(try place.score().status == 0)
      for arguments in [
        ["audit", "log.h5", "--show", "all"], ["inspect", "log.h5"],
        ["audit", "log.h5", "--json"],
        ["report", "log.h5", "--output", "report"], ["figures", "log.h5", "--output", "figures"],
      ] {
        let outcome = try place.run(arguments)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(!steers(outcome.output), "\(arguments)")
      }
      // Names in them may not break a line of JSON either.
      let lines = try place.run(["audit", "log.h5", "--positions"]).output.split(separator: "\n")
      #expect(!lines.isEmpty)
      for line in lines {
        _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
        #expect(!steers(String(line)))
      }
      for name in ["report.md", "tables.tex", "index.html"] {
        let text = try String(contentsOfFile: place.path("report/" + name), encoding: .utf8)
        #expect(!steers(text), "\(name)")
        #expect(!text.contains("<script>"), "\(name)")
      }
      // Every row of a Markdown table has as many cells as its head.
      let markdown = try String(contentsOfFile: place.path("report/report.md"), encoding: .utf8)
      var cells = 0
      for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
        let count = line.hasPrefix("| ") ? line.replacing(#"\|"#, with: "").count { $0 == "|" } : 0
        if count > 0, cells > 0 { #expect(count == cells, "\(line)") }
        cells = count
      }
    }
  }

  @Test func `paths are shown, not obeyed`() throws {
    try Workplace.with { place in
      let name = "log\u{1B}]0;title\u{7}\u{202E}.h5"
      let scored = try place.score(output: name)
      #expect(scored.status == 0)
      #expect(scored.output.hasSuffix("wrote log\\u{1b}]0;title\\u{7}\\u{202e}.h5\n"))
      let shown = try place.run(["inspect", name])
      #expect(shown.status == 0 && !steers(shown.output))
      let json = try place.run(["inspect", name, "--json"])
      #expect(json.status == 0 && json.output.contains("\\u202e") && !steers(json.output))
    }
  }

  @Test func `many sources are one figure each no more, and the rest is counted`() throws {
    let lines = (0..<300).map { index in
      let source = index < 40 ? index % 20 : index
      return #"{"id": "t\#(index)", "source": "s\#(source)", "prompt_ids": [1], "#
        + #""response_ids": [2, \#(index % 80), 3]}"# + "\n"
    }
    try Workplace.with(texts: lines.joined()) { place in
      #expect(try place.score().status == 0)
      let drawn = try place.run(["figures", "log.h5", "--output", "figures"])
      #expect(drawn.status == 0)
      #expect(drawn.output.contains("268 smaller sources have no token heat map; --text"))
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("figures"))
      #expect(names.filter { $0.hasPrefix("tokens-") && $0.hasSuffix(".svg") }.count == 12)
      let report = try place.run(["report", "log.h5", "--output", "report"])
      #expect(report.status == 0)
      let text = try String(contentsOfFile: place.path("report/report.md"), encoding: .utf8)
      #expect(text.contains("268; the 12 with most texts have one"))
      #expect(text.contains("The 24 authors with most texts; 256 more are left out here"))
      // Two texts each: they come before all others.
      for source in 0..<20 { #expect(text.contains("| s\(source) |")) }
    }
  }

  @Test func `messages say what it is and what to do`() throws {
    try Workplace.with { place in
      let long = String(repeating: "x", count: 5_000)
      for (arguments, words) in [
        (["inspect", ""], ["'': is no path"]),
        (["inspect", long], ["xxx…xxx"]),
        (["train", "."], [".: is a folder", "config.yaml"]),
        (["score", "--model", long, "--texts", "texts.jsonl", "--output", "a"], ["xxx…xxx"]),
        (["report", "texts.jsonl", "--output", long], ["texts.jsonl"]),
      ] {
        let outcome = try place.run(arguments)
        expectRefusal(outcome, words)
        #expect(outcome.error.utf8.count < 1_000)
      }
      #if os(Linux)
        let bytes = try Tool.shell(
          "\"$TOOL\" inspect \"$(printf 'a\\377b.h5')\"", in: place.folder)
        expectRefusal(bytes, ["a\u{FFFD}b.h5", "isn't UTF-8", "rename"])
      #endif
    }
  }

  @Test func `without gnuplot the measured map is kept and said to be`() throws {
    try Workplace.with { place in
      try place.write(
        #"{"prompt": "Q: 7 + 5 = ?\nA:", "response": " 12\n#### 12"}"# + "\n", to: "texts.jsonl")
      let outcome = try place.run(
        [
          "dynamics", "a=\(Workplace.demo("base"))", "--texts", "base=texts.jsonl", "--output",
          "out", "--quiet",
        ], environment: ["PATH": "/nowhere"])
      expectRefusal(
        outcome,
        [
          "gnuplot is not installed", "out/dynamics.h5 is written",
          "'tokenshift figures out/dynamics.h5'",
        ])
      #expect(try place.size(of: "out/dynamics.h5") > 0)
    }
  }
}
