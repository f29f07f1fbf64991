internal import JSON

/// What `config.json` says about rotary positions.
struct RopeSettings: Equatable {
  /// Base of the frequencies.
  var base: Double
  /// How they are scaled.
  var scaling = RopeScaling.none
  /// Share of a head's elements that are rotated.
  var share: Double
}

extension ConfigurationReader {
  /// The settings in `rope_parameters`, or in `rope_theta` and `rope_scaling`: transformers 5, or 4.
  ///
  /// - Parameters:
  ///   - length: `max_position_embeddings`.
  ///   - isPartial: whether this family can leave a part of a head unrotated.
  ///   - aliases: other names for a kind of scaling.
  /// - Returns: base, scaling and share.
  /// - Throws: `TransformerError` by name for a kind or a setting that isn't implemented.
  mutating func rope(
    length: Int, isPartial: Bool = false, aliases: [String: String] = [:]
  ) throws(TransformerError) -> RopeSettings {
    var settings = RopeSettings(base: try number("rope_theta", default: 10_000), share: 1)
    if isPartial { settings.share = try number("partial_rotary_factor", default: 1) }
    var isScaled = false
    for key in ["rope_parameters", "rope_scaling"] {
      guard let value = value(key) else { continue }
      var inner = try ConfigurationReader(path: path + ", '\(key)'", value: value)
      let kind = try inner.ropeKind(aliases)
      if kind != "default" {
        guard !isScaled else {
          throw .configuration(
            path: path, "'rope_parameters' and 'rope_scaling' both scale; remove one")
        }
        isScaled = true
        // Phi-3 keeps the original length outside, and that outranks the one inside.
        let outside = try integer("original_max_position_embeddings")
        settings.scaling = try inner.scaling(kind, length: length, originalLength: outside)
      }
      if isPartial {
        settings.share = try inner.number("partial_rotary_factor", default: settings.share)
      } else {
        try inner.require(
          "partial_rotary_factor", oneOf: [.integer(1), .number(1)],
          mend: "only fully rotated heads are implemented")
      }
      settings.base = try inner.number("rope_theta", default: settings.base)
      try inner.refuseTheRest()
    }
    guard settings.base > 0 else {
      throw .configuration(path: path, "'rope_theta' is \(settings.base), should be positive")
    }
    guard settings.share > 0, settings.share <= 1 else {
      throw .configuration(
        path: path, "'partial_rotary_factor' is \(settings.share), should be in (0, 1]")
    }
    return settings
  }

  private mutating func ropeKind(
    _ aliases: [String: String]
  ) throws(TransformerError) -> String {
    var kinds: [String] = []
    for key in ["rope_type", "type"] {
      guard let value = value(key) else { continue }
      guard let name = value.stringValue else {
        throw .unsupported(
          path: path, key: key, value: value.serialized(), mend: "it should be a name")
      }
      let kind = aliases[name] ?? name
      guard Self.ropeKinds.contains(kind), kinds.first ?? kind == kind else {
        throw .unsupported(
          path: path, key: key, value: "\"\(name)\"",
          mend: "implemented are \(Self.ropeKinds.joined(separator: ", "))")
      }
      kinds.append(kind)
    }
    return kinds.first ?? "default"
  }

  private static let ropeKinds = ["default", "linear", "dynamic", "yarn", "llama3", "longrope"]

  private mutating func scaling(
    _ kind: String, length: Int, originalLength outside: Int?
  ) throws(TransformerError) -> RopeScaling {
    switch kind {
    case "linear": return .linear(factor: try factor("factor"))
    case "dynamic": return .dynamic(factor: try factor("factor"), originalLength: length)
    default: break
    }
    let inside = try integer("original_max_position_embeddings")
    let originalLength = outside ?? inside ?? length
    guard originalLength > 1, originalLength < 1 << 28 else {
      throw .configuration(
        path: path,
        "'original_max_position_embeddings' is \(originalLength), should be at least 2")
    }
    switch kind {
    case "yarn": return .yarn(try yarn(originalLength: originalLength))
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

  private mutating func yarn(
    originalLength: Int
  ) throws(TransformerError) -> RopeScaling.YaRN {
    let factor = try factor("factor")
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
      isTruncated: try flag("truncate", default: true))
  }

  private mutating func longRope(
    length: Int, originalLength: Int
  ) throws(TransformerError) -> RopeScaling.LongRope {
    let factor = try number("factor", default: Double(length) / Double(originalLength))
    let magnitude = RopeScaling.LongRope.magnitude(factor: factor, originalLength: originalLength)
    return RopeScaling.LongRope(
      shortFactors: try factors("short_factor"), longFactors: try factors("long_factor"),
      originalLength: originalLength,
      magnitude: try number("attention_factor", default: magnitude))
  }

  /// A positive number.
  private mutating func factor(
    _ key: String, default fallback: Double? = nil
  ) throws(TransformerError) -> Double {
    guard fallback != nil || value(key) != nil else {
      throw .configuration(path: path, "'\(key)' is missing; this kind of scaling needs it")
    }
    let number = try number(key, default: fallback ?? 0)
    guard number > 0 else {
      throw .configuration(path: path, "'\(key)' is \(number), should be positive")
    }
    return number
  }

  private mutating func factors(_ key: String) throws(TransformerError) -> [Double] {
    let numbers = value(key)?.arrayValue?.map(\.doubleValue) ?? []
    let positive = numbers.compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard !numbers.isEmpty, positive.count == numbers.count else {
      throw .configuration(path: path, "'\(key)' should be a list of positive numbers")
    }
    return positive
  }
}
