internal import JSON
internal import Kernels

/// What `config.json` says about rotary positions.
struct RopeSettings: Equatable {
  /// Base of the frequencies.
  var base: Double
  /// How they are scaled.
  var scaling = RopeScaling.none
  /// Share of a head's elements that are rotated.
  var share: Double

  /// In a few words, for messages.
  var summary: String {
    let rotated = share < 1 ? ", \(share) of a head rotated" : ""
    return "\(scaling.summary) with rope_theta \(base)\(rotated)"
  }
}

/// What a family's way to read these settings differs in.
struct RopeReading {
  /// Whether the family can leave a part of a head unrotated.
  var isPartial = false
  /// Whether transformers takes members with the names of `layer_types` for settings of such layers.
  var isPerLayer = false
  /// Other names for a kind of scaling.
  var aliases: [String: String] = [:]
  /// The original length where nothing outside the object says it, whatever the object says; nil for
  /// the object's, or else the length.
  var originalLength: Int?
  /// The base where nothing says it.
  var defaultBase = 10_000.0
  /// What the base is called outside the object; nil if it isn't read there.
  var baseKey: String? = "rope_theta"
}

extension ModelConfigurationReader {
  /// The settings in `rope_scaling` or `rope_parameters` (transformers 4, 5), and beside them.
  ///
  /// Of both, transformers 5 takes the first alone. Where that differs from what the second says, and
  /// wherever a setting is given twice with two values, a user can mean either: refused, with both.
  ///
  /// - Parameters:
  ///   - length: `max_position_embeddings`.
  ///   - reading: what the family differs in.
  /// - Returns: base, scaling and share.
  /// - Throws: `TransformerError` for settings that are missing, malformed or contradict each other.
  mutating func rope(
    length: Int, _ reading: RopeReading = RopeReading()
  ) throws(TransformerError) -> RopeSettings {
    let (scaling, parameters) = (try object("rope_scaling"), try object("rope_parameters"))
    let settings = try settings(scaling ?? parameters, length: length, reading)
    if scaling != nil, let parameters {
      let other = try self.settings(parameters, length: length, reading)
      var unscaled = settings
      unscaled.scaling = .none
      guard other == settings || other == unscaled else {
        throw .configuration(
          path: path,
          "'rope_scaling' is \(settings.summary), 'rope_parameters' \(other.summary): transformers "
            + "\(ReferenceKeys.version) takes the first alone; put all settings into one of them "
            + "and remove the other")
      }
    }
    return settings
  }

  mutating func settings(
    _ object: ModelConfigurationReader?, length: Int, _ reading: RopeReading,
    isOfLayers: Bool = false
  ) throws(TransformerError) -> RopeSettings {
    var inner = object
    if reading.isPerLayer {
      for key in Self.layerKinds {
        inner?.require(key, oneOf: [], fix: "only one rope for all layers is implemented")
      }
    }
    let kind = try inner?.ropeKind(reading.aliases) ?? "default"
    let base = try once("rope_theta", inner, outside: reading.baseKey) ?? reading.defaultBase
    let share = try once("partial_rotary_factor", inner, outside: "partial_rotary_factor") ?? 1
    var settings = RopeSettings(base: base, share: reading.isPartial ? share : 1)
    // A plain embedding of the other families doesn't read the share.
    if !reading.isPartial, kind != "default", share != 1 {
      refuse(
        "partial_rotary_factor", .number(share), fix: "only fully rotated heads are implemented")
    }
    if inner != nil, kind != "default" {
      var original: Int?
      if ["yarn", "llama3", "longrope"].contains(kind) {
        original =
          isOfLayers
          ? try originalLengthOfLayers(inner, length: length) : try originalLength(inner, reading)
      }
      if isOfLayers, kind == "yarn" {
        inner?.require(
          "truncate", oneOf: [.bool(true)],
          fix:
            "transformers \(ReferenceKeys.version) takes no notice of it in an object for a kind "
            + "of layers; remove it")
      }
      settings.scaling =
        try inner?.scaling(kind, length: length, originalLength: original) ?? .none
      if isOfLayers, case .yarn(var yarn) = settings.scaling {
        // Nor of a null there, which elsewhere is false.
        yarn.isTruncated = true
        settings.scaling = .yarn(yarn)
      }
    }
    if let inner { takeOver(inner) }
    guard settings.base > 0 else {
      throw .configuration(path: path, "'rope_theta' is \(settings.base), should be positive")
    }
    guard settings.share > 0, settings.share <= 1 else {
      throw .configuration(
        path: path, "'partial_rotary_factor' is \(settings.share), should be in (0, 1]")
    }
    return settings
  }

