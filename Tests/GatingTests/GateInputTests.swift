import Analysis
import Foundation
import Gating
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Answers, training logs, looks, and what is refused.
@Suite struct GateInputTests {
  private func answers(
    _ name: String, in folder: URL, seed: UInt64, rate: Double, source: String = "rl",
    prompts: Int = 150, problem: String = "1 + 1"
  ) throws -> GateInput {
    var generator = SeededGenerator(seed: seed)
    var lines = ""
    for prompt in 0..<prompts {
      for (sample, author) in [(0, source), (1, source), (0, source + "-greedy")] {
        let isCorrect = author == source ? generator.uniform() < rate : true
        let ids = [Int](repeating: 1, count: 5 + Int(generator.next() % 3))
        lines +=
          #"{"id": "x", "prompt_id": "sums/test/\#(prompt)", "sample_id": \#(sample), "#
          + #""source": "\#(author)", "prompt": "\#(problem)", "response": "2", "#
          + #""response_ids": \#(ids), "finish": "stop", "correct": \#(isCorrect), "#
          + #""reward": \#(isCorrect ? 1 : 0), "#
          + #""verdict": "\#(isCorrect ? "correct" : "noAnswer")", "task": "sums", "#
          + #""split": "\#(prompt % 2 == 0 ? "test" : "harder")", "entropies": [0.5, 0.25]}"# + "\n"
      }
    }
    let path = folder.appending(path: name).path
    try Data(lines.utf8).write(to: URL(filePath: path))
    return .answers(path: path)
  }

  @Test func `answers of evaluate are compared without the greedy ones`() throws {
    try withTemporaryFolder { folder in
      let old = try answers("a.jsonl", in: folder, seed: 1, rate: 0.9)
      let new = try answers("b.jsonl", in: folder, seed: 2, rate: 0.4)
      let view = try judge([old], new, in: folder) { $0.policy.slices = [.task] }
      #expect(view.metrics(.regressed) == [.accuracy, .passAtK, .formatRate])
      #expect(view.finding(.accuracy, GateSlice(.task, "sums harder"))?.prompts == 75)
      #expect(view.metrics(.equivalent).contains(.stoppedRate))
      #expect(view.finding(.entropy)?.candidate == 0.375)
      let gap = try #require(view.report.gaps[.klToBase])
      #expect(gap.contains("no numbers of a base") && gap.contains("a.jsonl"))
      #expect(view.report.lines(width: .max).contains { $0.contains("NOT MEASURED kl-to-base: ") })
    }
  }

