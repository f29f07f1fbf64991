import Foundation
import TestSupport

/// The files of the targets.
enum Sources {
  static let folder = Places.root.appending(path: "Sources")

  /// The folders in `Sources` but that of pages to read and Python packages.
  static func targets() throws -> [String] {
    try folders().filter { try !isPythonPackage($0) }
  }

  /// Folders with a `pyproject.toml`, which the manifest doesn't have.
  static func pythonPackages() throws -> [String] { try folders().filter(isPythonPackage) }

  private static func folders() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
      try !name.hasSuffix(".docc") && !files(of: name, ofType: nil).isEmpty
    }.sorted()
  }

  private static func isPythonPackage(_ name: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)
      .contains("pyproject.toml")
  }

  /// Targets in Swift, told apart from module maps by what is in them.
  static func swiftTargets() throws -> [String] {
    try targets().filter { name in
      try !FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)
        .contains("module.modulemap")
    }
  }

  /// Paths below `Sources` of a target's files.
  static func files(of target: String, ofType type: String? = "swift") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: target).path)
      .filter { type == nil || $0.hasSuffix("." + (type ?? "")) }
      .map { target + "/" + $0 }.sorted()
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }
}
