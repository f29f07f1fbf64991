/// What the reference implementation, transformers, reads of `config.json`, and what we make of it.
///
/// The table comes from its source: `Tests/Fixtures/configuration/make_keys.py`. A key that isn't in a
/// family's table is never read there, so it can't change the logits.
enum ReferenceKeys {
  /// What becomes of a key.
  enum Treatment: Equatable {
    /// A family's reader asks for it, and refuses the values that it can't do.
    case implemented
    /// It changes no logits in evaluation: caches, dropout, outputs, initialisation and the like.
    case neutral
    /// It changes logits and isn't implemented: only these values, as JSON, are taken.
    case onlyDefault([String], fix: String)
  }

  /// All keys that are read for a family.
  static func of(_ family: ModelFamily) -> [String: Treatment] {
    common.merging(own[family] ?? [:]) { _, own in own }
  }

  /// Whether `rope_parameters` has an object for each kind of layer.
  static func hasRopePerLayer(_ family: ModelFamily) -> Bool {
    family == .olmo3 || family == .gemma3
  }

  /// The keys that a kind of rope scaling reads inside its object.
  static func ofRope(_ kind: String, _ family: ModelFamily) -> Set<String> {
    var keys: Set<String> = ["rope_theta", "rope_type", "type"]
    if family == .phi3 { keys.insert("partial_rotary_factor") }
    switch family == .phi3 && ["su", "yarn"].contains(kind) ? "longrope" : kind {
    case "linear", "dynamic":
      keys.formUnion(["factor", "partial_rotary_factor"])
    case "yarn":
      keys.formUnion([
        "attention_factor", "beta_fast", "beta_slow", "factor", "mscale", "mscale_all_dim",
        "original_max_position_embeddings", "partial_rotary_factor", "truncate",
      ])
    case "llama3":
      keys.formUnion([
        "factor", "high_freq_factor", "low_freq_factor", "original_max_position_embeddings",
        "partial_rotary_factor",
      ])
    case "longrope":
      keys.formUnion([
        "attention_factor", "factor", "long_factor", "original_max_position_embeddings",
        "partial_rotary_factor", "short_factor",
      ])
    default: break
    }
    return keys
  }
}
