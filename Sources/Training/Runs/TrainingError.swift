package import Files

/// What keeps a run from starting or going on; one line that names the place and the fix.
package enum TrainingError: SystemFaultError, Equatable, CustomStringConvertible {
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
  /// The system refused a file of the run; `reason` names it with the fix.
  case stopped(step: Int, reason: String, fault: SystemFault, checkpoint: String?)

  /// One line for a user.
  package var description: String {
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
    case .stopped(let step, let reason, _, let checkpoint):
      reason + " (training stopped at step \(step); "
        + (checkpoint.map { "--resume goes on from \($0))" } ?? "there is no checkpoint yet)")
    }
  }
}

extension TrainingError {
  package var systemFault: SystemFault? {
    guard case .stopped(_, _, let fault, _) = self else { return nil }
    return fault
  }

  /// What ends a run: a file that the system refused gets the step and the last good checkpoint, any
  /// other error stays as it is.
  static func stopping(
    _ error: any Error, atStep step: Int, checkpoint: String?
  ) -> any Error {
    guard let refused = error as? any SystemFaultError, let fault = refused.systemFault else {
      return error
    }
    let reason =
      (error as? FileError).map { "\($0.path): cannot be written: \($0.reason); \(fault.fix)" }
      ?? "\(error)"
    return TrainingError.stopped(step: step, reason: reason, fault: fault, checkpoint: checkpoint)
  }
}
