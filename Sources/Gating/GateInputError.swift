/// What a gate can't use: a file, the place in it, what is wrong and the fix.
package struct GateInputError: Error, Equatable, CustomStringConvertible {
  /// The file's path as given; empty where no file is at fault.
  package let path: String
  /// The line or key; empty where the whole file is meant.
  package let place: String
  /// What is wrong and how to fix it.
  package let message: String

  init(_ path: String, place: String = "", _ message: String) {
    (self.path, self.place, self.message) = (path, place, message)
  }

  /// One line.
  package var description: String {
    [path, place].filter { !$0.isEmpty }.joined(separator: ", ") + (path.isEmpty ? "" : ": ")
      + message
  }
}
