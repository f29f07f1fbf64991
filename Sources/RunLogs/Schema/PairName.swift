/// Two models of a log in the order before:after, say "base:rl".
package struct PairName: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The model before the change; p in the definitions.
  package let before: String
  /// The model after the change; q in the definitions.
  package let after: String

  /// A pair of two different models.
  ///
  /// - Throws: `RunLogError` of kind `.badHeader` if a name can't be one, or both are the same.
  package init(before: String, after: String) throws(RunLogError) {
    for name in [before, after] { try ModelRecord.checkName(name) }
    guard before != after else {
      throw RunLogError(.badHeader, "", "the pair \(before):\(after) compares a model with itself")
    }
    self.before = before
    self.after = after
  }

  /// A pair written as "before:after".
  ///
  /// - Throws: `RunLogError` of kind `.badHeader`.
  package init(parsing text: String) throws(RunLogError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw RunLogError(.badHeader, "", "'\(text)' is no pair: write before:after, say base:rl")
    }
    try self.init(before: parts[0], after: parts[1])
  }

  /// "before:after".
  package var description: String { before + ":" + after }

  /// What stands between the names for people.
  package static let arrow = " → "

  /// "before → after", for people.
  package var arrow: String { before + Self.arrow + after }
}

extension ModelRecord {
  /// Refuses a name that can't be a group's in the log or a part of a pair's.
  ///
  /// - Throws: `RunLogError` of kind `.badHeader` for an empty name, '.', '..', and one with ':', ',',
  ///   '=', '/' or a control character.
  package static func checkName(_ name: String) throws(RunLogError) {
    let isAllowed = name.unicodeScalars.allSatisfy { scalar in
      !":,=/".unicodeScalars.contains(scalar) && scalar.properties.generalCategory != .control
    }
    // HDF5 reads "." as the group itself.
    guard isAllowed, !name.isEmpty, name != ".", name != ".." else {
      throw RunLogError(
        .badHeader, "",
        "'\(name)' can't name a model: it may hold anything but ':', ',', '=', '/' and control "
          + "characters, and not be '.' or '..'")
    }
  }
}
