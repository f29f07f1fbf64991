/// Cuts text into the pieces that byte-pair encoding never crosses.
struct PreTokenizer: Equatable, Sendable {
  /// What becomes of the parts that a pattern matched.
  enum SplitBehavior: String, Sendable {
    /// Pieces of their own.
    case isolated = "Isolated"
    /// Left out.
    case removed = "Removed"
    /// The end of the piece before.
    case mergedWithPrevious = "MergedWithPrevious"
    /// The start of the piece after.
    case mergedWithNext = "MergedWithNext"
    /// Pieces of their own, neighbours joined.
    case contiguous = "Contiguous"
  }

  enum Step: Equatable, Sendable {
    case split(TextPattern, SplitBehavior, isInverted: Bool)
    case digits(areIndividual: Bool)
    case metaspace(Metaspace)
  }

  /// GPT-2's pattern, which `ByteLevel` uses unless told not to.
  static let defaultPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// What the model sees of a piece.
  enum Symbols: Equatable, Sendable {
    /// Its bytes. `addsPrefixSpace`: each piece that the steps give starts with a space, one being
    /// added if necessary; `expression` splits the pieces once more, isolating its matches.
    case bytes(addsPrefixSpace: Bool, expression: OnigurumaExpression?)
    /// Its scalars.
    case scalars
  }

  let steps: [Step]
  let symbols: Symbols

  /// Leaves a text whole.
  static let none = PreTokenizer(steps: [], symbols: .scalars)

  /// Calls `body` with every piece of `bytes[range]` in order; none is empty.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - range: The part of it to cut.
  ///   - place: What stands before the range; a space that the tokenizer puts before pieces is
  ///     left out where text goes on.
  ///   - body: Takes the text, perhaps changed, and a piece's range in it.
  /// - Throws: `TokenizerError.matchFailed` if an expression gives up.
  func forEachPiece(
    of bytes: [UInt8], _ range: Range<Int>, at place: TextPlace,
    _ body: (_ bytes: [UInt8], _ piece: Range<Int>) -> Void
  ) throws(TokenizerError) {
    var (bytes, pieces) = (bytes, [range])
    // Whether the first piece starts where the range does, nothing having been removed there.
    var startsThere = true
    for step in steps {
      let start = pieces.first?.lowerBound
      if case .metaspace(let metaspace) = step {
        (bytes, pieces) = metaspace.applied(
          to: bytes, pieces, at: place, startsThere: startsThere)
        continue
      }
      var next: [Range<Int>] = []
      for piece in pieces { next += try split(bytes, piece, by: step) }
      pieces = next.filter { !$0.isEmpty }
      startsThere = startsThere && pieces.first?.lowerBound == start
    }
    guard case .bytes(let addsPrefixSpace, let expression) = symbols else {
      for piece in pieces { body(bytes, piece) }
      return
    }
    for (index, piece) in pieces.enumerated() {
      let goesOn = index == 0 && startsThere && place == .text
      if addsPrefixSpace && !goesOn && bytes[piece.lowerBound] != UInt8(ascii: " ") {
        let prefixed = [UInt8(ascii: " ")] + bytes[piece]
        try splitFinally(prefixed, prefixed.indices, expression, body)
      } else {
        try splitFinally(bytes, piece, expression, body)
      }
    }
  }

  private func splitFinally(
    _ bytes: [UInt8], _ piece: Range<Int>, _ expression: OnigurumaExpression?,
    _ body: (_ bytes: [UInt8], _ piece: Range<Int>) -> Void
  ) throws(TokenizerError) {
    guard let expression else { return body(bytes, piece) }
    let parts = try split(
      bytes, piece, by: .split(.expression(expression), .isolated, isInverted: false))
    for part in parts where !part.isEmpty { body(bytes, part) }
  }

  private func split(
    _ bytes: [UInt8], _ piece: Range<Int>, by step: Step
  ) throws(TokenizerError) -> [Range<Int>] {
    switch step {
    case .split(let pattern, let behavior, let isInverted):
      let matches = try pattern.matches(in: bytes, piece)
      return PieceList(piece, matches: matches, isInverted: isInverted).pieces(behavior)
    case .digits(let areIndividual):
      let matches = Self.digits(in: bytes, piece)
      return PieceList(piece, matches: matches, isInverted: false)
        .pieces(areIndividual ? .isolated : .contiguous)
    case .metaspace: return [piece]
    }
  }

  private static func digits(in bytes: [UInt8], _ piece: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var position = piece.lowerBound
    while let (scalar, size) = UTF8Scalars.first(in: bytes, position..<piece.upperBound) {
      if scalar.isNumeric { found.append(position..<position + size) }
      position += size
    }
    return found
  }
}
