import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

/// Every wrong input of `score` is one line that names file, place and fix, status 2, and no file.
@Suite(.timeLimit(.minutes(15)))
struct WrongInputTests {
  private static let small = "a=\(Workplace.small)"

  /// Expects a refusal that leaves the folder as it was.
  private func expectNothing(
    _ place: Workplace, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Tool.Outcome
  ) throws {
    let before = try place.files()
    expectRefusal(try body(), words, sourceLocation: sourceLocation)
    #expect(try place.files() == before, sourceLocation: sourceLocation)
  }

  // MARK: Texts

  @Test(arguments: [
    ("{\"prompt\": \"a\"\n", ["texts.jsonl, line 1", "invalid JSON at column", "one JSON object"]),
    ("\n{\"prompt_ids\": [1], \"response_ids\": [2]}\nnonsense\n", ["texts.jsonl, line 3"]),
    ("{\"prompt_ids\": [1], \"response_ids\": [NaN]}", ["texts.jsonl, line 1"]),
    ("{\"messages\": []}", ["texts.jsonl, line 1", "tokenshift_recorder.render"]),
    ("{\"prompt_ids\": [1], \"response_ids\": [-1]}", ["\"response_ids\"[0] is -1", "token id"]),
    (
      "{\"prompt_ids\": [1, 83], \"response_ids\": []}",
      ["texts.jsonl, line 1", "token 1 has id 83", "'a'", "below 83", "another tokenizer"]
    ),
    ("{\"prompt\": \"a\", \"response\": \"b\"}", ["line 1", "has no tokenizer.json"]),
    ("", ["texts.jsonl", "holds no texts"]),
    ("\n\n", ["texts.jsonl", "holds no texts"]),
  ])
  func `bad texts`(texts: String, words: [String]) throws {
    try Workplace.with(texts: texts) { place in
      try expectNothing(place, words) { try place.score([Self.small]) }
    }
  }

  @Test func `texts that are missing, or a folder`() throws {
    try Workplace.with { place in
      for (path, word) in [("none.jsonl", "no such file"), (".", "is a folder")] {
        try expectNothing(place, [path, word]) {
          try place.run(["score", "--model", Self.small, "--texts", path, "--output", "log.h5"])
        }
      }
    }
  }

