import Foundation
import RunLogs
import TestSupport
import Testing

/// What `audit`, `inspect` and `figures` print and write, on a log of real texts.
@Suite(.timeLimit(.minutes(15)))
struct ResultTests {
  /// 120 texts, 40 of each writer, under base and sft; scored once for all tests.
  private static let log = Result {
    let lines = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n")
    let texts = stride(from: 0, to: lines.count, by: lines.count / 120).map { lines[$0] }
    return try Workplace.with(texts: texts.joined(separator: "\n")) { place in
      let models = ["base", "sft"].map { "\($0)=\(Workplace.demo($0))" }
      let outcome = try place.score(models, ["--quiet"])
      guard outcome.status == 0 else { throw Tool.Missing(description: outcome.error) }
      return try Data(contentsOf: place.folder.appending(path: "log.h5"))
    }
  }

  private func withLog(_ body: (Workplace) throws -> Void) throws {
    let bytes = try Self.log.get()
    try withTemporaryFolder { folder in
      try bytes.write(to: folder.appending(path: "log.h5"))
      try body(Workplace(folder: folder))
    }
  }

  private func json(_ outcome: Tool.Outcome) throws -> Any {
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
  }

  @Test func `audit answers, and says for whose texts and with which margin`() throws {
    try withLog { place in
      let outcome = try place.run(["audit", "log.h5"])
      #expect(outcome.status == 0 && outcome.error == "")
      #expect(outcome.output.hasPrefix("log.h5, pair base:sft, response tokens: "))
      #expect(outcome.output.contains("sft against base: changed by JS > 0.01 nats at "))
      #expect(outcome.output.contains(" of the positions in base's own texts, "))
      #expect(outcome.output.contains("\nComputed in 32 bits: "))
      #expect(outcome.output.contains("\nbase → sft: moved probability, of 1,000 draws\n"))
      for author in ["base", "sft", "rl"] {
        #expect(outcome.output.contains("\nbase → sft: tokens in \(author)'s texts\n"))
      }
      #expect(!outcome.output.contains("\u{1B}"), "no colours where nobody looks")
      let all = try place.run(["audit", "log.h5", "--show", "all", "--author", "sft"]).output
      let estimators = "estimators of the Kullback"
      for part in [
        estimators, "every measure", "tokens in a row in sft", "kinds of positions in sft",
      ] {
        #expect(all.contains(part), "\(part)")
      }
      #expect(!all.contains("in base's") && !all.contains("\nbase  "))
      // Neither model of the pair wrote these: they estimate nothing.
      #expect(
        try !place.run(["audit", "log.h5", "--show", "all", "--author", "rl"]).output
          .contains(estimators))
      let wrong = try place.run(["audit", "log.h5", "--author", "me"])
      #expect(wrong.status != 0)
      #expect(
        wrong.error.contains("--author 'me': log.h5 has no measured text by it, only by base, sft"))
    }
  }

  @Test func `audit's positions are the log's, with verdicts that follow`() throws {
    try withLog { place in
      let log = try TokenLog(path: place.path("log.h5"))
      let outcome = try place.run(
        ["audit", "log.h5", "--positions", "--margin", "dlogp=0.5"])
      #expect(outcome.status == 0 && outcome.error == "")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == (try log.isResponse().count { $0 }))
      var counts: [String: Int] = [:]
      for line in lines {
        let row = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(row["pair"] as? String == "base:sft")
        guard let change = row["dlogp"] as? [String: Any] else { continue }
        let value = abs(try #require(change["value"] as? Double))
        let half = try #require(change["halfWidth"] as? Double)
        let verdict = try #require(change["verdict"] as? String)
        let expected =
          value - half > 0.5 ? "changed" : value + half < 0.5 ? "unchanged" : "undecidable"
        #expect(verdict == expected, "\(line)")
        counts[verdict, default: 0] += 1
      }
      #expect(counts["changed", default: 0] > 100 && counts["unchanged", default: 0] > 100)
    }
  }

  @Test func `audit as JSON has all authors and tokens, in the asked order`() throws {
    try withLog { place in
      for measure in ["moved", "js", "dlogp", "dprob", "dH"] {
        let outcome = try place.run(["audit", "log.h5", "--json", "--by", measure])
        let result = try #require(try json(outcome) as? [String: Any])
        #expect(result["pair"] as? String == "base:sft")
        let authors = try #require(result["authors"] as? [[String: Any]])
        #expect(authors.map { $0["author"] as? String } == ["base", "sft", "rl"])
        for author in authors {
          let tokens = try #require(author["tokens"] as? [String: Any])
          let groups = try #require(tokens["groups"] as? [[String: Any]])
          let found = groups.reduce(0) { $0 + ($1["occurrences"] as? Int ?? 0) }
          #expect(found == author["positions"] as? Int, "every position is some token's")
          // Those without a verdict come last.
          let known = groups.map { group -> Bool in
            if measure == "moved" { return group["moved"] != nil }
            return (group["means"] as? [String: Any])?[measure] != nil
          }
          let last = known.lastIndex(of: true) ?? -1
          #expect(known.prefix(last + 1).allSatisfy { $0 })
        }
      }
    }
  }

  @Test func `audit says how far two precisions are apart, where the log has both`() throws {
    try Workplace.with { place in
      let scored = try place.score(more: ["--compute", "bf16", "--replicate", "f32", "--quiet"])
      #expect(scored.status == 0, "\(scored.error)")
      let plain = try place.run(["audit", "log.h5"])
      #expect(plain.status == 0 && plain.error == "")
      #expect(plain.output.contains("\na: log p in F32 less that in BF16, nats: mean "))
      #expect(plain.output.contains("\nb: log p in F32 less that in BF16, nats: mean "))
      // Both are the same model: no change, so nothing exceeds anything.
      #expect(plain.output.contains("\nΔ log p: RMS 0 nats; "))
      #expect(plain.output.contains(" within the precision of products in BF16\n"))
      let result = try #require(
        try json(place.run(["audit", "log.h5", "--json"])) as? [String: Any])
      let precision = try #require(result["precision"] as? [String: Any])
      let models = try #require(precision["models"] as? [[String: Any]])
      #expect(models.map { $0["model"] as? String } == ["a", "b"])
      #expect(models.allSatisfy { $0["replicateType"] as? String == "F32" })
      let first = try #require(models.first?["logProbability"] as? [String: Any])
      #expect(first["count"] as? Int == 5)
      #expect(try #require(first["rootMeanSquare"] as? Double) > 0)
      let pair = try #require(precision["pair"] as? [String: Any])
      #expect(pair["positionCount"] as? Int == 5)
      #expect((pair["shareWithin"] as? [String: Any])?["value"] as? Double == 1)
      #expect(
        try place.run(["inspect", "log.h5"]).output.contains("computed in BF16, again in F32"))
      #expect(try place.score(output: "plain.h5").status == 0)
      let without = try place.run(["audit", "plain.h5"])
      #expect(without.status == 0 && !without.output.contains("less that in"))
      let other = try #require(
        try json(place.run(["audit", "plain.h5", "--json"])) as? [String: Any])
      #expect(other["precision"] == nil)
    }
  }

  @Test func `audit shows one text, whose JSON has all its tokens`() throws {
    try withLog { place in
      let log = try TokenLog(path: place.path("log.h5"))
      let id = try #require(log.strings(.id).first)
      let plain = try place.run(["audit", "log.h5", "--text", id])
      #expect(plain.status == 0 && plain.output.hasPrefix("\(id), written by "))
      #expect(plain.output.contains("\na verdict is numerical: in exact arithmetic |Δp| exceeds "))
      let line = try #require(plain.output.split(separator: "\n").first { $0.hasPrefix("Δp at ") })
      #expect(line.hasPrefix("Δp at margin 0.01, tokens of the response: "))
      // Every token of the response has one of four verdicts, its count before the verdict's name.
      let counts = line.matches(of: /(\d+) (changed|unchanged|undecidable|not measured) \(/)
      let start = try log.responseStarts()[0]
      #expect(counts.count == 4)
      #expect(
        counts.compactMap { Int($0.output.1) }.reduce(0, +)
          == log.tokens(ofSequence: 0).count - start)
      let result = try #require(
        try json(place.run(["audit", "log.h5", "--text", id, "--json"])) as? [String: Any])
      let positions = try #require(result["positions"] as? [[String: Any]])
      #expect(positions.count == log.tokens(ofSequence: 0).count)
      #expect(result["id"] as? String == id)
    }
  }

  @Test func `inspect tells checkpoint, weights and log apart, for people and as JSON`() throws {
    try withLog { place in
      let checkpoint = Workplace.demo("base")
      let paths = [checkpoint, checkpoint + "/model.safetensors", "log.h5"]
      let plain = try place.run(["inspect"] + paths)
      #expect(plain.status == 0 && plain.error == "")
      for word in ["Qwen2ForCausalLM", ": safetensors file", "log.h5: token log", "base:sft"] {
        #expect(plain.output.contains(word), "lacks \(word)")
      }
      let result = try #require(
        try json(place.run(["inspect", "--json"] + paths)) as? [[String: Any]])
      #expect(
        result.map { $0["kind"] as? String } == ["checkpoint", "safetensors file", "token log"])
      let digests = try #require(result[0]["digests"] as? [String: String])
      // From the head of Tests/Fixtures/demo/logprobs-base.tsv.
      #expect(
        digests["model.safetensors"]
          == "f0eaaa20b47156f9246dfe2839254d3e734bfd7e1d1bce9f7521c46ed1f52735")
      #expect(
        digests.keys.sorted().prefix(3) == ["config.json", "model.safetensors", "tokenizer.json"])
      #expect(result[0]["parameters"] as? Int == 919_680 && result[0]["queryHeads"] as? Int == 4)
      let tensors = try #require(result[1]["tensors"] as? [String: [String: Any]])
      #expect(tensors["model.norm.weight"]?["type"] as? String == "BF16")
      #expect(tensors["model.norm.weight"]?["shape"] as? [Int] == [128])
      #expect(plain.output.contains(" model.norm.weight") && plain.output.contains(" BF16 [128]"))
      #expect(tensors.count == 50)
    }
  }

  private static let hasScript = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

  #if os(Linux)
    @Test(
      .enabled(if: hasScript, "needs script of bsdutils to make a terminal"),
      arguments: [80, 60, 132])
    func `tables on a terminal are no wider than it is`(columns: Int) throws {
      try withLog { place in
        let outcome = try Tool.shell(
          "script -qec '\"$TOOL\" audit log.h5' /dev/null", in: place.folder,
          environment: ["COLUMNS": "\(columns)", "TERM": "xterm"])
        #expect(outcome.status == 0)
        let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
        let tables = lines.indices.filter { lines[$0].hasPrefix("token ") }
          .flatMap { lines[$0..<min($0 + 11, lines.count)] }
        // Ten rows for each of three authors.
        #expect(tables.count == 33)
        #expect(tables.allSatisfy { $0.count <= columns }, "\(tables.map(\.count).max() ?? 0)")
        // What the list is about stays, with its intervals.
        #expect(tables.count { $0.contains("moved") } == 3)
        #expect(tables[1].contains(" ["))
      }
    }

    @Test(.enabled(if: hasScript, "needs script of bsdutils to make a terminal"))
    func `colours only on a terminal, and not where NO_COLOR is set`() throws {
      try withLog { place in
        let log = try TokenLog(path: place.path("log.h5"))
        let id = try #require(log.strings(.id).first)
        func shown(_ environment: [String: String]) throws -> String {
          try Tool.shell(
            "script -qec '\"$TOOL\" audit log.h5 --text \(id)' /dev/null", in: place.folder,
            environment: environment
          ).output
        }
        #expect(try shown(["TERM": "xterm"]).contains("\u{1B}[48;5;"))
        #expect(try !shown(["TERM": "xterm", "NO_COLOR": "1"]).contains("\u{1B}"))
        #expect(try !shown(["TERM": "dumb"]).contains("\u{1B}"))
      }
    }

    @Test(.enabled(if: hasScript, "needs script of bsdutils to make a terminal"))
    func `the progress bar on a terminal fits and ends with a line end`() throws {
      try Workplace.with { place in
        let command =
          "\"$TOOL\" score --model a=\(Workplace.small) --texts texts.jsonl --output l.h5"
        let outcome = try Tool.shell(
          "script -qec '\(command)' /dev/null", in: place.folder,
          environment: ["COLUMNS": "50", "TERM": "xterm"])
        #expect(outcome.status == 0)
        let bars = outcome.output.split(whereSeparator: \.isNewline)
          .flatMap { $0.split(separator: "\r") }.filter { $0.contains("scoring") }
        #expect(!bars.isEmpty)
        #expect(bars.allSatisfy { $0.replacing("\u{1B}[K", with: "").count < 50 }, "\(bars)")
        #expect(outcome.output.contains("wrote l.h5"))
      }
    }
  #endif

  private static let hasGnuplot = ["/usr/bin/gnuplot", "/usr/local/bin/gnuplot"]
    .contains(where: FileManager.default.isExecutableFile(atPath:))

  @Test(.enabled(if: hasGnuplot, "needs gnuplot"))
  func `figures come as four files each, and JSON names them`() throws {
    try withLog { place in
      let plain = try place.run(["figures", "log.h5", "--output", "new folder/f"])
      #expect(plain.status == 0 && plain.error == "", "\(plain.error)")
      #expect(plain.output.hasSuffix("wrote new folder/f\n"))
      let files = try FileManager.default.contentsOfDirectory(atPath: place.path("new folder/f"))
      let names = Set(files.map { URL(filePath: $0).deletingPathExtension().lastPathComponent })
      #expect(files.count == 4 * names.count)
      #expect(names.isSuperset(of: ["probability-change", "divergence-survival"]))
      let paths = try #require(
        try json(place.run(["figures", "log.h5", "--output", "g", "--json"])) as? [String])
      #expect(paths.count == names.count)
      #expect(paths.allSatisfy { FileManager.default.fileExists(atPath: place.path($0)) })
    }
  }
}
