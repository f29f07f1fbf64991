import Foundation
import JSON
import TestSupport
import Testing

/// What `selftest` prints and leaves behind.
@Suite(.timeLimit(.minutes(15)))
struct SelfTestCommandTests {
  /// The demo's responses to some prompts, the first by each author.
  private static func texts(_ prompts: Range<Int>) throws -> String {
    let wanted = Set(prompts.map { String(format: "\"p%03d\"", $0) })
    return try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8).split(separator: "\n")
      .filter { line in
        line.contains("\"sample_id\": 0,") && wanted.contains { line.contains($0) }
      }.joined(separator: "\n")
  }

  private static let base = Workplace.demo("base")

  @Test func `a user's checkpoint and texts: the verdict last, the same as JSON`() throws {
    try Workplace.with(texts: Self.texts(0..<24)) { place in
      let arguments = ["selftest", "--model", Self.base, "--texts", "texts.jsonl", "--seed", "7"]
      let outcome = try place.run(arguments)
      #expect(outcome.status == 0, "\(outcome)")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.last == "selftest: holds")
      #expect(lines.first?.hasSuffix("seed 7") ?? false)
      for line in lines where !line.hasPrefix("checkpoint: ") {
        #expect(line.count <= 80, "\(line)")
      }
      try expectFit(place.run(arguments + ["--quiet", "--json"]), "selftest")
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `what can't be tested is refused in one line`() throws {
    try Workplace.with(texts: Self.texts(0..<2)) { place in
      let own = ["selftest", "--model", Self.base, "--texts"]
      try expectRefusal(
        place.run(["selftest", "--model", Self.base]), ["--texts FILE go together"])
      try expectRefusal(place.run(own + ["none.jsonl"]), ["none.jsonl"])
      try place.write("", to: "empty.jsonl")
      try expectRefusal(place.run(own + ["empty.jsonl"]), ["empty.jsonl", "no texts"])
      try expectRefusal(
        place.run(["selftest", "--model", "nowhere", "--texts", "texts.jsonl"]), ["nowhere"])
      try expectRefusal(
        place.run(own + ["texts.jsonl", "--quiet"]), ["texts.jsonl", "take more prompts"])
      let spoiled = try place.spoiled("nan", of: Self.base) {
        try $0.setElements(0..<1, of: "model.layers.0.mlp.up_proj.weight", to: 0x7FC0)
      }
      try expectRefusal(
        place.run(["selftest", "--model", spoiled, "--texts", "texts.jsonl"]),
        ["model.layers.0.mlp.up_proj.weight"])
    }
  }

  @Test func `Ctrl-C ends it and leaves nothing behind`() throws {
    try Workplace.with(texts: Self.texts(0..<128)) { place in
      try FileManager.default.createDirectory(
        atPath: place.path("tmp"), withIntermediateDirectories: false)
      let outcome = try Tool.shell(
        """
        "$TOOL" selftest --model \(Self.base) --texts texts.jsonl & tool=$!
        until [ -n "$(ls tmp)" ]; do kill -0 $tool || exit 1; sleep 0.02; done
        sleep 0.3; kill -TERM $tool; wait $tool; echo $?
        """, in: place.folder, environment: ["TMPDIR": place.path("tmp")])
      #expect(outcome.output == "143\n")
      #expect(outcome.error.contains("interrupted; nothing was left behind"), "\(outcome.error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("tmp")) == [])
    }
  }
}
