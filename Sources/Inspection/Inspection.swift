internal import Adapters
internal import Files
internal import Foundation
internal import HDF5
internal import Reporting
internal import RunLogs
internal import Scoring

/// What a path is: a checkpoint's folder, a safetensors file, a log.
package struct Inspection: Encodable {
  private let path: String
  private let facts: any InspectedFacts

  /// Finds out what a path is from its contents.
  ///
  /// - Parameters:
  ///   - path: a folder, a file, or BASEDIR+ADAPTERDIR.
  ///   - ignoresRemoteCode: whether code beside weights is left alone instead of refused.
  /// - Throws: `ScoringError`, or what the format's reader throws; one line with the place.
  package init(of path: String, ignoresRemoteCode: Bool) throws {
    self.path = path
    facts = try Self.facts(of: path, ignoresRemoteCode: ignoresRemoteCode)
  }

  /// Data/Schemas/inspect.schema.json says what the members are.
  package func encode(to encoder: any Encoder) throws { try facts.encode(to: encoder) }

  /// Aligned lines below the path; all that would steer a terminal is spelled out.
  package var text: String {
    let rows = facts.lines.map { (VisibleText.escaped($0.name), VisibleText.escaped($0.text)) }
    let width = rows.map(\.0.count).max() ?? 0
    let lines = rows.map { name, text in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + text
    }
    return ([VisibleText.escaped("\(path): \(facts.kind)")] + lines).joined(separator: "\n")
  }

  private static func facts(
    of path: String, ignoresRemoteCode: Bool
  ) throws -> any InspectedFacts {
    guard !path.isEmpty else {
      throw ScoringError.unreadable(path: "''", reason: "is no path; name a folder or a file")
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
    if let kind = FileIdentity(path)?.kind, kind.isStream {
      throw ScoringError.unreadable(
        path: path, reason: "is \(kind.words), and a log is a file: write it to one first")
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
  /// Names and what they stand for.
  var lines: [(name: String, text: String)] { get }
}
