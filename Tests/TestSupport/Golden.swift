import Foundation
package import Testing

/// Expects a text to equal a committed file of `Tests/Fixtures`.
///
/// A missing file is written and the test fails once, so that somebody looks at it; with
/// `RECORD_GOLDENS=1` in the environment files that differ are written anew.
package func expectGolden(
  _ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = Places.fixtures.appending(path: name)
  let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"
  guard FileManager.default.fileExists(atPath: file.path) else {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(actual.utf8).write(to: file, options: .atomic)
    Issue.record("\(name) was missing and is written now: read it", sourceLocation: sourceLocation)
    return
  }
  let expected = try Data(contentsOf: file)
  if expected == Data(actual.utf8) { return }
  if isRecording {
    try Data(actual.utf8).write(to: file, options: .atomic)
    return
  }
  let lines = (
    actual.split(separator: "\n", omittingEmptySubsequences: false),
    String(decoding: expected, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  )
  let shared = zip(lines.0, lines.1).prefix { Array($0.utf8) == Array($1.utf8) }.count
  let (found, wanted) = (lines.0.dropFirst(shared).first, lines.1.dropFirst(shared).first)
  Issue.record(
    """
    \(name) differs from line \(shared + 1) on (RECORD_GOLDENS=1 records it anew)
    found:    \(found ?? "end of text")
    expected: \(wanted ?? "end of text")
    """, sourceLocation: sourceLocation)
}
