package import JSON

extension TransformerConfiguration {
  /// Reads the contents of a `config.json` as transformers 4 or 5 writes it.
  ///
  /// A key is refused if its value changes the logits of transformers (`ReferenceKeys` says which do)
  /// and isn't implemented; all such keys are named at once. Keys that transformers never reads change
  /// nothing: `unreadMembers` gives them.
  ///
  /// - Parameters:
  ///   - value: the parsed file.
  ///   - path: the file, for messages.
  ///   - ignoringRemoteCode: whether a model that brings code of its own (`auto_map`) is read as the
  ///     family that `model_type` names.
  /// - Throws: `TransformerError` for an architecture that isn't implemented, a missing or
  ///   malformed key, settings that contradict each other, and by name for every key that changes the
  ///   result and isn't handled.
  package init(
    _ value: JSONValue, path: String, ignoringRemoteCode: Bool = false
  ) throws(TransformerError) {
    var reader = try ModelConfigurationReader(path: path, value: value)
    let family = try Self.family(reader)
    reader.checkArchitectures(of: family)
    if !ignoringRemoteCode { reader.checkRemoteCode(of: family) }
    reader.checkReferenceKeys(of: family)
    do throws(TransformerError) {
      self =
        switch family {
        case .qwen2: try Qwen2.configuration(from: &reader)
        case .llama: try Llama.configuration(from: &reader)
        case .qwen3: try Qwen3.configuration(from: &reader)
        case .qwen3MoE: try Qwen3MoE.configuration(from: &reader)
        case .mistral: try Mistral.configuration(from: &reader)
        case .gemma2: try Gemma2.configuration(from: &reader)
        case .phi3: try Phi3.configuration(from: &reader)
        case .gpt2: try GPT2.configuration(from: &reader)
        case .olmo2: try OLMo2.configuration(from: &reader)
        case .olmo3: try OLMo3.configuration(from: &reader)
        case .smollm3: try SmolLM3.configuration(from: &reader)
        case .gemma3: try Gemma3.configuration(from: &reader)
        }
    } catch {
      // Another architecture's file may lack what ours need: say first what it is.
      guard reader.unsupported.isEmpty else {
        throw .unsupported(path: path, reader.unsupported)
      }
      throw error
    }
    guard reader.unsupported.isEmpty else {
      throw .unsupported(path: path, reader.unsupported)
    }
  }

  private static func family(_ reader: ModelConfigurationReader) throws(TransformerError)
    -> ModelFamily
  {
    let known = ModelFamily.allCases.map(\.rawValue).joined(separator: ", ")
    guard let type = reader.value("model_type")?.stringValue else {
      throw .configuration(
        path: reader.path, "'model_type' is missing; implemented are \(known)")
    }
    guard let family = ModelFamily(rawValue: type) else {
      throw .unsupported(
        path: reader.path,
        [.init(name: "'model_type'", value: "'\(type)'", fix: "implemented are \(known)")])
    }
    return family
  }

  /// The members of a `config.json` that transformers never reads for such a model.
  ///
  /// They can't change the logits; they may tell where the model comes from.
  ///
  /// - Parameter value: the parsed file; one that `init` takes.
  /// - Returns: the members, and of the objects of rope settings those that their kind doesn't read, in
  ///   the order of the file.
  package static func unreadMembers(of value: JSONValue) -> [JSONMember] {
    guard let type = value["model_type"]?.stringValue, let family = ModelFamily(rawValue: type)
    else { return [] }
    let known = ReferenceKeys.of(family)
    return (value.objectValue ?? []).compactMap { member in
      guard known[member.key] != nil else { return member }
      guard member.key == "rope_scaling" || member.key == "rope_parameters" else { return nil }
      let unread =
        member.key == "rope_parameters" && ReferenceKeys.hasRopePerLayer(family)
        ? (member.value.objectValue ?? []).compactMap { layers in
          guard ModelConfigurationReader.layerKinds.contains(layers.key) else { return layers }
          let unread = unreadRope(layers.value, family)
          return unread.isEmpty ? nil : JSONMember(key: layers.key, value: .object(unread))
        } : unreadRope(member.value, family)
      return unread.isEmpty ? nil : JSONMember(key: member.key, value: .object(unread))
    }
  }

  /// What a kind of rope scaling doesn't read inside its object.
  private static func unreadRope(_ object: JSONValue, _ family: ModelFamily) -> [JSONMember] {
    let kind = object["rope_type"] ?? object["type"]
    let read = ReferenceKeys.ofRope(kind?.stringValue ?? "default", family)
    return (object.objectValue ?? []).filter { !read.contains($0.key) }
  }
}

extension ModelConfigurationReader {
  /// A class of transformers without a head for next tokens would leave that to chance.
  fileprivate mutating func checkArchitectures(of family: ModelFamily) {
    guard let value = value("architectures"), value != .array([]) else { return }
    let names = value.arrayValue?.map(\.stringValue) ?? [value.stringValue]
    let isModel = names.contains { name in
      guard let name else { return false }
      return ["ForCausalLM", "LMHeadModel", "Model"].contains { name.hasSuffix($0) }
    }
    if !isModel {
      refuse("architectures", value, fix: "only \(family.architecture) is implemented")
    }
  }

  fileprivate mutating func checkRemoteCode(of family: ModelFamily) {
    guard let value = value("auto_map"), value != .object([]) else { return }
    refuse(
      "auto_map", value,
      fix: "the model brings code of its own; --ignore-remote-code reads it as \(family.rawValue)")
  }

  /// Refuses what changes the result in transformers and is implemented for no value but its default.
  fileprivate mutating func checkReferenceKeys(of family: ModelFamily) {
    let known = ReferenceKeys.of(family)
    for (key, value) in sortedMembers {
      guard case .onlyDefault(let allowed, let fix)? = known[key] else { continue }
      if !allowed.contains(value.serialized()) { refuse(key, value, fix: fix) }
    }
  }
}
