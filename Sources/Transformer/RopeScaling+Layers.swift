internal import JSON

extension ModelConfigurationReader {
  /// Base and scaling of full layers and of those with a window, each with settings of its own.
  ///
  /// transformers 5 has `rope_parameters` with an object for each kind of layer. Files of transformers
  /// 4 have `rope_scaling` and `rope_theta`, which are the full layers' alone, and for some families
  /// the others' base beside them. What transformers sets aside, and a user can mean, is refused.
  ///
  /// - Parameters:
  ///   - configuration: gets both, and the length that the full layers' scaling makes.
  ///   - layers: for each layer, whether it has a window.
  ///   - full: what is read outside for full layers.
  ///   - sliding: the same for layers with a window.
  /// - Throws: `TransformerError` for settings that are missing, malformed or contradict each other.
  mutating func readRopes(
    of configuration: inout TransformerConfiguration, slidingLayers layers: [Bool],
    full: RopeReading, sliding: RopeReading
  ) throws(TransformerError) {
    let length = configuration.contextLength
    var parameters = try object("rope_parameters")
    for key in Self.ropeKeys {
      parameters?.require(
        key, oneOf: [],
        fix: "rope_parameters has an object for full_attention and one for sliding_attention; put "
          + "it there")
    }
    // A null is no other key's setting, but false for this one.
    if parameters?.value("truncate") == nil, parameters?.isAbsent("truncate") == false {
      parameters?.refuse("truncate", .null, fix: "remove it")
    }
    if let parameters { takeOver(parameters) }
    let fullRope = try settings(
      try fullObject(parameters), length: length, full, isOfLayers: true)
    let slidingRope = try settings(
      try parameters?.object("sliding_attention") ?? nil, length: length, sliding, isOfLayers: true)
    if sliding.baseKey == nil, let key = full.baseKey, let base = try number(key),
      base != slidingRope.base, layers.contains(true)
    {
      throw .configuration(
        path: path,
        "'\(key)' is \(base), and \(slidingRope.base) in layers with a window: transformers "
          + "\(ReferenceKeys.version) takes the first for full layers alone; give 'rope_parameters' "
          + "with an object for full_attention and one for sliding_attention")
    }
    configuration.ropeBase = fullRope.base
    configuration.options.ropeScaling = fullRope.scaling
    configuration.contextLength = fullRope.scaling.contextLength(given: length)
    if layers.contains(true), slidingRope != fullRope {
      configuration.options.layerRope = .init(
        base: slidingRope.base, scaling: slidingRope.scaling, layers: layers)
    }
  }

  /// Settings that belong to one kind of layer.
  private static let ropeKeys = [
    "attention_factor", "beta_fast", "beta_slow", "factor", "high_freq_factor", "long_factor",
    "low_freq_factor", "mscale", "mscale_all_dim", "original_max_position_embeddings",
    "partial_rotary_factor", "rope_theta", "rope_type", "short_factor", "truncate", "type",
  ]

  /// `full_attention` of `rope_parameters`, with the members of `rope_scaling` put over it.
  private func fullObject(
    _ parameters: ModelConfigurationReader?
  ) throws(TransformerError) -> ModelConfigurationReader? {
    let own = try parameters?.object("full_attention") ?? nil
    guard let scaling = try object("rope_scaling") else { return own }
    if let kind = scaling.value("type"), kind != .string("default"), scaling.isAbsent("rope_type") {
      throw .configuration(
        path: scaling.path,
        "'type' is \(kind.serialized()): transformers \(ReferenceKeys.version) takes this family's "
          + "kind of scaling from 'rope_type' alone; rename it")
    }
    guard let own else { return scaling }
    for (key, value) in own.sortedMembers {
      guard let other = scaling.value(key), other != value else { continue }
      if key == "rope_type", value == .string("default") { continue }
      if let first = value.doubleValue, first == other.doubleValue { continue }
      throw .configuration(
        path: path,
        "'\(key)' is \(other.serialized()) in 'rope_scaling' and \(value.serialized()) in "
          + "'full_attention' of 'rope_parameters': transformers \(ReferenceKeys.version) takes the "
          + "first; make both the same")
    }
    return own.updated(with: scaling)
  }
}
