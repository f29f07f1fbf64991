/// The tasks by name, for configurations.
public enum TaskCatalog {
  /// The names that `task(named:)` knows.
  public static let names = ["modular", "carry", "countdown", "gsm8k"]

  /// The task of that name.
  ///
  /// - Parameters:
  ///   - name: One of `names`.
  ///   - file: The JSONL file of `gsm8k`; the others need none.
  ///   - mixture: What base's texts are made of; nil for the task's own.
  ///   - endOfText: The end of text of `gsm8k`'s checkpoint.
  /// - Returns: The task, ready to make problems.
  /// - Throws: `TaskError` for another name, or a file that is missing or broken.
  public static func task(
    named name: String, file: String? = nil, mixture: BaseMixture? = nil,
    endOfText: String = "<|endoftext|>"
  ) throws(TaskError) -> any TrainingTask {
    switch name {
    case "modular": return ModularArithmetic(mixture: mixture ?? .characters)
    case "carry": return CarryArithmetic(mixture: mixture ?? .carries)
    case "countdown": return Countdown(mixture: mixture ?? .characters)
    case "gsm8k":
      guard let file else {
        throw .unreadable(file: "gsm8k", reason: "no file was given; name a JSONL file")
      }
      return try GSM8K(contentsOf: file, endOfText: endOfText, mixture: mixture ?? .words)
    default: throw .unknownTask(name, known: names)
    }
  }
}
