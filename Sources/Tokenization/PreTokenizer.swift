/// Cuts text into the pieces that byte-pair encoding never crosses.
struct PreTokenizer: Sendable {
  /// What becomes of the parts that a pattern matched.
  enum SplitBehavior: String, Sendable {
    /// Pieces of their own.
    case isolated = "Isolated"
    /// Left out.
    case removed = "Removed"
    /// The end of the piece before.
    case mergedWithPrevious = "MergedWithPrevious"
    /// The start of the piece behind.
    case mergedWithNext = "MergedWithNext"
    /// Pieces of their own, neighbours joined.
    case contiguous = "Contiguous"
  }

  enum Pattern: Sendable {
    case expression(OnigurumaExpression)
    case text([UInt8])
  }

  enum Step: Sendable {
    case split(Pattern, SplitBehavior, isInverted: Bool)
    case digits(areIndividual: Bool)
  }

  /// GPT-2's pattern, which `ByteLevel` uses unless told not to.
  static let defaultPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  let steps: [Step]
  /// Whether each piece that the steps give starts with a space, one being added if necessary.
  let addsPrefixSpace: Bool
  /// Splits the pieces once more, isolating its matches.
  let finalExpression: OnigurumaExpression?

  /// Calls `body` with every piece of `bytes[range]` in order; none is empty.
  func forEachPiece(
    of bytes: [UInt8], _ range: Range<Int>, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(TokenizerError) {
    var pieces = [range]
    for step in steps {
      var next: [Range<Int>] = []
      for piece in pieces { next += try split(bytes, piece, by: step) }
      pieces = next.filter { !$0.isEmpty }
    }
    for piece in pieces {
      if addsPrefixSpace && bytes[piece.lowerBound] != UInt8(ascii: " ") {
        let prefixed = [UInt8(ascii: " ")] + bytes[piece]
        try splitFinally(prefixed, prefixed.indices, body)
      } else {
        try splitFinally(bytes, piece, body)
      }
    }
  }

  private func splitFinally(
    _ bytes: [UInt8], _ piece: Range<Int>, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(TokenizerError) {
    guard let finalExpression else { return body(bytes[piece]) }
    let parts = try split(
      bytes, piece, by: .split(.expression(finalExpression), .isolated, isInverted: false))
    for part in parts where !part.isEmpty { body(bytes[part]) }
  }

  private func split(
    _ bytes: [UInt8], _ piece: Range<Int>, by step: Step
  ) throws(TokenizerError) -> [Range<Int>] {
    switch step {
    case .split(let pattern, let behavior, let isInverted):
      let matches = try matches(of: pattern, in: bytes, piece)
      return PieceList(piece, matches: matches, isInverted: isInverted).pieces(behavior)
    case .digits(let areIndividual):
      let matches = Self.digits(in: bytes, piece)
      return PieceList(piece, matches: matches, isInverted: false)
        .pieces(areIndividual ? .isolated : .contiguous)
    }
  }

  private func matches(
    of pattern: Pattern, in bytes: [UInt8], _ piece: Range<Int>
  ) throws(TokenizerError) -> [Range<Int>] {
    switch pattern {
    case .text(let text):
      return Self.occurrences(of: text, in: bytes, piece)
    case .expression(let expression):
      do throws(OnigurumaExpression.Failure) {
        return try expression.matches(in: bytes, piece)
      } catch {
        throw .matchFailed(
          pattern: expression.pattern, byteCount: piece.count, reason: error.reason)
      }
    }
  }

  /// Where `text` stands, from left to right without overlaps.
  private static func occurrences(
    of text: [UInt8], in bytes: [UInt8], _ piece: Range<Int>
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var position = piece.lowerBound
    while position + text.count <= piece.upperBound {
      let candidate = position..<position + text.count
      if bytes[candidate].elementsEqual(text) {
        found.append(candidate)
        position = candidate.upperBound
      } else {
        position += 1
      }
    }
    return found
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
