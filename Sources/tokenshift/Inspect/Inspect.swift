import Adapters
import ArgumentParser
import Files
import Foundation
import HDF5
import Reporting
import RunLogs
import Scoring

/// `tokenshift inspect`: what a path is.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a checkpoint folder, a safetensors file or a token log is.",
    discussion: """
      Architecture, sizes, stored types and digests of a checkpoint; tensors of a safetensors file; \
      schema, origin, models and pairs of a log.

      Example:
        tokenshift inspect ckpt/base log.h5
      """)

  @Argument(help: ArgumentHelp("Folders or files.", valueName: "PATH"))
  var paths: [String]

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  @OptionGroup var remoteCode: RemoteCode

  func run() throws {
    let results = try paths.map { try Self.facts(of: $0, ignoresRemoteCode: remoteCode.isIgnored) }
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: results.map(AnyFacts.init)))
    } else {
      try Terminal.printResult(
        zip(paths, results).map { FactSheet(path: $0, $1).text }.joined(separator: "\n\n"))
    }
  }

  /// Finds out what a path is from its contents.
  private static func facts(
    of path: String, ignoresRemoteCode: Bool
  ) throws -> any InspectedFacts {
    guard !path.isEmpty else {
      throw ValidationError("'' is no path; name a folder or a file")
    }
    func checkpoint() throws -> any InspectedFacts {
      try CheckpointFacts(path: path, ignoresRemoteCode: ignoresRemoteCode)
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      if path.contains("+"), ModelFolder.isModel(path) { return try checkpoint() }
      throw ScoringError.unreadable(path: path, reason: "no such file or folder")
    }
    let target = URL(filePath: path).resolvingSymlinksInPath()
    let isFolder = (try? target.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
    if isFolder || attributes[.type] as? FileAttributeType == .typeDirectory {
      return try checkpoint()
    }
    let start = FileHandle(forReadingAtPath: path)?.readData(ofLength: 8) ?? Data()
    if FileFormat(start: start) == .hdf5 { return try log(path) }
    if path.hasSuffix(".safetensors") { return try SafetensorsFacts(path: path) }
    throw ScoringError.unreadable(
      path: path,
      reason: "neither a checkpoint folder nor a .safetensors file nor an HDF5 log")
  }

  private static func log(_ path: String) throws -> any InspectedFacts {
    let root = try HDF5File.open(path).root
    if case .string(TrainingLog.schema)? = try root.attribute("schema") {
      return try TrainingLogFacts(path: path)
    }
    return try TokenLogFacts(path: path, schemaVersion: root.attribute("schema_version"))
  }
}

/// What was found out about a path: members for programs, lines for people.
protocol InspectedFacts: Encodable {
  /// What it is, in words.
  var kind: String { get }
  /// Names and what stands behind them.
  var lines: [(name: String, text: String)] { get }
}

/// Facts of any kind in one list.
private struct AnyFacts: Encodable {
  private let facts: any InspectedFacts

  init(_ facts: any InspectedFacts) { self.facts = facts }

  func encode(to encoder: any Encoder) throws { try facts.encode(to: encoder) }
}

/// Facts as aligned lines below the path.
private struct FactSheet {
  let text: String

  init(path: String, _ facts: any InspectedFacts) {
    let rows = facts.lines.map { (Terminal.harmless($0.name), Terminal.harmless($0.text)) }
    let width = rows.map(\.0.count).max() ?? 0
    let lines = rows.map { name, text in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + text
    }
    text = ([Terminal.harmless("\(path): \(facts.kind)")] + lines).joined(separator: "\n")
  }
}
