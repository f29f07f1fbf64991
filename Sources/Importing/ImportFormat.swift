/// A file of another program that becomes a training log.
package enum ImportFormat: String, CaseIterable, Sendable {
  case trainerState = "trainer-state"
  case verlFile = "verl-file"
  case verlConsole = "verl-console"
  case llamaFactory = "llamafactory"
  case tensorBoard = "tensorboard"
  case csv
  case jsonLines = "jsonl"

  /// What it is, as messages and attributes name it.
  package var words: String {
    switch self {
    case .trainerState: "trainer_state.json of TRL or another Hugging Face Trainer"
    case .verlFile: "verl's file logger, JSON lines"
    case .verlConsole: "verl's console log"
    case .llamaFactory: "LLaMA-Factory's trainer_log.jsonl"
    case .tensorBoard: "a TensorBoard event file"
    case .csv: "CSV of metrics, such as a run's history from W&B; needs --mapping"
    case .jsonLines: "JSON lines of metrics; needs --mapping"
    }
  }

  /// The real files that it was tested on, or "untested".
  package var tested: String {
    switch self {
    case .trainerState: "tested on files of TRL 1.16 (GRPO, SFT), TRL of 2025 and unsloth"
    case .verlFile: "tested on files of verl 0.9.1's logger and of a run of verl 0.10"
    case .verlConsole: "tested on lines of verl 0.9.1's logger, and logs of 2024 and 2026"
    case .llamaFactory: "tested on a file of 2025"
    case .tensorBoard: "tested on a file of TRL 1.16 through tensorboard 2.21"
    case .csv: "tested on a history from W&B's API"
    case .jsonLines: "untested on other tools' files"
    }
  }

  /// What one row's values are over, as far as the format fixes it.
  var aggregation: String? {
    switch self {
    case .trainerState:
      "means since the last entry; learning_rate and grad_norm are those of the entry's step"
    case .llamaFactory:
      "loss: mean since the last entry; learning rate: that of the entry's step"
    case .verlFile, .verlConsole: "one step; of several updates in it the mean"
    case .tensorBoard, .csv, .jsonLines: nil
    }
  }

  /// All formats in a row of words, for messages.
  static var known: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
