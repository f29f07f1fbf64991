internal import Files
internal import Foundation
package import JSON
internal import Safetensors
package import Transformer

/// Where a model is: a checkpoint's folder, and the folders of adapters that are merged over it.
///
/// Written `DIR`, `ADAPTERDIR` (the base is the local folder that its `base_model_name_or_path`
/// names) or `BASEDIR+ADAPTERDIR`; several adapters are merged one after the other. A folder whose own
/// name holds a `+` is taken whole if it exists.
package struct ModelFolder: Sendable, Equatable {
  /// As the user wrote it.
  package let path: String
  /// The folder with `config.json` and all weights.
  package let base: String
  /// In the order of merging; mostly none or one.
  package let adapters: [String]

  /// Finds the folders, without opening weights.
  ///
  /// - Throws: `AdapterError` if an adapter's configuration is missing or can't be read, or its base
  ///   isn't a folder here.
  package init(_ path: String) throws(AdapterError) {
    self.path = path
    let parts = Self.parts(of: path)
    guard let first = parts.first, Self.hasAdapter(first) else {
      base = parts.first ?? path
      adapters = Array(parts.dropFirst())
      try checkAdapters()
      return
    }
    if Self.hasWeights(first) {
      guard parts.count > 1 else {
        throw AdapterError(
          path: path, "holds weights as well as an adapter",
          fix: "move the adapter into a folder of its own, and name both as BASEDIR+ADAPTERDIR")
      }
      base = first
      adapters = Array(parts.dropFirst())
    } else {
      base = try Self.baseFolder(ofAdapter: first)
      adapters = parts
    }
    try checkAdapters()
  }

  /// The last of the adapters' folders that has this file, else the base.
  package func folder(holding name: String) -> String {
    adapters.last { Self.exists($0, name) } ?? base
  }

  /// The folders' names, for records: the last part of each path.
  package var displayName: String {
    ([base] + adapters).map { URL(filePath: $0).standardizedFileURL.lastPathComponent }
      .joined(separator: "+")
  }

  /// Maps all weights.
  ///
  /// - Throws: `SafetensorsError` or `AdapterError` of what can't be read.
  package func open() throws -> ModelFiles {
    ModelFiles(
      folder: self, base: try SafetensorsCheckpoint(directory: base),
      adapters: try adapters.map { try LoRAAdapter(directory: $0) })
  }

  /// Reads `config.json` of the base.
  ///
  /// - Returns: its JSON, and where it is.
  /// - Throws: `FileError` if it can't be read, `AdapterError` if it is no JSON.
  package func configurationFile() throws -> (value: JSONValue, path: String) {
    let path = Self.path(base, "config.json")
    let file = try MappedFile(path: path)
    do {
      return (try JSONValue(parsing: file.bytes, dialect: .python), path)
    } catch {
      let complaint = error.complaint(
        fix: "copy or download it again, or write it with transformers")
      throw AdapterError(path: path, "is \(complaint.reason)", fix: complaint.fix)
    }
  }

  /// What `config.json` of the base says.
  ///
  /// - Parameter ignoringRemoteCode: whether a model that brings code of its own is read as the family
  ///   that it names.
  /// - Returns: the configuration.
  /// - Throws: as `configurationFile`; `TransformerError` of what it asks for.
  package func configuration(ignoringRemoteCode: Bool) throws -> TransformerConfiguration {
    let file = try configurationFile()
    return try TransformerConfiguration(
      file.value, path: file.path, ignoringRemoteCode: ignoringRemoteCode)
  }

  /// Whether a folder can be opened as a model: it has a `config.json`, or is an adapter.
  package static func isModel(_ path: String) -> Bool {
    let first = parts(of: path).first ?? path
    return exists(first, "config.json") || hasAdapter(first)
  }

  private func checkAdapters() throws(AdapterError) {
    for folder in adapters where !Self.hasAdapter(folder) {
      throw AdapterError(
        path: folder, "is no adapter: it has no adapter_config.json",
        fix: "write BASEDIR+ADAPTERDIR with a folder that peft saved")
    }
  }

  /// The pieces between `+` signs; a sign inside the name of a folder that exists separates nothing.
  private static func parts(of path: String) -> [String] {
    guard path.contains("+"), !isFolder(path) else { return [path] }
    var parts: [String] = []
    var pending = ""
    for piece in path.split(separator: "+", omittingEmptySubsequences: false) {
      pending = pending.isEmpty ? String(piece) : pending + "+" + piece
      if isFolder(pending) {
        parts.append(pending)
        pending = ""
      }
    }
    // What is left isn't there; whoever opens it says so.
    return pending.isEmpty ? parts : parts + [pending]
  }

  private static func baseFolder(ofAdapter folder: String) throws(AdapterError) -> String {
    let path = Self.path(folder, LoRAConfiguration.fileName)
    let name = try LoRAConfiguration.parse(path)["base_model_name_or_path"]?.stringValue ?? ""
    let fix = "name it on the command line: BASEDIR+\(folder)"
    guard !name.isEmpty else {
      throw AdapterError(path: path, "names no base model", fix: fix)
    }
    // As given, which peft takes from the current folder; else from the adapter's own.
    let candidates = [name, name.hasPrefix("/") ? name : Self.path(folder, name)]
    guard let base = candidates.first(where: { isFolder($0) }) else {
      throw AdapterError(path: path, "its base '\(name)' is no folder here", fix: fix)
    }
    guard !hasAdapter(base) || hasWeights(base) else {
      throw AdapterError(
        path: path, "its base '\(name)' is an adapter itself",
        fix: "name all folders on the command line: BASEDIR+\(base)+\(folder)")
    }
    return base
  }

  private static func hasAdapter(_ folder: String) -> Bool {
    exists(folder, LoRAConfiguration.fileName)
  }

  private static func hasWeights(_ folder: String) -> Bool {
    exists(folder, "model.safetensors") || exists(folder, "model.safetensors.index.json")
  }

  private static func exists(_ folder: String, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(folder, name))
  }

  private static func isFolder(_ path: String) -> Bool {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    return !path.isEmpty && attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  static func path(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
