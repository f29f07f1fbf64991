import Foundation
import Tasks
import TestSupport
import Testing

/// Answers against Python, which parses the prompts itself and works with big integers, and tries
/// all countdown expressions with fractions.
@Suite struct AnswerCheckTests {
  @Test(arguments: ["modular", "carry", "countdown"])
  func `the problems of the fixture are these`(name: String) throws {
    let task = try TaskSamples.task(name)
    let lines = (0..<200).map { index in
      let problem = task.problem(index, of: task.splits[index % task.splits.count], seed: 61)
      return problem.prompt.debugDescription + "\t" + problem.answer
    }
    try expectGolden(lines.joined(separator: "\n") + "\n", "tasks/problems-\(name).tsv")
  }

  @Test(arguments: ["modular", "carry", "countdown"])
  func `Python finds the same answers`(name: String) throws {
    let text = try String(
      contentsOfFile: Places.fixture("tasks/answers-\(name).tsv"), encoding: .utf8)
    let task = try TaskSamples.task(name)
    let rows = text.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(rows.count == 200)
    for (index, row) in rows.enumerated() {
      let problem = task.problem(index, of: task.splits[index % task.splits.count], seed: 61)
      #expect(String(row[0]) == problem.prompt.debugDescription)
      let marker = name == "carry" ? "#### " : "#"
      let verdict = task.verify(marker + row[1], of: problem)
      #expect(verdict.isCorrect, "\(problem.prompt): \(row[1]) is \(verdict.reason)")
      if name != "countdown" { #expect(String(row[1]) == problem.answer) }
    }
  }
}
