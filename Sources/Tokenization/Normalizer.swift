/// What is done to a text before it is cut into pieces, step by step.
struct Normalizer: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    /// Canonical composition, NFC.
    case composition
    /// Puts bytes before a text that isn't empty.
    case prepend([UInt8])
    /// Replaces each match.
    case replacement(TextPattern, [UInt8])
    /// Removes white space at the ends.
    case strip(left: Bool, right: Bool)
  }

  let steps: [Step]

  static let none = Normalizer(steps: [])

  /// The normalised text, or nil if it is normalised as it is.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - place: What stands before the text: nothing is prepended where text goes on.
  /// - Returns: The text's bytes.
  /// - Throws: `TokenizerError.matchFailed` if an expression gives up.
  func normalized(
    _ bytes: ArraySlice<UInt8>, at place: TextPlace
  ) throws(TokenizerError) -> [UInt8]? {
    var result: [UInt8]?
    for step in steps {
      if let next = try Self.applied(step, to: result?[...] ?? bytes, place) { result = next }
    }
    return result
  }

  private static func applied(
    _ step: Step, to bytes: ArraySlice<UInt8>, _ place: TextPlace
  ) throws(TokenizerError) -> [UInt8]? {
    switch step {
    case .composition: return CanonicalComposition.shared.normalized(bytes)
    case .prepend(let prefix):
      let isWanted = place == .start || place == .addedToken
      return bytes.isEmpty || !isWanted ? nil : prefix + bytes
    case .replacement(let pattern, let content):
      return try pattern.replaced(in: Array(bytes), by: content)
    case .strip(let left, let right):
      let text = Array(bytes)
      let start = left ? UTF8Scalars.endOfSpace(after: 0, in: text, to: text.count) : 0
      let end =
        right ? UTF8Scalars.startOfSpace(before: text.count, in: text, from: start) : text.count
      return start == 0 && end == text.count ? nil : Array(text[start..<end])
    }
  }
}

extension Normalizer {
  /// Reads `normalizer`; nested sequences become one.
  ///
  /// - Throws: `TokenizerError` for kinds that aren't implemented.
  init(_ value: FileValue) throws(TokenizerError) {
    let steps = try Self.steps(value)
    // Composing twice is composing once; so the digest doesn't depend on it.
    let onlyComposes = steps.allSatisfy { if case .composition = $0 { true } else { false } }
    self.steps = onlyComposes ? Array(steps.prefix(1)) : steps
  }

  private static func steps(_ value: FileValue) throws(TokenizerError) -> [Step] {
    let type = try value.required("type").string()
    switch type {
    case "Sequence":
      var steps: [Step] = []
      for part in try value.required("normalizers").elements() { steps += try self.steps(part) }
      return steps
    case "NFC": return [.composition]
    case "Prepend": return [.prepend(Array(try value.required("prepend").string().utf8))]
    case "Replace":
      return [
        .replacement(
          try TextPattern(value.required("pattern")),
          Array(try value.required("content").string().utf8))
      ]
    case "Strip":
      return [
        .strip(
          left: try value.required("strip_left").boolean(),
          right: try value.required("strip_right").boolean())
      ]
    default:
      throw value.unsupported(
        "the normalizer \(type)", fix: "NFC, Prepend, Replace, Strip and Sequence are read")
    }
  }

  /// Whether the normalised text's first piece starts where the text does, whatever comes first:
  /// what `Metaspace` with the scheme `first` asks.
  var keepsTheStart: Bool {
    steps.allSatisfy { step in
      switch step {
      case .composition, .prepend: true
      case .replacement(.text(let text), let content):
        UTF8Scalars.count(text) == 1 && UTF8Scalars.count(content) == 1
      case .replacement(.expression, _), .strip: false
      }
    }
  }
}
