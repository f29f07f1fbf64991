/// Why a file of categories can't be used: the file, the place in it, what and the fix.
package struct CategoryError: Error, Equatable, CustomStringConvertible {
  /// The file's path as given.
  package let path: String
  /// The line, category or landmark, and key; empty where the whole file is meant.
  package let place: String
  /// What is wrong and how to fix it.
  package let message: String

  /// One line: the file, the place, what and fix.
  package var description: String {
    "\(path)\(place.isEmpty ? "" : ", \(place)"): \(message)"
  }
}

extension CategoryError {
  /// A text of the file as an error can quote it: on one line, and not too long.
  static func quoted(_ text: String) -> String {
    let visible = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          switch $0.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: $0
          }
        }))
    return visible.count > 60 ? "'\(visible.prefix(59))…'" : "'\(visible)'"
  }
}
