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
        let violations = try ImportTable.package.get().violations(in: source, of: target)
        #expect(violations.isEmpty, "\(file) imports \(violations)")
      }
    }
    // Nothing found would pass as well.
    #expect(importCount > 50)
  }

  @Test func `the manifest has every target and points down`() throws {
    let rows = try ImportTable.package.get().rows
    #expect(try Sources.targets() == rows.map(\.target).sorted())
    for (index, row) in rows.enumerated() {
      let above = Set(rows[..<index].map(\.target))
      #expect(Set(row.targets).isSubset(of: above), "\(row.target)")
    }
    // Read as it is meant: a table of nothing would allow nothing, and forbid nothing either.
    let training = try #require(rows.first { $0.target == "Training" })
    #expect(training.packages == ["Yams"] && training.targets.contains("Transformer"))
    #expect(rows.first { $0.target == "tokenshift" }?.packages == ["ArgumentParser"])
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
  func `an undeclared import is found`(source: String) throws {
    try #expect(
      ImportTable.package.get().violations(in: SourceText(source), of: "TokenStatistics").count == 1
    )
  }

  @Test(arguments: [
    "import Foundation", "internal import Kernels", "public import Synchronization",
    "// import Transformer", "/* import Transformer */", "/*\nimport Transformer\n*/",
    "let s = \"\"\"\n  import Transformer\n  \"\"\"", "let s = \"\\\"\\nimport Transformer\"",
    "func important() {}", "let imports = 3", "#if canImport(Transformer)\n#endif",
    "import struct Foundation.URL",
  ])
  func `what is no import or is declared is let through`(source: String) throws {
    try #expect(
      ImportTable.package.get().violations(in: SourceText(source), of: "TokenStatistics").isEmpty)
  }

  @Test func `a target that the table lacks may import nothing`() throws {
    try #expect(
      ImportTable.package.get().violations(in: SourceText("import Swift"), of: "Newcomer") == [
        "Swift"
      ])
  }
}
