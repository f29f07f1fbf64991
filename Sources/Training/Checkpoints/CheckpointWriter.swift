package import Files
internal import Foundation
package import JSON
package import Safetensors
package import Transformer

/// Writes a model as a folder that transformers loads: config.json, model.safetensors, tokenizer.
package struct CheckpointWriter: Sendable {
  /// How weights are stored.
  package let precision: SafetensorsWriter.Precision
  /// Members of config.json beside the model's own, such as ids of special tokens.
  package let extraConfiguration: [JSONMember]
  /// The folder that tokenizer files are copied from; nil for none.
  package let tokenizerFolder: String?
  /// Contents of tokenizer files that are in no folder, by name; these win.
  package let tokenizerFiles: [String: String]

  /// What of a folder is its tokenizer.
  static let tokenizerFileNames = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json",
    "merges.txt", "added_tokens.json", "chat_template.jinja", "generation_config.json",
  ]

  /// All parts given.
  package init(
    precision: SafetensorsWriter.Precision = .float32, extraConfiguration: [JSONMember] = [],
    tokenizerFolder: String? = nil, tokenizerFiles: [String: String] = [:]
  ) {
    self.precision = precision
    self.extraConfiguration = extraConfiguration
    self.tokenizerFolder = tokenizerFolder
    self.tokenizerFiles = tokenizerFiles
  }

  /// Writes the folder; each file appears complete or not at all, the weights last.
  ///
  /// A folder with `model.safetensors` is therefore a whole checkpoint, unless an older one was
  /// there before.
  ///
  /// - Parameters:
  ///   - parameters: The model.
  ///   - folder: made if it isn't there.
  /// - Throws: `CheckpointError` or `SafetensorsError` with the system's reason.
  package func write(_ parameters: borrowing TransformerParameters, to folder: String) throws {
    do throws(FileError) { try Folder.create(folder) } catch {
      throw CheckpointError(error, "the folder cannot be made")
    }
    try copyTokenizer(to: folder)
    let type = precision == .float32 ? "float32" : "bfloat16"
    let configuration = parameters.configuration.jsonValue(
      storedType: type, extra: extraConfiguration)
    try Self.write(Array((configuration.serialized() + "\n").utf8), to: folder + "/config.json")
    try SafetensorsWriter.write(
      parameters.tensors(), as: precision, to: folder + "/model.safetensors")
  }

  private func copyTokenizer(to folder: String) throws(CheckpointError) {
    for (name, contents) in tokenizerFiles.sorted(by: { $0.key < $1.key }) {
      try Self.write(Array(contents.utf8), to: folder + "/" + name)
    }
    guard let tokenizerFolder else { return }
    for name in Self.tokenizerFileNames where tokenizerFiles[name] == nil {
      let source = tokenizerFolder + "/" + name
      guard FileManager.default.fileExists(atPath: source) else { continue }
      let contents: Data
      do { contents = try Data(contentsOf: URL(filePath: source)) } catch {
        throw CheckpointError(FileError(error, path: source), "cannot be read")
      }
      try Self.write([UInt8](contents), to: folder + "/" + name)
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
    do throws(FileError) {
      var file = try FileReplacement(path: path)
      try file.append(bytes)
      try file.commit()
    } catch {
      throw CheckpointError(error, "cannot be written")
    }
  }
}

/// Why a checkpoint can't be written.
package struct CheckpointError: SystemFaultError, Equatable, CustomStringConvertible {
  /// The file or folder.
  package let path: String
  /// What is wrong, in the system's words.
  package let reason: String
  /// What that means for callers that act on it.
  package let fault: SystemFault

  init(_ error: FileError, _ action: String) {
    (path, fault) = (error.path, error.fault)
    reason = "\(action): \(error.reason)"
  }

  package var systemFault: SystemFault? { fault }

  /// One line: where, what and the fix.
  package var description: String { "\(path): \(reason); \(fault.fix)" }
}
