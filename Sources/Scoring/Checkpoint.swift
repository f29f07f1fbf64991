import Foundation
internal import JSON
internal import Kernels
internal import Safetensors
internal import Tensors
public import Tokenization
public import Transformer

/// A model in a Hugging Face folder, under the name that a log will call it.
public struct Checkpoint: Sendable {
  /// The name in logs, figures and on the command line.
  public let name: String
  /// The folder.
  public let directory: String
  /// The model with its weights mapped.
  public let model: Transformer
  /// The tokenizer, if the folder has one.
  public let tokenizer: Tokenizer?
  /// SHA-256 of each file that the result depends on, by file name.
  public let digests: [String: String]
  /// Number of weights.
  public let parameterCount: Int
  /// Types that weights are stored in.
  public let storedTypes: [String]

  /// Opens the folder: `config.json`, the weights, and `tokenizer.json` if there is one.
  ///
  /// - Parameters:
  ///   - name: for logs and messages.
  ///   - directory: the folder.
  ///   - compute: the precision of products.
  /// - Throws: an error of the part that is wrong, naming file, place and mend.
  public init(name: String, directory: String, compute: ComputeChoice = .f32) throws {
    self.name = name
    self.directory = directory
    let weights = try SafetensorsCheckpoint(directory: directory)
    let configuration = try Self.configuration(in: directory)
    var model = try Transformer(configuration, weights: weights)
    let folder = URL(filePath: directory)
    let tokenizerPath = folder.appending(path: "tokenizer.json").path
    let hasTokenizer = FileManager.default.fileExists(atPath: tokenizerPath)
    tokenizer = hasTokenizer ? try Tokenizer(directory: directory) : nil
    if let tokenizer, tokenizer.vocabularySize > configuration.vocabularySize {
      throw ScoringError.tokenizerTooLarge(
        directory: directory, tokenizerSize: tokenizer.vocabularySize,
        vocabularySize: configuration.vocabularySize)
    }
    // The tokenizer's own configuration says what a tokenised prompt begins with.
    let tokenizerPaths = [tokenizerPath, folder.appending(path: "tokenizer_config.json").path]
    let paths =
      weights.filePaths + [folder.appending(path: "config.json").path]
      + (hasTokenizer ? tokenizerPaths.filter { FileManager.default.fileExists(atPath: $0) } : [])
    digests = Dictionary(
      uniqueKeysWithValues: try paths.map { path in
        (URL(filePath: path).lastPathComponent, try Digest.ofFile(path))
      })
    let tensors = weights.tensorNames.compactMap { weights.tensor(named: $0) }
    parameterCount = tensors.reduce(0) { $0 + $1.elementCount }
    storedTypes = Set(tensors.map(\.elementType.rawValue)).sorted()
    model.compute = try compute.type(storedTypes: storedTypes, name: name)
    self.model = model
  }

  /// Reads `config.json`.
  public static func configuration(in directory: String) throws -> TransformerConfiguration {
    let path = URL(filePath: directory).appending(path: "config.json").path
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch {
      throw ScoringError.unreadable(path: path, reason: error.reason)
    }
    do {
      return try TransformerConfiguration(JSONValue(parsing: file.bytes), path: path)
    } catch let error as JSONError {
      throw ScoringError.unreadable(path: path, reason: "\(error)")
    }
  }

  /// Tokens that end a response: `eos_token_id` of `generation_config.json`, else of `config.json`,
  /// else the tokenizer's; empty if none says.
  public var stopTokens: Set<Int32> {
    for file in ["generation_config.json", "config.json"] {
      let path = URL(filePath: directory).appending(path: file)
      guard let bytes = try? Data(contentsOf: path),
        let value = try? JSONValue(parsing: Array(bytes))["eos_token_id"]
      else { continue }
      let ids = (value.arrayValue ?? [value]).compactMap { $0.integerValue.map { Int32($0) } }
      if !ids.isEmpty { return Set(ids) }
    }
    return Set([tokenizer?.endOfSequenceID].compactMap { $0 })
  }
}
