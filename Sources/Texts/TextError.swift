package import Files

/// Why a file can't be read as texts.
package struct TextError: SystemFaultError, Equatable, CustomStringConvertible {
  /// The file as given.
  package let path: String
  /// From 1; nil if the whole file is meant.
  package let line: Int?
  /// What is wrong and how to fix it, on one line.
  package let reason: String
  /// What the system said about it.
  package let fault: SystemFault

  init(_ path: String, line: Int? = nil, _ reason: String, fault: SystemFault = .other) {
    (self.path, self.line, self.reason, self.fault) = (path, line, reason, fault)
  }

  package var systemFault: SystemFault? { fault }

  /// One line for a user.
  package var description: String { path + (line.map { ", line \($0)" } ?? "") + ": " + reason }
}
