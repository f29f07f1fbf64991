import Foundation
import TestSupport
import Testing

/// Rules that hold for every source file.
@Suite struct SourceRuleTests {
  /// Targets that work with pointers.
  static let unsafeTargets: Set<String> = ["Files", "Kernels", "HDF5"]
  /// Elsewhere only the one file that calls C may.
  static let unsafeFiles: [String: String] = [
    "Decompression/GzipStream.swift": "calls zlib",
    "Decompression/ZstdStream.swift": "calls libzstd",
    "RunLogs/Journal/JournalLock.swift": "asks the system whether a locked file still has its name",
    "Tokenization/OnigurumaExpression.swift": "calls Oniguruma",
    "tokenshift-bench/Timing.swift": "asks the system for the processor time",
    "tokenshift/Interruption.swift": "asks the system which signals are ignored, and unblocks them",
    "tokenshift/StandardDescriptors.swift": "opens what is closed of input, output and error",
    "tokenshift/Terminal.swift": "asks the system for the terminal's width",
  ]
  /// Only executables print and end the process.
  static let executables: Set<String> = ["tokenshift", "tokenshift-bench"]
  /// Files of more than 400 lines, each with the reason why it isn't cut.
  static let longFiles: [String: String] = [:]

  @Test func `unsafe code is where it belongs`() throws {
    var found: Set<String> = []
    for target in try Sources.swiftTargets() where !Self.unsafeTargets.contains(target) {
      for file in try Sources.files(of: target)
      where SourceText(try Sources.text(file)).has(word: "unsafe") {
        found.insert(file)
      }
    }
    #expect(found == Set(Self.unsafeFiles.keys))
  }

  @Test func `libraries neither print nor crash on purpose`() throws {
    for target in try Sources.swiftTargets() where !Self.executables.contains(target) {
      for file in try Sources.files(of: target) {
        let found = Self.forbidden(in: SourceText(try Sources.text(file)))
        #expect(found.isEmpty, "\(file) has \(found)")
      }
    }
  }

  @Test(arguments: [
    ("print(1)", "print("), ("  debugPrint (x)", "debugPrint("), ("{ dump(x) }", "dump("),
    ("default: fatalError()", "fatalError("), ("let x = try! f()", "try!"), ("x as! Int", "as!"),
    ("\"\\(print(2))\"", "print("),
  ])
  func `a planted call is found`(source: String, name: String) {
    #expect(Self.forbidden(in: SourceText(source)) == [name])
  }

  @Test(arguments: [
    "// print(1)", "\"try! this\"", "blueprint(1)", "x.print(1)", "try f()", "y as Int",
    "!has != x",
    "func fatalErrors() {}",
  ])
  func `what only looks like one is let through`(source: String) {
    #expect(Self.forbidden(in: SourceText(source)).isEmpty)
  }

  @Test func `words are found as words`() {
    #expect(SourceText("nonisolated(unsafe) let x").has(word: "unsafe"))
    #expect(SourceText("@unsafe func f()").has(word: "unsafe"))
    #expect(!SourceText("unsafeBitCast // unsafe\n\"unsafe\"").has(word: "unsafe"))
  }

  @Test func `no file is longer than 400 lines`() throws {
    for target in try Sources.targets() {
      for file in try Sources.files(of: target) where Self.longFiles[file] == nil {
        let count =
          try Sources.text(file).split(
            separator: "\n", omittingEmptySubsequences: false
          ).count - 1
        #expect(count <= 400, "\(file) has \(count) lines")
      }
    }
  }

  private static func forbidden(in source: SourceText) -> [String] {
    let pattern = /(?:^|[^\w.])(?:(print|debugPrint|dump|fatalError)\s*\(|(try!|as!))/
      .anchorsMatchLineEndings()
    return source.code.matches(of: pattern).compactMap { match in
      match.1.map { $0 + "(" } ?? match.2.map(String.init)
    }
  }
}