  /// LongRoPE has a factor for each frequency; transformers spreads a single one over all, or fails.
  func checkLongRope(of configuration: TransformerConfiguration) throws(TransformerError) {
    let rotated = configuration.options.rotatedDimension ?? configuration.heads.dimension
    for rope in configuration.ropes {
      guard case .longRope(let longRope) = rope.scaling else { continue }
      for (key, factors) in [
        ("short_factor", longRope.shortFactors), ("long_factor", longRope.longFactors),
      ] where factors.count != rotated / 2 {
        throw .configuration(
          path: path,
          "'\(key)' has \(factors.count) numbers, should have \(rotated / 2), one for each two "
            + "elements of a head")
      }
    }
  }

  /// A number that stands inside the object, or outside under another key, if one is read there.
  private func once(
    _ key: String, _ inner: ModelConfigurationReader?, outside other: String?
  ) throws(TransformerError) -> Double? {
    let inside = try inner?.number(key) ?? nil
    guard let other, let outside = try number(other) else { return inside }
    if let inside, inside != outside {
      let name = other == key ? "" : "'\(other)' "
      throw twice(key, "\(inside)", in: inner, "\(name)\(outside)", taken: "the one inside")
    }
    return outside
  }

  private func originalLength(
    _ inner: ModelConfigurationReader?, _ reading: RopeReading
  ) throws(TransformerError) -> Int? {
    let key = "original_max_position_embeddings"
    let (inside, given) = (try inner?.integer(key) ?? nil, try integer(key))
    let outside = given ?? reading.originalLength
    if let inside, let outside, inside != outside {
      let text = given == nil ? "left out, which is \(outside)" : "\(outside)"
      throw twice(key, "\(inside)", in: inner, text, taken: "the one outside")
    }
    return outside ?? inside
  }

  /// For a kind of layers, the length outside isn't read.
  private func originalLengthOfLayers(
    _ inner: ModelConfigurationReader?, length: Int
  ) throws(TransformerError) -> Int {
    let key = "original_max_position_embeddings"
    let inside = try inner?.integer(key) ?? nil
    if let outside = try integer(key), outside != inside ?? length {
      let text = inside.map { "\($0)" } ?? "left out, which is \(length)"
      throw twice(key, text, in: inner, "\(outside)", taken: "the one inside")
    }
    return inside ?? length
  }

  private func twice(
    _ key: String, _ inside: String, in inner: ModelConfigurationReader?, _ outside: String,
    taken: String
  ) -> TransformerError {
    .configuration(
      path: path,
      "'\(key)' is \(inside) in '\(inner?.place ?? "")' and \(outside) outside: transformers "
        + "\(ReferenceKeys.version) takes \(taken); make both the same")
  }

  private mutating func ropeKind(
    _ aliases: [String: String]
  ) throws(TransformerError) -> String {
    var kinds: [String] = []
    for key in ["rope_type", "type"] {
      guard let value = value(key) else { continue }
      let kind = value.stringValue.map { aliases[$0] ?? $0 }
      guard let kind, Self.ropeKinds.contains(kind) else {
        refuse(key, value, fix: "implemented are \(Self.ropeKinds.joined(separator: ", "))")
        return "default"
      }
      kinds.append(kind)
    }
    if kinds.count == 2, kinds[0] != kinds[1] {
      throw .configuration(
        path: path,
        "'rope_type' is \"\(kinds[0])\" and 'type' \"\(kinds[1])\": transformers "
          + "\(ReferenceKeys.version) takes the first; remove the wrong one")
    }
    return kinds.first ?? "default"
  }

  private static let ropeKinds = ["default", "linear", "dynamic", "yarn", "llama3", "longrope"]

