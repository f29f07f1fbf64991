import Foundation
import TestSupport
import Testing

/// No command writes over what it reads, over what is no file, or over what is another tool's.
@Suite(.timeLimit(.minutes(15)))
struct OutputRuleTests {
  private static let small = "a=\(Workplace.small)"

  /// All files of the folder and below with their bytes; of what is no file, only its name.
  private func contents(_ place: Workplace) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: place.folder.path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: place.path(name))
      let isFile = attributes[.type] as? FileAttributeType == .typeRegular
      found[name] = isFile ? try Data(contentsOf: URL(filePath: place.path(name))) : Data()
    }
    return found
  }

  private func expectUntouched(
    _ place: Workplace, _ arguments: [String], _ words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try contents(place)
    expectRefusal(try place.run(arguments), words, sourceLocation: sourceLocation)
    let after = try contents(place)
    #expect(
      after == before, "\(arguments): \(Set(after.keys).symmetricDifference(before.keys))",
      sourceLocation: sourceLocation)
  }

  /// A log, a checkpoint, texts and problems, with a command for each kind of output into `output`.
  private func commands(_ output: String) -> [String: [String]] {
    [
      "score": ["score", "--model", "a=model", "--texts", "texts.jsonl", "--output", output],
      "merge": ["merge", "log.shard-1-of-1.h5", "--output", output],
      "virtual": ["merge", "--virtual", "log.shard-1-of-1.h5", "--output", output],
      "export": ["export", "log.shard-1-of-1.h5", "--output", output],
      "generate": [
        "generate", "--model", "a=model", "--texts", "texts.jsonl", "--max-tokens", "2",
        "--output", output,
      ],
      "evaluate": [
        "evaluate", Workplace.demo("base"), "--problems", "2", "--samples", "1", "--output", output,
      ],
    ]
  }

  private func with(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      _ = try place.spoiled("model") { _ in }
      let scored = try place.score(
        ["a=model", "b=\(Workplace.small)"], ["--shard", "1/1"], output: "log.h5")
      #expect(scored.status == 0, "\(scored)")
      try body(place)
    }
  }

  @Test func `a device, a pipe, a folder and a name with a slash are refused`() throws {
    try with { place in
      let made = try Tool.shell(
        "mkfifo pipe && mkdir folder && (mknod device c 1 3 || true)", in: place.folder)
      #expect(made.status == 0)
      var nodes = [("pipe", "is a pipe"), ("folder", "is a folder"), ("x.h5/", "slash")]
      if FileManager.default.fileExists(atPath: place.path("device")) {
        nodes.append(("device", "is a device"))
      }
      for (node, words) in nodes {
        for arguments in commands(node).values {
          try expectUntouched(place, arguments, [node, words])
        }
      }
    }
  }

  @Test func `a link stays, and the file after it is replaced`() throws {
    try with { place in
      for (name, arguments) in commands("link") {
        try place.write("old", to: "target")
        try FileManager.default.createSymbolicLink(
          atPath: place.path("link"), withDestinationPath: "target")
        let outcome = try place.run(arguments)
        #expect(outcome.status == 0, "\(name): \(outcome)")
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: place.path("link"))
        #expect(link == "target")
        #expect(try place.size(of: "target") > 3, "\(name)")
        for file in ["link", "target"] {
          try FileManager.default.removeItem(atPath: place.path(file))
        }
      }
    }
  }

  @Test func `what a command reads is spared under every name`() throws {
    try with { place in
      let manager = FileManager.default
      for (name, source) in [
        ("weights", "model/model.safetensors"), ("settings", "model/config.json"),
        ("words", "texts.jsonl"),
      ] {
        try manager.linkItem(atPath: place.path(source), toPath: place.path(name))
        try manager.createSymbolicLink(
          atPath: place.path(name + "-link"), withDestinationPath: source)
        try manager.linkItem(atPath: place.path(source), toPath: place.path(name + "-out.partial"))
        for output in [source, "./" + source, name, name + "-link", name + "-out"] {
          for command in ["score", "generate"] {
            let arguments = try #require(commands(output)[command])
            try expectUntouched(place, arguments, ["another"])
          }
        }
      }
      try manager.linkItem(
        atPath: place.path("log.shard-1-of-1.h5"), toPath: place.path("hard.h5"))
      for output in ["log.shard-1-of-1.h5", "hard.h5"] {
        for command in ["merge", "virtual", "export"] {
          try expectUntouched(place, try #require(commands(output)[command]), ["another name"])
        }
      }
    }
  }

  @Test func `in a checkpoint's folder nothing of another tool's is replaced`() throws {
    try with { place in
      _ = try place.spoiled("other") { _ in }
      for name in ["notes.txt", "adapter_model.bin"] { try place.write("x", to: "other/" + name) }
      for name in ["config.json", "model.safetensors", "notes.txt", "adapter_model.bin"] {
        for (command, arguments) in commands("other/" + name) where command != "evaluate" {
          try expectUntouched(place, arguments, ["other", "checkpoint's folder"])
        }
      }
      // A log may go there, and be replaced by another.
      for _ in 0..<2 {
        let outcome = try place.run(try #require(commands("other/log.h5")["score"]))
        #expect(outcome.status == 0, "\(outcome)")
      }
    }
  }

  @Test func `a link planted as draft or journal is neither followed nor removed`() throws {
    try with { place in
      try place.write("precious", to: "precious")
      for suffix in ["partial", "journal"] {
        for (name, arguments) in commands("out") {
          if suffix == "journal", name != "score" { continue }
          let link = place.path("out." + suffix)
          try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "precious")
          try expectUntouched(place, arguments, ["out." + suffix, "is a link"])
          try FileManager.default.removeItem(atPath: link)
        }
      }
    }
  }

  @Test func `figures and reports go over no pipe and no log`() throws {
    try with { place in
      for (command, file) in [
        ("figures", "probability-change.svg"), ("report", "report.md"),
        ("report", "figures/probability-change.gp"),
      ] {
        let arguments = [command, "log.shard-1-of-1.h5", "--output", "out"]
        let name = "out/" + file
        let folder = URL(filePath: place.path(name)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        #expect(try Tool.shell("mkfifo '\(name)'", in: place.folder).status == 0)
        try expectUntouched(place, arguments, [file, "is a pipe"])
        try FileManager.default.removeItem(atPath: place.path(name))
        try FileManager.default.linkItem(
          atPath: place.path("log.shard-1-of-1.h5"), toPath: place.path(name))
        try expectUntouched(place, arguments, [file, "read by this command"])
        try FileManager.default.removeItem(atPath: place.path("out"))
      }
    }
  }

  @Test func `a map goes over nothing that it reads, before anything is measured`() throws {
    try Workplace.with { place in
      _ = try place.spoiled("model", of: Workplace.demo("base")) { _ in }
      try place.write(
        #"{"prompt": "Q: 7 + 5 = ?\nA:", "response": " 12\n#### 12"}"# + "\n", to: "texts.jsonl")
      try FileManager.default.createDirectory(
        atPath: place.path("out"), withIntermediateDirectories: false)
      for name in ["dynamics.h5", "dynamics.tsv"] {
        try FileManager.default.linkItem(
          atPath: place.path("texts.jsonl"), toPath: place.path("out/" + name))
        try expectUntouched(
          place,
          ["dynamics", "a=model", "--texts", "base=texts.jsonl", "--output", "out"],
          [name, "read by this command"])
        try FileManager.default.removeItem(atPath: place.path("out/" + name))
      }
    }
  }

  @Test func `a run begins over nothing that it reads or that is another's`() throws {
    try TrainPlace.with { run in
      let place = run.place
      let manager = FileManager.default
      try manager.createDirectory(
        atPath: place.path("run"), withIntermediateDirectories: false)
      let train = ["train", "run.yaml", "--set", "steps=1"]
      for (name, source) in [
        ("rollouts.jsonl", "demonstrations.jsonl"), ("config.yaml", "run.yaml"),
      ] {
        try manager.linkItem(atPath: place.path(source), toPath: place.path("run/" + name))
        try expectUntouched(place, train, [name, "read by this command"])
        try manager.removeItem(atPath: place.path("run/" + name))
      }
      for name in ["config.yaml", "rollouts.jsonl", "log.h5", "step-000001"] {
        try place.write("mine", to: "run/" + name)
        try expectUntouched(place, train, ["run", "choose another"])
        try manager.removeItem(atPath: place.path("run/" + name))
      }
      #expect(try Tool.shell("mkfifo run/log.jsonl", in: place.folder).status == 0)
      try expectUntouched(place, train, ["log.jsonl", "is a pipe"])
    }
  }

  #if os(Linux)
    @Test(.enabled(if: canMountDisks))
    func `a full disk is the machine's fault and says what to do`() throws {
      try with { place in
        let outcome = try Tool.shell(
          """
          mkdir disk && exec unshare -m sh -c 'mount -t tmpfs -o size=16k tmpfs disk &&
          exec "$TOOL" score --model a=model --texts texts.jsonl --output disk/log.h5 --quiet'
          """, in: place.folder)
        expectRefusal(
          outcome, status: 3,
          ["disk/log.h5", "No space left on device", "free space or choose another disk"])
      }
    }
  #endif

  @Test func `closed descriptors are no way into a run's files`() throws {
    try TrainPlace.with { run in
      let outcome = try Tool.shell(
        "\"$TOOL\" train run.yaml --set steps=2 <&- >&- 2>&-", in: run.place.folder)
      // Standard output took nothing: said by the status alone.
      #expect(outcome.status == 3, "\(outcome)")
      for name in ["log.jsonl", "rollouts.jsonl"] {
        let lines = try String(contentsOfFile: run.place.path("run/" + name), encoding: .utf8)
          .split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
          #expect(line.hasPrefix("{") && line.hasSuffix("}"), "\(name): \(line)")
        }
      }
    }
  }
}
