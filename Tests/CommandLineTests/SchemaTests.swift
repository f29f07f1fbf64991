import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// Expects a command to end well, and what it printed to fit a schema of `Data/Schemas`, whose name is
/// given without its ending.
func expectFit(
  _ outcome: Tool.Outcome, _ schema: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(outcome.status == 0, "\(outcome.error)", sourceLocation: sourceLocation)
  let file = SchemaTests.folder.appending(path: schema + ".schema.json")
  let problems = try JSONSchema(path: file.path)
    .problems(in: JSONValue(parsing: Array(outcome.output.utf8)))
  #expect(
    problems.isEmpty, "\(schema): \(problems.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}

/// Expects a file that a command wrote to fit a schema.
func expectFit(
  _ file: String, in place: Workplace, _ schema: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = SchemaTests.folder.appending(path: schema + ".schema.json").path
  let data = try Data(contentsOf: URL(filePath: place.path(file)))
  let problems = try JSONSchema(path: path).problems(in: JSONValue(parsing: Array(data)))
  #expect(
    problems.isEmpty, "\(file): \(problems.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}

/// What `--json` prints, and the schemas that say what it is.
@Suite(.timeLimit(.minutes(15)))
struct SchemaTests {
  static let folder = Places.data.appending(path: "Schemas")

  // MARK: Commands

  @Test func `score, merge, inspect, figures and report`() throws {
    try Workplace.with { place in
      try expectFit(place.score(more: ["--json", "--quiet"]), "score")
      try expectFit(place.score(more: ["--dry-run", "--json", "--quiet"]), "score-dry-run")
      for index in 1...2 {
        let shard = try place.score(more: [
          "--shard", "\(index)/2", "--batch-tokens", "4", "--json",
        ])
        try expectFit(shard, "score")
      }
      let shards = (1...2).map { "log.shard-\($0)-of-2.h5" }
      try expectFit(
        place.run(["merge"] + shards + ["--output", "merged.h5", "--json"]), "merge")
      try expectFit(
        place.run(["inspect", "--json", "log.h5", "merged.h5"] + shards), "inspect")
      try expectFit(place.run(["figures", "log.h5", "--output", "f", "--json"]), "figures")
      try expectFit(place.run(["report", "log.h5", "--output", "r", "--json"]), "report-result")
      try expectFit("r/report.json", in: place, "report")
      for more in [[], ["--by", "dH", "--show", "all", "--margin", "js=0.02"]] {
        try expectFit(place.run(["audit", "log.h5", "--json"] + more), "audit")
      }
      let ids = try TokenLog(path: place.path("log.h5")).strings(.id).prefix(2)
      let named = ids.flatMap { ["--text", $0] }
      try #require(named.count == 4)
      try expectFit(
        place.run(["audit", "log.h5", "--json"] + named.prefix(2)), "audit-text")
      try expectFit(place.run(["audit", "log.h5", "--json"] + named), "audit-texts")
    }
  }

  @Test func `audit and report of a log in two precisions`() throws {
    try Workplace.with { place in
      _ = try place.score(more: ["--replicate", "bf16", "--quiet"])
      try expectFit(
        place.run(["audit", "log.h5", "--json"]), "audit")
      _ = try place.run(["report", "log.h5", "--output", "r"])
      try expectFit("r/report.json", in: place, "report")
    }
  }

  @Test func `evaluate`() throws {
    try Workplace.with { place in
      for more in [["--samples", "2"], ["--samples", "0"], ["--no-greedy"]] {
        try expectFit(
          place.run(
            ["evaluate", Workplace.demo("base"), "--problems", "4", "--max-tokens", "20", "--json"]
              + more), "evaluate")
      }
    }
  }

  @Test func `what is told only of some texts and models`() throws {
    let texts = """
      {"prompt": "Q: 7 + 5 = ?\\nA:", "response": " 12"}
      nonsense

      """
    try Workplace.with(texts: texts) { place in
      let models = ["base", "rl"].map { "\($0)=\(Workplace.demo($0))" }
      let scored = try place.score(models, ["--tokenizer", "rl", "--skip-bad-lines", "--json"])
      try expectFit(scored, "score")
      #expect(scored.output.contains("\"tokenizer\" : "))
      let keyed = try place.spoiled("keyed") {
        try $0.replace(
          "\"vocab_size\": 83", with: "\"mine\": 1, \"vocab_size\": 83", in: "config.json")
      }
      let adapted =
        Places.fixture("transformer/llama-new") + "+" + Places.fixture("adapters/llama")
      let files =
        ["safetensors/all-types.safetensors", "transformer/gemma2"]
        + ["log-1.0.h5", "log-2.0.h5", "training-log-1.0.h5", "training-log-2.0.h5"]
        .map { "runlogs/" + $0 }
      let inspected = try place.run(
        ["inspect", "--json", "log.h5", keyed, adapted, Workplace.demo("base")]
          + files.map(Places.fixture))
      try expectFit(inspected, "inspect")
      for name in [
        "badLinesLeftOut", "tokenizerNote", "unreadConfigurationKeys", "options",
      ] {
        #expect(inspected.output.contains("\"\(name)\" : "), "\(name)")
      }
    }
  }

  @Test func `generate and dynamics`() throws {
    let texts = #"{"prompt": "Q: 7 + 5 = ?\nA:", "response": " 12\n#### 12"}"#
    try Workplace.with(texts: texts) { place in
      let (base, rl) = (Workplace.demo("base"), Workplace.demo("rl"))
      let generated = try place.run([
        "generate", "--model", "rl=\(rl)", "--texts", "texts.jsonl", "--output", "o.jsonl",
        "--samples", "2", "--max-tokens", "4", "--json",
      ])
      try expectFit(generated, "generate")
      let mapped = try place.run([
        "dynamics", "x=\(base)@0", "x=\(rl)@150", "--texts", "base=texts.jsonl", "--output", "d",
        "--json",
      ])
      try expectFit(mapped, "dynamics")
      try expectFit(
        place.run(["figures", "d/dynamics.h5", "--output", "f", "--json"]), "figures")
    }
  }

  private static let base = """
    output: run
    objective: sft
    steps: 2
    new-model: {task: modular-arithmetic, hidden-size: 16, layers: 1, heads: 2,
      key-value-heads: 1, feed-forward-size: 16, context-length: 64}
    demonstrations: {task: modular-arithmetic, style: base, pool: 0, per-step: 4}

    """
  private static let rl = """
    model: runs/base/final
    output: runs/rl
    objective: grpo
    steps: 2
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 12}

    """

  @Test func `train and its log`() throws {
    try withTemporaryFolder { folder in
      let place = Workplace(folder: folder)
      try place.write(Self.base, to: "run.yaml")
      try expectFit(place.run(["train", "run.yaml", "--json"]), "train")
      try expectFit(place.run(["inspect", "run/log.h5", "run/final", "--json"]), "inspect")
      try expectFit(place.run(["figures", "run", "--output", "f", "--json"]), "figures")
    }
  }

  @Test func `reproduce prints what is in study.json`() throws {
    try withTemporaryFolder { folder in
      let place = Workplace(folder: folder)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "presets"), withIntermediateDirectories: true)
      try place.write(Self.base, to: "presets/base.yaml")
      try place.write(Self.rl, to: "presets/rl.yaml")
      // The largest seed is no Int64.
      let outcome = try place.run([
        "reproduce", "presets", "--output", "out", "--seeds", "\(UInt64.max)", "--json",
      ])
      try expectFit(outcome, "study")
      let file = try String(contentsOfFile: place.path("out/study.json"), encoding: .utf8)
      #expect(file == outcome.output)
    }
  }

  @Test func `train's schema has the metrics that train knows`() throws {
    let lines = try Tool.run(["train", "--metrics"]).output.split(separator: "\n").dropFirst(2)
    let names = lines.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    let step = try schema("train")["$defs"]?["step"]
    let known = step?["properties"]?.objectValue?.map(\.key) ?? []
    #expect(known == names && !names.isEmpty)
  }

  // MARK: Schemas

  private func schema(_ name: String) throws -> JSONValue {
    let file = Self.folder.appending(path: name + ".schema.json")
    return try JSONValue(parsing: Array(Data(contentsOf: file)))
  }

  private static let names = Result {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".schema.json") }.map { String($0.dropLast(12)) }.sorted()
  }

  /// All schemas inside of one, itself among them, with a place for each.
  private func parts(of schema: JSONValue, at place: String) -> [(place: String, JSONValue)] {
    var parts = [(place, schema)]
    for key in ["properties", "$defs"] {
      for member in schema[key]?.objectValue ?? [] {
        parts += self.parts(of: member.value, at: "\(place)/\(key)/\(member.key)")
      }
    }
    for key in ["items", "additionalProperties"] {
      if let inner = schema[key] { parts += self.parts(of: inner, at: place + "/" + key) }
    }
    for (index, choice) in (schema["anyOf"]?.arrayValue ?? []).enumerated() {
      parts += self.parts(of: choice, at: "\(place)/anyOf/\(index)")
    }
    return parts
  }

  @Test func `every schema can be read, has its name, and refuses what no command prints`() throws {
    let names = try Self.names.get()
    #expect(names.count >= 12)
    for name in names {
      let file = Self.folder.appending(path: name + ".schema.json")
      for value in [JSONValue.bool(true), .object([])] {
        #expect(try !JSONSchema(path: file.path).problems(in: value).isEmpty, "\(name)")
      }
      let schema = try schema(name)
      #expect(schema["$id"]?.stringValue == file.lastPathComponent)
      #expect(
        schema["$schema"]?.stringValue == "https://json-schema.org/draft/2020-12/schema",
        "\(name)")
    }
  }

  @Test func `what is required is a property, and properties are described and all there is`()
    throws
  {
    for name in try Self.names.get() {
      for (place, part) in parts(of: try schema(name), at: name) {
        let properties = part["properties"]?.objectValue ?? []
        let known = Set(properties.map(\.key))
        let required = (part["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        #expect(known.isSuperset(of: required), "\(place)")
        #expect(Set(required).count == required.count, "\(place)")
        for property in properties {
          let description = property.value["description"]?.stringValue ?? ""
          #expect(!description.isEmpty, "\(place)/\(property.key)")
          #expect(!description.contains("\n"), "\(place)/\(property.key)")
        }
        if part["type"]?.stringValue == "object" || !properties.isEmpty {
          #expect(part["type"] == .string("object"), "\(place)")
          #expect(part["additionalProperties"] != nil, "\(place)")
        }
      }
    }
  }

  // MARK: The validator

  /// Writes files into a folder and reads the first.
  private func read(_ schema: String, with others: [String: String] = [:]) throws -> JSONSchema {
    try withTemporaryFolder { folder in
      let place = Workplace(folder: folder)
      try place.write(schema, to: "main.json")
      for (name, text) in others { try place.write(text, to: name) }
      return try JSONSchema(path: place.path("main.json"))
    }
  }

  /// A schema, values that fit, and values that don't with the place of the fault.
  struct Keyword: Sendable, CustomTestStringConvertible {
    let schema: String
    let good: [String]
    let bad: [(value: String, place: String)]

    init(_ schema: String, _ good: [String], _ bad: [(value: String, place: String)]) {
      (self.schema, self.good, self.bad) = (schema, good, bad)
    }

    var testDescription: String { schema }
  }

  private static let keywords = [
    Keyword(
      #"{"type": "integer"}"#, ["1", "-3", "2.0", "18446744073709551615"],
      ["1.5", "\"1\"", "true", "null", "[1]", "1e999"].map { ($0, "") }),
    Keyword(
      #"{"type": ["number", "null"]}"#, ["1", "1.5", "null"],
      ["\"null\"", "false", "{}"].map { ($0, "") }),
    Keyword(
      #"{"type": ["string", "boolean"]}"#, ["\"\"", "true"], ["0", "null"].map { ($0, "") }),
    Keyword(#"{"type": "object"}"#, ["{}"], [("[]", "")]),
    Keyword(#"{"type": "array"}"#, ["[]"], [("{}", "")]),
    Keyword(
      #"{"properties": {"a/b": {"type": "string"}}}"#, [#"{"a/b": ""}"#, #"{"c": 1}"#, "1"],
      [(#"{"a/b": 1}"#, "/a~1b")]),
    Keyword(
      #"{"required": ["a", "b"]}"#, [#"{"b": 1, "a": null, "c": 2}"#, "1"],
      [("{}", ""), (#"{"a": 1}"#, "")]),
    Keyword(
      #"{"properties": {"a": {}}, "additionalProperties": false}"#, [#"{"a": 1}"#, "{}"],
      [(#"{"a": 1, "b": 1}"#, "/b")]),
    Keyword(
      #"{"additionalProperties": {"type": "integer"}}"#, [#"{"a": 1, "b": 2}"#],
      [(#"{"a": 1, "b": ""}"#, "/b")]),
    Keyword(#"{"items": {"type": "integer"}}"#, ["[]", "[1, 2]", "\"\""], [("[1, null]", "/1")]),
    Keyword(#"{"enum": ["a", 1, null]}"#, ["\"a\"", "1.0", "null"], [("\"b\"", ""), ("0", "")]),
    Keyword(#"{"const": "a"}"#, ["\"a\""], [("\"A\"", ""), ("1", "")]),
    Keyword(#"{"minimum": 0}"#, ["0", "0.5", "\"\""], [("-1", ""), ("-1e-9", "")]),
    Keyword(#"{"maximum": 1}"#, ["1", "-5"], [("2", ""), ("1.0001", "")]),
    Keyword(#"{"minItems": 1}"#, ["[1]", "{}"], [("[]", "")]),
    Keyword(#"{"pattern": "^[0-9]+$"}"#, ["\"12\"", "12"], [("\"1a\"", ""), ("\"\"", "")]),
    Keyword(
      #"{"anyOf": [{"type": "null"}, {"required": ["a"], "type": "object"}]}"#,
      ["null", #"{"a": 1}"#], [("1", ""), ("{}", "")]),
    Keyword(
      ##"{"items": {"$ref": "#/$defs/one"}, "$defs": {"one": {"minimum": 1}}}"##, ["[1, 2]"],
      [("[1, 0]", "/1")]),
    Keyword(
      #"{"properties": {"a": {"$ref": "main.json"}}, "type": "object"}"#, [#"{"a": {}}"#],
      [(#"{"a": {"a": 1}}"#, "/a/a")]),
  ]

  @Test(arguments: keywords)
  func `each keyword lets through what fits and finds what doesn't`(keyword: Keyword) throws {
    let schema = try read(keyword.schema)
    for value in keyword.good {
      let problems = schema.problems(in: try JSONValue(parsing: Array(value.utf8)))
      #expect(problems.isEmpty, "\(value): \(problems)")
    }
    for (value, place) in keyword.bad {
      let problems = schema.problems(in: try JSONValue(parsing: Array(value.utf8)))
      #expect(problems.contains { $0.hasPrefix("at '\(place)': ") }, "\(value): \(problems)")
    }
  }

  @Test func `a choice of several says what is wrong with the closest`() throws {
    let cell = #"{"anyOf": [{"type": "string"}, {"$ref": "estimate.json"}]}"#
    let estimate =
      #"{"type": "object", "required": ["value"], "additionalProperties": {"minimum": 0}}"#
    let schema = try read(cell, with: ["estimate.json": estimate])
    let problems = schema.problems(in: try JSONValue(parsing: Array(#"{"level": -1}"#.utf8)))
    #expect(
      problems == [
        "at '': fits none of 2 schemas, of which the closest says", "at '': lacks 'value'",
        "at '/level': -1 is not within 0.0 to inf",
      ])
  }

  @Test(arguments: [
    #"{"minLength": 1}"#, #"{"properties": {"a": {"oneOf": []}}}"#, #"{"type": "float"}"#,
    #"{"type": []}"#, #"{"required": [1]}"#, #"{"required": "a"}"#, #"{"items": [{}]}"#,
    #"{"additionalProperties": true}"#, #"{"properties": {"a": true}}"#, #"{"enum": []}"#,
    #"{"enum": [[1]]}"#, #"{"const": {}}"#, #"{"minimum": "0"}"#, #"{"maximum": null}"#,
    #"{"minItems": 1.5}"#, #"{"pattern": "("}"#, #"{"anyOf": []}"#, #"{"anyOf": {}}"#,
    ##"{"$ref": "#/$defs/nothing"}"##, #"{"$ref": "nowhere.json"}"#, #"{"$ref": "unread.json"}"#,
    #"{"items": {"$defs": {}}}"#, #"{"items": {"$id": "x"}}"#, #"{"title": 1}"#, "[]", "{",
  ])
  func `a schema that can't be checked is refused`(schema: String) {
    #expect(throws: JSONSchema.Fault.self) {
      try read(schema, with: ["unread.json": #"{"format": "date"}"#])
    }
  }
}
