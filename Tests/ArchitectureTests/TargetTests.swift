import Foundation
import TestSupport
import Testing

/// Rules that hold for every target.
@Suite struct TargetTests {
  /// Test targets that aren't named after what they test; a benchmark tests itself by running, and
  /// what the build's plugin writes is in `--version`.
  static let testFolders: [String: String?] = [
    "tokenshift": "CommandLineTests", "tokenshift-bench": nil,
    "VersionStamp": nil,
  ]

  @Test func `each target says in at most fifteen lines what it is`() throws {
    for target in try Sources.targets() + Sources.pythonPackages() {
      let text = try? Sources.text(target + "/README.md")
      let lines = try #require(text, "\(target) has no README.md").split(separator: "\n")
      #expect(lines.first?.hasPrefix("# ") == true, "\(target)")
      #expect(lines.count > 1, "\(target)'s README.md has nothing but its title")
      let count = text?.count { $0 == "\n" } ?? 0
      #expect(count <= 15, "\(target)'s README.md has \(count) lines")
    }
  }

  @Test func `a Python package has no Swift`() throws {
    for package in try Sources.pythonPackages() {
      #expect(try Sources.files(of: package).isEmpty, "\(package)")
    }
  }

  @Test func `no target is empty`() throws {
    for target in try Sources.swiftTargets() {
      let code = try Sources.files(of: target).map { SourceText(try Sources.text($0)).code }
      #expect(
        code.contains { $0.contains { !$0.isWhitespace } }, "\(target) has no code")
    }
  }

  @Test func `each target has a test`() throws {
    let tests = Places.root.appending(path: "Tests")
    for target in try Sources.swiftTargets() {
      guard let name = Self.testFolders[target, default: target + "Tests"] else { continue }
      let folder = tests.appending(path: name)
      let files =
        (try? FileManager.default.subpathsOfDirectory(atPath: folder.path))?
        .filter { $0.hasSuffix(".swift") } ?? []
      let sources = try files.map { file in
        SourceText(try String(contentsOf: folder.appending(path: file), encoding: .utf8))
      }
      #expect(sources.contains { $0.code.contains("@Test") }, "\(name) has no test")
    }
  }
}
