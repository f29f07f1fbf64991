/// Why a study, a comparison or a drawing can't be made as asked: where, what, and the fix.
package struct StudyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file, a folder or an option; empty where the message says it.
  package let place: String
  /// What is wrong and how to fix it, without the place.
  package let message: String

  init(_ place: String, _ message: String) { (self.place, self.message) = (place, message) }

  /// One line.
  package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
