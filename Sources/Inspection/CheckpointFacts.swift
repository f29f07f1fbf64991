internal import Kernels
internal import Reporting
internal import Safetensors
internal import Scoring
internal import Tensors
internal import Tokenization
internal import Transformer

/// What a checkpoint's folder holds; Data/Schemas/inspect.schema.json says what the members are.
struct CheckpointFacts: InspectedFacts {
  let path: String
  let kind = "checkpoint"
  let architecture: String
  let options: [String]
  let parameters: Int
  let storedTypes: [String]
  let nameNotes: [String]
  let unusedTensors: [String]
  let layers: Int
  let hiddenSize: Int
  let feedForwardSize: Int
  let queryHeads: Int
  let keyValueHeads: Int
  let headDimension: Int
  let vocabularySize: Int
  let tiesEmbeddings: Bool
  let contextLength: Int
  let tokenizer: TokenizerFacts?
  /// A JSON object as text.
  let unreadConfigurationKeys: String?
  let digests: [String: String]

  struct TokenizerFacts: Encodable {
    var tokens: Int?
    var contentDigest: String?
    var rebuiltAs: String?
    var error: String?

    var lines: [(name: String, text: String)] {
      if let error { return [("tokenizer", "can't be used: \(error)")] }
      let first = (
        "tokenizer", "\(Number.count(tokens ?? 0)) tokens, content \(contentDigest ?? "")"
      )
      return [first]
        + (rebuiltAs.map {
          [("its pipeline", "built as transformers' \($0) does, not as tokenizer.json has it")]
        } ?? [])
    }
  }

  init(path: String, ignoresRemoteCode: Bool) throws {
    let checkpoint = try Checkpoint(
      name: "model", directory: path, ignoresRemoteCode: ignoresRemoteCode)
    let configuration = checkpoint.model.configuration
    self.path = path
    architecture = configuration.family.architecture
    options = configuration.options.descriptions
    parameters = checkpoint.parameterCount
    storedTypes = checkpoint.storedTypes
    nameNotes = checkpoint.nameNotes
    unusedTensors = checkpoint.model.unusedTensors
    layers = configuration.layerCount
    (hiddenSize, feedForwardSize) = (configuration.hiddenSize, configuration.intermediateSize)
    let heads = configuration.heads
    (queryHeads, keyValueHeads) = (heads.queryCount, heads.keyValueCount)
    headDimension = heads.dimension
    vocabularySize = configuration.vocabularySize
    tiesEmbeddings = configuration.tiesEmbeddings
    contextLength = configuration.contextLength
    tokenizer =
      if let tokenizer = checkpoint.tokenizer {
        TokenizerFacts(
          tokens: tokenizer.vocabularySize, contentDigest: tokenizer.contentDigest,
          rebuiltAs: tokenizer.rebuiltAs)
      } else {
        checkpoint.tokenizerError.map { TokenizerFacts(error: "\($0)") }
      }
    let keys = checkpoint.unreadConfigurationKeys
    unreadConfigurationKeys = keys == "{}" ? nil : keys
    digests = Dictionary(uniqueKeysWithValues: checkpoint.digests.map { ($0.key, $0.value) })
  }

  var lines: [(name: String, text: String)] {
    var lines = [("architecture", architecture)]
    if !options.isEmpty { lines.append(("options", options.joined(separator: ", "))) }
    lines += [
      ("parameters", Number.count(parameters)), ("stored as", storedTypes.joined(separator: ", ")),
    ]
    if !nameNotes.isEmpty { lines.append(("names", nameNotes.joined(separator: ", "))) }
    if let first = unusedTensors.first {
      let more = unusedTensors.count > 1 ? " and \(unusedTensors.count - 1) more" : ""
      lines.append(("not used", "tensor '\(first)'\(more), as transformers leaves them out too"))
    }
    lines += [
      ("layers", "\(layers)"), ("widths", "\(hiddenSize) hidden, \(feedForwardSize) feed-forward"),
      ("heads", "\(queryHeads) query, \(keyValueHeads) key-value, \(headDimension) wide"),
      (
        "vocabulary",
        "\(Number.count(vocabularySize)), head "
          + (tiesEmbeddings ? "tied to the embedding" : "of its own")
      ),
      ("context", Number.count(contextLength)),
    ]
    lines += tokenizer?.lines ?? [("tokenizer", "none")]
    if let unreadConfigurationKeys {
      lines.append(("config.json, never read", unreadConfigurationKeys))
    }
    return lines + digests.sorted { $0.key < $1.key }.map { ("SHA-256 \($0.key)", $0.value) }
  }
}

/// What a safetensors file holds.
struct SafetensorsFacts: InspectedFacts {
  let path: String
  let kind = "safetensors file"
  let tensors: [String: TensorFacts]
  let digest: String

  struct TensorFacts: Encodable {
    let type: String
    let shape: [Int]
  }

  init(path: String) throws {
    self.path = path
    let file = try SafetensorsFile(path: path)
    var tensors: [String: TensorFacts] = [:]
    for name in file.tensorNames {
      guard let tensor = file.tensor(named: name) else { continue }
      tensors[name] = TensorFacts(type: tensor.elementType.rawValue, shape: Array(tensor.shape))
    }
    self.tensors = tensors
    digest = try Digest.ofFile(path)
  }

  var lines: [(name: String, text: String)] {
    [("tensors", "\(tensors.count)")]
      + tensors.sorted { $0.key < $1.key }.map {
        ("tensor \($0.key)", "\($0.value.type) \($0.value.shape)")
      } + [("SHA-256", digest)]
  }
}
