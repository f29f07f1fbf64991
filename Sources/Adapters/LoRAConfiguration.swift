internal import Files
internal import JSON

/// What an adapter's `adapter_config.json` says.
///
/// Options that change the result and aren't implemented are refused by name, unknown ones unless
/// they are null, false or empty.
struct LoRAConfiguration: Sendable {
  static let fileName = "adapter_config.json"

  let path: String
  let rank: Int
  let alpha: Double
  /// scale = alpha / √rank instead of alpha / rank.
  let isRankStabilized: Bool
  let ranks: PatternTable
  let alphas: PatternTable
  /// Names of modules; nil where an expression names them, which the tensors stand for then.
  let targets: [String]?
  let savedModules: [String]
  let layers: Set<Int>?
  /// Names in front of a layer's number; empty for any.
  let layerParents: [String]
  let tiesWeights: Bool
  /// Whether modules that targets name may have been left out.
  let excludesModules: Bool

  init(path: String) throws(AdapterError) {
    self.path = path
    var reader = Reader(path: path, object: try Self.parse(path))
    let type = reader.take("peft_type")?.stringValue ?? "none"
    guard type == "LORA" else {
      throw AdapterError(
        path: path, "'peft_type' is \(type); only LORA is implemented",
        fix: AdapterError.mergeElsewhere)
    }
    let task = reader.take("task_type")?.stringValue
    guard task == nil || task == "CAUSAL_LM" else {
      throw reader.unsupported("task_type", "\(task ?? "")", "only CAUSAL_LM is implemented")
    }
    rank = try reader.whole("r") ?? 8
    alpha = try reader.number("lora_alpha") ?? 8
    isRankStabilized = try reader.flag("use_rslora")
    ranks = try reader.pattern("rank_pattern")
    alphas = try reader.pattern("alpha_pattern")
    tiesWeights = try reader.flag("ensure_weight_tying")
    targets = try reader.names("target_modules")
    savedModules = try reader.names("modules_to_save") ?? []
    layers = try reader.layers("layers_to_transform")
    layerParents = try reader.names("layers_pattern", orOne: true) ?? []
    // The tensors that are there were not excluded.
    excludesModules = reader.take("exclude_modules") != nil
    // Shapes say how a matrix is stored.
    _ = reader.take("fan_in_fan_out")
    let bias = reader.take("bias")?.stringValue ?? "none"
    guard ["none", "all", "lora_only"].contains(bias) else {
      throw reader.unsupported("bias", bias, "only none, all and lora_only are implemented")
    }
    try reader.checkInitialisation()
    try reader.refuseTheRest()
    guard rank > 0, alpha.isFinite else {
      throw AdapterError(
        path: path, "'r' is \(rank) and 'lora_alpha' \(alpha)", fix: AdapterError.saveAgain)
    }
  }

  static func parse(
    _ path: String, fix: String = AdapterError.saveAgain
  ) throws(AdapterError) -> JSONValue {
    do {
      let file = try MappedFile(path: path)
      let value = try JSONValue(parsing: file.bytes, dialect: .python)
      guard value.objectValue != nil else {
        throw AdapterError(path: path, "is no JSON object", fix: fix)
      }
      return value
    } catch let error as JSONError {
      let complaint = error.complaint(fix: fix)
      throw AdapterError(path: path, "is \(complaint.reason)", fix: complaint.fix)
    } catch let error as FileError {
      throw AdapterError(
        path: path, "cannot be read: \(error.reason)", fix: "check the path and its rights")
    } catch let error as AdapterError {
      throw error
    } catch {
      throw AdapterError(path: path, "\(error)", fix: fix)
    }
  }

  /// The rank and the factor of B · A for a module.
  func scale(ofModule name: String) throws(AdapterError) -> (rank: Int, scale: Float) {
    let rank = try ranks.value(for: name, path: path).map { Int($0) } ?? self.rank
    let alpha = try alphas.value(for: name, path: path) ?? self.alpha
    let divisor = isRankStabilized ? Double(rank).squareRoot() : Double(rank)
    // peft's factor is a double that single-precision tensors are multiplied with.
    return (rank, Float(alpha / divisor))
  }

  /// Whether the configuration lets a module have an adapter.
  func mayAdapt(module name: String) -> Bool {
    guard let targets else { return true }
    // With one of the tied matrices peft adapts the other one.
    if targets.contains(name) || (tiesWeights && !name.contains("layers.")) { return true }
    guard targets.contains(where: { name.hasSuffix("." + $0) }) else { return false }
    guard let layers, !layers.isEmpty else { return true }
    return layer(of: name).map(layers.contains) ?? false
  }

  /// Whether a module's own parameters are stored, rather than an update of them.
  func isSaved(module name: String) -> Bool {
    savedModules.contains { saved in
      name == saved || name.hasSuffix("." + saved) || name.hasPrefix(saved + ".")
        || name.contains("." + saved + ".")
    }
  }

  /// The first number among the parts of a module's name, after one of `layerParents` if there are.
  private func layer(of name: String) -> Int? {
    let parts = name.split(separator: ".")
    for (parent, part) in zip(parts, parts.dropFirst()) {
      if let number = Int(part), layerParents.isEmpty || layerParents.contains(String(parent)) {
        return number
      }
    }
    return nil
  }
}

/// Numbers by expressions for names of modules; the first that fits counts.
struct PatternTable: Sendable {
  let key: String
  let entries: [(pattern: String, value: Double)]

  /// The value of the first pattern that is the name or its end after a dot, as peft's
  /// `get_pattern_key`.
  func value(for name: String, path: String) throws(AdapterError) -> Double? {
    for (pattern, value) in entries {
      guard let expression = try? Regex("(?:.*\\.)?(?:\(pattern))") else {
        throw AdapterError(
          path: path, "'\(key)' has the expression '\(pattern)', which can't be read",
          fix: AdapterError.mergeElsewhere)
      }
      if (try? expression.wholeMatch(in: name)) != nil { return value }
    }
    return nil
  }
}
