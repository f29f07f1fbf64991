import Foundation
import RunLogs

extension Provenance {
  /// This build, called as it was.
  static var ofThisCommand: Self {
    Self(version: Version.current, commandLine: CommandLine.pasted, created: Date())
  }
}
