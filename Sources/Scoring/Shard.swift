/// One of several parts of a file of texts that are scored apart, say on several machines.
///
/// Parts are cut where batches of the whole file begin. A batch is packed the same whoever scores it,
/// so the merged log has the bits of a single run.
package struct Shard: Sendable, Equatable {
  /// Which part, from 1.
  package let index: Int
  /// Of how many.
  package let count: Int

  /// A part; nil unless 1 ≤ index ≤ count.
  package init?(index: Int, count: Int) {
    guard count >= 1, (1...count).contains(index) else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// The batches of this part: about the same number of tokens for each part, none left out, none
  /// twice; empty if there are fewer batches than parts.
  ///
  /// Part i has the batches whose middle token lies in its share `(i - 1)/n ..< i/n` of all tokens.
  func batches(of survey: TextSurvey) -> Range<Int> {
    // In a file without tokens every batch counts as one.
    let sizes = survey.batches.map { max($0.counts.tokenCount, 1) }
    let total = sizes.reduce(0, +)
    var bounds = (sizes.count, sizes.count)
    var before = 0
    for (batch, size) in sizes.enumerated() {
      // Twice the middle token: whole numbers, so that all parts cut at one place.
      let middle = 2 * before + size
      if middle * count >= 2 * total * (index - 1) { bounds.0 = min(bounds.0, batch) }
      if middle * count >= 2 * total * index { bounds.1 = min(bounds.1, batch) }
      before += size
    }
    return bounds.0..<bounds.1
  }
}
