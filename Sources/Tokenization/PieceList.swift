/// A stretch of text cut at the matches of a pattern: what matched, and what lies between.
struct PieceList {
  private struct Part {
    var range: Range<Int>
    let isMatch: Bool
  }

  private let parts: [Part]

  init(_ whole: Range<Int>, matches: [Range<Int>], isInverted: Bool) {
    var parts: [Part] = []
    var done = whole.lowerBound
    for match in matches {
      if done != match.lowerBound {
        parts.append(Part(range: done..<match.lowerBound, isMatch: isInverted))
      }
      parts.append(Part(range: match, isMatch: !isInverted))
      done = match.upperBound
    }
    if done != whole.upperBound {
      parts.append(Part(range: done..<whole.upperBound, isMatch: isInverted))
    }
    self.parts = parts
  }

  /// The pieces in order, empty ones included.
  func pieces(_ behavior: PreTokenizer.SplitBehavior) -> [Range<Int>] {
    switch behavior {
    case .isolated: parts.map(\.range)
    case .removed: parts.filter { !$0.isMatch }.map(\.range)
    case .contiguous: Self.joined(parts) { $0 == $1 }
    case .mergedWithPrevious: Self.joined(parts) { isMatch, wasMatch in isMatch && !wasMatch }
    case .mergedWithNext: Self.joined(parts.reversed()) { $0 && !$1 }.reversed()
    }
  }

  /// Joins each part to the one before it where `joins(is it a match, was that one)`.
  private static func joined(
    _ parts: [Part], where joins: (_ isMatch: Bool, _ wasMatch: Bool) -> Bool
  ) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var wasMatch = false
    for part in parts {
      if joins(part.isMatch, wasMatch), let last = pieces.last {
        pieces[pieces.count - 1] =
          min(
            last.lowerBound, part.range.lowerBound)..<max(
            last.upperBound, part.range.upperBound)
      } else {
        pieces.append(part.range)
      }
      wasMatch = part.isMatch
    }
    return pieces
  }
}
