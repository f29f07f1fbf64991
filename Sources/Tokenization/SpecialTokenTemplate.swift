/// The ids that are put before and after a single text when special tokens are asked for.
struct SpecialTokenTemplate: Equatable, Sendable {
  var before: [Int32] = []
  var after: [Int32] = []

  static let none = SpecialTokenTemplate()
}

extension SpecialTokenTemplate {
  /// Reads `post_processor`: `ByteLevel` adds nothing, `TemplateProcessing` what it says for one
  /// text, `Sequence` what all its parts say.
  init(_ value: FileValue) throws(TokenizerError) {
    let type = try value.required("type").string()
    switch type {
    case "ByteLevel": break
    case "TemplateProcessing": try addTemplate(value)
    case "Sequence":
      for part in try value.required("processors").elements() {
        let inner = try SpecialTokenTemplate(part)
        before = inner.before + before
        after += inner.after
      }
    default:
      throw value.unsupported(
        "the post-processor \(type)", fix: "ByteLevel, TemplateProcessing and Sequence are read")
    }
  }

  private mutating func addTemplate(_ value: FileValue) throws(TokenizerError) {
    let single = try value.required("single")
    var sequenceCount = 0
    for piece in try single.elements() {
      if let special = try piece.optional("SpecialToken") {
        let identifiers = try Self.identifiers(special.required("id"), in: value)
        if sequenceCount == 0 { before += identifiers } else { after += identifiers }
      } else {
        let sequence = try piece.required("Sequence").required("id")
        sequenceCount += 1
        if try sequence.string() != "A" || sequenceCount > 1 {
          throw sequence.unsupported("a template that isn't one A", fix: "use $A once")
        }
      }
    }
    if sequenceCount == 0 {
      throw single.unsupported("a template without the text", fix: "add $A to it")
    }
  }

  private static func identifiers(
    _ name: FileValue, in value: FileValue
  ) throws(TokenizerError) -> [Int32] {
    let key = try name.string()
    guard let special = try value.required("special_tokens").optional(key) else {
      throw name.invalid(
        "\(key.debugDescription) is not among special_tokens", fix: "add it to the template")
    }
    var identifiers: [Int32] = []
    for element in try special.required("ids").elements() {
      identifiers.append(try element.tokenIdentifier())
    }
    return identifiers
  }
}
