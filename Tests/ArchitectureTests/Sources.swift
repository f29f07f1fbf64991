import Foundation
import TestSupport

/// The files of the targets.
enum Sources {
  static let folder = Places.root.appending(path: "Sources")

  /// The folders in `Sources` but that of pages to read.
  static func targets() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
      try !name.hasSuffix(".docc") && !files(of: name, ofType: nil).isEmpty
    }.sorted()
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