  @Test func `the texts' own file as output`() throws {
    try Workplace.with { place in
      for output in ["texts.jsonl", "./texts.jsonl", place.path("texts.jsonl")] {
        try expectNothing(place, [output, "another name"]) {
          try place.score([Self.small], output: output)
        }
      }
      #expect(
        try String(contentsOfFile: place.path("texts.jsonl"), encoding: .utf8) == Workplace.ids)
    }
  }

  // MARK: Checkpoints

  @Test func `folders that are missing, files, or hold no model`() throws {
    try Workplace.with { place in
      for (path, words) in [
        ("nowhere", ["nowhere", "no such folder", "config.json"]),
        ("texts.jsonl", ["texts.jsonl", "is a file"]),
        (".", ["model.safetensors", "save_pretrained"]),
      ] {
        try expectNothing(place, words) { try place.score(["a=\(path)"]) }
      }
    }
  }

  @Test func `weights that are cut off at any place`() throws {
    try Workplace.with { place in
      let url = URL(filePath: Workplace.small).appending(path: "model.safetensors")
      let bytes = try Data(contentsOf: url)
      let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let cuts = [
        0, 1, 7, 8, 9, 7 + header, 8 + header, 9 + header, bytes.count / 2, bytes.count - 1,
      ]
      for cut in cuts {
        let path = try place.spoiled("cut-\(cut)") {
          try $0.truncate("model.safetensors", to: cut)
        }
        try expectNothing(place, ["cut-\(cut)/model.safetensors", ";"]) {
          try place.score(["a=\(path)"])
        }
      }
    }
  }

  @Test(arguments: [
    ("length beyond the file", [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8)),
    ("length of the sign bit", [0, 0, 0, 0, 0, 0, 0, 0x80] + Array("{}".utf8)),
    ("no JSON", header("nonsense")),
    ("no object", header("[]")),
    ("nesting", header(String(repeating: "[", count: 5_000))),
    (
      "overlap",
      header(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, data: 6)
    ),
    (
      "huge shape",
      header(
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#)
    ),
    (
      "twice",
      header(
        #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
          + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, data: 2)
    ),
    (
      "line ends in a name",
      header(#"{"a\n\u001b[31m":{"dtype":"F32","shape":[1],"data_offsets":[0,9]}}"#, data: 4)
    ),
  ])
  func `hostile headers of weights`(name: String, bytes: [UInt8]) throws {
    try Workplace.with { place in
      let path = try place.spoiled("hostile") {
        try Data(bytes).write(to: $0.folder.appending(path: "model.safetensors"))
      }
      try expectNothing(place, ["hostile/model.safetensors", ";"]) {
        try place.score(["a=\(path)"])
      }
      expectRefusal(try place.run(["inspect", path + "/model.safetensors"]), ["model.safetensors"])
    }
  }

  private static func header(_ text: String, data: Int = 0) -> [UInt8] {
    let length = UInt64(text.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + Array(text.utf8)
      + Array(repeating: 0, count: data)
  }

  @Test func `NaN in weights, and logits that overflow`() throws {
    try Workplace.with { place in
      let nan = try place.spoiled("nan") {
        try $0.setElements(3..<4, of: "model.norm.weight", to: 0x7FC0)
      }
      try expectNothing(place, ["nan", "model.norm.weight", "NaN", "element 3", "earlier one"]) {
        try place.score(["a=\(nan)"])
      }
      let huge = try place.spoiled("huge") {
        try $0.setElements(0..<32, of: "model.norm.weight", to: 0x7F7F)
      }
      try expectNothing(place, ["texts.jsonl, line 1, token 1", "'a'", "another checkpoint"]) {
        try place.score(["a=\(huge)"])
      }
    }
  }

  @Test(arguments: [
    ("\"vocab_size\": 83", "\"vocab_size\": 84", ["shape", "config.json"]),
    ("\"model_type\": \"qwen2\"", "\"model_type\": \"mamba\"", ["mamba", "qwen2"]),
    ("\"hidden_size\": 32", "\"hidden_size\": -1", ["'hidden_size' is -1"]),
    ("\"hidden_size\": 32,", "", ["'hidden_size' is missing"]),
    ("\"rope_type\": \"default\"", "\"rope_type\": \"xpos\"", ["rope_type", "xpos"]),
    ("{", "", ["invalid JSON"]),
  ])
  func `config files of another model, or none`(old: String, new: String, words: [String]) throws {
    try Workplace.with { place in
      let path = try place.spoiled("other") { try $0.replace(old, with: new, in: "config.json") }
      try expectNothing(place, ["other"] + words) { try place.score(["a=\(path)"]) }
    }
  }

  @Test func `another model's tokenizer`() throws {
    let texts = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(3).joined(separator: "\n")
    try Workplace.with(texts: texts) { place in
      func exchange(_ copy: CheckpointCopy, _ source: String) throws {
        for name in ["tokenizer.json", "tokenizer_config.json"] {
          try? FileManager.default.removeItem(atPath: copy.path(name))
        }
        try FileManager.default.copyItem(atPath: source, toPath: copy.path("tokenizer.json"))
      }
      let fewer = Places.fixture("tokenization/qwen2.tokenizer.json")
      let other = try place.spoiled("other", of: Workplace.demo("base")) { try exchange($0, fewer) }
      let base = "base=\(Workplace.demo("base"))"
      try expectNothing(
        place, ["'base' and 'other'", "different tokenizers", "tokenshift dynamics"]
      ) {
        try place.score([base, "other=\(other)"])
      }
      try expectNothing(place, ["texts.jsonl", "other/tokenizer.json", "another model's"]) {
        try place.score(["other=\(other)"])
      }
      let larger = try place.spoiled("larger") {
        try exchange($0, Workplace.demo("base") + "/tokenizer.json")
      }
      try expectNothing(place, ["larger/tokenizer.json", "83 rows", "another model's"]) {
        try place.score(["a=\(larger)"])
      }
      let broken = try place.spoiled("broken", of: Workplace.demo("base")) {
        try $0.truncate("tokenizer.json", to: 1_000)
      }
      try expectNothing(place, ["broken/tokenizer.json", "copy the file again"]) {
        try place.score(["a=\(broken)"])
      }
    }
  }

  // MARK: Names and pairs

  @Test func `names and pairs that don't fit`() throws {
    let twice = ["a=\(Workplace.small)", "b=\(Workplace.small)"]
    try Workplace.with { place in
      for (models, options, words) in [
        (["a=\(Workplace.small)", "a=\(Workplace.small)"], [], ["two models are named 'a'"]),
        (["a/b=\(Workplace.small)"], [], ["'a/b' can't name a model"]),
        (twice, ["--pairs", "a:c"], ["a:c", "isn't there", "a, b"]),
        (twice, ["--pairs", "a"], ["'a' is no pair", "base:rl"]),
        (twice, ["--pairs", "a:a"], ["a:a", "with itself"]),
        (twice, ["--pairs", "a:b,a:b"], ["a:b", "twice"]),
        (twice, ["--pairs", ","], ["--pairs names no pair"]),
        (
          ["a=\(Workplace.small)", "b=\(Places.fixture("transformer/llama-new"))"], [],
          ["'a' and 'b'", "83", "separate logs"]
        ),
      ] as [([String], [String], [String])] {
        try expectNothing(place, words) { try place.score(models, options) }
      }
    }
  }

  // MARK: Output

  @Test func `outputs that can't be written`() throws {
    try Workplace.with { place in
      try expectNothing(place, ["nowhere/log.h5", "create the folder first"]) {
        try place.score([Self.small], output: "nowhere/log.h5")
      }
      try expectNothing(place, ["texts.jsonl/log.h5", "a part of the path is a file"]) {
        try place.score([Self.small], output: "texts.jsonl/log.h5")
      }
      for folder in [".", place.folder.path] {
        try expectNothing(place, ["is a folder", "name of a file"]) {
          try place.score([Self.small], output: folder)
        }
      }
    }
  }

  @Test func `an output that can't be written is found before anything is read`() throws {
    try Workplace.with { place in
      try expectNothing(place, ["nowhere/log.h5", "create the folder first"]) {
        try place.score(["a=no-such-model"], output: "nowhere/log.h5")
      }
    }
  }

  #if os(Linux)
    @Test func `a folder that even root can't write to`() throws {
      try Workplace.with { place in
        try expectNothing(place, ["/sys/log.h5", "cannot write"]) {
          try place.score([Self.small], output: "/sys/log.h5")
        }
      }
    }
  #endif
}

/// Files that are no logs, and questions that a log can't answer.
@Suite(.timeLimit(.minutes(15)))
struct WrongLogTests {
  private static let commands = [
    ["audit"], ["inspect"], ["figures", "--output", "f"], ["report", "--output", "r"],
  ]

  @Test(arguments: commands)
  func `files that are no logs`(command: [String]) throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      let whole = try Data(contentsOf: place.folder.appending(path: "log.h5"))
      try whole.prefix(whole.count / 2).write(to: place.folder.appending(path: "cut.h5"))
      try Data().write(to: place.folder.appending(path: "empty.h5"))
      try FileManager.default.copyItem(
        atPath: place.path("texts.jsonl"), toPath: place.path("texts.h5"))
      let newer = try HDF5File.create(place.path("newer.h5"), replacing: true)
      try newer.root.setAttribute("schema", to: "tokenshift.token-log")
      try newer.root.setAttribute("schema_version", to: "3.0")
      try newer.close()
      let foreign = try HDF5File.create(place.path("foreign.h5"), replacing: true)
      try foreign.close()
      let before = try place.files()
      for (name, words) in [
        ("none.h5", ["none.h5: ", "o such file or "]),
        ("texts.h5", ["texts.h5: ", "HDF5"]), ("empty.h5", ["empty.h5: ", "HDF5"]),
        (
          "texts.jsonl",
          [
            "texts.jsonl: ",
            ["figures", "report"].contains(command[0]) ? "tokenshift import" : "HDF5",
          ]
        ),
        ("cut.h5", ["cut.h5: ", "truncated"]),
        ("foreign.h5", ["foreign.h5: an HDF5 file, but not a token log"]),
        ("newer.h5", ["newer.h5", "schema 3.0", "update TokenShift"]),
      ] {
        expectRefusal(try place.run([command[0], name] + command.dropFirst()), words)
      }
      #expect(try place.files() == before)
    }
  }

  @Test func `a folder as a log`() throws {
    try Workplace.with { place in
      for command in Self.commands where command != ["inspect"] {
        let word =
          ["figures", "report"].contains(command[0]) ? "holds no log.h5" : "irectory"
        expectRefusal(try place.run([command[0], "."] + command.dropFirst()), [word])
      }
    }
  }

  @Test func `pairs and texts that a log doesn't have`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      for (arguments, words) in [
        (
          ["audit", "log.h5", "--pair", "b:a"],
          ["log.h5", "no pair b:a", "only a:b", "score again"]
        ),
        (["audit", "log.h5", "--pair", "b"], ["'b' is no pair"]),
        (["audit", "log.h5", "--text", "z"], ["log.h5", "no text with id 'z'"]),
        (["figures", "log.h5", "--output", "f", "--pairs", "b:a"], ["no pair b:a"]),
        (["figures", "log.h5", "--output", "f", "--pairs", ""], ["--pairs names no pair"]),
        (["figures", "log.h5", "--output", "f", "--text", "z"], ["no text with id 'z'"]),
        (["report", "log.h5", "--output", "r", "--text", "z"], ["no text with id 'z'"]),
        (["inspect", "texts.jsonl"], ["texts.jsonl", "neither a checkpoint"]),
        (["inspect", "nothing"], ["nothing", "no such file"]),
      ] {
        expectRefusal(try place.run(arguments), words)
      }
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }

  @Test func `a file where figures or a report should go`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      for command in ["figures", "report"] {
        for output in ["texts.jsonl", "texts.jsonl/inside"] {
          expectRefusal(
            try place.run([command, "log.h5", "--output", output]), ["texts.jsonl", "a file"])
        }
      }
    }
  }
}
