internal import JSON

/// `config.json` as keys that are asked for one by one.
///
/// What a family can't do is collected, so that a user hears of all of it at once; what is missing or
/// malformed is thrown where it is met. Which other keys matter is `ReferenceKeys`' to say.
struct ModelConfigurationReader {
  /// The file, and the object inside it, for messages.
  let path: String
  /// The key of the object that this reads, nil for the whole file.
  let place: String?
  private let members: [String: JSONValue]
  /// What was asked for and isn't implemented.
  private(set) var unsupported: [UnsupportedSetting] = []

  init(path: String, value: JSONValue) throws(TransformerError) {
    (self.path, place) = (path, nil)
    guard let object = value.objectValue else {
      throw .configuration(path: path, "the top of the file is not an object")
    }
    members = Dictionary(object.map { ($0.key, $0.value) }) { first, _ in first }
  }

  private init(path: String, place: String, members: [JSONMember]) {
    (self.path, self.place) = ("\(path), '\(place)'", place)
    self.members = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// The object under a key; nil if there is none, null or an empty one.
  func object(_ key: String) throws(TransformerError) -> ModelConfigurationReader? {
    // Python takes false for nothing, too.
    guard let value = value(key), value != .bool(false) else { return nil }
    guard let object = value.objectValue else {
      throw .configuration(path: path, "'\(key)' is not an object")
    }
    return object.isEmpty ? nil : ModelConfigurationReader(path: path, place: key, members: object)
  }

  /// This object with the members of another one, which win.
  func updated(with other: ModelConfigurationReader) -> ModelConfigurationReader {
    ModelConfigurationReader(copying: self, members.merging(other.members) { _, new in new })
  }

  private init(copying other: ModelConfigurationReader, _ members: [String: JSONValue]) {
    (path, place, self.members) = (other.path, other.place, members)
  }

  /// The value of a key; nil for null.
  func value(_ key: String) -> JSONValue? {
    if case .null? = members[key] { return nil }
    return members[key]
  }

  /// All keys with their values, in the order of their names.
  var sortedMembers: [(key: String, value: JSONValue)] {
    members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Whether the key isn't there at all; null is there.
  func isAbsent(_ key: String) -> Bool { members[key] == nil }

  /// Notes a setting that isn't implemented; reading goes on.
  mutating func refuse(_ key: String, _ value: JSONValue, fix: String) {
    let name = "'\(key)'" + (place.map { " in '\($0)'" } ?? "")
    unsupported.append(
      UnsupportedSetting(name: name, value: value.serialized(), fix: fix))
  }

  /// Takes over what a reader of an object inside has noted.
  mutating func takeOver(_ inner: ModelConfigurationReader) { unsupported += inner.unsupported }

  func integer(_ key: String) throws(TransformerError) -> Int? {
    guard let value = value(key) else { return nil }
    // Tools that know doubles only write 16.0.
    guard let integer = value.integerValue ?? value.doubleValue.flatMap({ Int64(exactly: $0) })
    else { throw wrong(key, value, "a whole number") }
    return Int(integer)
  }

  /// A list of whole numbers; nil for null.
  func integers(_ key: String) throws(TransformerError) -> [Int]? {
    guard let value = value(key) else { return nil }
    let numbers = value.arrayValue?.map(\.integerValue)
    guard let numbers, !numbers.contains(nil) else {
      throw wrong(key, value, "a list of whole numbers")
    }
    return numbers.compactMap { $0.map { Int($0) } }
  }

  /// A whole number from 1 up to a size that keeps products of two in range.
  ///
  /// - Parameters:
  ///   - key: the setting.
  ///   - alias: another name of it.
  ///   - fallback: where neither is there.
  /// - Returns: the size.
  /// - Throws: `TransformerError` where it is missing, malformed, or given twice with two values.
  func size(
    _ key: String, alias: String? = nil, default fallback: Int? = nil
  ) throws(TransformerError) -> Int {
    let own = try integer(key)
    let other: Int? = if let alias { try integer(alias) } else { nil }
    if let alias, let own, let other, own != other {
      throw .configuration(
        path: path,
        "'\(key)' is \(own) and '\(alias)', another name of it, \(other): transformers "
          + "\(ReferenceKeys.version) takes the second; remove the wrong one")
    }
    guard let size = own ?? other ?? fallback else {
      throw .configuration(
        path: path, "'\(key)' is missing, and has no value that all such models share")
    }
    guard size > 0, size < Self.sizeLimit else {
      throw .configuration(path: path, "'\(key)' is \(size), which no model has")
    }
    return size
  }

  /// No size is as large.
  static let sizeLimit = 1 << 28

  func number(_ key: String, default fallback: Double) throws(TransformerError) -> Double {
    try number(key) ?? fallback
  }

  func number(_ key: String) throws(TransformerError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.doubleValue, number.isFinite else {
      throw wrong(key, value, "a number")
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool) throws(TransformerError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let flag = value.boolValue else { throw wrong(key, value, "true or false") }
    return flag
  }

  /// Notes `key` as not implemented unless it is absent, null or one of the given values.
  mutating func require(_ key: String, oneOf allowed: [JSONValue], fix: String) {
    guard let value = value(key), !allowed.contains(value) else { return }
    refuse(key, value, fix: fix)
  }

  /// Notes `key` as not implemented unless it is absent or a list of nothing but `allowed`.
  mutating func require(
    everyElementOf key: String, toBe allowed: JSONValue, fix: String
  ) throws(TransformerError) {
    guard let value = value(key) else { return }
    guard let elements = value.arrayValue else { throw wrong(key, value, "a list") }
    if let element = elements.first(where: { $0 != allowed }) {
      refuse(key, element, fix: fix)
    }
  }

  func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> TransformerError {
    .configuration(path: path, "'\(key)' is \(value.serialized()), should be \(expected)")
  }
}

extension ModelConfigurationReader {
  /// What the norms add to the mean square.
  func normEpsilon(
    _ key: String = "rms_norm_eps", default fallback: Double = 1e-6
  ) throws(TransformerError) -> Float {
    let epsilon = Float(try number(key, default: fallback))
    guard epsilon >= 0, epsilon.isFinite else {
      throw .configuration(
        path: path, "'\(key)' is \(epsilon), should be a small positive number")
    }
    return epsilon
  }

  /// A size that may be null for none; `fallback` if the key is absent.
  func optionalSize(_ key: String, default fallback: Int?) throws(TransformerError) -> Int? {
    if isAbsent(key) { return fallback }
    return value(key) == nil ? nil : try size(key)
  }

  /// The bound of a soft cap; null for none, `fallback` if the key is absent.
  func softCap(_ key: String, default fallback: Float?) throws(TransformerError) -> Float? {
    if isAbsent(key) { return fallback }
    guard value(key) != nil else { return nil }
    let cap = Float(try number(key, default: 0))
    guard cap > 0, cap.isFinite else {
      throw .configuration(path: path, "'\(key)' is \(cap), should be positive")
    }
    return cap
  }

  /// For each layer whether `layer_types` calls its attention sliding; nil if the key is absent.
  mutating func slidingLayers(layerCount: Int) throws(TransformerError) -> [Bool]? {
    guard let value = value("layer_types") else { return nil }
    guard let elements = value.arrayValue else { throw wrong("layer_types", value, "a list") }
    if let element = elements.first(where: { !Self.layerKinds.contains($0.stringValue ?? "") }) {
      refuse("layer_types", element, fix: "implemented are full_attention and sliding_attention")
    }
    guard elements.count == layerCount else {
      throw .configuration(
        path: path, "'layer_types' names \(elements.count) layers of \(layerCount)")
    }
    return elements.map { $0.stringValue == "sliding_attention" }
  }

  /// Whether all projections of attention have a bias.
  func attentionBias(of configuration: inout TransformerConfiguration) throws(TransformerError) {
    let hasBias = try flag("attention_bias", default: false)
    configuration.hasQueryKeyValueBias = hasBias
    configuration.hasAttentionOutputBias = hasBias
  }

  /// The kinds of layers that `layer_types` can name.
  static let layerKinds = ["full_attention", "sliding_attention"]

  /// The window of the layers that have one; its size must be there if any has.
  mutating func slidingWindow(
    ofLayers layers: [Bool], default fallback: Int?
  ) throws(TransformerError) -> DecoderOptions.SlidingWindow? {
    guard layers.contains(true) else { return nil }
    guard let size = try optionalSize("sliding_window", default: fallback) else {
      refuse("sliding_window", .null, fix: "give a size, or make all layer_types full_attention")
      return nil
    }
    return DecoderOptions.SlidingWindow(size: size, layers: layers)
  }

  /// Heads, with their width given or hidden size / heads.
  func headSizes(
    hiddenSize: Int, defaults: (keyValues: Int?, dimension: Int?) = (nil, nil)
  ) throws(TransformerError) -> (queries: Int, keyValues: Int, dimension: Int) {
    let queries = try size("num_attention_heads")
    let absent = isAbsent("num_key_value_heads") ? defaults.keyValues : nil
    let keyValues = try size("num_key_value_heads", default: absent ?? queries)
    guard queries % keyValues == 0 else {
      throw .configuration(
        path: path,
        "\(queries) attention heads can't share \(keyValues) key-value heads evenly")
    }
    if try integer("head_dim") == nil, defaults.dimension == nil, hiddenSize % queries != 0 {
      throw .configuration(
        path: path, "hidden_size \(hiddenSize) is not a multiple of \(queries) heads")
    }
    let dimension = try size("head_dim", default: defaults.dimension ?? hiddenSize / queries)
    guard dimension % 2 == 0 else {
      throw .configuration(path: path, "the head width \(dimension) is odd: it can't be rotated")
    }
    return (queries, keyValues, dimension)
  }
}
