internal import Kernels
import Synchronization
internal import TokenStatistics

/// Collects what tokens gained and lost, text by text, while segments of rows are worked on in parallel.
///
/// A segment, some rows of one text, adds up in sums of its own, which then go into the text's. Sums are
/// exact: no bit depends on which segment comes first.
final class MovedMassCollector: Sendable {
  /// One for each pair.
  typealias Sums = [MovedMassSums]

  private struct State {
    /// Zeros that nobody uses.
    var free: [Sums] = []
    /// Sums of texts of which segments are still to come, and of how many they are.
    var open: [Int: (sums: Sums, segments: Int)] = [:]
    /// `[pairs][texts]`.
    var lists: [[MovedMassList]]
  }

  /// Segments of rows that count, of each text.
  private let segmentCounts: [Int]
  /// `[pairs][texts]`: rows that count.
  private let positions: [[Int]]
  /// Tokens that both models of each pair have.
  private let vocabularies: [Int]
  private let state: Mutex<State>

  /// Bytes of all sums at most, as far as two segments at once fit.
  static let mostBytes = 192 << 20

  /// How many segments may be worked on at once for the sums to stay within bounds: each has sums of its
  /// own, and as many texts may wait for more of their segments, and one that goes on in the next block.
  static func segmentsAtOnce(vocabularies: [Int]) -> Int {
    max(mostBytes / byteCount(vocabularies) / 2 - 1, 1)
  }

  /// Bytes of the sums that `threads` threads use at most.
  static func mostByteCount(vocabularies: [Int], threads: Int) -> Int {
    (2 * min(threads, segmentsAtOnce(vocabularies: vocabularies)) + 1) * byteCount(vocabularies)
  }

  private static func byteCount(_ vocabularies: [Int]) -> Int {
    max(vocabularies.reduce(0) { $0 + MovedMassSums.byteCount(tokenCount: $1) }, 1)
  }

  /// - Parameters:
  ///   - segmentCounts: segments of rows that count, of each text.
  ///   - positions: `[pairs][texts]`, rows that count.
  ///   - vocabularies: tokens that both models of each pair have.
  init(segmentCounts: [Int], positions: [[Int]], vocabularies: [Int]) {
    (self.segmentCounts, self.positions) = (segmentCounts, positions)
    self.vocabularies = vocabularies
    let none = segmentCounts.map { _ in MovedMassList() }
    state = Mutex(State(lists: positions.map { _ in none }))
  }

  /// How many segments may be worked on at once.
  var segmentsAtOnce: Int { Self.segmentsAtOnce(vocabularies: vocabularies) }

  /// `[pairs][texts]`, when all segments are there.
  var lists: [[MovedMassList]] { state.withLock { $0.lists } }

  /// Zeros for a segment.
  func take() -> Sums {
    state.withLock { $0.free.popLast() }
      ?? vocabularies.map { MovedMassSums(tokenCount: $0) }
  }

  /// Adds a segment's sums to its text's; the last segment makes the text's list.
  func add(_ sums: consuming Sums, ofText text: Int) {
    var (sums, segments) = (sums, 1)
    // What takes time happens without the lock, on sums that nobody else has meanwhile.
    while segments < segmentCounts[text] {
      let found = state.withLock { state -> (sums: Sums, segments: Int)? in
        if let other = state.open.removeValue(forKey: text) { return other }
        state.open[text] = (sums, segments)
        return nil
      }
      guard var found else { return }
      for pair in sums.indices { sums[pair].take(&found.sums[pair]) }
      segments += found.segments
      state.withLock { $0.free.append(found.sums) }
    }
    var lists: [MovedMassList] = []
    for pair in sums.indices { lists.append(sums[pair].list(positions: positions[pair][text])) }
    state.withLock { state in
      state.free.append(sums)
      for (pair, list) in lists.enumerated() { state.lists[pair][text] = list }
    }
  }
}
