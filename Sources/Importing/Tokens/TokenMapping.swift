internal import Yams

/// What a user says about the tokens of a file: the part `tokens:` of a mapping.
///
///     tokens:
///       ids: token_ids
///       mask: token_loss_mask
///       length: input_lengths
///       filler: 0.0
///       models:
///         sampler: {logp: generation_logprobs}
///         trainer: {logp: prev_logprobs}
///
/// `logp`, `entropy`, `mask` and `top` are over `ids`, `prompt_logp` over `prompt_ids`.
package struct TokenMapping: Sendable, Equatable {
  /// A model of the file.
  struct Model: Sendable, Equatable {
    var name = "sampler"
    var logProbability: JSONPath?
    var promptLogProbability: JSONPath?
    var entropy: JSONPath?
    /// Lists of likely tokens.
    var top: Top?
    var temperature: Double?
    var processing = DumpSource.Processing.unknown
  }

  /// Where ids and log-probabilities of lists are.
  struct Top: Sendable, Equatable {
    var ids: JSONPath
    var logProbability: JSONPath
  }

  private(set) var ids: JSONPath
  private(set) var models: [Model] = []
  private(set) var mask: JSONPath?
  /// How many of `ids` are no padding.
  private(set) var length: JSONPath?
  private(set) var promptIDs: JSONPath?
  /// Stands for no log-probability.
  private(set) var filler: Double?
  private(set) var precision = 0x1p-24
  /// What names a text, and what else is said of it.
  private(set) var (id, promptID, sample, finish, reward):
    (
      JSONPath?, JSONPath?, JSONPath?, JSONPath?, JSONPath?
    )

  private static let keys =
    "ids, logp, entropy, top, mask, length, prompt_ids, prompt_logp, models, filler, precision, "
    + "temperature, processing, id, prompt_id, sample, finish, reward"
  private static let precisions = ["single": 0x1p-24, "half": 0x1p-11, "bfloat16": 0x1p-8]

  /// - Throws: `ImportFault` naming the file and the key.
  init(_ node: Node, path: String) throws(ImportFault) {
    guard case .mapping(let mapping) = node else {
      throw ImportFault(
        path, "tokens", "is no mapping; write 'ids: PATH' and 'logp: PATH' below it")
    }
    guard let first = mapping["ids"] else {
      throw ImportFault(path, "tokens", "names no ids; write 'ids: PATH' below it")
    }
    ids = try Self.place(first, "ids", path)
    var shared = Model()
    var nodes: Node?
    for (key, value) in mapping {
      let name = key.string ?? ""
      if try Self.set(name, value, of: &shared, path, in: "tokens") { continue }
      switch name {
      case "ids": break
      case "mask": mask = try Self.place(value, name, path)
      case "length": length = try Self.place(value, name, path)
      case "prompt_ids": promptIDs = try Self.place(value, name, path)
      case "id": id = try Self.place(value, name, path)
      case "prompt_id": promptID = try Self.place(value, name, path)
      case "sample": sample = try Self.place(value, name, path)
      case "finish": finish = try Self.place(value, name, path)
      case "reward": reward = try Self.place(value, name, path)
      case "filler": filler = try Self.number(value, name, path)
      case "precision":
        guard let known = Self.precisions[value.string ?? ""] else {
          throw ImportFault(path, "tokens, precision", "is not single, half or bfloat16; write one")
        }
        precision = known
      case "models": nodes = value
      default:
        throw ImportFault(
          path, "tokens, \(name.prefix(40))", "is not known here; the keys are \(Self.keys)")
      }
    }
    try setModels(shared, nodes, path)
  }

  private mutating func setModels(
    _ shared: Model, _ nodes: Node?, _ path: String
  ) throws(ImportFault) {
    guard let nodes else {
      models = [shared]
      return try check(path)
    }
    guard case .mapping(let mapping) = nodes else {
      throw ImportFault(
        path, "tokens, models", "is no mapping; write 'sampler: {logp: PATH}' below it")
    }
    guard shared.logProbability == nil, shared.entropy == nil, shared.top == nil,
      shared.promptLogProbability == nil
    else {
      throw ImportFault(
        path, "tokens", "names columns beside 'models' and not in it; move them below a model")
    }
    for (key, value) in mapping {
      var model = shared
      model.name = key.string ?? ""
      let place = "tokens, models, \(model.name.prefix(40))"
      guard case .mapping(let columns) = value, !model.name.isEmpty else {
        throw ImportFault(path, place, "is no mapping; write 'NAME: {logp: PATH}'")
      }
      for (key, value) in columns {
        guard try Self.set(key.string ?? "", value, of: &model, path, in: place) else {
          throw ImportFault(
            path, place,
            "'\((key.string ?? "").prefix(40))' is not known here; the keys are logp, prompt_logp, entropy, "
              + "top, temperature, processing")
        }
      }
      models.append(model)
    }
    try check(path)
  }

  private func check(_ path: String) throws(ImportFault) {
    guard !models.isEmpty, models.allSatisfy({ $0.logProbability != nil }) else {
      throw ImportFault(path, "tokens", "names no log-probabilities; write 'logp: PATH' below it")
    }
    guard promptIDs != nil || models.allSatisfy({ $0.promptLogProbability == nil }) else {
      throw ImportFault(path, "tokens, prompt_logp", "has no ids; write 'prompt_ids: PATH' too")
    }
  }

  /// Sets what a model has; false if it has no such key.
  private static func set(
    _ name: String, _ value: Node, of model: inout Model, _ path: String, in place: String
  ) throws(ImportFault) -> Bool {
    switch name {
    case "logp": model.logProbability = try Self.place(value, name, path)
    case "prompt_logp": model.promptLogProbability = try Self.place(value, name, path)
    case "entropy": model.entropy = try Self.place(value, name, path)
    case "top":
      guard case .mapping(let mapping) = value, mapping.count == 2, let ids = mapping["ids"],
        let numbers = mapping["logp"]
      else { throw ImportFault(path, "\(place), top", "write {ids: PATH, logp: PATH}") }
      model.top = Top(
        ids: try Self.place(ids, "top, ids", path),
        logProbability: try Self.place(numbers, "top, logp", path))
    case "temperature":
      let number = try Self.number(value, name, path)
      guard number > 0 else {
        throw ImportFault(
          path, "\(place), temperature", "is no number above 0; give that of sampling")
      }
      model.temperature = number
    case "processing":
      guard let known = DumpSource.Processing(rawValue: value.string ?? "") else {
        throw ImportFault(
          path, "\(place), processing",
          "is not raw or processed; raw is over the full vocabulary, processed after penalties and "
            + "truncation")
      }
      model.processing = known
    default: return false
    }
    return true
  }

  private static func place(
    _ node: Node, _ key: String, _ path: String
  ) throws(ImportFault) -> JSONPath {
    guard case .scalar(let scalar) = node, let place = JSONPath(scalar.string) else {
      throw ImportFault(
        path, "tokens, \(key)",
        "is no path; write names with dots between them and [] for all elements: details.tokens[].id"
      )
    }
    return place
  }

  private static func number(
    _ node: Node, _ key: String, _ path: String
  ) throws(ImportFault) -> Double {
    guard case .scalar(let scalar) = node, let number = Double(scalar.string), number.isFinite
    else {
      throw ImportFault(path, "tokens, \(key)", "is no number; write '\(key): NUMBER'")
    }
    return number
  }
}
