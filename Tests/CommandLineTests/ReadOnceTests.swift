import Foundation
import TestSupport
import Testing

/// YAML whose aliases stand for more than a memory holds.
enum AliasBomb {
  /// Nine times nine times nine … strings, as a value or as a key, and then a line that uses them.
  static func yaml(_ end: String) -> String {
    "x: &a [x, x, x, x, x, x, x, x, x]\n"
      + zip("abcdefgh", "bcdefghi").map { from, to in
        let names = [String](repeating: "*\(from)", count: 9).joined(separator: ", ")
        return "x\(to): &\(to) [\(names)]\n"
      }.joined() + end
  }
}

/// Files that a reader would wait for, or never come to the end of.
@Suite(.timeLimit(.minutes(15)))
struct ReadOnceTests {
  @Test func `logs that are pipes are refused, not waited for`() throws {
    try Workplace.with { place in
      #expect(try Tool.shell("mkfifo pipe.h5", in: place.folder).status == 0)
      let commands = [
        ["audit", "pipe.h5"], ["figures", "pipe.h5", "--output", "f"], ["inspect", "pipe.h5"],
        ["report", "pipe.h5", "--output", "r"], ["export", "pipe.h5"],
        ["report", "--series", "pipe.h5", "--output", "r"], ["diagnose", "pipe.h5"],
        ["mismatch", "pipe.h5", "pipe.h5"], ["merge", "pipe.h5", "--output", "m.h5"],
      ]
      for command in commands {
        expectRefusal(try place.run(command), ["pipe.h5: is a pipe, "])
      }
      #expect(try place.run(["inspect", "/dev/null"]).error.contains("/dev/null: is a device, "))
    }
  }

  @Test func `aliases are refused by every reader of YAML`() throws {
    try Workplace.with { place in
      #expect(try place.score(more: ["--quiet"]).status == 0)
      for (name, end) in [("value.yaml", "y: *i\n"), ("key.yaml", "? *i\n: 1\n")] {
        try place.write(AliasBomb.yaml(end), to: name)
        let commands: [([String], String)] = [
          (["train", name], "configurations"),
          (["audit", "log.h5", "--categories", name], "categories"),
          (["import", "log.jsonl", "--mapping", name, "--output", "i.h5"], "mappings"),
        ]
        try place.write("{\"a\": 1}\n", to: "log.jsonl")
        for (command, files) in commands {
          expectRefusal(
            try place.run(command),
            [
              "\(name): has an alias, '*a', which \(files) can't have: write out what it stands for"
            ])
        }
      }
    }
  }
}
