/// A kind of joint in a response, such as a think tag or a line's start.
package struct Landmark: Sendable, Equatable {
  /// The name that tables show.
  package let name: String
  /// The texts that are this landmark, as bytes.
  package let texts: [[UInt8]]
  /// Whether lines' starts are landmarks.
  ///
  /// A line starts at the response's first byte, and at each byte after a line feed or carriage return
  /// that is neither itself. So an empty line has no start.
  package let hasLineStarts: Bool

  /// For each token of a response the signed distance in tokens to the nearest landmark.
  ///
  /// 0: the token shares bytes with the landmark, or lies within it; −k: the landmark begins k tokens
  /// later; +k: it ended k tokens before. The smaller |k| wins, at a tie the earlier landmark (+k). The
  /// response is searched as its tokens' joined bytes, so a landmark may span tokens and begin or end
  /// inside one; landmarks may overlap. nil for all tokens where the response has none.
  ///
  /// Takes time linear in the response's length, times the texts' lengths at most.
  ///
  /// - Parameter tokens: each token's text as bytes; one without bytes only counts as a step.
  /// - Returns: as many distances as tokens.
  package func distances(inTokens tokens: [[UInt8]]) -> [Int?] {
    var bytes: [UInt8] = []
    // The token of each byte.
    var owners: [Int32] = []
    let count = tokens.reduce(0) { $0 + $1.count }
    bytes.reserveCapacity(count)
    owners.reserveCapacity(count)
    for token in tokens.indices {
      for byte in tokens[token] {
        bytes.append(byte)
        owners.append(Int32(token))
      }
    }
    // Of each token the last one that landmarks beginning in it reach; -1 where none begins.
    var reach = [Int](repeating: -1, count: tokens.count)
    forEachOccurrence(in: bytes) { range in
      let first = Int(owners[range.lowerBound])
      reach[first] = max(reach[first], Int(owners[range.upperBound - 1]))
    }
    var distances = [Int?](repeating: nil, count: tokens.count)
    var last = -1
    for token in tokens.indices {
      last = max(last, reach[token])
      if last >= 0 { distances[token] = max(0, token - last) }
    }
    var next = -1
    for token in tokens.indices.reversed() {
      if reach[token] >= 0 { next = token }
      guard next >= 0 else { continue }
      if let after = distances[token], after <= next - token { continue }
      distances[token] = token - next
    }
    return distances
  }

  /// Every place of the landmark, in the order of their starts.
  private func forEachOccurrence(in bytes: [UInt8], _ body: (Range<Int>) -> Void) {
    // Most bytes begin no text, and asking that first is most of the speed.
    var begins = [Bool](repeating: false, count: 256)
    for first in texts.compactMap(\.first) { begins[Int(first)] = true }
    var isAfterLineEnd = true
    for place in bytes.indices {
      let byte = bytes[place]
      if hasLineStarts {
        let isLineEnd = byte == 0x0A || byte == 0x0D
        if place == 0 || (isAfterLineEnd && !isLineEnd) { body(place..<place + 1) }
        isAfterLineEnd = isLineEnd
      }
      guard begins[Int(byte)] else { continue }
      for text in texts where Self.has(text, at: place, in: bytes) {
        body(place..<place + text.count)
      }
    }
  }

  private static func has(_ text: [UInt8], at place: Int, in bytes: [UInt8]) -> Bool {
    text.count <= bytes.count - place && text.indices.allSatisfy { bytes[place + $0] == text[$0] }
  }
}