  @Test func `columns of training logs are shown`() throws {
    try withTemporaryFolder { folder in
      let inputs = [0.5, 0.2].map { level in
        GateInput.training(
          path: "run-\(level)",
          TrainingLog(
            steps: Array(1...30),
            columns: [
              .init(.reward, values: (1...30).map { level + 0.01 * Double($0 % 4) }),
              .init(.loss, values: (1...30).map { _ in .nan }),
            ]))
      }
      let view = try judge([inputs[0]], inputs[1], in: folder)
      #expect(view.report.result.findings.map(\.metric) == [.training("reward")])
      #expect(view.metrics(.shown) == [.training("reward")])
      #expect(!view.report.fails)
      // Steps of one training aren't drawn independently.
      let harm = try #require(view.finding(.training("reward"))?.harm)
      #expect(harm.interval == nil)
      #expect(
        view.report.lines(width: .max).contains(
          "SHOWN training/reward: 0.215 against 0.515, changed by −0.300 (no interval)."))
    }
  }

  @Test func `a policy's column that no training log has is refused`() throws {
    try withTemporaryFolder { folder in
      let inputs = [0.5, 0.2].map { level in
        GateInput.training(
          path: "run-\(level)",
          TrainingLog(
            steps: [1, 2, 3],
            columns: [.init(.reward, values: [level, level, level + 0.1])]))
      }
      let error = #expect(throws: GateInputError.self) {
        try judge([inputs[0]], inputs[1], in: folder) {
          $0.policy.rules = [GateRule.standard(.training("rewrad"))]
        }
      }
      #expect(
        error?.description
          == "run-0.2: no training log has the policy's 'training/rewrad'; there are training/reward"
      )
    }
  }

  @Test func `each new evaluation is a look, the same one isn't`() throws {
    try withTemporaryFolder { folder in
      let old = try GateLog.made(seed: 1).input("a.h5", in: folder)
      var log = GateLog.made(seed: 2)
      log.weights = "w-new"
      let new = try log.input("b.h5", in: folder)
      let first = try judge([old], new, in: folder)
      #expect(first.report.result.look == 1 && !first.report.isRepeated)
      let again = try judge([old], try log.input("copy.h5", in: folder), in: folder)
      #expect(again.report.isRepeated && again.report.result == first.report.result)
      var resampled = GateLog.made(seed: 3)
      resampled.weights = "w-new"
      let second = try judge([old], try resampled.input("c.h5", in: folder), in: folder)
      #expect(second.report.result.look == 2)
      // Samples that are fewer by a prompt don't begin a new count.
      resampled.samples.removeAll { $0.prompt == "p0" }
      let third = try judge([old], try resampled.input("d.h5", in: folder), in: folder)
      #expect(third.report.result.look == 3)
      #expect(third.finding(.accuracy)?.unmatched == 1)
      // Nor does measuring the baseline anew.
      var anew = GateLog.made(seed: 9)
      anew.weights = "w-rl"
      let fourth = try judge([try anew.input("a2.h5", in: folder)], new, in: folder)
      #expect(fourth.report.result.look == 4)
      // Another policy is refused, unless the count begins anew.
      let error = #expect(throws: GateError.self) {
        try judge([old], new, in: folder) { $0.policy.alpha = 0.01 }
      }
      #expect(error == .changedPolicy(looks: 4))
      let fresh = try judge([old], new, in: folder) {
        $0.policy.alpha = 0.01
        $0.startsAnew = true
      }
      #expect(fresh.report.result.look == 1)
    }
  }

  @Test func `a baseline that its samples chose is refused`() throws {
    try withTemporaryFolder { folder in
      let old = try GateLog.made(seed: 1).input("a.h5", in: folder)
      let candidates = try (2...4).map { seed in
        var log = GateLog.made(seed: UInt64(seed))
        log.weights = "w-\(seed)"
        return try log.input("c\(seed).h5", in: folder)
      }
      for candidate in candidates.prefix(2) { _ = try judge([old], candidate, in: folder) }
      let error = #expect(throws: GateInputError.self) {
        try judge([candidates[0]], candidates[2], in: folder)
      }
      #expect(error?.message.contains("--reuse-selection") == true)
      let view = try judge([candidates[0]], candidates[2], in: folder) {
        $0.reusesSelection = true
      }
      #expect(view.report.result.look == 1)
    }
  }

  @Test func `a log that holds both has their distance`() throws {
    try withTemporaryFolder { folder in
      let log = GateLog.made(seed: 1)
      let input = try log.input("a.h5", in: folder)
      let view = try judge([input], input, in: folder) {
        $0.baselineModel = "base"
        $0.candidateModel = "rl"
      }
      // Base has no text of its own; the divergence is of the candidate's samples.
      #expect(view.metrics(.shown) == [.klCandidateBaseline, .changedBetween])
      let tokens = log.samples.reduce(0) { $0 + Double($1.tokens) }
      let mean =
        log.samples.reduce(0) { $0 + Double($1.tokens) * Double($1.divergence) } / tokens
      try expectClose(
        #require(view.finding(.klCandidateBaseline)?.candidate), mean, absolute: 1e-9)
      #expect(view.report.gaps[.accuracy]?.contains("no text by 'base'") == true)
    }
  }

  @Test func `a margin below what rounding changes is refused`() throws {
    try withTemporaryFolder { folder in
      var old = GateLog.made(seed: 1)
      old.replicateShift = 0.3
      var new = GateLog.made(seed: 2)
      new.weights = "w-new"
      let inputs = (try old.input("a.h5", in: folder), try new.input("b.h5", in: folder))
      let error = #expect(throws: GateError.self) { try judge([inputs.0], inputs.1, in: folder) }
      guard case .marginBelowNoise(.entropy, _, let floor)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      expectClose(floor, 0.3, absolute: 1e-6)
    }
  }

  @Test func `margins of held-out loss and KL below what rounding changes are refused`() throws {
    try withTemporaryFolder { folder in
      var old = GateLog.made(seed: 1)
      old.replicateShift = 0
      var new = GateLog.made(seed: 2)
      new.weights = "w-new"
      let candidate = try new.input("new.h5", in: folder)
      // As it is, nothing is refused.
      _ = try judge([try old.input("a.h5", in: folder)], candidate, in: folder)
      func refusal(_ log: GateLog, _ name: String) throws -> (GateMetric, Double)? {
        let input = try log.input(name, in: folder)
        // The numbers that are judged are those of the look above, which doesn't answer for this one.
        let error = #expect(throws: GateError.self) { try judge([input], candidate, in: folder) }
        guard case .marginBelowNoise(let metric, _, let floor)? = error else { return nil }
        return (metric, floor)
      }
      var loss = old
      loss.replicateLossShift = 0.03
      let first = try #require(try refusal(loss, "b.h5"))
      #expect(first.0 == .heldOutLoss)
      // Of single-precision numbers around 2.
      expectClose(first.1, 0.03, absolute: 1e-6)
      var divergence = old
      divergence.replicateDivergenceShift = 0.004
      let second = try #require(try refusal(divergence, "c.h5"))
      #expect(second.0 == .klToBase)
      var (tokens, kl, js) = (0.0, 0.0, 0.0)
      for sample in old.samples {
        let count = Double(sample.tokens)
        tokens += count
        kl += count * Double(sample.divergence)
        js += count * Double(sample.jensenShannon)
      }
      expectClose(second.1, kl / tokens * (0.004 * tokens / js), absolute: 1e-6)
    }
  }

  @Test func `texts of a model are no fixed ones, and the way out is named`() throws {
    try withTemporaryFolder { folder in
      var log = GateLog.made(seed: 1)
      log.fixed = []
      // All texts are the model's, who is the baseline; base, the candidate, wrote none.
      let input = try log.input("a.h5", in: folder)
      func refusal(fixed: [String]) throws -> String {
        let error = #expect(throws: GateInputError.self) {
          try judge([input], input, in: folder) {
            ($0.baselineModel, $0.candidateModel) = ("rl", "base")
            $0.fixedAuthors = fixed
          }
        }
        return error?.message ?? ""
      }
      #expect(try refusal(fixed: []).contains("--fixed AUTHOR takes an author's"))
      #expect(try refusal(fixed: ["rl"]).contains("'rl' is compared, and its own samples are no"))
    }
  }

  @Test func `other prompts are refused`() throws {
    try withTemporaryFolder { folder in
      let old = try answers("a.jsonl", in: folder, seed: 1, rate: 0.5)
      let other = try answers("b.jsonl", in: folder, seed: 1, rate: 0.5, problem: "2 + 2")
      let error = #expect(throws: GateInputError.self) { try judge([old], other, in: folder) }
      #expect(error?.message.contains("is another prompt than in") == true)
      var log = GateLog.made(seed: 1)
      let first = try log.input("a.h5", in: folder)
      log.weights = "w-new"
      for index in log.samples.indices { log.samples[index].prompt += "-other" }
      let second = try log.input("b.h5", in: folder)
      #expect(throws: GateError.self) { try judge([first], second, in: folder) }
      log.promptToken = 6
      log.samples = GateLog.made(seed: 1).samples
      let third = try log.input("c.h5", in: folder)
      #expect(throws: GateInputError.self) { try judge([first], third, in: folder) }
      #expect(
        !FileManager.default.fileExists(atPath: folder.appending(path: "state.json").path))
    }
  }

  @Test(arguments: [
    ("", "is empty"), ("\n\n", "is empty"), ("{", "line 1: invalid JSON"),
    ("[1]", "line 1"), (#"{"correct": true}"#, "line 1: has no prompt_id"),
    (#"{"splits": [], "model": "x"}"#, "the summary of 'evaluate --json'"),
    (
      #"{"prompt_id": "a", "source": "x"}"# + "\n" + #"{"prompt_id": "a", "source": "y"}"#,
      "say whose with --baseline-model NAME"
    ),
  ])
  func `a file that is none of answers is named`(text: String, words: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.jsonl").path
      try Data(text.utf8).write(to: URL(filePath: path))
      let good = try answers("b.jsonl", in: folder, seed: 1, rate: 0.5)
      let error = #expect(throws: (any Error).self) {
        try judge([.answers(path: path)], good, in: folder)
      }
      let message = error.map { "\($0)" } ?? ""
      #expect(message.contains("a.jsonl") && message.contains(words), "\(message)")
    }
  }

  @Test func `models that aren't there, or that could be meant, are named`() throws {
    try withTemporaryFolder { folder in
      let input = try GateLog.made(seed: 1).input("a.h5", in: folder)
      for (change, words) in [
        ({ $0.candidateModel = "sft" }, "has no model 'sft', only base, rl: see --candidate-model"),
        ({ $0.base = "root" }, "has no model 'root'"),
        ({ $0.baselineModel = "none" }, "has no model 'none', only base, rl: see --baseline-model"),
      ] as [((inout GateEvaluation.Request) -> Void, String)] {
        let error = #expect(throws: GateInputError.self) {
          try judge([input], input, in: folder, change)
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      }
    }
  }
}
