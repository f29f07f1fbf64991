import Foundation
import JSON
import Testing

/// `compare`: from two checkpoints and prompts to the page.
@Suite(.timeLimit(.minutes(15)))
struct CompareTests {
  private static let prompts = (0..<6).map {
    #"{"prompt": "Q: \#(7 + $0) - 5 = ?\\nA:", "prompt_id": "p\#($0)"}"# + "\n"
  }.joined()

  private static let arguments = [
    "compare", "base=\(Workplace.demo("base"))", Workplace.demo("rl"), "--texts", "texts.jsonl",
    "--output", "out", "--samples", "2", "--max-tokens", "24",
  ]

  @Test func `one command makes responses, log, figures and the page, and goes on`() throws {
    try Workplace.with(texts: Self.prompts) { place in
      let dry = try place.run(Self.arguments + ["--dry-run", "--json"])
      try expectFit(dry, "compare-dry-run")
      let estimate = try JSONValue(parsing: Array(dry.output.utf8))
      #expect(estimate["responses"]?.integerValue == 24)
      #expect(!FileManager.default.fileExists(atPath: place.path("out")))

      let whole = try place.run(Self.arguments)
      #expect(whole.status == 0)
      // A folder without a name is called as it is.
      #expect(whole.output.contains("24 responses of 2 models\n"))
      #expect(whole.output.hasSuffix("wrote out/index.html\n"))
      for name in ["base.jsonl", "rl.jsonl", "texts.jsonl", "log.h5", "index.html", "report.md"] {
        #expect(FileManager.default.fileExists(atPath: place.path("out/" + name)), "\(name)")
      }
      let log = try Data(contentsOf: URL(filePath: place.path("out/log.h5")))

      let again = try place.run(Self.arguments)
      #expect(again.status == 2 && again.error.contains("--resume goes on with it"))
      try expectFit(place.run(Self.arguments + ["--resume", "--json"]), "compare")
      #expect(try Data(contentsOf: URL(filePath: place.path("out/log.h5"))) == log)
    }
  }

  @Test func `one checkpoint alone is refused`() throws {
    try Workplace.with(texts: Self.prompts) { place in
      let one = try place.run([
        "compare", Workplace.demo("base"), "--texts", "texts.jsonl", "--output", "out",
      ])
      #expect(one.status == 2 && one.error.contains("needs two checkpoints"))
    }
  }
}
