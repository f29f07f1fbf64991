internal import Foundation
public import JSON
internal import Kernels
internal import Safetensors
public import Tokenization
public import Transformer

/// The checkpoint that a run starts from: model, tokenizer, and what its copies have to carry on.
public struct StartingModel: Sendable {
  /// The folder.
  public let directory: String
  /// The model with its weights mapped.
  public let model: Transformer
  /// The folder's tokenizer.
  public let tokenizer: Tokenizer
  /// Tokens that end a response.
  public let stopTokens: Set<Int32>
  /// The token that is put behind a demonstration.
  public let endToken: Int32
  /// Members of `config.json`, for the checkpoints to come.
  public let configurationMembers: [JSONMember]

  /// Opens the folder: `config.json`, the weights, `tokenizer.json`, `generation_config.json`.
  ///
  /// - Throws: an error of the part that is wrong, naming file, place and mend.
  public init(directory: String) throws {
    self.directory = directory
    let weights = try SafetensorsCheckpoint(directory: directory)
    let path = directory + "/config.json"
    let file = try MappedFile(path: path)
    let value: JSONValue
    do { value = try JSONValue(parsing: file.bytes) } catch {
      throw TrainingError.file(path: path, reason: "\(error)")
    }
    let configuration = try TransformerConfiguration(value, path: path)
    model = try Transformer(configuration, weights: weights)
    tokenizer = try Tokenizer(directory: directory)
    configurationMembers = (value.objectValue ?? []).filter { !$0.hasKey("torch_dtype") }
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TrainingError.file(
        path: directory,
        reason: "the tokenizer has \(tokenizer.vocabularySize) tokens, the model "
          + "\(configuration.vocabularySize); they don't belong together")
    }
    stopTokens = Self.stopTokens(in: directory, value, tokenizer)
    guard let endToken = tokenizer.endOfSequenceID ?? stopTokens.min(),
      stopTokens.allSatisfy({ $0 >= 0 && $0 < configuration.vocabularySize })
    else {
      throw TrainingError.file(
        path: path, reason: "no token ends a response; set eos_token_id to one of the vocabulary")
    }
    self.endToken = endToken
  }

  private static func stopTokens(
    in directory: String, _ configuration: JSONValue, _ tokenizer: Tokenizer
  ) -> Set<Int32> {
    let url = URL(filePath: directory).appending(path: "generation_config.json")
    let generation = (try? Data(contentsOf: url)).flatMap { try? JSONValue(parsing: Array($0)) }
    for case let value? in [generation?["eos_token_id"], configuration["eos_token_id"]] {
      let ids = (value.arrayValue ?? [value]).compactMap { $0.integerValue.flatMap(Int32.init) }
      if !ids.isEmpty { return Set(ids) }
    }
    return Set([tokenizer.endOfSequenceID].compactMap { $0 })
  }

  /// Throws unless backward passes are implemented for the model.
  func checkTrainable() throws(TrainingError) {
    do { try model.configuration.checkTrainable() } catch {
      throw .file(path: directory, reason: "\(error)")
    }
  }

  /// The ids of a prompt, with what the tokenizer's own configuration puts before a text.
  func promptIDs(_ text: String) throws(TokenizerError) -> [Int32] {
    try tokenizer.prefixTokenIDs + tokenizer.encode(text, addSpecialTokens: false)
  }

  /// Throws unless the ids exist and fit into the context together with `more` tokens.
  func check(_ ids: [Int32], more: Int, of subject: String) throws(TrainingError) {
    let (size, context) = (model.configuration.vocabularySize, model.configuration.contextLength)
    if ids.isEmpty { throw .malformed(place: subject, "has no tokens; nothing can be predicted") }
    if let id = ids.first(where: { $0 < 0 || $0 >= size }) {
      throw .malformed(place: subject, "the token id \(id) is not one of the model's \(size)")
    }
    if ids.count + more > context {
      throw .malformed(
        place: subject, "takes \(ids.count + more) tokens; the model's context is \(context)")
    }
  }
}
