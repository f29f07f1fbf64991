internal import Files
internal import Foundation
package import RunLogs

/// A file that a gate reads.
package enum GateInput {
  /// A token log, and which of its models is meant; nil for what options or the log itself say.
  case tokens(TokenLog, model: String? = nil)
  case training(path: String, TrainingLog)
  /// JSON lines of answers.
  case answers(path: String)

  /// Whether a path is of a file that isn't HDF5, which is then read as answers.
  package static func isText(_ path: String) -> Bool {
    if let kind = FileIdentity(path)?.kind, kind == .folder || kind.isStream { return false }
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: FileFormat.longestStart)) ?? Data()
    return FileFormat(start: start) != .hdf5
  }

  var path: String {
    switch self {
    case .tokens(let log, _): log.path
    case .training(let path, _): path
    case .answers(let path): path
    }
  }
}
