public import Foundation

/// Where the project's own files are.
public enum Places {
  /// The root of the package.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  /// Committed inputs and expected numbers.
  public static let fixtures = root.appending(path: "Tests/Fixtures")
  /// Real checkpoints and texts that the project ships.
  public static let data = root.appending(path: "Data")

  /// The path of one fixture.
  public static func fixture(_ name: String) -> String { fixtures.appending(path: name).path }
}

/// A folder that exists while `body` runs.
public func withTemporaryFolder<Result>(
  _ body: (URL) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "tokenshift-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
