package import RunLogs

/// Three checkpoints of which each was trained from the one before, as the user says: a log can't know it.
///
/// What the second step undoes of the first is a statement about training only if it started where the first
/// ended. Of two models that were trained from one base apart it reads nearly 1, whatever they learned.
package struct Lineage: Sendable, Equatable, CustomStringConvertible {
  package let first: String
  package let second: String
  package let third: String

  /// Names with commas, say `base,sft,rl`.
  ///
  /// - Parameter text: as a user wrote it.
  /// - Throws: `LineageError` unless these are three different names.
  package init(parsing text: String) throws {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimming(while: { $0 == " " })
    }
    guard names.count == 3, names.allSatisfy({ !$0.isEmpty }) else {
      throw LineageError(
        "'\(text)' is no lineage: name three models, each trained from the one before, "
          + "say base,sft,rl")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(where: { $0 == name }) {
      throw LineageError("'\(text)' names \(name) twice: a lineage is of three different models")
    }
    (first, second, third) = (names[0], names[1], names[2])
  }

  /// Refuses models that a log lacks.
  /// - Throws: `LineageError`.
  package func check(_ log: TokenLog) throws {
    let known = log.header.models.map(\.name)
    for name in models where !known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
      throw LineageError(
        "'\(self)': \(log.path) has no model \(name), only \(known.joined(separator: ", ")): "
          + "name three of these, or score the missing one, too")
    }
  }

  /// In the order of training.
  package var models: [String] { [first, second, third] }

  /// `base,sft,rl`.
  package var description: String { models.joined(separator: ",") }

  /// `base → sft → rl`.
  package var arrow: String { models.joined(separator: PairName.arrow) }
}

/// Why a lineage can't be used: what, and the fix.
package struct LineageError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ message: String) { description = "lineage " + message }
}

extension Substring {
  fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
    var part = drop(while: isTrimmed)
    while let last = part.last, isTrimmed(last) { part.removeLast() }
    return String(part)
  }
}
