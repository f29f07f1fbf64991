package import Kernels
internal import RunLogs
internal import Safetensors

/// What keeps a run from starting or going on; one line that names the place and the mend.
package enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
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
  /// The system refused a file of the run; `reason` names it with the mend.
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
  /// What ends a run: a file that can't be written gets the step and the last good checkpoint, any
  /// other error stays as it is.
  static func stopping(
    _ error: any Error, atStep step: Int, checkpoint: String?
  ) -> any Error {
    let (fault, reason): (SystemFault?, String) =
      switch error {
      case let error as MappedFileError:
        (error.fault, "\(error.path): cannot be written: \(error.reason); \(error.fault.mend)")
      case let error as CheckpointError: (error.fault, error.description)
      case let error as SafetensorsError: (error.fault, error.description)
      case let error as RunLogError: (error.fault, error.description)
      default: (nil, "")
      }
    guard let fault else { return error }
    return TrainingError.stopped(
      step: step, reason: reason, fault: fault, checkpoint: checkpoint)
  }
}

extension RunLogError {
  fileprivate var fault: SystemFault {
    switch kind {
    case .noSpace: .noSpace
    case .deviceFailed: .device
    case .missingFile: .missing
    default: .other
    }
  }
}
