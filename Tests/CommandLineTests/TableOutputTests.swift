import Foundation
import JSON
import TestSupport
import Testing

/// Tables on the terminal beside the JSON of the same command: each cell is the number that its column
/// names.
@Suite(.timeLimit(.minutes(15)))
struct TableOutputTests {
  /// Cells of a line stand at least two spaces apart.
  private func cells(_ line: Substring) -> [String] {
    line.split(separator: /\s{2,}/).map(String.init)
  }

  /// The number of a cell without its interval: `−0.562 [−0.618, −0.505]`, `12.0 % [10.8, 13.2]`.
  private func number(_ cell: String) throws -> Double {
    let text = String(cell.prefix { $0 != "[" }).replacing("−", with: "-")
      .replacing(",", with: "").trimmingCharacters(in: .whitespaces)
    if text.hasSuffix(" %") { return try #require(Double(text.dropLast(2)), "\(cell)") / 100 }
    return try #require(Double(text), "\(cell)")
  }

  /// Three digits are shown, of a share as few as one after the point of its percent.
  private func expect(_ cell: String, _ value: Double?, _ place: String) throws {
    let value = try #require(value, "\(place)")
    let isShare = cell.contains("%")
    expectClose(
      try number(cell), value, absolute: isShare ? 0.000_51 : 1e-12,
      relative: isShare ? 0 : 0.005_1,
      place)
    #expect(cell.contains("["), "\(place) has no interval")
  }

  @Test(arguments: ["js", "dlogp", "dprob", "dH"])
  func `audit's columns are those of its JSON`(measure: String) throws {
    // Every fourth of the demo's: all three writers, numbers that are all different.
    let all = try String(
      contentsOf: Places.data.appending(path: "demo/responses.jsonl"), encoding: .utf8)
    let texts = all.split(separator: "\n").enumerated().filter { $0.offset % 4 == 0 }
    try Workplace.with(texts: texts.map { $0.element + "\n" }.joined()) { place in
      let models = ["base", "rl"].map { "\($0)=\(Workplace.demo($0))" }
      let scored = try place.score(models, ["--compute", "f32", "--quiet"])
      #expect(scored.status == 0, "\(scored.error)")
      let arguments = [
        "audit", "log.h5", "--by", measure, "--limit", "6", "--show", "tokens", "--author", "rl",
      ]
      let lines = try place.run(arguments).output.split(separator: "\n")
      let head = try #require(lines.firstIndex { $0.hasPrefix("token ") })
      let names = cells(lines[head])
      let json = try JSONValue(
        parsing: Array(place.run(arguments + ["--json"]).output.utf8))
      let author = try #require(json["authors"]?.arrayValue?.first)
      let tokens = try #require(author["tokens"]?["groups"]?.arrayValue)
      #expect(tokens.count == 6)
      let keys = ["JS": "js", "Δ log p": "dlogp", "Δ p": "dprob", "Δ H": "dH"]
      var checked = 0
      for (token, line) in zip(tokens, lines[(head + 1)...]) {
        let row = cells(line)
        try #require(row.count == names.count, "\(line)")
        for (name, cell) in zip(names, row).dropFirst()
        where !["–", "too few prompts"].contains(cell) {
          let base = name.replacing(" verdict", with: "")
          if name == "moved" {
            let value = token["moved"]?["net"]?["mean"]?["value"]?.doubleValue
            try expect(cell, value.map { $0 * 1_000 }, "\(line), \(name)")
          } else if name == "effect" {
            let value = token["means"]?[measure]?["effect"]?["value"]?.doubleValue
            try expect(cell, value, "\(line), \(name)")
          } else if let key = keys[base] {
            let mean = token["means"]?[key]
            if name == base {
              try expect(cell, mean?["mean"]?["value"]?.doubleValue, "\(line), \(name)")
            } else {
              let verdict = try #require(mean?["verdict"]?.stringValue)
              #expect(cell == verdict || cell == verdict + " (weak)", "\(line), \(name)")
            }
          } else if name == "prompts" {
            #expect(try number(cell) == token["prompts"]?.doubleValue, "\(line)")
          } else {
            continue
          }
          checked += 1
        }
      }
      #expect(checked >= 6 * 9, "\(names)")
    }
  }

  @Test func `evaluate's lines are those of its JSON`() throws {
    try Workplace.with { place in
      let arguments = [
        "evaluate", Workplace.demo("base"), "--split", "test,harder", "--problems", "40",
        "--samples", "4", "--max-tokens", "40", "--quiet",
      ]
      let lines = try place.run(arguments).output.split(separator: "\n")
      let json = try JSONValue(parsing: Array(place.run(arguments + ["--json"]).output.utf8))
      let splits = try #require(json["splits"]?.arrayValue)
      let head = cells(lines[0]).filter { !$0.isEmpty }
      #expect(head == splits.compactMap { $0["split"]?.stringValue })
      var seen: [[Double]] = [[], []]
      for line in lines.dropFirst().prefix(7) {
        let row = cells(line)
        let name = row[0]
        for (index, split) in splits.enumerated() {
          let sampled = split["sampled"]
          let value: JSONValue? =
            switch name {
            case "problems": split["problems"]
            case "greedy": split["greedy"]?["accuracy"]
            case "sampled": sampled?["accuracy"]
            case "ended": sampled?["stoppedShare"]
            case "tokens": sampled?["responseLength"]
            default: sampled?["pass"]?[String(name.dropFirst(5))]
            }
          let cell = row[index + 1]
          if name == "problems" {
            #expect(try number(cell) == value?.doubleValue)
          } else {
            try expect(cell, value?["value"]?.doubleValue, "\(line)")
            seen[index].append(try number(cell))
          }
        }
      }
      // Numbers alike could change places unseen; base solves none of the harder ones.
      #expect(seen[0].count == 6 && Set(seen[0]).count == 6, "\(seen[0])")
    }
  }
}
