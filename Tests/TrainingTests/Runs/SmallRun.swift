import Foundation
import Tasks
import TestSupport
import Training

/// Small runs on the demo's base.
enum SmallRun {
  static let base = Places.data.appending(path: "demo/base").path
  /// With base's tokenizer.
  static let teacher = Places.data.appending(path: "demo/rl").path

  /// Writes demonstrations by the task's own teacher.
  static func demonstrations(_ count: Int, in folder: URL) throws -> String {
    let task = CarryArithmetic()
    let lines = (0..<count).map { index in
      let problem = task.problem(index, of: .train, seed: 5)
      var generator = CounterGenerator(seed: 5, stream: 1, index: UInt64(index))
      let text = task.demonstration(of: problem, by: .near, using: &generator)
      let fields = ["prompt": text.prompt, "response": text.response]
      return String(
        decoding: (try? JSONEncoder().encode(fields)) ?? Data(), as: UTF8.self)
    }
    let url = folder.appending(path: "demonstrations.jsonl")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
    return url.path
  }

  static func configuration(
    _ objective: TrainingConfiguration.Objective, steps: Int, in folder: URL, _ name: String = "run"
  ) throws -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      model: base, output: folder.appending(path: name).path, objective: objective, steps: steps)
    configuration.seed = 3
    if objective == .onPolicyDistillation { configuration.reference = teacher }
    if objective.usesDemonstrations {
      configuration.demonstrations = .init(file: try demonstrations(12, in: folder))
      configuration.demonstrations.perStep = 6
    }
    if objective.usesRollouts {
      configuration.rollouts = .init(task: .carryArithmetic)
      configuration.rollouts.promptsPerStep = 6
      configuration.rollouts.samples = 6
      configuration.rollouts.maximumTokens = 40
    }
    return configuration
  }

  /// Runs it and gives its steps.
  static func records(_ configuration: TrainingConfiguration) throws -> [StepRecord] {
    var trainer = try Trainer(configuration)
    var records: [StepRecord] = []
    _ = try trainer.run { event in
      if case .step(let record) = event { records.append(record) }
    }
    return records
  }
}
