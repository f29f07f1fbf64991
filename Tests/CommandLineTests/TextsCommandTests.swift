import Foundation
import RunLogs
import TestSupport
import Testing

/// Texts as people have them, through the commands: names of fields, masks, packed files, long texts,
/// and what never ends.
@Suite(.timeLimit(.minutes(15)))
struct TextsCommandTests {
  private static let small = "a=\(Workplace.small)"

  @Test func `score takes other names, masks and texts longer than the context, and counts them`()
    throws
  {
    let long = (0..<150).map { String($0 % 83) }.joined(separator: ",")
    let texts = """
      {"uid": "x", "p": [1, 2], "r": [3, 4, 5], "m": [1, 0, 1]}
      {"uid": "y", "p": [6], "r": [\(long)]}

      """
    try Workplace.with(texts: texts) { place in
      let fields = ["--fields", "id=uid,prompt_ids=p,response_ids=r,response_mask=m"]
      let outcome = try place.score([Self.small], fields + ["--json"])
      #expect(outcome.status == 0, "\(outcome)")
      // The model's context is 128: its last token predicts the 129th.
      for part in [
        #""beyondContext" : 1"#, #""beyondContextTokens" : 22"#, #""masked" : 1"#,
        #""measured" : 132"#,
      ] {
        #expect(outcome.output.contains(part), "\(outcome.output) lacks \(part)")
      }
      let log = try TokenLog(path: place.path("log.h5"))
      #expect(try log.strings(.id) == ["x", "y"])
      #expect(try log.isResponse(in: 0..<5) == [false, false, true, false, true])
      let description = try place.run(["inspect", "log.h5"])
      #expect(
        description.output.contains("2 first of their text, 22 after the end of a context"),
        "\(description.output)")
      let words = try place.score([Self.small], fields, output: "again.h5")
      #expect(
        words.output.contains(
          "texts longer than the context, whose last 22 tokens are not measured: 1"))
      #expect(words.output.contains("tokens of responses left out by response_mask: 1"))
    }
  }

  @Test func `generate and dynamics take packed texts and other names`() throws {
    try Workplace.with(texts: #"{"q": "1 + 2 =", "a": " 3"}"#) { place in
      let packed = try Tool.shell("gzip -n texts.jsonl", in: place.folder)
      #expect(packed.status == 0)
      let base = Workplace.demo("base")
      let generated = try place.run([
        "generate", "--model", "base=\(base)", "--texts", "texts.jsonl.gz", "--fields", "prompt=q",
        "--output", "out.jsonl", "--max-tokens", "3",
      ])
      #expect(generated.status == 0, "\(generated)")
      let dynamics = try place.run([
        "dynamics", "m=\(base)", "--texts", "t=texts.jsonl.gz", "--fields", "prompt=q,response=a",
        "--output", "map",
      ])
      #expect(dynamics.status == 0, "\(dynamics)")
    }
  }

  @Test func `chat messages are refused by every command with what renders them`() throws {
    let chat = #"[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]"#
    let lines = [#"{"messages": \#(chat)}"#, #"{"prompt": \#(chat), "completion": \#(chat)}"#]
    for line in lines {
      try Workplace.with(texts: line) { place in
        let base = Workplace.demo("base")
        try place.write(
          "{model: \(base), output: run, objective: sft, steps: 1, "
            + "demonstrations: {file: texts.jsonl}}", to: "c.yaml")
        for arguments in [
          ["score", "--model", "m=\(base)", "--texts", "texts.jsonl", "--output", "log.h5"],
          ["generate", "--model", "m=\(base)", "--texts", "texts.jsonl", "--output", "o.jsonl"],
          ["dynamics", "m=\(base)", "--texts", "t=texts.jsonl", "--output", "map"],
          ["train", "c.yaml"],
        ] {
          // The recorder renders whole conversations; prompts alone are three lines of Python.
          let fix =
            arguments[0] == "generate" ? "apply_chat_template" : "tokenshift_recorder.render"
          expectRefusal(try place.run(arguments), ["texts.jsonl, line 1: chat messages", fix])
        }
      }
    }
  }

  @Test func `a bad mapping is refused`() throws {
    try Workplace.with { place in
      for (fields, word) in [("x=y", "'x' is no field"), ("prompt", "names no field")] {
        let outcome = try place.score([Self.small], ["--fields", fields])
        #expect(outcome.status == 2 && outcome.error.contains(word), "\(outcome)")
      }
    }
  }

  // MARK: What never ends, or can be read only once

  @Test func `pipes and devices are refused, not read`() throws {
    try Workplace.with { place in
      _ = try Tool.shell("mkfifo pipe", in: place.folder)
      for path in ["pipe", "/dev/zero"] {
        let outcome = try place.run([
          "score", "--model", Self.small, "--texts", path, "--output", "log.h5",
        ])
        expectRefusal(outcome, [path, "is a pipe or a device", "write them to a file first"])
      }
      let outcome = try Tool.shell(
        "cat texts.jsonl | \"$TOOL\" score --model \(Self.small) --texts /dev/stdin --output log.h5",
        in: place.folder)
      expectRefusal(outcome, ["/dev/stdin", "is a pipe or a device"])
      #expect(try place.files() == ["pipe", "texts.jsonl"])
    }
  }

  /// Seconds from SIGTERM to the end of a `score` that has run for `delay` seconds.
  private static func stop(
    _ model: String, after delay: Double, in place: Workplace, _ more: [String] = []
  ) throws -> (status: Int32, seconds: Double) {
    let process = Process()
    process.executableURL = URL(filePath: try Tool.path())
    process.currentDirectoryURL = place.folder
    process.arguments =
      ["score", "--model", model, "--texts", "texts.jsonl", "--output", "log.h5"] + more
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: delay)
    let start = ContinuousClock.now
    process.terminate()
    process.waitUntilExit()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let offset: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return (offset + process.terminationStatus, seconds)
  }

  @Test func `a file that is one endless line ends with the signal`() throws {
    try Workplace.with { place in
      // A hole of 100 GB, which takes no room and a minute to read.
      _ = try Tool.shell("truncate -s 100G texts.jsonl", in: place.folder)
      let end = try Self.stop(Self.small, after: 1, in: place)
      #expect(end.status == 128 + 15)
      #expect(end.seconds < 5, "\(end.seconds) s")
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `a packed endless line is refused with its number`() throws {
    try Workplace.with { place in
      let outcome = try place.run([
        "score", "--model", Self.small, "--texts", Places.fixture("texts/endless.zst"),
        "--output", "log.h5",
      ])
      expectRefusal(outcome, ["endless.zst, line 1: is longer than 268435456 bytes"])
    }
  }
}
