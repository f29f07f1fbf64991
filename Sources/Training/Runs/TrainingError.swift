/// What keeps a run from starting or going on; one line that names the place and the mend.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A key of the configuration is wrong; `place` is the file with its line, or the option.
  case configuration(place: String, key: String, String)
  /// The configuration is no YAML mapping.
  case malformed(place: String, String)
  /// A file can't be read or written.
  case file(path: String, reason: String)
  /// A line of a file of demonstrations or prompts.
  case badLine(path: String, line: Int, String)
  /// The folder holds another run.
  case outputInUse(path: String)
  /// Numbers became NaN or infinite; nothing of that step is kept.
  case diverged(step: Int, reason: String, checkpoint: String?)

  /// One line for a user.
  public var description: String {
    switch self {
    case .configuration(let place, let key, let reason): "\(place): \(key): \(reason)"
    case .malformed(let place, let reason): "\(place): \(reason)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .badLine(let path, let line, let reason): "\(path), line \(line): \(reason)"
    case .outputInUse(let path):
      "\(path): holds a run already; go on with --resume, or choose another folder"
    case .diverged(let step, let reason, let checkpoint):
      "step \(step): training diverged: \(reason); lower optimizer.learning-rate"
        + (checkpoint.map { " (the last good checkpoint is \($0))" }
          ?? " (there is no checkpoint yet)")
    }
  }
}
