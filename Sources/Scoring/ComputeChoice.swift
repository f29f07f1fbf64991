internal import Transformer

/// What a user asks for about the precision of products.
package enum ComputeChoice: String, Sendable, CaseIterable {
  /// bfloat16 for checkpoints stored so, on processors that have an instruction for it; else single.
  case auto
  /// bfloat16 weights multiplied as stored.
  case bf16
  /// Single precision, the exact path.
  case f32

  /// The precision for a checkpoint.
  ///
  /// - Throws: `ScoringError` where bfloat16 is asked for and not stored.
  func type(storedTypes: [String], name: String) throws -> ComputeType {
    let isStored = storedTypes.contains(ComputeType.bfloat16.rawValue)
    switch self {
    case .auto: return isStored && ComputeType.bfloat16.isNative ? .bfloat16 : .float32
    case .f32: return .float32
    case .bf16 where isStored: return .bfloat16
    case .bf16:
      throw ScoringError.badModels(
        "model '\(name)' is stored as \(storedTypes.joined(separator: ", ")), so no bf16 weights can "
          + "be multiplied as stored; use --compute auto or f32")
    }
  }
}
