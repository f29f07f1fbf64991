/// Why two checkpoints can't be compared: which, what, and the fix.
package struct WeightsError: Error, Equatable, CustomStringConvertible {
  /// The side that it is about, as the user wrote it.
  package let path: String
  /// What is wrong.
  package let reason: String
  /// What the user can do about it.
  package let fix: String

  init(_ path: String, _ reason: String, fix: String) {
    (self.path, self.reason, self.fix) = (path, reason, fix)
  }

  /// One line.
  package var description: String { "\(path): \(reason); \(fix)" }
}