  private func scaling(
    _ kind: String, length: Int, originalLength given: Int?
  ) throws(TransformerError) -> RopeScaling {
    switch kind {
    case "linear": return .linear(factor: try factor("factor"))
    case "dynamic": return .dynamic(factor: try factor("factor"), originalLength: length)
    default: break
    }
    let originalLength = given ?? length
    guard originalLength > 1, originalLength < Self.sizeLimit else {
      throw .configuration(
        path: path,
        "'original_max_position_embeddings' is \(originalLength), should be at least 2")
    }
    switch kind {
    case "yarn": return .yarn(try yarn(length: length, originalLength: originalLength))
    case "llama3":
      let (low, high) = (try factor("low_freq_factor"), try factor("high_freq_factor"))
      guard low < high else {
        throw .configuration(
          path: path, "'low_freq_factor' \(low) is not below 'high_freq_factor' \(high)")
      }
      return .llama3(
        .init(
          factor: try factor("factor"), lowFrequencyFactor: low, highFrequencyFactor: high,
          originalLength: originalLength))
    default: return .longRope(try longRope(length: length, originalLength: originalLength))
    }
  }

  private func yarn(length: Int, originalLength: Int) throws(TransformerError) -> RopeScaling.YaRN {
    // Null is the ratio of the lengths; a missing factor is a mistake.
    let ratio = isAbsent("factor") ? nil : Double(length) / Double(originalLength)
    let factor = try factor("factor", default: ratio)
    let (scale, scaleOfAll) = (
      try number("mscale", default: 0), try number("mscale_all_dim", default: 0)
    )
    typealias YaRN = RopeScaling.YaRN
    let magnitude =
      scale != 0 && scaleOfAll != 0
      ? YaRN.magnitude(factor: factor, scale: scale)
        / YaRN.magnitude(factor: factor, scale: scaleOfAll)
      : YaRN.magnitude(factor: factor)
    return YaRN(
      factor: factor, originalLength: originalLength,
      fastTurns: try self.factor("beta_fast", default: 32),
      slowTurns: try self.factor("beta_slow", default: 1),
      magnitude: try number("attention_factor", default: magnitude),
      // Null is false in Python.
      isTruncated: try flag("truncate", default: isAbsent("truncate")))
  }

  private func longRope(
    length: Int, originalLength: Int
  ) throws(TransformerError) -> RopeScaling.LongRope {
    let factor = try number("factor", default: Double(length) / Double(originalLength))
    let magnitude = RopeScaling.LongRope.magnitude(factor: factor, originalLength: originalLength)
    return RopeScaling.LongRope(
      shortFactors: try factors("short_factor"), longFactors: try factors("long_factor"),
      originalLength: originalLength,
      magnitude: try number("attention_factor", default: magnitude))
  }

  /// A positive number, small enough that positions times it can be counted.
  private func factor(
    _ key: String, default fallback: Double? = nil
  ) throws(TransformerError) -> Double {
    guard let number = try number(key) ?? fallback else {
      throw .configuration(path: path, "'\(key)' is missing; this kind of scaling needs it")
    }
    guard number > 0 else {
      throw .configuration(path: path, "'\(key)' is \(number), should be positive")
    }
    guard number < Double(Self.sizeLimit) else {
      throw .configuration(path: path, "'\(key)' is \(number), which no model has")
    }
    return number
  }

  private func factors(_ key: String) throws(TransformerError) -> [Double] {
    let numbers = value(key)?.arrayValue?.map(\.doubleValue) ?? []
    let positive = numbers.compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard !numbers.isEmpty, positive.count == numbers.count else {
      throw .configuration(path: path, "'\(key)' should be a list of positive numbers")
    }
    return positive
  }
}

extension RopeScaling {
  /// In a few words, for messages.
  fileprivate var summary: String {
    switch self {
    case .none: name
    case .linear(let factor), .dynamic(let factor, _): "\(name) by \(factor)"
    case .yarn(let yarn): "\(name) by \(yarn.factor) from \(yarn.originalLength) positions"
    case .llama3(let llama3): "\(name) by \(llama3.factor) from \(llama3.originalLength) positions"
    case .longRope(let longRope): "\(name) from \(longRope.originalLength) positions"
    }
  }
}
