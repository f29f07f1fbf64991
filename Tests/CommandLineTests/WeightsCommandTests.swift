import Foundation
import JSON
import TestSupport
import Testing

/// `tokenshift weights` as a process.
@Suite(.timeLimit(.minutes(15)))
struct WeightsCommandTests {
  private static let embedding = "model.embed_tokens.weight"

  /// The small model with three elements of its embedding set to NaN's neighbours or to 1.0.
  private static func edited(in place: Workplace, to pattern: UInt16 = 0x3F80) throws -> String {
    try place.spoiled("edited") {
      try $0.setElements(5..<8, of: embedding, to: pattern)
    }
  }

  @Test func `planted changes are found, one by one`() throws {
    try Workplace.with { place in
      let after = try Self.edited(in: place)
      let outcome = try place.run(["weights", Workplace.small, after, "--by", "tensor", "--json"])
      try expectFit(outcome, "weights")
      let value = try JSONValue(parsing: Array(outcome.output.utf8))
      let tensors = try #require(value["tensors"]?.arrayValue)
      for tensor in tensors {
        let isEdited = tensor["name"]?.stringValue == Self.embedding
        #expect(tensor["totals"]?["changed"]?.integerValue == (isEdited ? 3 : 0))
        #expect((tensor["stableRank"] == nil) == !isEdited)
      }
      #expect(value["whole"]?["totals"]?["changed"]?.integerValue == 3)
      let text = try place.run(["weights", Workplace.small, after])
      #expect(
        text.status == 0 && text.output.contains("\nDistance in units in the last place of BF16\n"))
      #expect(text.output.contains("unchanged") && text.output.contains("In weights: "))
      let quiet = try place.run(["weights", Workplace.small, after, "--quiet"]).output
      #expect(quiet.hasPrefix("In weights: "))
      // On a terminal's width the sentence takes several lines.
      let words = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.hasSuffix(quiet.split(separator: " ").joined(separator: " ").dropLast()))
    }
  }

  @Test func `with a log, shares of changed positions stand beside it`() throws {
    try Workplace.with { place in
      let after = try Self.edited(in: place)
      #expect(try place.score(["a=\(Workplace.small)", "b=\(after)"]).status == 0)
      let command = ["weights", Workplace.small, after, "--log", "log.h5"]
      let outcome = try place.run(command + ["--pair", "a:b", "--json"])
      try expectFit(outcome, "weights")
      let value = try JSONValue(parsing: Array(outcome.output.utf8))
      #expect(value["tokens"]?["pair"]?.stringValue == "a:b")
      #expect(value["tokens"]?["shares"]?.arrayValue?.count == 2)
      #expect(value["notes"]?.arrayValue?.isEmpty == true)
      let text = try place.run(command).output
      #expect(text.contains("In tokens: b against a: changed by JS > 0.01 nats at "))
      // Digests tell that the log is of other checkpoints.
      let swapped = try place.run(["weights", after, Workplace.small, "--log", "log.h5"])
      #expect(swapped.output.contains("'a' of log.h5 isn't"))
      expectRefusal(
        try place.run(command + ["--pair", "a:c"]),
        ["--pair a:c: log.h5 has no model 'c', only a, b"])
    }
  }

  @Test func `the figure has its four files, and spares the inputs`() throws {
    try Workplace.with { place in
      let after = try Self.edited(in: place)
      let outcome = try place.run(["weights", Workplace.small, after, "--figure", "f/w"])
      #expect(outcome.status == 0, "\(outcome.error)")
      for ending in ["svg", "pdf", "gp", "tsv"] {
        #expect(try place.size(of: "f/w." + ending) > 500)
      }
      try FileManager.default.copyItem(
        atPath: place.path("f/w.svg"), toPath: place.path("edited/w.svg"))
      expectRefusal(
        try place.run(["weights", Workplace.small, after, "--figure", "edited/w"]),
        ["edited/w.svg", "is read by this command"])
      for name in [".", "..", "f/", "f/.."] {
        expectRefusal(
          try place.run(["weights", Workplace.small, after, "--figure", name]),
          ["--figure \(name) is a folder"])
      }
      try Data("{}".utf8).write(to: URL(filePath: place.path("file.json")))
      let refused = try place.run(["weights", Workplace.small, after, "--figure", "file.json/w"])
      expectRefusal(refused, ["file.json"])
      // Before the comparison: nothing was printed.
      #expect(refused.output.isEmpty)
    }
  }

  @Test func `NaN weights are counted, not refused`() throws {
    try Workplace.with { place in
      let after = try Self.edited(in: place, to: 0x7FC0)
      let outcome = try place.run(["weights", Workplace.small, after])
      #expect(outcome.status == 0)
      #expect(
        outcome.output.contains(
          "'\(Self.embedding)' has elements that are NaN or infinite, 0 before"))
      try expectFit(place.run(["weights", Workplace.small, after, "--json"]), "weights")
    }
  }

  @Test func `what isn't two checkpoints of one model is refused in a line`() throws {
    try Workplace.with { place in
      let small = Workplace.small
      expectRefusal(try place.run(["weights", small, "nowhere"]), ["nowhere: no such folder"])
      expectRefusal(
        try place.run(["weights", "texts.jsonl", small]), ["texts.jsonl", "is a file"])
      try FileManager.default.createDirectory(
        atPath: place.path("empty"), withIntermediateDirectories: false)
      expectRefusal(try place.run(["weights", small, "empty"]), ["empty", "no model.safetensors"])
      let cut = try place.spoiled("cut") { try $0.truncate("model.safetensors", to: 5_000) }
      expectRefusal(
        try place.run(["weights", small, cut]), ["cut/model.safetensors", "lacks its last"])
      expectRefusal(
        try place.run(["weights", small, Workplace.demo("base")]),
        ["has no tensor of the name and shape of one of", "give two checkpoints of one model"])
      expectRefusal(
        try place.run(["weights", small, small, "--pair", "a:b"]), ["give it with --log LOG.h5"])
      expectRefusal(try place.run(["weights", small, small, "--by", "luck"]), ["luck", "layer"])
      expectRefusal(
        try place.run(["weights", small, small, "--log", "texts.jsonl"]), ["texts.jsonl"])
    }
  }
}
