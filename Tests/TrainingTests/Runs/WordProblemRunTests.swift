import Foundation
import RunLogs
import TestSupport
import Testing
import Training

/// Word problems of a file, as GSM8K's, through the same interface as the other tasks.
@Suite struct WordProblemRunTests {
  private func yaml(_ folder: URL, _ more: String = "") throws -> String {
    let file = folder.appending(path: "words.jsonl")
    try Data(TaskSamples.wordLines(200)).write(to: file)
    return """
      model: \(SmallRun.base)
      output: \(folder.appending(path: "run").path)
      objective: srft-paper
      steps: 2
      demonstrations: {task: gsm8k, style: far, pool: 8, per-step: 2}
      rollouts: {task: gsm8k, prompts-per-step: 2, samples: 2, maximum-tokens: 8}
      evaluation: {every: 2, problems: 4, samples: 2, maximum-tokens: 8}
      task-file: \(file.path)
      \(more)
      """
  }

  @Test func `a run learns from them and is evaluated on them`() throws {
    try withTemporaryFolder { folder in
      let configuration = try TrainingConfiguration(yaml: yaml(folder), path: "run.yaml")
      let again = try TrainingConfiguration(yaml: configuration.yaml, path: "run.yaml")
      #expect(again == configuration)
      let records = try SmallRun.records(configuration)
      #expect(records.count == 2 && records.allSatisfy { $0[.loss].isFinite })
      // A model that knows no English solves none.
      #expect(records[1][.heldOutAccuracy] == 0 && records[0][.heldOutAccuracy].isNaN)
      let rollouts = try String(
        contentsOfFile: configuration.output + "/rollouts.jsonl", encoding: .utf8)
      #expect(rollouts.contains("Question: A depot holds"))
    }
  }

  @Test func `a file that is missing, broken or for nothing is refused`() throws {
    try withTemporaryFolder { folder in
      let text = try yaml(folder)
      func refusal(_ text: String) -> String? {
        do {
          _ = try Trainer(TrainingConfiguration(yaml: text, path: "run.yaml"))
          return nil
        } catch { return "\(error)" }
      }
      let without = text.replacing(/task-file: .*/, with: "")
      #expect(refusal(without) == "run.yaml: task-file: is missing: the problems of gsm8k")
      let other = text.replacing("gsm8k", with: "countdown")
      #expect(refusal(other)?.contains("task-file: has no effect beside the other keys") == true)
      let nowhere = text.replacing(/task-file: .*/, with: "task-file: nowhere.jsonl")
      #expect(refusal(nowhere)?.hasPrefix("nowhere.jsonl: can't be read") == true)
      let split = text.replacing("evaluation: {", with: "evaluation: {split: ood-facts, ")
      #expect(refusal(split)?.hasPrefix("evaluation.split: gsm8k has no ood-facts, only") == true)
      try Data("{\"question\": 1}\n".utf8).write(to: folder.appending(path: "words.jsonl"))
      #expect(refusal(text)?.contains("words.jsonl, line 1: question or answer") == true)
    }
  }
}
