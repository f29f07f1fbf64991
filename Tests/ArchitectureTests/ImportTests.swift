import Foundation
import TestSupport
import Testing

@Suite struct ImportTests {
  @Test func `each target imports only what the table allows`() throws {
    var importCount = 0
    for target in try Sources.swiftTargets() {
      for file in try Sources.files(of: target) {
        let source = SourceText(try Sources.text(file))
        importCount += source.imports.count
        let violations = ImportTable.violations(in: source, of: target)
        #expect(violations.isEmpty, "\(file) imports \(violations)")
      }
    }
    // Nothing found would pass as well.
    #expect(importCount > 50)
  }

  @Test func `the table has every target and points down`() throws {
    #expect(try Sources.targets() == ImportTable.rows.map(\.target).sorted())
    for (index, row) in ImportTable.rows.enumerated() {
      let above = Set(ImportTable.rows[..<index].map(\.target))
      #expect(Set(row.targets).isSubset(of: above), "\(row.target)")
    }
  }

  @Test func `Package.swift holds the same table`() throws {
    let manifest = try String(
      contentsOf: Places.root.appending(path: "Package.swift"), encoding: .utf8)
    let declaration =
      /(?:library\(\s*|name:\s*)"([\w-]+)",\s*(?:imports|dependencies):\s*\[([^\]]*)\]/
    var declared: [String: Set<String>] = [:]
    for match in manifest.matches(of: declaration) {
      declared[String(match.1)] = Set(match.2.matches(of: /\w+/).map { String($0.0) })
    }
    // Products of other packages are constants there, named like their modules but for the case.
    let constants = [
      "Crypto": "crypto", "Mustache": "mustache", "ArgumentParser": "argumentParser",
      "Yams": "yams",
    ]
    for row in ImportTable.rows where !row.target.hasPrefix("C") {
      let expected = row.targets + row.packages.compactMap { constants[$0] }
      #expect(declared[row.target] == Set(expected), "\(row.target)")
    }
  }

  /// Sources that import what `TokenStatistics` may not.
  static let planted = [
    "import Transformer",
    "public import HDF5",
    "internal import Crypto",
    "@preconcurrency import Scoring",
    "@testable @preconcurrency import Scoring",
    "@_spi(Private) public import Scoring",
    "@_exported import RunLogs",
    "private import struct Transformer.TransformerConfiguration",
    "import func JSON.parse",
    "let x = 1; import Tensors",
    "  package   import\tTensors // for shapes",
    "/* a /* nested */ comment */ import Tensors",
    "let s = \"\"\"\n  \" text\n  \"\"\"\nimport Tensors",
    "let s = \"\\(name(\"a)\")) text\"\nimport Tensors",
    "let s = #\"a \\\" // \"#\nimport Tensors",
    "#if os(Linux)\n  import COpenBLAS\n#endif",
  ]

  @Test(arguments: planted)
  func `an undeclared import is found`(source: String) {
    #expect(ImportTable.violations(in: SourceText(source), of: "TokenStatistics").count == 1)
  }

  @Test(arguments: [
    "import Foundation", "internal import Kernels", "public import Synchronization",
    "// import Transformer", "/* import Transformer */", "/*\nimport Transformer\n*/",
    "let s = \"\"\"\n  import Transformer\n  \"\"\"", "let s = \"\\\"\\nimport Transformer\"",
    "func important() {}", "let imports = 3", "#if canImport(Transformer)\n#endif",
    "import struct Foundation.URL",
  ])
  func `what is no import or is declared is let through`(source: String) {
    #expect(ImportTable.violations(in: SourceText(source), of: "TokenStatistics").isEmpty)
  }

  @Test func `a target that the table lacks may import nothing`() {
    #expect(ImportTable.violations(in: SourceText("import Swift"), of: "Newcomer") == ["Swift"])
  }
}
