internal import Adapters
internal import Files
internal import Foundation
package import JSON
internal import Kernels
internal import Tasks
package import Tokenization
package import Transformer

/// The model that a run starts from: a checkpoint or random weights, with its tokenizer, and what
/// checkpoints of the run have to carry on.
package struct StartingModel: Sendable {
  /// The folder of the tokenizer; nil where it is made.
  package let directory: String?
  /// The model; a checkpoint's weights are mapped.
  package private(set) var model: Transformer
  /// The folder's tokenizer.
  package let tokenizer: Tokenizer
  /// Tokens that end a response.
  package let stopTokens: Set<Int32>
  /// The token that is put after a demonstration.
  package let endToken: Int32
  /// Members of `config.json`, for the checkpoints to come.
  package let configurationMembers: [JSONMember]
  /// The tokenizer's files where there is no folder to copy them from, by name.
  package let tokenizerFiles: [String: String]

  /// Opens the folder: `config.json`, the weights, `tokenizer.json`, `generation_config.json`;
  /// adapters are merged (`ModelFolder` says how they are named).
  ///
  /// - Parameters:
  ///   - directory: the folder.
  ///   - ignoresRemoteCode: whether a model that brings code of its own is taken as the family that it
  ///     names.
  /// - Throws: an error of the part that is wrong, naming file, place and fix.
  package init(directory: String, ignoresRemoteCode: Bool = false) throws {
    let folder = try ModelFolder(directory)
    let tokenizerFolder = folder.folder(holding: "tokenizer.json")
    self.directory = tokenizerFolder
    tokenizerFiles = [:]
    let files = try folder.open()
    let path = folder.base + "/config.json"
    let file = try MappedFile(path: path)
    let value: JSONValue
    do { value = try JSONValue(parsing: file.bytes) } catch {
      throw TrainingError.file(path: path, reason: "\(error)")
    }
    var configuration = try TransformerConfiguration(
      value, path: path, ignoringRemoteCode: ignoresRemoteCode)
    model = try Transformer(configuration, weights: files.weights(for: &configuration))
    tokenizer = try Tokenizer(directory: tokenizerFolder)
    configurationMembers = (value.objectValue ?? []).filter {
      // What is written has no code beside it.
      !$0.hasKey("torch_dtype") && !$0.hasKey("auto_map")
    }
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TrainingError.file(
        path: directory,
        reason: "the tokenizer has \(tokenizer.vocabularySize) tokens, the model "
          + "\(configuration.vocabularySize); they don't belong together")
    }
    // All that either file names, and what is put after demonstrations: a policy that learns to end
    // with one of them has ended.
    stopTokens = try folder.namedStopTokens().union([tokenizer.endOfSequenceID].compactMap { $0 })
    guard let endToken = tokenizer.endOfSequenceID ?? stopTokens.min(),
      stopTokens.allSatisfy({ $0 >= 0 && $0 < configuration.vocabularySize })
    else {
      throw TrainingError.file(
        path: path, reason: "no token ends a response; set eos_token_id to one of the vocabulary")
    }
    self.endToken = endToken
  }

  /// Makes a model of random weights with the tokenizer of a task or of a folder.
  ///
  /// - Parameters:
  ///   - new: what to make.
  ///   - seed: of the weights.
  /// - Throws: `TrainingError` where sizes don't fit each other; an error of the tokenizer's files.
  package init(_ new: TrainingConfiguration.NewModel, seed: UInt64) throws {
    directory = new.tokenizer
    if let task = try new.task?.task() {
      let characters = try CharacterTokenizer(for: task)
      tokenizerFiles = [
        "tokenizer.json": characters.tokenizerFile(),
        "tokenizer_config.json": characters.configurationFile(),
      ]
      tokenizer = try Tokenizer(
        json: Array(characters.tokenizerFile().utf8),
        configuration: Array(characters.configurationFile().utf8),
        modelType: new.family.rawValue)
    } else {
      tokenizerFiles = [:]
      // As the checkpoints will be read.
      tokenizer = try Tokenizer(
        directory: new.tokenizer ?? "", modelType: new.family.rawValue)
    }
    guard let end = tokenizer.endOfSequenceID else {
      throw TrainingError.file(
        path: new.tokenizer ?? "new-model",
        reason: "the tokenizer has no end-of-sequence token; set eos_token in tokenizer_config.json"
      )
    }
    (endToken, stopTokens) = (end, [end])
    let configuration = try new.configuration(vocabularySize: tokenizer.vocabularySize)
    model = try TransformerParameters(configuration, seed: seed, deviation: new.deviation)
      .transformer()
    configurationMembers = [
      JSONMember(key: "eos_token_id", value: .integer(Int64(end)))
    ]
  }

  /// The model that a configuration starts from.
  ///
  /// - Throws: an error of the part that is wrong, naming file, place and fix.
  package init(of configuration: TrainingConfiguration) throws {
    if let model = configuration.model {
      try self.init(
        directory: model, ignoresRemoteCode: configuration.ignoresRemoteCode)
    } else {
      try self.init(configuration.newModel, seed: configuration.seed)
    }
  }

  /// The same with another model's weights.
  func replacing(model: Transformer) -> Self {
    var copy = self
    copy.model = model
    return copy
  }

  /// The model that divergences are measured from: that of a folder, or this one.
  ///
  /// - Throws: an error of the folder; `TrainingError` where its vocabulary is another, its context
  ///   shorter, or backward passes aren't implemented for it: it goes through the policy's code, so that
  ///   equal weights give equal bits.
  func reference(
    _ directory: String?, ignoresRemoteCode: Bool = false
  ) throws -> Transformer {
    guard let directory else { return model }
    let other = try StartingModel(
      directory: directory, ignoresRemoteCode: ignoresRemoteCode)
    guard other.model.configuration.vocabularySize == model.configuration.vocabularySize,
      other.tokenizer.contentDigest == tokenizer.contentDigest
    else {
      throw TrainingError.file(
        path: directory, reason: "has another tokenizer than the model; name a model with the same")
    }
    let (own, others) = (
      model.configuration.contextLength, other.model.configuration.contextLength
    )
    guard others >= own else {
      throw TrainingError.file(
        path: directory,
        reason:
          "its context of \(others) tokens is shorter than the model's \(own); name another model")
    }
    try other.checkTrainable()
    return other.model
  }

  /// Throws unless backward passes are implemented for the model.
  func checkTrainable() throws(TrainingError) {
    do { try model.configuration.checkTrainable() } catch {
      throw .file(path: directory ?? "new-model", reason: "\(error)")
    }
  }

  /// The ids of a prompt, with what the tokenizer's own configuration puts before a text.
  package func promptIDs(_ text: String) throws(TokenizerError) -> [Int32] {
    try tokenizer.prefixTokenIDs + tokenizer.encode(text, addSpecialTokens: false)
  }

  /// Throws unless the ids exist and fit into the context together with `more` tokens.
  package func check(_ ids: [Int32], more: Int, of subject: String) throws(TrainingError) {
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

extension TrainingConfiguration.NewModel {
  /// The sizes, with a vocabulary that is a multiple of eight.
  fileprivate func configuration(
    vocabularySize: Int
  ) throws(TrainingError) -> TransformerConfiguration {
    guard hiddenSize % heads == 0, (hiddenSize / heads) % 2 == 0 else {
      throw .configuration(
        place: "new-model", key: "heads",
        "\(heads) heads don't divide the hidden size \(hiddenSize) into even widths")
    }
    guard heads % keyValueHeads == 0 else {
      throw .configuration(
        place: "new-model", key: "key-value-heads", "\(keyValueHeads) don't divide \(heads) heads")
    }
    return TransformerConfiguration(
      family: family == .qwen2 ? .qwen2 : .llama, vocabularySize: (vocabularySize + 7) / 8 * 8,
      hiddenSize: hiddenSize, intermediateSize: feedForwardSize, layerCount: layers,
      heads: .init(
        queryCount: heads, keyValueCount: keyValueHeads, dimension: hiddenSize / heads),
      contextLength: contextLength, ropeBase: ropeBase, normEpsilon: 1e-6,
      tiesEmbeddings: tiesEmbeddings, hasQueryKeyValueBias: family == .qwen2,
      hasAttentionOutputBias: false, hasFeedForwardBias: false)
  }
}
