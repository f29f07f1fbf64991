import Foundation
import TestSupport
import Testing

/// Every `--json` has a schema, and every schema a command.
@Suite(.timeLimit(.minutes(15)))
struct SchemaCoverageTests {
  /// The schemas of what a command prints with --json, by mode.
  private static let schemas: [String: [String]] = [
    "compare": ["compare", "compare-dry-run"], "inspect": ["inspect"], "import": ["import"],
    "score": ["score", "score-dry-run"], "merge": ["merge"], "figures": ["figures"],
    "audit": ["audit", "audit-text", "audit-texts", "audit-page"],
    "report": ["report-result", "series"], "export": ["export", "export-list"],
    "mismatch": ["mismatch"], "weights": ["weights"], "generate": ["generate"],
    "train": ["train"], "reproduce": ["study", "rates"], "evaluate": ["evaluate"],
    "dynamics": ["dynamics"], "diagnose": ["diagnose"], "gate": ["gate"],
    "selftest": ["selftest"],
    "intervene": ["intervene", "intervene-dry-run"],
  ]
  /// Of files, and parts of others.
  private static let others = ["report", "estimate", "table", "summary", "run"]

  @Test func `commands with --json and schemas are the same`() throws {
    let commands = try HelpTests.commands.filter {
      try Tool.run([$0, "--help"]).output.contains("--json")
    }
    #expect(Set(commands) == Set(Self.schemas.keys))
    let files = try FileManager.default.contentsOfDirectory(atPath: SchemaTests.folder.path)
      .map { $0.replacing(".schema.json", with: "") }
    #expect(Set(files) == Set(Self.schemas.values.joined() + Self.others))
  }

  @Test func `a test holds each schema against what the tool prints`() throws {
    let folder = Places.root.appending(path: "Tests/CommandLineTests")
    let tests = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix("Tests.swift") }
      .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
      .joined(separator: "\n")
    for schema in Self.schemas.values.joined().sorted() {
      let isHeld =
        tests.contains("Schemas/\(schema).schema.json")
        // Calls of expectFit end with the schema's name.
        || tests.contains("\"\(schema)\")\n") && tests.contains("expectFit(")
      #expect(isHeld, "\(schema)")
    }
  }

  @Test func `mismatch, and audit's page`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      #expect(try place.score(["t=\(Workplace.small)"], output: "theirs.h5").status == 0)
      try expectFit(
        place.run(["mismatch", "log.h5", "theirs.h5", "--trainer", "a", "--json"]), "mismatch")
      try expectFit(
        place.run(["audit", "log.h5", "--html", "page.html", "--json"]), "audit-page")
    }
  }
}
