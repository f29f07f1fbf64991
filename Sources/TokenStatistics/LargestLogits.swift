internal import Kernels

/// The k largest logits of a row, found while its slices pass by; ties go to the lower token.
struct LargestLogits: Sendable {
  private let capacity: Int
  /// Descending by logit, then ascending by token.
  private(set) var entries: [(token: Int32, logit: Float)] = []

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity + 1)
  }

  /// Takes in the logits of tokens `firstToken…`, none above `maximum`; slices come in ascending
  /// order of tokens.
  mutating func add(_ logits: Span<Float>, firstToken: Int, maximum: Float) {
    guard capacity > 0 else { return }
    if entries.count == capacity, let last = entries.last, maximum <= last.logit { return }
    var start = 0
    while entries.count < capacity, start < logits.count {
      insert(logits[start], token: firstToken + start)
      start += 1
    }
    // A later token with an equal logit ranks after, so only greater ones can enter.
    while let last = entries.last,
      let index = LogitSums.firstIndex(of: logits, from: start, greaterThan: last.logit)
    {
      insert(logits[index], token: firstToken + index)
      start = index + 1
    }
  }

  private mutating func insert(_ logit: Float, token: Int) {
    var place = entries.count
    while place > 0, entries[place - 1].logit < logit { place -= 1 }
    entries.insert((Int32(token), logit), at: place)
    if entries.count > capacity { entries.removeLast() }
  }
}
