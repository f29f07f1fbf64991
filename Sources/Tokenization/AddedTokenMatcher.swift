/// A token beside the model's vocabulary, found in the text before the model sees it.
struct AddedToken: Equatable, Sendable {
  let identifier: Int32
  let content: String
  /// Left out by `decode(_:skipSpecialTokens:)`.
  let isSpecial: Bool
  /// Found only where no letter or digit stands next to it.
  let isSingleWord: Bool
  /// Swallows white space before it.
  let stripsLeft: Bool
  /// Swallows white space after it.
  let stripsRight: Bool
  /// Found in the normalised text instead of the original one.
  let isNormalized: Bool
}

/// Finds added tokens in a text: leftmost first, the longest of those, without overlaps.
struct AddedTokenMatcher: Sendable {
  /// A part of the text; with an identifier, the token that it is.
  struct Part: Equatable {
    let range: Range<Int>
    let identifier: Int32?
  }

  private let tokens: [AddedToken]
  /// A trie with root 0: (node << 8 | byte) to node.
  private var edges: [UInt64: Int] = [:]
  /// For each node the token that ends there.
  private var ends: [Int?] = [nil]
  private var isFirstByte = [Bool](repeating: false, count: 256)

  /// - Parameters:
  ///   - tokens: What to find.
  ///   - patterns: For each token the bytes to look for; not empty, all different.
  init(_ tokens: [AddedToken], patterns: [[UInt8]]) {
    self.tokens = tokens
    for (index, pattern) in patterns.enumerated() {
      var node = 0
      for byte in pattern {
        let key = UInt64(node) << 8 | UInt64(byte)
        if let next = edges[key] {
          node = next
        } else {
          edges[key] = ends.count
          node = ends.count
          ends.append(nil)
        }
      }
      ends[node] = index
      if let first = pattern.first { isFirstByte[Int(first)] = true }
    }
  }

  /// The parts of `bytes` in order; empty parts are left out.
  func parts(of bytes: [UInt8], _ whole: Range<Int>) -> [Part] {
    if tokens.isEmpty { return whole.isEmpty ? [] : [Part(range: whole, identifier: nil)] }
    var parts: [Part] = []
    var done = whole.lowerBound
    var position = whole.lowerBound
    while let (match, index) = firstMatch(in: bytes, position..<whole.upperBound) {
      // The search goes on after the match itself, even if the token is dropped or swallows more.
      position = match.upperBound
      let token = tokens[index]
      var (start, stop) = (match.lowerBound, match.upperBound)
      if token.isSingleWord && touchesWord(bytes, whole, match) { continue }
      if token.stripsLeft {
        start = max(
          done, UTF8Scalars.startOfSpace(before: start, in: bytes, from: whole.lowerBound))
      }
      if token.stripsRight {
        stop = UTF8Scalars.endOfSpace(after: stop, in: bytes, to: whole.upperBound)
      }
      if done < start { parts.append(Part(range: done..<start, identifier: nil)) }
      if start < stop { parts.append(Part(range: start..<stop, identifier: token.identifier)) }
      done = stop
    }
    if done < whole.upperBound {
      parts.append(Part(range: done..<whole.upperBound, identifier: nil))
    }
    return parts
  }

  private func firstMatch(in bytes: [UInt8], _ range: Range<Int>) -> (Range<Int>, Int)? {
    for start in range where isFirstByte[Int(bytes[start])] {
      var node = 0
      var longest: (Range<Int>, Int)?
      for position in start..<range.upperBound {
        guard let next = edges[UInt64(node) << 8 | UInt64(bytes[position])] else { break }
        node = next
        if let index = ends[node] { longest = (start..<position + 1, index) }
      }
      if let longest { return longest }
    }
    return nil
  }

  private func touchesWord(_ bytes: [UInt8], _ whole: Range<Int>, _ match: Range<Int>) -> Bool {
    if let before = UTF8Scalars.last(in: bytes, whole.lowerBound..<match.lowerBound),
      before.scalar.isWordCharacter
    {
      return true
    }
    if let after = UTF8Scalars.first(in: bytes, match.upperBound..<whole.upperBound),
      after.scalar.isWordCharacter
    {
      return true
    }
    return false
  }
}
