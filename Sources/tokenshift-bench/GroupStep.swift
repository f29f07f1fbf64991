import Foundation
import RunLogs
import Training

/// A whole step of GRPO on the demo's base: 32 prompts × 8 samples, verdicts, one update.
enum GroupStep {
  static let promptCount = 32
  static let sampleCount = 8
  static let maximumTokens = 64

  static func benchmark(demo: String) -> Case {
    // The number of tokens is the model's to decide: only the time is told.
    Case(
      name: "GRPO step, demo base, \(promptCount) × \(sampleCount)",
      work: .rollouts(count: Double(promptCount * sampleCount))
    ) {
      let run = try Run(demo: demo)
      return { _ in try run.step() }
    }
  }

  private final class Run {
    private var trainer: Trainer
    private var stepCount = 0

    init(demo: String) throws {
      var configuration = TrainingConfiguration(
        model: demo + "/base", output: "never written", objective: .grpo, steps: 1_000_000)
      // The demo's own rate: the model stays what it is over a few steps.
      configuration.optimizer.learningRate = 6e-5
      configuration.rollouts.file = demo + "/responses.jsonl"
      configuration.rollouts.promptsPerStep = promptCount
      configuration.rollouts.samples = sampleCount
      configuration.rollouts.maximumTokens = maximumTokens
      trainer = try Trainer(configuration)
    }

    /// - Returns: the loss.
    func step() throws -> Double {
      stepCount += 1
      return try trainer.step(stepCount)[.loss]
    }
  }
}
