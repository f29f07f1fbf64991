/// Byte-pair encoding: a piece of text starts as one symbol per byte or per scalar, and the pair of
/// neighbours that the training merged first is merged first.
struct BytePairModel: Sendable {
  /// What a piece starts as.
  enum Alphabet: Sendable {
    /// Bytes; for each its token, or -1.
    case bytes([Int32])
    /// Scalars, for each its token; one without a token becomes its bytes' tokens, `<0x00>` to
    /// `<0xFF>`, if the vocabulary has all of them (-1 where it lacks one; empty: no fallback).
    case scalars([UInt32: Int32], fallback: [Int32])
  }

  /// What happens to a byte or a scalar that the vocabulary lacks.
  enum Unknown: Equatable, Sendable {
    /// It vanishes, as it does in Hugging Face tokenizers without an unknown token.
    case dropped
    /// It becomes this token; `fused`: a run of them becomes one.
    case replaced(by: Int32, fused: Bool)
  }

  struct Merge: Sendable {
    let rank: UInt32
    let result: Int32
  }

  let alphabet: Alphabet
  /// (left << 32 | right) to the merge.
  let merges: [UInt64: Merge]
  /// Whole pieces that are taken as they are; empty unless the file says `ignore_merges`.
  let wholePieces: [[UInt8]: Int32]
  let unknown: Unknown

  static func pairKey(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The byte that a token falls back to; nil if it is no such token.
  var fallbackBytes: [Int32: UInt8] {
    guard case .scalars(_, let fallback) = alphabet else { return [:] }
    let known = fallback.enumerated().filter { $0.element >= 0 }
    return Dictionary(uniqueKeysWithValues: known.map { ($0.element, UInt8($0.offset)) })
  }

  /// Appends the tokens of one piece, `bytes[piece]`; O(n log n) in its length.
  func encode(_ bytes: [UInt8], _ piece: Range<Int>, into tokens: inout [Int32]) {
    if !wholePieces.isEmpty, let token = wholePieces[Array(bytes[piece])] {
      tokens.append(token)
      return
    }
    var symbols = SymbolList(capacity: piece.count)
    switch alphabet {
    case .bytes(let byteTokens): addBytes(bytes[piece], byteTokens, to: &symbols)
    case .scalars(let scalarTokens, let fallback):
      addScalars(bytes, piece, scalarTokens, fallback, to: &symbols)
    }
    if symbols.elements.count > 1 { mergeAll(&symbols.elements) }
    for symbol in symbols.elements where symbol.token >= 0 { tokens.append(symbol.token) }
  }

  /// A symbol in a doubly linked list; a token of -1 marks one that was merged into its left.
  private struct Symbol {
    var token: Int32
    var previous: Int32
    var next: Int32
  }

  /// The symbols of a piece, linked in their order.
  private struct SymbolList {
    var elements: [Symbol] = []

    init(capacity: Int) { elements.reserveCapacity(capacity) }

    mutating func append(_ token: Int32) {
      let index = Int32(elements.count)
      if index > 0 { elements[elements.count - 1].next = index }
      elements.append(Symbol(token: token, previous: index - 1, next: -1))
    }
  }

  private func addBytes(
    _ piece: ArraySlice<UInt8>, _ byteTokens: [Int32], to symbols: inout SymbolList
  ) {
    var unknowns = PendingUnknown(unknown)
    for byte in piece {
      let token = byteTokens[Int(byte)]
      if token >= 0 {
        unknowns.flush { symbols.append($0) }
        symbols.append(token)
      } else {
        unknowns.add { symbols.append($0) }
      }
    }
    unknowns.flush { symbols.append($0) }
  }

  private func addScalars(
    _ bytes: [UInt8], _ piece: Range<Int>, _ scalarTokens: [UInt32: Int32], _ fallback: [Int32],
    to symbols: inout SymbolList
  ) {
    var unknowns = PendingUnknown(unknown)
    var position = piece.lowerBound
    while let (scalar, size) = UTF8Scalars.first(in: bytes, position..<piece.upperBound) {
      let scalarBytes = bytes[position..<position + size]
      position += size
      if let token = scalarTokens[scalar.value] {
        unknowns.flush { symbols.append($0) }
        symbols.append(token)
      } else if !fallback.isEmpty, scalarBytes.allSatisfy({ fallback[Int($0)] >= 0 }) {
        // Before an unknown token that waits, as in Hugging Face tokenizers.
        for byte in scalarBytes { symbols.append(fallback[Int(byte)]) }
      } else {
        unknowns.add { symbols.append($0) }
      }
    }
    unknowns.flush { symbols.append($0) }
  }

  /// The unknown token of a run, held back until the run ends.
  private struct PendingUnknown {
    private let unknown: Unknown
    private var waits = false

    init(_ unknown: Unknown) { self.unknown = unknown }

    /// Something unknown came.
    mutating func add(_ append: (Int32) -> Void) {
      guard case .replaced(let token, let fused) = unknown else { return }
      if waits && !fused { append(token) }
      waits = true
    }

    /// Something known came, or the end.
    mutating func flush(_ append: (Int32) -> Void) {
      guard waits, case .replaced(let token, _) = unknown else { return }
      append(token)
      waits = false
    }
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
