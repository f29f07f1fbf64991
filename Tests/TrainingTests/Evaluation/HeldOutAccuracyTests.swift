import Foundation
import JSON
import StatisticalInference
import Tasks
import TestSupport
import Testing
import Tokenization
import Training

@Suite struct HeldOutAccuracyTests {
  private func settings(_ change: (inout HeldOutAccuracy.Settings) -> Void)
    -> HeldOutAccuracy.Settings
  {
    var settings = HeldOutAccuracy.Settings()
    change(&settings)
    return settings
  }

  @Test func `lines and grades agree, and don't depend on the pieces they are sampled in`() throws {
    let start = try StartingModel(directory: SmallRun.base)
    let evaluation = HeldOutAccuracy(
      CarryArithmetic(),
      settings {
        // 512 responses are a piece: two pieces.
        ($0.problems, $0.samples, $0.maximumTokens, $0.seed) = (80, 8, 40, 9)
        $0.source = "base"
      })
    var lines: [RolloutLine] = []
    var finished: [Int] = []
    let result = try evaluation.measure(start) {
      finished.append($0)
    } write: {
      lines.append($0)
    }
    let (greedy, sampled) = (try #require(result.greedy), try #require(result.sampled))
    #expect(finished == [64 * 9, 80 * 9])
    #expect(lines.count == 80 * 9 && Set(lines.map { $0.json["id"]?.stringValue }).count == 80 * 9)
    let task = CarryArithmetic()
    // Numbers of draws: where a problem came twice, one is left out.
    var names: [String] = []
    for line in lines where !names.contains(line.promptID) { names.append(line.promptID) }
    #expect(names.count == 80 && names.first == "carry/test/0")
    for (index, problem) in evaluation.problems.enumerated() {
      let own = lines.filter { $0.promptID == names[index] }
      #expect(own.count == 9)
      // The verdict again, from the line's ids alone.
      let correct = own.filter { line in
        let text = start.tokenizer.decode(line.rollout.tokenIDs, skipSpecialTokens: true)
        #expect(text == line.response && line.prompt == problem.prompt)
        #expect(start.tokenizer.decode(line.promptIDs, skipSpecialTokens: true) == problem.prompt)
        return task.verify(text, of: problem, isComplete: line.rollout.finish == .stop).isCorrect
      }
      #expect(correct.count { $0.source == "base" } == sampled.correct[index])
      #expect(correct.count { $0.source == "base-greedy" } == greedy.correct[index])
      #expect(own.allSatisfy { $0.isCorrect == correct.map(\.json).contains($0.json) })
    }
    // Greedy takes the most likely token at each place.
    for line in lines where line.source == "base-greedy" {
      #expect(line.rollout.behaviorLogProbabilities.allSatisfy { $0 == 0 })
    }
    // Base solves some and not all, or this shows little.
    #expect((1..<600).contains(sampled.correct.reduce(0, +)))
    #expect(sampled.verdicts.values.reduce(0, +) == 640)
    let length = Double(
      lines.filter { $0.source == "base" }.reduce(0) { $0 + $1.rollout.tokenIDs.count })
    // A mean of the problems' means: some roundings of their own.
    expectClose(sampled.responseLength.value, length / 640, relative: 0x1p-50)
  }

  @Test func `no problem is asked twice, and a small split is asked whole`() throws {
    let file = (1...400).map {
      #"{"question": "What is \#($0) plus 1?", "answer": "<<\#($0)+1=\#($0 + 1)>> #### \#($0 + 1)"}"#
    }.joined(separator: "\n")
    let task = try GSM8K(lines: Array(file.utf8), file: "made-up.jsonl")
    let count = try #require(task.counts[.test])
    let whole = HeldOutAccuracy(task, settings { $0.problems = 10_000 })
    #expect(whole.problems.count == count && (20..<60).contains(count))
    #expect(Set(whole.problems.map(\.canonicalPrompt)).count == count)
    let some = HeldOutAccuracy(task, settings { $0.problems = 10 })
    #expect(some.problems == Array(whole.problems.prefix(10)))
    let other = HeldOutAccuracy(task, settings { ($0.problems, $0.seed) = (10, 1) })
    #expect(other.problems != some.problems)
  }

  @Test func `a response that doesn't fit into the context is refused with the split`() throws {
    let start = try StartingModel(directory: SmallRun.base)
    let evaluation = HeldOutAccuracy(CarryArithmetic(), settings { $0.maximumTokens = 100_000 })
    let error = #expect(throws: TrainingError.self) { try evaluation.measure(start) }
    #expect(
      error?.description.hasPrefix("a prompt of carry, test, with its response: takes") == true)
  }
}
