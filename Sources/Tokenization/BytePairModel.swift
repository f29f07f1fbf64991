/// Byte-pair encoding over bytes: a piece of text starts as one symbol per byte, and the pair of
/// neighbours that the training merged first is merged first.
struct BytePairModel: Sendable {
  /// What happens to a byte that the vocabulary lacks.
  enum UnknownByte: Equatable, Sendable {
    /// It vanishes, as it does in Hugging Face tokenizers without an unknown token.
    case dropped
    /// It becomes this token; `fused`: a run of them becomes one.
    case replaced(by: Int32, fused: Bool)
  }

  struct Merge: Sendable {
    let rank: UInt32
    let result: Int32
  }

  /// For each byte its token, or -1.
  let byteTokens: [Int32]
  /// (left << 32 | right) to the merge.
  let merges: [UInt64: Merge]
  /// Whole pieces that are taken as they are; empty unless the file says `ignore_merges`.
  let wholePieces: [[UInt8]: Int32]
  let unknownByte: UnknownByte

  static func pairKey(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Appends the tokens of one piece; O(n log n) in its length.
  func encode(_ piece: ArraySlice<UInt8>, into tokens: inout [Int32]) {
    if !wholePieces.isEmpty, let token = wholePieces[Array(piece)] {
      tokens.append(token)
      return
    }
    var symbols = initialSymbols(piece)
    if symbols.count > 1 { mergeAll(&symbols) }
    for symbol in symbols where symbol.token >= 0 { tokens.append(symbol.token) }
  }

  /// A symbol in a doubly linked list; a token of -1 marks one that was merged into its left.
  private struct Symbol {
    var token: Int32
    var previous: Int32
    var next: Int32
  }

  private func initialSymbols(_ piece: ArraySlice<UInt8>) -> [Symbol] {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(piece.count)
    var isBehindUnknown = false
    for byte in piece {
      var token = byteTokens[Int(byte)]
      let isUnknown = token < 0
      if isUnknown {
        guard case .replaced(let unknown, let fused) = unknownByte else { continue }
        if fused && isBehindUnknown { continue }
        token = unknown
      }
      isBehindUnknown = isUnknown
      let index = Int32(symbols.count)
      symbols.append(Symbol(token: token, previous: index - 1, next: index + 1))
    }
    if !symbols.isEmpty { symbols[symbols.count - 1].next = -1 }
    return symbols
  }

  private func mergeAll(_ symbols: inout [Symbol]) {
    var queue = MergeQueue()
    for left in 0..<symbols.count - 1 { offer(left, symbols, to: &queue) }
    while let candidate = queue.popFirst() {
      let left = candidate.position
      guard symbols[left].token >= 0, symbols[left].next >= 0 else { continue }
      let right = Int(symbols[left].next)
      // The candidate may be older than a merge of one of its two sides.
      guard let merge = merges[Self.pairKey(symbols[left].token, symbols[right].token)],
        merge.result == candidate.result
      else { continue }
      let next = symbols[right].next
      symbols[left].token = merge.result
      symbols[left].next = next
      symbols[right].token = -1
      if next >= 0 { symbols[Int(next)].previous = Int32(left) }
      if symbols[left].previous >= 0 { offer(Int(symbols[left].previous), symbols, to: &queue) }
      if next >= 0 { offer(left, symbols, to: &queue) }
    }
  }

  /// Queues the pair of a symbol and its right neighbour, if it can be merged.
  private func offer(_ left: Int, _ symbols: [Symbol], to queue: inout MergeQueue) {
    let right = symbols[Int(symbols[left].next)].token
    guard let merge = merges[Self.pairKey(symbols[left].token, right)] else { return }
    queue.insert(MergeQueue.Element(rank: merge.rank, position: left, result: merge.result))
  }
}

/// A binary heap of possible merges: the lowest rank first, then the leftmost.
private struct MergeQueue {
  struct Element {
    let rank: UInt32
    let position: Int
    let result: Int32

    var order: UInt64 { UInt64(rank) << 32 | UInt64(position) }
  }

  private var heap: [Element] = []

  mutating func insert(_ element: Element) {
    heap.append(element)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].order <= element.order { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = element
  }

  mutating func popFirst() -> Element? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= heap.count { break }
      if child + 1 < heap.count && heap[child + 1].order < heap[child].order { child += 1 }
      if last.order <= heap[child].order { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }
}
