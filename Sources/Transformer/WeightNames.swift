/// How a family's tensors are called, and which other names mean the same.
///
/// A name is what wrappers put before it or into it, the place of the decoder in a larger model, and
/// the decoder's own part: `module.` + `model.language_model.` + `layers.0.mlp.up_proj.weight`.
package struct WeightNames: Sendable {
  /// What stands before the decoder's own parts: `model.`.
  package let body: String
  /// First components of the decoder's own parts, such as `layers` and `embed_tokens`.
  private let parts: Set<Substring>
  /// A tensor that every model of the family has once.
  private let landmark: [Substring]
  /// The embedding's name.
  package let embedding: String
  /// The output head's name.
  package static let head = "lm_head.weight"

  /// Of one family.
  package init(_ family: ModelFamily) {
    switch family {
    case .llama, .qwen2, .qwen3, .qwen3MoE, .mistral, .gemma2, .phi3, .olmo2, .olmo3, .smollm3,
      .gemma3:
      (body, parts) = ("model.", ["embed_tokens", "layers", "norm"])
      // OLMo has no norm before attention.
      let isOLMo = family == .olmo2 || family == .olmo3
      landmark = [
        "layers", "0", isOLMo ? "post_attention_layernorm" : "input_layernorm", "weight",
      ]
      embedding = "model.embed_tokens.weight"
    case .gpt2:
      (body, parts) = ("transformer.", ["wte", "wpe", "h", "ln_f"])
      landmark = ["h", "0", "ln_1", "weight"]
      embedding = "transformer.wte.weight"
    }
  }

  /// Components that torch.compile, FSDP and checkpointing put anywhere into a name.
  package static let wrappers: Set<Substring> = [
    "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
  ]
  /// Components that stand before a decoder which is one part of something, and mean nothing else:
  /// of DDP, value heads, peft, and models that see as well as read.
  private static let places: Set<Substring> = [
    "module", "pretrained_model", "base_model", "model", "language_model", "transformer",
  ]

  /// The name of a tensor or module as the family has it, nil if its meaning isn't certain.
  package func canonical(_ name: String) -> String? {
    let components = Self.components(of: name)
    guard let first = components.firstIndex(where: { parts.contains($0) || $0 == "lm_head" }),
      components[..<first].allSatisfy(Self.places.contains)
    else { return nil }
    let own = components[first...].joined(separator: ".")
    return components[first] == "lm_head" ? own : body + own
  }

  /// Whether a tensor that no weight was read from changes the model if it belongs to it: a part of
  /// the decoder or of its head, or of an adapter that isn't merged.
  func isPart(_ name: String) -> Bool {
    let components = name.split(separator: ".")
    if isOfAdapter(name) { return true }
    if components.first == "lm_head" { return true }
    return name.hasPrefix(body) && components.dropFirst().first.map(parts.contains) ?? false
  }

  /// Components of tensors that peft adds to a model.
  private static let ofAdapters: Set<Substring> = [
    "base_layer", "lora_A", "lora_B", "lora_embedding_A", "lora_embedding_B", "original_module",
    "modules_to_save", "token_adapter",
  ]

  /// Whether peft made this tensor, of a model whose adapter wasn't merged.
  func isOfAdapter(_ name: String) -> Bool {
    name.split(separator: ".").contains { Self.ofAdapters.contains($0) }
  }

  static func components(of name: String) -> [Substring] {
    name.split(separator: ".", omittingEmptySubsequences: false).filter { !wrappers.contains($0) }
  }

  /// What stands before the decoder's parts in a source, wrappers left out.
  struct NamePosition: Hashable, Comparable {
    let components: [Substring]
    var isKnown: Bool { components.allSatisfy(WeightNames.places.contains) }
    var prefix: String { components.map { $0 + "." }.joined() }
    static func < (first: NamePosition, second: NamePosition) -> Bool {
      first.prefix < second.prefix
    }
  }

  /// The places of all decoders in a source.
  func places(in names: [String]) -> Set<NamePosition> {
    Set(
      names.compactMap { name in
        let components = Self.components(of: name)
        guard components.suffix(landmark.count) == landmark[...] else { return nil }
        return NamePosition(components: components.dropLast(landmark.count))
      })
  }

  /// The family's name for a tensor of the decoder at `place` or of its head, nil for others.
  func canonical(_ name: String, at place: NamePosition) -> String? {
    let components = Self.components(of: name)
    if components.starts(with: place.components),
      let part = components.dropFirst(place.components.count).first, parts.contains(part)
    {
      return body + components.dropFirst(place.components.count).joined(separator: ".")
    }
    guard components.count >= 2, components[components.count - 2] == "lm_head",
      place.components.starts(with: components.dropLast(2))
    else { return nil }
    return components.suffix(2).joined(separator: ".")
  }
}
