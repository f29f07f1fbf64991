package import Foundation

/// Where the project's own files are.
package enum Places {
  /// The root of the package.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  /// Committed inputs and expected numbers.
  package static let fixtures = root.appending(path: "Tests/Fixtures")
  /// Real checkpoints and texts that the project ships.
  package static let data = root.appending(path: "Data")

  /// The path of one fixture.
  package static func fixture(_ name: String) -> String { fixtures.appending(path: name).path }
}

/// A folder that exists while `body` runs.
package func withTemporaryFolder<Result>(
  _ body: (URL) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "tokenshift-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
