package import Foundation

/// By which build and which command a log was made, and when.
package struct Provenance: Sendable {
  /// The tool's version.
  package let version: String
  /// The command, as a shell reads it.
  package let commandLine: String
  /// When it began.
  package let created: Date

  /// All parts given.
  package init(version: String, commandLine: String, created: Date) {
    (self.version, self.commandLine, self.created) = (version, commandLine, created)
  }
}
