import Foundation
internal import RunLogs

/// Where moved mass comes from: what was added up while scoring, or the lists of most likely tokens.
struct MovedMassSource {
  private let stored: MovedMass?
  private let listed: ListedMass?
  private let threshold: Double

  /// Whether every token's part is known.
  var isExact: Bool { stored != nil }

  /// Whether anything is.
  var isKnown: Bool { stored != nil || listed != nil }

  /// - Throws: `RunLogError` if the log can't be read.
  init(of pair: PairName, in table: TokenTable, at rows: TokenRows) throws {
    stored = try table.log.movedMass(of: pair)
    threshold = table.log.header.movedMassThreshold ?? 0
    listed =
      stored == nil && [pair.before, pair.after].allSatisfy(table.log.hasTopK)
      ? try ListedMass(of: pair, in: table, at: rows) : nil
  }

  /// The most that a token without an entry may have moved in a text, mean over its positions.
  ///
  /// Entries below the log's threshold aren't kept, and of a text with very many only the largest: then
  /// none of the others is larger than any that is listed.
  func unlisted(_ text: Int) -> Double {
    if let listed { return listed.unlisted[text] }
    guard let stored, case let entries = stored.entries(ofText: text), !entries.isEmpty else {
      return 0
    }
    let least = entries.reduce(Float.infinity) { min($0, stored.gained[$1] + stored.lost[$1]) }
    return min(Double(stored.dropped[text]), max(Double(least), threshold))
  }

  /// Each token that moved in a text, with sums over its positions of what it gained and lost, and of how
  /// far gained − lost may be off beside `unlisted`; negative where a list says more than that.
  func visit(
    _ text: Int, _ rows: TokenRows, _ body: (UInt32, Double, Double, Double) -> Void
  ) {
    if let stored {
      let count = Double(rows.range(of: text).count)
      for entry in stored.entries(ofText: text) {
        body(
          stored.tokens[entry], Double(stored.gained[entry]) * count,
          Double(stored.lost[entry]) * count, 0)
      }
    } else if let listed {
      for entry in listed.offsets[text]..<listed.offsets[text + 1] {
        body(
          listed.tokens[entry], Double(listed.gained[entry]), Double(listed.lost[entry]),
          listed.widths[entry])
      }
    }
  }
}

/// Moved mass from lists of most likely tokens, sums over each text's positions.
///
/// A token in one list alone has under the other model at most that list's smallest probability, and at
/// most what the list leaves: the middle is taken, half of it is the width. A token in neither has at most
/// as much under both: 0 is taken, and it may have moved by the larger of the two, either way.
private struct ListedMass {
  private(set) var offsets = [0]
  private(set) var tokens: [UInt32] = []
  private(set) var gained: [Float] = []
  private(set) var lost: [Float] = []
  /// How far each may be off, less what a token without an entry may be at the same positions.
  private(set) var widths: [Double] = []
  /// Of each text, the mean over its positions of how far a token in neither list may have moved.
  private(set) var unlisted: [Double] = []
  /// The entry of each token in the present text.
  private var places: [UInt32: Int] = [:]

  /// Tokens whose lists are in memory at once: a compressed block of the file is read once, not anew for
  /// each of its texts.
  private static let piece = 1 << 16

  /// Reads the lists of a log once, text after text.
  /// - Throws: `RunLogError` if the log can't be read.
  init(of pair: PairName, in table: TokenTable, at rows: TokenRows) throws {
    let (log, k) = (table.log, table.log.header.topK)
    var window = 0..<0
    var (before, after) = (TopK(), TopK())
    var (p, q) = ([Double](repeating: 0, count: k), [Double](repeating: 0, count: k))
    for text in 0..<table.textCount {
      let range = log.tokens(ofSequence: text)
      if range.upperBound > window.upperBound {
        let end = max(range.upperBound, min(range.lowerBound + Self.piece, log.tokenCount))
        window = range.lowerBound..<end
        before = try table.topK(of: pair.before, in: window)
        after = try table.topK(of: pair.after, in: window)
      }
      places.removeAll(keepingCapacity: true)
      var most = 0.0
      for entry in rows.range(of: text) {
        let first = (Int(rows.indices[entry]) - window.lowerBound) * k
        for place in 0..<k {
          p[place] = exp(Double(before.logProbabilities[first + place]))
          q[place] = exp(Double(after.logProbabilities[first + place]))
        }
        // Of NaN, where nobody knows what is outside the lists, `Double.minimum` takes the other. An imported
        // list may be shorter than others: it ends with probabilities of 0.
        let leastBefore = p.last { $0 > 0 } ?? 1
        let leastAfter = q.last { $0 > 0 } ?? 1
        let mostBefore = Double.minimum(leastBefore, exp(Double(before.restLogMass[first / k])))
        let mostAfter = Double.minimum(leastAfter, exp(Double(after.restLogMass[first / k])))
        let larger = max(mostBefore, mostAfter)
        most += larger
        for place in 0..<k where p[place] > 0 {
          let id = before.ids[first + place]
          let twin = (0..<k).first { after.ids[first + $0] == id }
          let width = twin == nil ? mostAfter / 2 : 0
          add(id, (twin.map { q[$0] } ?? width) - p[place], width - larger)
        }
        for place in 0..<k where q[place] > 0 {
          let id = after.ids[first + place]
          guard !(0..<k).contains(where: { before.ids[first + $0] == id }) else { continue }
          add(id, q[place] - mostBefore / 2, mostBefore / 2 - larger)
        }
      }
      offsets.append(tokens.count)
      unlisted.append(most / Double(max(rows.range(of: text).count, 1)))
    }
  }

  private mutating func add(_ id: UInt32, _ change: Double, _ width: Double) {
    let place = places[id] ?? tokens.count
    if place == tokens.count {
      places[id] = place
      tokens.append(id)
      gained.append(0)
      lost.append(0)
      widths.append(0)
    }
    if change > 0 { gained[place] += Float(change) } else { lost[place] -= Float(change) }
    widths[place] += width
  }
}
