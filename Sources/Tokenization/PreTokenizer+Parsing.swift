extension PreTokenizer {
  /// Reads `pre_tokenizer`.
  ///
  /// - Throws: `TokenizerError` for anything but splits and digits that end in one `ByteLevel`.
  init(_ value: FileValue) throws(TokenizerError) {
    var steps: [Step] = []
    var byteLevel: FileValue?
    for part in try Self.flattened(value) {
      if let byteLevel {
        throw part.unsupported(
          "a pre-tokenizer behind \(byteLevel.path), which is ByteLevel,",
          mend: "use a tokenizer whose ByteLevel comes last")
      }
      let type = try part.required("type").string()
      switch type {
      case "Split": steps.append(try Self.split(part))
      case "Digits":
        steps.append(.digits(areIndividual: try part.flag("individual_digits", default: false)))
      case "ByteLevel": byteLevel = part
      default:
        throw part.unsupported(
          "the pre-tokenizer \(type)", mend: "Split, Digits, ByteLevel and Sequence are read")
      }
    }
    guard let byteLevel else {
      throw value.unsupported(
        "a pre-tokenizer without ByteLevel",
        mend: "use a tokenizer of bytes, as Qwen2's or Llama-3's")
    }
    self.steps = steps
    addsPrefixSpace = try byteLevel.flag("add_prefix_space", default: true)
    finalExpression =
      try byteLevel.flag("use_regex", default: true)
      ? Self.expression(Self.defaultPattern, of: byteLevel) : nil
  }

  /// The parts of nested sequences in order.
  private static func flattened(_ value: FileValue) throws(TokenizerError) -> [FileValue] {
    guard try value.required("type").string() == "Sequence" else { return [value] }
    var parts: [FileValue] = []
    for element in try value.required("pretokenizers").elements() {
      parts += try flattened(element)
    }
    return parts
  }

  private static func split(_ value: FileValue) throws(TokenizerError) -> Step {
    let behaviorValue = try value.required("behavior")
    let behaviorName = try behaviorValue.string()
    guard let behavior = SplitBehavior(rawValue: behaviorName) else {
      throw behaviorValue.invalid(
        "unknown behavior \(behaviorName)",
        mend: "Isolated, Removed, MergedWithPrevious, MergedWithNext and Contiguous exist")
    }
    let isInverted = try value.required("invert").boolean()
    return .split(try pattern(value.required("pattern")), behavior, isInverted: isInverted)
  }

  private static func pattern(_ value: FileValue) throws(TokenizerError) -> Pattern {
    if let expression = try value.optional("Regex") {
      return .expression(try self.expression(expression.string(), of: expression))
    }
    let text = try value.required("String")
    let bytes = Array(try text.string().utf8)
    if bytes.isEmpty {
      throw text.unsupported("an empty pattern", mend: "remove that Split from the file")
    }
    return .text(bytes)
  }

  private static func expression(
    _ pattern: String, of value: FileValue
  ) throws(TokenizerError) -> OnigurumaExpression {
    do throws(OnigurumaExpression.Failure) {
      return try OnigurumaExpression(pattern)
    } catch {
      throw value.invalid(
        "not a regular expression: \(error.reason)", mend: "mend the pattern in the file")
    }
  }
}
