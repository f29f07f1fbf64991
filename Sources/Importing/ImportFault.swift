/// Why a file can't be imported: the file, the place, what is wrong and the fix.
package struct ImportFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as given.
  package let path: String
  /// The place in it, say "line 3" or "byte 120"; nil if the whole file is meant.
  package let place: String?
  /// What is wrong and how to fix it, on one line.
  package let reason: String

  init(_ path: String, _ place: String? = nil, _ reason: String) {
    (self.path, self.place, self.reason) = (path, place, reason)
  }

  /// One line for a user.
  package var description: String { path + (place.map { ", " + $0 } ?? "") + ": " + reason }
}
