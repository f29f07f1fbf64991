/// Why a self-test can't be done as asked: where, what, and the fix.
package struct SelfTestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file or a folder; empty where the message says it.
  package let place: String
  /// What is wrong and how to fix it, without the place.
  package let message: String

  init(_ place: String, _ message: String) { (self.place, self.message) = (place, message) }

  /// One line.
  package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
