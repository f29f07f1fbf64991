import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// Policies, states and logs that want to hang the gate, to fill the memory or to be taken for good.
@Suite(.timeLimit(.minutes(15)))
struct GateHostileInputTests {
  private static let pair = ["gate", "--baseline", "a.jsonl", "--candidate", "b.jsonl"]

  private func withAnswers(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      for name in ["a", "b"] {
        let lines = (0..<30).map {
          #"{"prompt_id": "p\#($0)", "source": "\#(name)", "prompt": "1", "response": "2", "#
            + #""response_ids": [1], "finish": "stop", "correct": \#($0 % 3 == 0)}"#
        }
        try place.write(lines.joined(separator: "\n") + "\n", to: name + ".jsonl")
      }
      try body(place)
      // Nothing was judged: no look is counted, nothing is left over.
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
      #expect(!names.contains { $0 == ".tokenshift-gate.json" || $0.hasSuffix(".partial") })
    }
  }

  /// A file of `size` zeros, which takes no room on the disk.
  private func writeSparse(_ size: UInt64, to name: String, in place: Workplace) throws {
    try place.write("", to: name)
    let file = try FileHandle(forWritingTo: place.folder.appending(path: name))
    try file.truncate(atOffset: size)
    try file.close()
  }

  @Test func `policies that hang, fill or mean nothing`() throws {
    try withAnswers { place in
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "folder.yaml"), withIntermediateDirectories: true)
      #expect(try Tool.shell("mkfifo pipe.yaml", in: place.folder).status == 0)
      try writeSparse(100 << 20, to: "large.yaml", in: place)
      try writeSparse(1 << 30, to: "larger.yaml", in: place)
      let policies: [(name: String, text: String?, words: String)] = [
        ("value.yaml", AliasBomb.yaml("metrics: *i\n"), "has an alias, '*a'"),
        ("key.yaml", AliasBomb.yaml("? *i\n: 1\n"), "has an alias, '*a'"),
        ("self.yaml", "metrics: &a {accuracy: *a}", "has an alias, '*a'"),
        ("deep.yaml", String(repeating: "[", count: 100_000), "no YAML"),
        ("deeper.yaml", String(repeating: "{a: ", count: 200_000), "no YAML"),
        ("empty.yaml", "", "is no policy"), ("comment.yaml", "# nothing\n", "is no policy"),
        ("several.yaml", "looks: 2\n---\nlooks: 3\n", "no YAML"),
        ("nul.yaml", "alpha: 0.05\u{0}", "no YAML"),
        ("steers.yaml", "\"\\e[31mred\": 1", "'\\u{1b}[31mred'"),
        ("metric.yaml", "metrics: {luck: {}}", "'luck' is no metric: there are accuracy, "),
        ("names.yaml", "metrics: {\"a\\nb\": {}}", "is no metric"),
        ("folder.yaml", nil, "folder.yaml"), ("pipe.yaml", nil, "pipe.yaml"),
        ("large.yaml", nil, "is too long for a policy"),
        ("larger.yaml", nil, "is too long for a policy"), ("none.yaml", nil, "none.yaml"),
      ]
      for (name, text, words) in policies {
        if let text { try place.write(text, to: name) }
        expectRefusal(try place.run(Self.pair + ["--policy", name]), [name, words])
      }
    }
  }

  @Test func `states that are none`() throws {
    try withAnswers { place in
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "folder.json"), withIntermediateDirectories: true)
      #expect(try Tool.shell("mkfifo pipe.json", in: place.folder).status == 0)
      try writeSparse(300 << 20, to: "large.json", in: place)
      try writeSparse(8 << 20, to: "zeros.json", in: place)
      let ones = [String](repeating: "1", count: 200_000).joined(separator: ",")
      let states: [(name: String, text: String?, words: String)] = [
        (
          "deep.json", #"{"version": 1, "series": "# + String(repeating: "[", count: 1_000_000),
          "damaged"
        ),
        ("ones.json", #"{"version": 1, "series": [\#(ones)]}"#, "damaged"),
        ("empty.json", "", "damaged"), ("null.json", "null", "damaged"),
        ("negative.json", #"{"version": -1}"#, "damaged"),
        ("newer.json", #"{"version": 1000000}"#, "newer version"),
        ("folder.json", nil, "is a folder"), ("pipe.json", nil, "is a pipe"),
        ("large.json", nil, "too long"), ("zeros.json", nil, "damaged"),
        ("nowhere/state.json", nil, "No such file or directory"),
        ("a.jsonl/state.json", nil, "a.jsonl"), ("/dev/null", nil, "is a device"),
        ("a.jsonl", nil, "is read by this command"),
      ]
      for (name, text, words) in states {
        if let text { try place.write(text, to: name) }
        let before = try? FileManager.default.attributesOfItem(atPath: place.path(name))
        expectRefusal(try place.run(Self.pair + ["--state", name]), [words])
        let after = try? FileManager.default.attributesOfItem(atPath: place.path(name))
        for key in [FileAttributeKey.size, .modificationDate, .systemFileNumber] {
          #expect("\(before?[key] ?? 0)" == "\(after?[key] ?? 0)", "\(name)")
        }
      }
    }
  }

  #if os(Linux)
    @Test(.enabled(if: canMountDisks)) func `a state on a disk that can't be written`() throws {
      try withAnswers { place in
        for option in ["--state", "--junit"] {
          let script = """
            mkdir -p disk && exec unshare -m sh -c 'mount -t tmpfs -o ro tmpfs disk && exec "$TOOL" \
            \(Self.pair.joined(separator: " ")) --state s.json \(option) disk/file'
            """
          let outcome = try Tool.shell(script, in: place.folder)
          expectRefusal(outcome, ["disk/file", "Read-only file system"])
        }
        #expect(!FileManager.default.fileExists(atPath: place.path("s.json")))
      }
    }
  #endif

  @Test func `a state that another process holds is waited for`() throws {
    try Workplace.with { place in
      try withAnswers { other in
        for name in ["a.jsonl", "b.jsonl"] {
          try FileManager.default.copyItem(
            atPath: other.path(name), toPath: place.path(name))
        }
      }
      // Holds the lock for two seconds, and says when it has it.
      let holder = """
        command -v flock > /dev/null || exit 77
        flock .tokenshift-gate.json.lock sh -c 'touch held; sleep 2; touch released' &
        while [ ! -e held ]; do sleep 0.01; done
        "$TOOL" \(Self.pair.joined(separator: " ")) > out || exit 1
        [ -e released ] && wait
        """
      let outcome = try Tool.shell(holder, in: place.folder)
      #expect([0, 77].contains(outcome.status), "\(outcome)")
      guard outcome.status == 0 else { return }
      #expect(
        try String(contentsOfFile: place.path("out"), encoding: .utf8).contains("look 1 of 20"))
    }
  }

  @Test func `logs and answers`() throws {
    try withAnswers { place in
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "folder"), withIntermediateDirectories: true)
      #expect(try Tool.shell("mkfifo pipe.h5", in: place.folder).status == 0)
      let good = try String(contentsOfFile: place.path("b.jsonl"), encoding: .utf8)
      let candidates: [(name: String, text: String?, words: String)] = [
        ("empty.jsonl", "", "is empty"), ("lines.jsonl", "\n\n\n", "is empty"),
        ("empty.h5", "", "empty.h5"), ("text.h5", "no log", "text.h5"),
        ("deep.jsonl", String(repeating: "[", count: 100_000), "nest deeper"),
        ("zeros.jsonl", "\u{0}\u{0}\u{0}", "line 1"),
        ("id.jsonl", good.replacing(#""p1""#, with: "[1]"), "line 2: has no prompt_id"),
        ("others.jsonl", good.replacing(#""p"#, with: #""q"#), "no prompt"),
        ("half.jsonl", String(good.dropLast(30)), "line 30"),
        ("folder", nil, "folder"), ("none.h5", nil, "none.h5"), ("pipe.h5", nil, "is a pipe"),
      ]
      for (name, text, words) in candidates {
        if let text { try place.write(text, to: name) }
        let arguments = ["gate", "--baseline", "a.jsonl", "--candidate", name]
        expectRefusal(try place.run(arguments), [words])
      }
    }
  }

  // MARK: diagnose

  private func write(_ name: String, _ values: [Double], in place: Workplace) throws {
    try TrainingLog(
      steps: values.isEmpty ? [] : Array(1...values.count),
      columns: [.init(.reward, values: values), .init(.loss, values: values)]
    ).write(to: place.path(name))
  }

  @Test func `columns without numbers, or with the largest, are no reason to fail`() throws {
    try Workplace.with { place in
      var generator = SeededGenerator(seed: 5)
      let cases: [(name: String, values: [Double], status: Int32)] = [
        ("nan.h5", [Double](repeating: .nan, count: 90), 0),
        ("one.h5", [0.5], 0), ("same.h5", [Double](repeating: 0, count: 90), 0),
        ("large.h5", (0..<90).map { _ in generator.uniform() * 1e308 }, 0),
        ("tiny.h5", (0..<90).map { _ in generator.uniform() * .leastNormalMagnitude }, 0),
        ("gaps.h5", (0..<90).map { $0 % 2 == 0 ? .nan : generator.uniform() }, 0),
        // A loss that isn't finite fails a run.
        ("infinite.h5", (0..<90).map { $0 == 50 ? .infinity : generator.uniform() }, 1),
      ]
      for (name, values, status) in cases {
        try write(name, values, in: place)
        let outcome = try place.run(["diagnose", name, "--json"])
        #expect(outcome.status == status && outcome.error == "", "\(name): \(outcome)")
        let json = try JSONValue(parsing: Array(outcome.output.utf8))
        let schema = SchemaTests.folder.appending(path: "diagnose.schema.json").path
        #expect(try JSONSchema(path: schema).problems(in: json) == [], "\(name)")
        #expect(try place.run(["diagnose", name]).status == status)
      }
    }
  }

  @Test func `what is no run`() throws {
    try Workplace.with { place in
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "folder"), withIntermediateDirectories: true)
      #expect(try Tool.shell("mkfifo pipe.h5", in: place.folder).status == 0)
      try place.write("", to: "empty.h5")
      try writeSparse(1 << 30, to: "zeros.h5", in: place)
      for name in ["folder", "pipe.h5", "empty.h5", "zeros.h5", "/dev/null", "texts.jsonl"] {
        expectRefusal(try place.run(["diagnose", name]), [name])
      }
    }
  }
}
