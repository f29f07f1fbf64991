import Foundation
import JSON
import TestSupport
import Testing

/// What `score` accepts, every later command accepts: ids and names of any length and content.
@Suite(.timeLimit(.minutes(15)))
struct AnyNameTests {
  private static let ids = [
    String(repeating: "long ", count: 1_000), "two\nlines\r\n", "'\"`$(x)\\", "../x", "/etc/passwd",
    "a\0b", "https://example.org/a?b=c#d", "T_1", "t_1", "\u{1B}]0;title\u{7}", "\u{202E}evil",
    String(repeating: "y", count: 94), "β", "=1+1", "-x", ".", "..", "",
  ]

  /// A text of each id.
  private static var texts: String {
    ids.enumerated().map { index, id in
      let members: [JSONMember] = [
        .init(key: "id", value: .string(id)), .init(key: "source", value: .string(id)),
        .init(key: "prompt_id", value: .string(id)), .init(key: "finish", value: .string(id)),
        .init(key: "prompt_ids", value: .array([.integer(1), .integer(Int64(index + 2))])),
        .init(key: "response_ids", value: .array((3..<24).map { .integer($0) })),
      ]
      return JSONValue.object(members).serialized() + "\n"
    }.joined()
  }

  private func expectDone(
    _ outcome: Tool.Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      outcome.status == 0, "\(outcome.error.prefix(2_000))", sourceLocation: sourceLocation)
    let steers = outcome.output.unicodeScalars.contains { scalar in
      scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(!steers, sourceLocation: sourceLocation)
  }

  /// Every command after `score`, on logs of two models of these names.
  private func goThrough(_ names: [String], _ place: Workplace, texts: [String] = []) throws {
    let models = zip(names, [Workplace.small, Workplace.small]).map { "--model=\($0)=\($1)" }
    let pair = names.joined(separator: ":")
    let score = ["score"] + models + ["--texts", "texts.jsonl", "--quiet"]
    expectDone(try place.run(score + ["--pairs=" + pair, "--output", "log.h5"]))
    for shard in ["1/2", "2/2"] {
      expectDone(try place.run(score + ["--shard", shard, "--output", "log.h5"]))
    }
    let shards = ["log.shard-1-of-2.h5", "log.shard-2-of-2.h5"]
    for (form, output) in [("--copy", "merged.h5"), ("--virtual", "virtual.h5")] {
      expectDone(try place.run(["merge", form, "--output", output] + shards))
    }
    for log in ["log.h5", "merged.h5", "virtual.h5"] {
      for json in [[], ["--json"]] {
        expectDone(try place.run(["inspect", log] + json))
        expectDone(
          try place.run(["audit", log, "--pair=" + pair] + json))
      }
    }
    for id in texts {
      expectDone(try place.run(["audit", "log.h5", "--text=" + id]))
    }
    let chosen = texts.map { "--text=" + $0 }
    expectDone(try place.run(["report", "log.h5", "--output", "report"] + chosen))
    expectDone(try place.run(["figures", "virtual.h5", "--output", "figures"] + chosen))
    let drawn = try FileManager.default.contentsOfDirectory(atPath: place.path("figures"))
      .filter { $0.hasPrefix("tokens-") && $0.hasSuffix(".svg") }
    #expect(Set(drawn.map { $0.lowercased() }).count == drawn.count)
    if !texts.isEmpty { #expect(drawn.count == texts.count) }
    for name in ["report/report.md", "report/tables.tex", "report/index.html"] {
      let text = try String(contentsOfFile: place.path(name), encoding: .utf8)
      let steers = text.unicodeScalars.contains { scalar in
        scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
      }
      #expect(!steers, "\(name)")
    }
  }

  @Test func `ids and sources of any content`() throws {
    try Workplace.with(texts: Self.texts) { place in
      // An argument holds no NUL, and an empty one means nothing.
      try goThrough(
        ["a", "b"], place, texts: Self.ids.filter { !$0.isEmpty && !$0.contains("\0") })
      let report = try String(
        contentsOfFile: place.path("report/report.json"), encoding: .utf8)
      #expect(report.contains("two\\nlines"))
    }
  }

  @Test(arguments: [
    ["rl@step_100", "β-model"], ["a b", "-x"], ["100%", "..."], ["'`$(touch x)\"\\", "é"],
    ["n" + String(repeating: "a", count: 300), "🙂"], ["<b>", "e\u{301}"], ["\u{202E}a", "_^{}"],
  ])
  func `models of almost any name`(names: [String]) throws {
    try Workplace.with { place in
      try goThrough(names, place)
      #expect(try !place.files().contains("x"))
      let outcome = try place.run([
        "dynamics", "\(names[0])=\(Workplace.demo("base"))",
        "--texts=\(names[1])=\(Workplace.demoTexts)", "--output", "map", "--quiet",
      ])
      if names[0].hasPrefix("-") { return }
      expectDone(outcome)
      expectDone(try place.run(["figures", "map/dynamics.h5", "--output", "again"]))
      expectDone(
        try place.run([
          "generate", "--model=\(names[0])=\(Workplace.small)", "--texts", "texts.jsonl",
          "--max-tokens", "2", "--output", "out.jsonl",
        ]))
    }
  }
}
