import Foundation
import TestSupport

/// What each target may import, from the bottom up, as `Package.swift` declares it.
///
/// The compiler alone lets a target import what another one of the same build has; and it doesn't ask
/// that imports point down, to targets declared above. Whoever changes an arrow there says why in the
/// commit.
struct ImportTable {
  struct Row {
    let target: String
    /// Targets of this package.
    let targets: [String]
    /// Modules of other packages.
    let packages: [String]
  }

  let rows: [Row]

  /// Products of other packages are constants there, named like their modules but for the case.
  private static let modules = [
    "crypto": "Crypto", "mustache": "Mustache", "yams": "Yams", "argumentParser": "ArgumentParser",
  ]

  /// Reads the manifest: `systemLibrary("X"…)`, `library("X", imports: […])`, executable targets with
  /// their `dependencies`, and plugins, which have none.
  init(manifest: String) {
    let declaration =
      /(?:systemLibrary\(\s*"(\w+)"|library\(\s*"([\w-]+)",\s*imports:\s*\[([^\]]*)\]|\.executableTarget\(\s*name:\s*"([\w-]+)",\s*dependencies:\s*\[([^\]]*)\]|\.plugin\(\s*name:\s*"([\w-]+)")/
    rows = manifest.matches(of: declaration).map { match in
      let list = match.3 ?? match.5 ?? ""
      return Row(
        target: String(match.1 ?? match.2 ?? match.4 ?? match.6 ?? ""),
        targets: list.matches(of: /"([\w-]+)"/).map { String($0.1) },
        packages: list.split(separator: /[\s,]+/).compactMap { Self.modules[String($0)] })
    }
  }

  /// That of this package.
  static let package = Result {
    ImportTable(
      manifest: try String(
        contentsOf: Places.root.appending(path: "Package.swift"), encoding: .utf8))
  }

  /// Modules of the toolchain and of the system's C library: free for all.
  static let free: Set<String> = [
    "Swift", "Foundation", "Synchronization", "Dispatch", "Glibc", "Darwin", "PackagePlugin",
  ]

  /// The imports of a source that the table doesn't allow its target.
  func violations(in source: SourceText, of target: String) -> [String] {
    guard let row = rows.first(where: { $0.target == target }) else { return source.imports }
    let allowed = Self.free.union(row.targets).union(row.packages)
    return source.imports.filter { !allowed.contains($0) }
  }
}
