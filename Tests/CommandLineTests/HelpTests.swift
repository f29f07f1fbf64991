import Foundation
import Testing

/// Help, version, and command lines that can't be understood.
@Suite(.timeLimit(.minutes(15)))
struct HelpTests {
  /// Those that the tool lists: a new one is checked without a line here.
  static let commands: [String] = {
    let help = (try? Tool.run(["--help"]).output) ?? ""
    return help.split(separator: "SUBCOMMANDS:").last?
      .matches(of: /\n  ([a-z][a-z-]*)\s/).map { String($0.1) } ?? []
  }()

  @Test func `the tool's help shows an example, the commands and the exit codes`() throws {
    #expect(Set(Self.commands).isSuperset(of: ["score", "report", "train"]))
    for arguments in [["--help"], ["-h"], ["help"], []] {
      let outcome = try Tool.run(arguments)
      #expect(outcome.status == 0 && outcome.error == "")
      for word in Self.commands + ["tokenshift compare base=DIR", "Exit codes: 0 done, 1 a gate"] {
        #expect(outcome.output.contains(word), "\(arguments) lacks \(word)")
      }
    }
  }

  @Test(arguments: commands)
  func `each command's help shows its usage and an example`(command: String) throws {
    let outcome = try Tool.run([command, "--help"])
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output.contains("USAGE: tokenshift \(command)"))
    #expect(outcome.output.contains("Example"))
    #expect(outcome.output.contains("  tokenshift \(command) "))
    #expect(try Tool.run(["help", command]).output == outcome.output)
  }

  @Test func `the version is a line of its own`() throws {
    let outcome = try Tool.run(["--version"])
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+( \([0-9a-f]+(, changed)?\))?\n/) != nil)
  }

  @Test(arguments: [
    (["bogus"], ["Unexpected argument 'bogus'"]),
    (["--bogus"], ["Unknown option '--bogus'"]),
    (["score"], ["Missing expected argument '--model <NAME=DIR> ...'"]),
    (["score", "--model", "a=b"], ["Missing expected argument '--texts <FILE.jsonl>'"]),
    (
      ["score", "--model", "a=b", "--texts", "t"],
      ["Missing expected argument '--output <LOG.h5>'"]
    ),
    (
      ["score", "--model", "a=b", "--texts", "t", "--output", "o", "--bogus"],
      ["Unknown option '--bogus'"]
    ),
    (["score", "--model"], ["Missing value for '--model <NAME=DIR>'"]),
    (["score", "--model", "folder"], ["'folder'", "say --model base=checkpoints/base"]),
    (["score", "--model", "a="], ["'a='", "say --model base=checkpoints/base"]),
    (["score", "--model", "=a"], ["'=a'", "say --model base=checkpoints/base"]),
    (["audit"], ["Missing expected argument '<LOG.h5>'"]),
    (["audit", "x.h5", "--by", "luck"], ["luck", "moved"]),
    (["audit", "x.h5", "--show", "answer,luck"], ["--show 'luck'", "estimators"]),
    (["audit", "x.h5", "--margin", "js"], ["--margin 'js'", "js=0.05"]),
    (["audit", "x.h5", "--margin", "js=-1"], ["--margin 'js=-1'", "positive number"]),
    (["audit", "x.h5", "--margin", "luck=1"], ["--margin 'luck=1'", "moved, js, dlogp"]),
    (["audit", "x.h5", "--positions", "--text", "t"], ["give one of them"]),
    (["audit", "x.h5", "--limit", "0"], ["--limit must be positive"]),
    (["audit", "x.h5", "--positions", "--html", "p.html"], ["--positions prints rows, --html"]),
    (["audit", "x.h5", "--html", "p", "--show", "tokens"], ["--show says nothing with --html"]),
    (["audit", "x.h5", "--text", "t", "--limit", "3"], ["--limit says nothing with --text"]),
    (["audit", "x.h5", "--text", "t", "--author", "a"], ["--author says nothing with --text"]),
    (["audit", "x.h5", "--positions", "--by", "js"], ["--by says nothing with --positions"]),
    (["audit", "x.h5", "--html", "t", "--categories", "c"], ["--categories says nothing with"]),
    (["audit", "x.h5", "--show", ",,"], ["--show ',,' names no part"]),
    (["audit", "x.h5", "--limit", "x"], ["The value 'x' is invalid for '--limit <N>'"]),
    (["figures", "x.h5"], ["Missing expected argument '--output <DIR>'"]),
    (["figures", "--output", "y"], ["Missing expected argument", "LOG.h5"]),
    (["figures", "x.h5", "--output", ""], ["--output is empty"]),
    (["figures", "x.h5", "--output", "y", "--smooth", "2"], ["--smooth is an odd number"]),
    (["dynamics", "x", "--output", "y"], ["Missing expected argument '--texts"]),
    (["dynamics", "--texts", "a=b", "--output", "y"], ["RUN|NAME=CHECKPOINT"]),
    (["dynamics", "x", "--texts", "a", "--output", "y"], ["'a'", "--texts base=base.jsonl"]),
    (
      ["dynamics", "x", "--texts", "a=b", "--texts", "a=c", "--output", "y"],
      ["'a' twice"]
    ),
    (
      ["dynamics", "x", "--output", "y"] + "abcd".flatMap { ["--texts", "\($0)=f"] },
      ["at most three axes"]
    ),
    (["export"], ["Missing expected argument '<LOG.h5|RUN>'"]),
    (["export", "x.h5", "--output", ""], ["--output is empty"]),
    (["export", "x.h5", "--format", "xlsx"], ["The value 'xlsx' is invalid for '--format"]),
    (["merge"], ["Missing expected argument '<SHARD.h5> ...'"]),
    (["merge", "x.h5"], ["Missing expected argument '--output"]),
    (["merge", "x.h5", "--output", ""], ["--output is empty"]),
    (["report", "x.h5"], ["Missing expected argument '--output <DIR>'"]),
    (["inspect"], ["Missing expected argument '<PATH> ...'"]),
    (["train"], ["name a configuration, CONFIG.yaml"]),
    (["train", "x.yaml", "--threads", "0"], ["--threads goes from 1"]),
    (["evaluate"], ["Missing expected argument '<[NAME=]DIR>'"]),
    (["evaluate", "x", "--task", "luck"], ["luck", "carry-arithmetic"]),
    (["evaluate", "x", "--split", "none"], ["none", "ood-length"]),
  ])
  func `a command line that can't be understood is one line and 2`(
    arguments: [String], words: [String]
  ) throws {
    expectRefusal(try Tool.run(arguments), words)
  }

  @Test(arguments: [
    (["--top-k", "0"], "--top-k goes from 1 to 1000"),
    (["--top-k", "ten"], "The value 'ten' is invalid for '--top-k"),
    (["--batch-tokens", "0"], "--batch-tokens must be positive"),
    (["--threads", "0"], "--threads goes from 1 to 1024"),
    (["--bos", "maybe"], "'auto', 'always' or 'never'"),
    (["--output", ""], "--output is empty"),
    (["--texts", ""], "--texts is empty"),
    (["--shard", "0/3"], "--shard 1/4"),
    (["--shard", "4/3"], "--shard 1/4"),
    (["--shard", "2"], "--shard auto"),
    (["--shard", "auto"], "no rank in the environment"),
    (["--resume", "--overwrite"], "give one of them"),
  ])
  func `a value out of range is named with its range`(option: [String], words: String) throws {
    let plain = ["score", "--model", "a=b", "--texts", "t.jsonl", "--output", "o.h5"]
    expectRefusal(try Tool.run(plain + option), [words])
  }

  @Test func `control characters of an argument are spelled out`() throws {
    let outcome = try Tool.run(["inspect", "\u{1B}[31mred\nline"])
    expectRefusal(outcome, ["\\u{1b}[31mred", "no such file"])
  }
}
