internal import JSON

extension LoRAConfiguration {
  /// Takes members of the configuration one by one and knows which are left.
  struct Reader {
    let path: String
    let object: JSONValue
    private var taken: Set<String> = []

    init(path: String, object: JSONValue) { (self.path, self.object) = (path, object) }

    /// Null counts as absent.
    mutating func take(_ key: String) -> JSONValue? {
      taken.insert(key)
      guard let value = object[key], value != .null else { return nil }
      return value
    }

    mutating func flag(_ key: String) throws(AdapterError) -> Bool {
      guard let value = take(key) else { return false }
      guard let flag = value.boolValue else { throw wrong(key, "true or false") }
      return flag
    }

    mutating func number(_ key: String) throws(AdapterError) -> Double? {
      guard let value = take(key) else { return nil }
      guard let number = value.doubleValue else { throw wrong(key, "a number") }
      return number
    }

    mutating func whole(_ key: String) throws(AdapterError) -> Int? {
      guard let value = take(key) else { return nil }
      guard let number = value.integerValue.flatMap({ Int32(exactly: $0) }) else {
        throw wrong(key, "a whole number")
      }
      return Int(number)
    }

    /// A list of names; nil if there is none, or if it is one string: an expression.
    mutating func names(_ key: String, orOne: Bool = false) throws(AdapterError) -> [String]? {
      guard let value = take(key) else { return nil }
      if let text = value.stringValue { return orOne ? [text] : nil }
      guard let list = value.arrayValue else { throw wrong(key, "a list of names") }
      let names = list.compactMap(\.stringValue)
      guard names.count == list.count else { throw wrong(key, "a list of names") }
      return names
    }

    mutating func layers(_ key: String) throws(AdapterError) -> Set<Int>? {
      guard let value = take(key) else { return nil }
      let list = value.arrayValue ?? [value]
      let numbers = list.compactMap { $0.integerValue.flatMap { Int(exactly: $0) } }
      guard numbers.count == list.count else { throw wrong(key, "a list of layers") }
      return Set(numbers)
    }

    mutating func pattern(_ key: String) throws(AdapterError) -> PatternTable {
      guard let value = take(key) else { return PatternTable(key: key, entries: []) }
      guard let members = value.objectValue else { throw wrong(key, "an object") }
      var entries: [(pattern: String, value: Double)] = []
      for member in members {
        guard let number = member.value.doubleValue, number.isFinite, abs(number) < 1e9 else {
          throw wrong(key, "an object of numbers")
        }
        entries.append((member.key, number))
      }
      return PatternTable(key: key, entries: entries)
    }

    /// Initialisations that change the base's weights can't be merged over the base as it is.
    mutating func checkInitialisation() throws(AdapterError) {
      _ = take("loftq_config")
      guard let value = take("init_lora_weights"), value.boolValue == nil else { return }
      let name = value.stringValue ?? "no name"
      guard ["gaussian", "eva", "orthogonal"].contains(name) else {
        throw unsupported(
          "init_lora_weights", name, "it changes the base's weights or isn't known")
      }
    }

    /// Options of training and bookkeeping are let through, as are those that are off.
    func refuseTheRest() throws(AdapterError) {
      let harmless: Set<String> = [
        "auto_mapping", "base_model_name_or_path", "eva_config", "inference_mode", "lora_dropout",
        "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
      ]
      for member in object.objectValue ?? []
      where !taken.contains(member.key) && !harmless.contains(member.key) {
        switch member.value {
        case .null, .bool(false): continue
        case .object(let members) where members.isEmpty: continue
        case .array(let elements) where elements.isEmpty: continue
        default:
          let value = member.value
          let text =
            value.boolValue.map { "\($0)" } ?? value.stringValue
            ?? value.doubleValue.map { "\($0)" }
          throw unsupported(member.key, text ?? "set", "it is not implemented")
        }
      }
    }

    func unsupported(_ key: String, _ value: String, _ reason: String) -> AdapterError {
      let fix = AdapterError.mergeElsewhere
      return AdapterError(path: path, "'\(key)' is \(value): \(reason)", fix: fix)
    }

    private func wrong(_ key: String, _ wanted: String) -> AdapterError {
      AdapterError(path: path, "'\(key)' is not \(wanted)", fix: AdapterError.saveAgain)
    }
  }
}
