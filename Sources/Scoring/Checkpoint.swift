internal import Adapters
internal import Files
import Foundation
internal import JSON
internal import Tensors
internal import Texts
package import Tokenization
package import Transformer

/// A model in a Hugging Face folder, under the name that a log will call it.
package struct Checkpoint: Sendable {
  /// The name in logs, figures and on the command line.
  package let name: String
  /// The folder, or `BASEDIR+ADAPTERDIR`, as the user wrote it.
  package let directory: String
  private let folder: ModelFolder
  /// The model with its weights mapped.
  package let model: Transformer
  /// The tokenizer, if the folder has one that can be used.
  package let tokenizer: Tokenizer?
  /// Why the folder's tokenizer can't be used, if its file asks for what isn't implemented; to be
  /// thrown where one is needed, since texts given as ids need none.
  package let tokenizerError: TokenizerError?
  /// SHA-256 of each file that the result depends on, by file name, those of adapters by
  /// `adapter/` and file name.
  package let digests: [String: String]
  /// The weights' files.
  let weightFiles: [String]
  /// How names of tensors were read, for people; empty if they are the family's own.
  package let nameNotes: [String]
  /// The members of `config.json` that the reference implementation never reads, as a JSON object.
  package let unreadConfigurationKeys: String
  /// Number of weights.
  package let parameterCount: Int
  /// Types that weights are stored in.
  package let storedTypes: [String]

  /// Opens the folder: `config.json`, the weights, and `tokenizer.json` if there is one; adapters are
  /// merged (`ModelFolder` says how they are named).
  ///
  /// - Parameters:
  ///   - name: for logs and messages.
  ///   - directory: the folder.
  ///   - compute: the precision of products.
  ///   - readsAll: whether all weights are read, for digests and to find numbers that are not finite;
  ///     without that a checkpoint is good for estimates, not for logs.
  ///   - ignoresRemoteCode: whether a model that brings code of its own is taken as the family that it
  ///     names.
  /// - Throws: an error of the part that is wrong, naming file, place and fix; not for a tokenizer
  ///   that asks for what isn't implemented.
  package init(
    name: String, directory: String, compute: ComputeChoice = .f32, readsAll: Bool = true,
    ignoresRemoteCode: Bool = false
  ) throws {
    self.name = name
    self.directory = directory
    let folder = try ModelFolder(directory)
    self.folder = folder
    let files = try folder.open()
    let file = try folder.configurationFile()
    var configuration = try TransformerConfiguration(
      file.value, path: file.path, ignoringRemoteCode: ignoresRemoteCode)
    let unread = TransformerConfiguration.unreadMembers(of: file.value)
    unreadConfigurationKeys = JSONValue.object(unread).serialized()
    let weights = try files.weights(for: &configuration)
    weightFiles = files.digestedFiles.map(\.path).filter { $0.hasSuffix(".safetensors") }
    var model = try Transformer(configuration, weights: weights, checksNumbers: readsAll)
    let tokenizerFolder = folder.folder(holding: "tokenizer.json")
    let tokenizerPath = URL(filePath: tokenizerFolder).appending(path: "tokenizer.json").path
    let hasTokenizer = FileManager.default.fileExists(atPath: tokenizerPath)
    do throws(TokenizerError) {
      tokenizer = hasTokenizer ? try Tokenizer(directory: tokenizerFolder) : nil
      tokenizerError = nil
    } catch {
      guard case .unsupported = error else { throw error }
      (tokenizer, tokenizerError) = (nil, error)
    }
    if let tokenizer, tokenizer.vocabularySize > configuration.vocabularySize {
      throw ScoringError.tokenizerTooLarge(
        directory: tokenizerFolder, tokenizerSize: tokenizer.vocabularySize,
        vocabularySize: configuration.vocabularySize)
    }
    // The tokenizer's own configuration says what a tokenised prompt begins with.
    let others =
      ([(folder.base, "config.json")] + Tokenizer.fileNames.map { (tokenizerFolder, $0) })
      .map { (name: $0.1, path: URL(filePath: $0.0).appending(path: $0.1).path) }
    var digests: [String: String] = [:]
    let digested =
      readsAll ? files.digestedFiles + others.prefix(hasTokenizer ? others.count : 1) : []
    for (name, path) in digested {
      guard
        !Tokenizer.fileNames.dropFirst().contains(name)
          || FileManager.default.fileExists(atPath: path)
      else {
        continue
      }
      digests[name] = try Digest.ofFile(path)
    }
    self.digests = digests
    nameNotes = weights.notes
    let unused = Set(model.unusedTensors)
    let tensors = weights.tensorNames.filter { !unused.contains($0) }
      .compactMap { weights.tensor(named: $0) }
    parameterCount = tensors.reduce(0) { $0 + $1.elementCount }
    storedTypes = Set(tensors.map(\.elementType.rawValue)).sorted()
    model.compute = try compute.type(storedTypes: storedTypes, name: name)
    self.model = model
  }

  /// The last part of the folder's path, for records; with adapters those of all folders.
  var folderName: String { folder.displayName }

  /// Tokens that end a response: `eos_token_id` of `generation_config.json`, that of `config.json`, and
  /// the tokenizer's; empty if none says.
  ///
  /// - Throws: an error that names the file that can't be read.
  package func stopTokens() throws -> Set<Int32> {
    try folder.namedStopTokens().union([tokenizer?.endOfSequenceID].compactMap { $0 })
  }

  /// Bytes of a file that tell how fast it is read.
  private static let sampleBytes = 256 << 20

  /// How long opening takes that reads all weights, from a part of the largest file.
  func openSeconds() throws -> Double {
    let sizes = try weightFiles.map { try ByteStream.size(ofFile: $0) }
    guard let largest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }), sizes[largest] > 0 else {
      return 0
    }
    let read = min(sizes[largest], Self.sampleBytes)
    let time = try ContinuousClock().measure {
      _ = try Digest.ofFile(
        weightFiles[largest], from: UInt64(sizes[largest] - read) / 2, count: read)
    }
    return time.seconds * Double(sizes.reduce(0, +)) / Double(read)
  }

  /// Bytes a second that come from the disk, rather than from the system's memory of it.
  func readRate() throws -> Double {
    guard let path = weightFiles.first else { return .infinity }
    let count = min(try ByteStream.size(ofFile: path), Self.sampleBytes)
    return try MappedFile.readRate(ofFile: path, sample: count)
  }
}
