/// The tasks by name, for configurations and commands.
package enum TaskName: String, Sendable, CaseIterable {
  /// `CarryArithmetic`.
  case carryArithmetic = "carry-arithmetic"
  /// `ModularArithmetic`.
  case modularArithmetic = "modular-arithmetic"
  /// `Countdown`.
  case countdown
  /// `GSM8K`, whose problems are in a file.
  case gsm8k

  /// Whether its problems are in a file.
  package var needsFile: Bool { self == .gsm8k }

  /// The task, ready to make problems.
  ///
  /// - Parameters:
  ///   - file: the JSON lines of a task that needs them; the others don't look at it.
  ///   - mixture: what base's texts are made of; nil for the task's own.
  /// - Returns: any of the tasks.
  /// - Throws: `TaskError` for a file that isn't given, is missing or broken.
  package func task(
    file: String? = nil, mixture: BaseMixture? = nil
  ) throws(TaskError) -> any TrainingTask {
    switch self {
    case .carryArithmetic: return CarryArithmetic(mixture: mixture ?? .carries)
    case .modularArithmetic: return ModularArithmetic(mixture: mixture ?? .characters)
    case .countdown: return Countdown(mixture: mixture ?? .characters)
    case .gsm8k:
      guard let file else {
        throw .unreadable(file: rawValue, reason: "no file was given; name one of JSON lines")
      }
      return try GSM8K(contentsOf: file, mixture: mixture ?? .words)
    }
  }
}
