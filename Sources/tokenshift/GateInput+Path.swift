import Analysis
import ArgumentParser
import Gating
import Study

extension GateInput {
  /// A log as a gate or a series reads it, told by its contents.
  ///
  /// - Throws: what reading throws, naming the file.
  static func open(_ path: String) throws -> GateInput {
    if isText(path), !LogSource.isJournal(path) { return .answers(path: path) }
    if GateCheckpoints.isCheckpoint(path) {
      throw ValidationError(
        "\(path): is a checkpoint: `gate --texts FILE.jsonl --log LOG.h5` scores checkpoints first, "
          + "'tokenshift score' for a series")
    }
    switch try LogSource(path: path, label: nil) {
    case .tokens(_, let log): return .tokens(log)
    case .training(let run): return .training(path: path, run.log)
    case .dynamics:
      throw ValidationError(
        "\(path): is a map of learning dynamics; give token logs, answers or training logs")
    }
  }
}
