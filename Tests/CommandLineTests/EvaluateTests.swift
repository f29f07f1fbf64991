import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `evaluate`, and that `score` reads what it writes.
@Suite(.timeLimit(.minutes(15)))
struct EvaluateTests {
  private static let base = Workplace.demo("base")

  @Test func `several splits make a table, and the responses can be scored`() throws {
    try Workplace.with { place in
      let outcome = try place.run([
        "evaluate", "tuned=\(Self.base)", "--split", "test,harder", "--split", "ood-length",
        "--problems", "12", "--samples", "4", "--max-tokens", "40", "--output", "out.jsonl",
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
      let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").first }
      #expect(
        rows == [
          "test", "problems", "greedy", "sampled", "pass@2", "pass@4", "ended", "tokens", "in",
          "wrote",
        ])
      #expect(outcome.output.hasSuffix("wrote out.jsonl\n"))
      let text = try String(contentsOfFile: place.path("out.jsonl"), encoding: .utf8)
      let lines = try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      #expect(lines.count == 3 * 12 * 5)
      let scored = try place.run([
        "score", "--model", "tuned=\(Self.base)", "--texts", "out.jsonl", "--output", "out.h5",
        "--compute", "f32",
      ])
      #expect(scored.status == 0, "\(scored.error)")
      let log = try TokenLog(path: place.path("out.h5"))
      #expect(try log.strings(.source).count { $0 == "tuned-greedy" } == 36)
      #expect(try log.correctness() == lines.map { $0["correct"]?.boolValue })
      #expect(try log.rewards() == lines.map { $0["reward"]?.doubleValue })
      // What the sampler thought is what the scorer finds: two passes in single precision, each up
      // to 5e-5 from double precision on the demo.
      let starts = try log.responseStarts()
      let scores = try log.floats(.logProbability, of: "tuned")
      for (index, line) in lines.enumerated() {
        let own = (line["logprobs"]?.arrayValue ?? []).compactMap(\.doubleValue)
        let tokens = log.tokens(ofSequence: index).dropFirst(starts[index])
        #expect(own.count == tokens.count)
        for (token, value) in zip(tokens, own) {
          #expect(abs(Double(scores[token]) - value) < 1e-4)
        }
      }
      #expect(try place.files() == ["out.h5", "out.jsonl", "texts.jsonl"])
    }
  }

  @Test func `as JSON it has each number with its interval`() throws {
    try Workplace.with { place in
      let outcome = try place.run([
        "evaluate", Self.base, "--problems", "10", "--samples", "2", "--max-tokens", "40", "--json",
        "--quiet",
      ])
      #expect(outcome.status == 0 && outcome.error == "")
      let value = try JSONValue(parsing: Array(outcome.output.utf8))
      let split = try #require(value["splits"]?.arrayValue?.first)
      #expect(split["problems"] == .integer(10) && split["split"]?.stringValue == "test")
      let pass = try #require(split["sampled"]?["pass"])
      for estimate in [split["greedy"]?["accuracy"], pass["1"], pass["2"]] {
        let ends = ["lower", "value", "upper"].compactMap { estimate?[$0]?.doubleValue }
        #expect(ends.count == 3 && ends == ends.sorted() && ends[0] >= 0 && ends[2] <= 1)
      }
      #expect(pass["1"] == split["sampled"]?["accuracy"])
    }
  }

  /// Question and answer as in GSM8K; a model that knows no English solves none.
  @Test func `word problems come from a file`() throws {
    try Workplace.with { place in
      let lines = (1...120).map {
        #"{"question": "Ann has \#($0) pears and finds 2. How many?", "answer": "\#($0)+2=<<\#($0)+2=\#($0 + 2)>>\#($0 + 2)\n#### \#($0 + 2)"}"#
      }
      try place.write(lines.joined(separator: "\n"), to: "words.jsonl")
      let command = [
        "evaluate", Self.base, "--task", "gsm8k", "--file", "words.jsonl", "--samples", "2",
        "--max-tokens", "16",
      ]
      let outcome = try place.run(command)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("test has only "))
      #expect(outcome.output.contains("sampled   0.0 % [0.0"))
      expectRefusal(
        try place.run(command + ["--split", "ood-facts"]), ["--split ood-facts", "gsm8k has"])
      try place.write("{\"question\": \"?\"}", to: "words.jsonl")
      expectRefusal(try place.run(command), ["words.jsonl, line 1: question or answer is missing"])
    }
  }

  @Test(
    arguments: [
      (["--task", "gsm8k"], "--task gsm8k needs --file"),
      (["--task", "gsm8k", "--file", "none.jsonl"], "none.jsonl"),
      (["--task", "sums"], "there are carry-arithmetic, modular-arithmetic, countdown, gsm8k"),
      (["--file", "texts.jsonl"], "carry-arithmetic makes its own problems"),
      (
        ["--split", "tests"],
        "--split tests: carry-arithmetic has pretraining, train, validation, test"
      ),
      (["--split", "test,test"], "--split test stands twice"),
      (["--samples", "0", "--no-greedy"], "asks for nothing"),
      (["--temperature", "0"], "--samples 0 gives the most likely response alone"),
      (
        ["--output", "none/out.jsonl"], "none/out.jsonl: No such file or directory; check the path"
      ),
      (["--max-tokens", "5000"], "the model's context is"),
    ])
  func `what can't be asked is refused`(arguments: [String], words: String) throws {
    try Workplace.with { place in
      expectRefusal(try place.run(["evaluate", Self.base] + arguments), [words])
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `a checkpoint without a tokenizer is refused`() throws {
    try Workplace.with { place in
      expectRefusal(try place.run(["evaluate", Workplace.small]), ["tokenizer.json"])
      expectRefusal(try place.run(["evaluate", "nowhere"]), ["nowhere"])
    }
  }

  /// Blocks of 512 bytes: enough for some of the responses.
  @Test func `responses beyond the allowed file size are the machine's fault`() throws {
    try Workplace.with { place in
      try place.write("old", to: "out.jsonl")
      let outcome = try Tool.shell(
        "ulimit -f 40; exec \"$TOOL\" evaluate '\(Self.base)' --problems 40 --quiet --output out.jsonl",
        in: place.folder)
      expectRefusal(outcome, status: 3, ["out.jsonl: File too large; raise the allowed file size"])
      #expect(try place.files() == ["out.jsonl", "texts.jsonl"])
      #expect(try String(contentsOfFile: place.path("out.jsonl"), encoding: .utf8) == "old")
    }
  }
}
