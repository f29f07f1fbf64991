import Foundation
import JSON
import TestSupport
import Testing

/// `export`: files, standard output, and what is refused.
@Suite(.timeLimit(.minutes(15)))
struct ExportCommandTests {
  private static let log = Places.fixture("runlogs/export.h5")

  private func with(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      try FileManager.default.copyItem(atPath: Self.log, toPath: place.path("log.h5"))
      try FileManager.default.removeItem(atPath: place.path("texts.jsonl"))
      try body(place)
    }
  }

  @Test func `a file has what standard output has, and says so as JSON`() throws {
    try with { place in
      let columns = ["export", "log.h5", "--columns", "base/logp, rl/logp,base:rl/js"]
      let printed = try place.run(columns)
      #expect(printed.status == 0 && printed.error == "")
      #expect(printed.output.hasPrefix("text,id,author,prompt_id,position,token_id,token,mask,"))
      try expectFit(place.run(columns + ["--output", "o.csv", "--json"]), "export")
      #expect(try String(contentsOfFile: place.path("o.csv"), encoding: .utf8) == printed.output)
      #expect(try place.run(columns + ["--output", "-"]).output == printed.output)
      let quiet = try place.run(columns + ["--output", "o.jsonl", "--quiet"])
      #expect(quiet.status == 0 && quiet.output == "" && quiet.error == "")
      let lines = try String(contentsOfFile: place.path("o.jsonl"), encoding: .utf8)
        .split(separator: "\n")
      let first = try JSONValue(parsing: Array(#require(lines.first).utf8))
      #expect(first["base/logp"] == .null && first["id"]?.stringValue == "plain")
      let told = try place.run(columns + ["--output", "o.csv"])
      #expect(told.output.hasSuffix("rows\nwrote o.csv\n"), "\(told.output)")
      #expect(try place.files() == ["log.h5", "o.csv", "o.jsonl"])
    }
  }

  @Test func `a table, and the list of all there is`() throws {
    try with { place in
      try expectFit(
        place.run([
          "export", "log.h5", "--table", "divergence", "--output", "t.csv", "--json",
        ]), "export")
      let text = try String(contentsOfFile: place.path("t.csv"), encoding: .utf8)
      #expect(text.hasPrefix("pair,measured,not measured,JS,JS lower,JS upper,JS level,"))
      for path in ["log.h5"]
        + ["training-log-2.0.h5", "dynamics-log-1.0.h5"].map({
          Places.fixture("runlogs/" + $0)
        })
      {
        let list = try place.run(["export", path, "--list", "--json"])
        try expectFit(list, "export-list")
        let json = try JSONValue(parsing: Array(list.output.utf8))
        let lines = try place.run(["export", path, "--list"]).output
        for entry in (json["columns"]?.arrayValue ?? []) + (json["tables"]?.arrayValue ?? []) {
          let name = try #require(entry["name"]?.stringValue)
          let definition = try #require(entry["definition"]?.stringValue)
          #expect(lines.contains("  \(name)") && lines.contains(": \(definition)\n"), "\(name)")
        }
      }
    }
  }

  @Test func `a pipe that is closed is no error`() throws {
    try with { place in
      for ignored in ["", "trap '' PIPE; "] {
        // Whoever reads is gone by then.
        let outcome = try Tool.shell(
          ignored + "( sleep 0.3; \"$TOOL\" export log.h5; echo $? > status ) | true",
          in: place.folder)
        #expect(outcome.output == "" && outcome.error == "", "\(outcome)")
        #expect(try String(contentsOfFile: place.path("status"), encoding: .utf8) == "0\n")
      }
    }
  }

  @Test func `what is wrong is one line, and nothing is written`() throws {
    try with { place in
      let before = try place.size(of: "log.h5")
      for (arguments, words) in [
        (["--columns", "base/lgp"], ["log.h5", "base/lgp", "base/logp, base/entropy"]),
        (["--columns", "sft/logp"], ["no column 'sft/logp'", "base/…, rl/…"]),
        (["--columns", "base:sft/js"], ["no column", "base:rl/…"]),
        (["--columns", ""], ["names no column"]),
        (["--table", "nothing"], ["the tables are answer, "]),
        (["--table", "tokens", "--pair", "base:sft"], ["no pair base:sft", "base:rl"]),
        (["--table", "tokens", "--pair", "base"], ["before:after"]),
        (["--pair", "base:rl"], ["--pair is for --table"]),
        (["--table", "models", "--columns", "base/logp"], ["give one of them"]),
        (["--table", "models", "--response-only"], ["--response-only"]),
        (["--author", "x"], ["--author 'x'", "only by base, rl"]),
        (["--json"], ["--output"]), (["--format", "xlsx"], ["xlsx"]),
      ] {
        let output = arguments == ["--json"] ? [] : ["--output", "o.csv"]
        expectRefusal(try place.run(["export", "log.h5"] + arguments + output), words)
        #expect(try place.files() == ["log.h5"], "\(arguments)")
      }
      expectRefusal(
        try place.run(["export", "log.h5", "--output", "log.h5"]), ["log.h5", "another name"])
      expectRefusal(try place.run(["export", "none.h5"]), ["none.h5"])
      expectRefusal(
        try place.run(["export", "log.h5", "--output", "no/o.csv"]), ["no/o.csv"])
      #expect(try place.size(of: "log.h5") == before)
    }
  }
}
