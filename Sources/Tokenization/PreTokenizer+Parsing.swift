extension PreTokenizer {
  /// Reads `pre_tokenizer`.
  ///
  /// - Throws: `TokenizerError` for kinds that aren't implemented, and for anything after a
  ///   `ByteLevel`.
  init(_ value: FileValue) throws(TokenizerError) {
    var steps: [Step] = []
    var symbols = Symbols.scalars
    var (byteLevel, metaspace): (FileValue?, FileValue?)
    for part in try Self.flattened(value) {
      if let byteLevel {
        throw part.unsupported(
          "a pre-tokenizer after \(byteLevel.path), which is ByteLevel,",
          fix: "use a tokenizer whose ByteLevel comes last")
      }
      let type = try part.required("type").string()
      switch type {
      case "Split": steps.append(try Self.split(part))
      case "Digits":
        steps.append(.digits(areIndividual: try part.flag("individual_digits", default: false)))
      case "Metaspace":
        if let metaspace {
          throw part.unsupported(
            "a Metaspace after \(metaspace.path), which is one already,",
            fix: "remove one of them")
        }
        metaspace = part
        steps.append(.metaspace(try Metaspace(part)))
      case "ByteLevel":
        byteLevel = part
        symbols = .bytes(
          addsPrefixSpace: try part.flag("add_prefix_space", default: true),
          expression: try part.flag("use_regex", default: true)
            ? TextPattern.expression(Self.defaultPattern, of: part) : nil)
      default:
        throw part.unsupported(
          "the pre-tokenizer \(type)",
          fix: "Split, Digits, Metaspace, ByteLevel and Sequence are read")
      }
    }
    (self.steps, self.symbols) = (steps, symbols)
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
        fix: "Isolated, Removed, MergedWithPrevious, MergedWithNext and Contiguous exist")
    }
    let isInverted = try value.required("invert").boolean()
    return .split(
      try TextPattern(value.required("pattern")), behavior, isInverted: isInverted)
  }
}
