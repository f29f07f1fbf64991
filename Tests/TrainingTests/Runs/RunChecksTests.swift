import Foundation
import RunLogs
import TestSupport
import Testing
import Training

/// What is found before the first step, and what is left when a step fails.
@Suite struct RunChecksTests {
  /// A copy of the demo's base with members of config.json replaced.
  private func copy(in folder: URL, _ changes: [(old: String, new: String)]) throws -> String {
    let url = folder.appending(path: "copy")
    try FileManager.default.copyItem(at: URL(filePath: SmallRun.base), to: url)
    let file = url.appending(path: "config.json")
    var text = try String(contentsOf: file, encoding: .utf8)
    for change in changes {
      #expect(text.contains(change.old))
      text = text.replacing(change.old, with: change.new)
    }
    try FileManager.default.removeItem(at: file)
    try Data(text.utf8).write(to: file)
    return url.path
  }

  @Test func `a reference that can't go through the policy's code is refused at the start`() throws
  {
    let scaled = (
      old: "\"rope_type\": \"default\"",
      new: "\"rope_type\": \"linear\", \"factor\": 2.0"
    )
    let short = (old: "\"max_position_embeddings\": 1024", new: "\"max_position_embeddings\": 512")
    for (change, reason) in [(scaled, "rope"), (short, "its context of 512 tokens is shorter")] {
      try withTemporaryFolder { folder in
        var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder)
        configuration.grpo.klPenalty = KLPenalty(estimator: .k3, coefficient: 0.1)
        configuration.reference = try copy(in: folder, [change])
        let error = #expect(throws: TrainingError.self) { _ = try Trainer(configuration) }
        let text = error?.description ?? ""
        #expect(text.contains(folder.path + "/copy") && text.contains(reason), "\(text)")
      }
    }
  }

  @Test func `held-out problems and the whole pool are held against the context`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder)
      configuration.evaluation.every = 1_000
      configuration.evaluation.maximumTokens = 1_020
      let error = #expect(throws: TrainingError.self) { _ = try Trainer(configuration) }
      #expect(error?.description.hasPrefix("a prompt of carry, test, with its response") == true)
      configuration.evaluation.every = 0
      // Sums have prompts of different lengths: this is room for short ones only.
      configuration.rollouts.maximumTokens = 1_024 - 10
      #expect(throws: TrainingError.self) { _ = try Trainer(configuration) }
    }
  }

  @Test func `a run that diverges keeps the weights before the step that failed`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 50, in: folder)
      // AdamW moves every weight by about the rate: products overflow a step or two later.
      configuration.optimizer.learningRate = 1e30
      var steps = 0
      var trainer = try Trainer(configuration)
      var description = ""
      do {
        _ = try trainer.run { if case .step = $0 { steps += 1 } }
      } catch let error as TrainingError {
        description = error.description
      }
      #expect(steps >= 1 && steps < 50)
      let kept = configuration.output + "/step-\(String(format: "%06d", steps))"
      #expect(description.hasPrefix("step \(steps + 1): training diverged"), "\(description)")
      #expect(description.hasSuffix("(the last good checkpoint is \(kept))"), "\(description)")
      #expect(throws: Never.self) { try StartingModel(directory: kept) }
      #expect(!FileManager.default.fileExists(atPath: configuration.output + "/final"))
    }
  }

  @Test func `a batch that is learned from twice counts twice`() throws {
    try withTemporaryFolder { folder in
      let tokens = try [1, 2].map { updates in
        var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder, "\(updates)")
        configuration.rollouts.updates = updates
        return try SmallRun.records(configuration)[0][.tokens]
      }
      #expect(tokens[0] > 0 && tokens[1] == 2 * tokens[0])
    }
  }

  @Test(arguments: [TrainingConfiguration.Confidence.Treatment.mask, .drop])
  func `confident tokens are counted whichever way they are left out`(
    treatment: TrainingConfiguration.Confidence.Treatment
  ) throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder)
      let all = try SmallRun.records(configuration)[0]
      configuration.output += "-confident"
      configuration.confidence.threshold = 0.5
      configuration.confidence.treatment = treatment
      let record = try SmallRun.records(configuration)[0]
      #expect(record[.confidentShare] > 0.1 && record[.confidentShare] < 1)
      // The entropy is that of all tokens, whatever learns.
      #expect(record[.temperedRolloutEntropy] == all[.temperedRolloutEntropy])
    }
  }

  @Test func `lengths and advantages have their extremes in the log`() throws {
    try withTemporaryFolder { folder in
      let record = try SmallRun.records(
        SmallRun.configuration(.srftPaper, steps: 1, in: folder))[0]
      #expect(record[.shortestResponse] <= record[.responseLength])
      #expect(record[.responseLength] <= record[.longestResponse])
      #expect(record[.longestResponse] <= 40 && record[.shortestResponse] >= 1)
      #expect(record[.advantageMinimum] <= record[.advantageMean])
      #expect(record[.advantageMean] <= record[.advantageMaximum])
      let spread = record[.advantageMaximum] - record[.advantageMinimum]
      #expect(record[.advantageDeviation] <= spread / 2 + 1e-12)
      #expect(record[.temperedDemonstrationEntropy] == record[.demonstrationEntropy])
    }
  }

  @Test func `divergence on demonstrations starts at nothing and grows`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 4, in: folder)
      configuration.optimizer.learningRate = 1e-3
      configuration.demonstrations.klEvery = 3
      let values = try SmallRun.records(configuration).map { $0[.demonstrationKLPolicyReference] }
      // The policy is the reference: what is left is rounding of f32 logits.
      #expect(abs(values[0]) < 1e-6 && values[3] > 1e-3)
      #expect(values[1].isNaN && values[2].isNaN)
    }
  }
}
