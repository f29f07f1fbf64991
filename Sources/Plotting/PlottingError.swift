package import Files

/// What can go wrong between a figure and its files.
package enum PlottingError: SystemFaultError, Equatable, CustomStringConvertible {
  /// No gnuplot in the search path.
  case gnuplotMissing
  /// gnuplot refused the script or failed.
  case gnuplotFailed(script: String, message: String)
  /// A panel has no value that its axes can show.
  case nothingToDraw(figure: String, panel: Int, axis: String)
  /// The name can't be the name of a file on every system.
  case invalidName(String)
  /// A file can't be read or written.
  case file(path: String, reason: String)
  /// The disk, the quota or the allowed file size is used up.
  case noSpace(path: String)

  package var systemFault: SystemFault? {
    if case .noSpace = self { .noSpace } else { nil }
  }

  /// One line: what, where, and the fix.
  package var description: String {
    switch self {
    case .gnuplotMissing:
      "gnuplot is not installed (Debian, Ubuntu: apt-get install gnuplot-nox; macOS: brew install gnuplot)"
    case .gnuplotFailed(let script, let message): "gnuplot failed on \(script): \(message)"
    case .nothingToDraw(let figure, let panel, let axis):
      "figure \"\(figure)\": panel \(panel) has no finite value along \(axis)"
    case .invalidName(let name):
      "\"\(name)\" is no name for a figure: use letters, digits, '.', '_' and '-'"
    case .file(let path, let reason): "\(path): \(reason)"
    case .noSpace(let path):
      "\(path): no space left to write it; free space or choose another disk"
    }
  }
}
