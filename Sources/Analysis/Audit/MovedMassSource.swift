import Foundation
internal import RunLogs

/// Where moved mass comes from: what was added up while scoring, or the lists of most likely tokens.
struct MovedMassSource {
  private let pair: PairName
  private let table: TokenTable
  private let stored: MovedMass?

  /// Whether every token's part is known.
  var isExact: Bool { stored != nil }

  /// - Throws: `RunLogError` if the log can't be read.
  init(of pair: PairName, in table: TokenTable) throws {
    (self.pair, self.table) = (pair, table)
    stored = try table.log.movedMass(of: pair)
  }

  /// Whether there is anything to be read.
  var isKnown: Bool { isExact || table.log.header.topK > 0 }

  /// The most that a token without an entry may have moved in a text, mean over its positions; 0 where
  /// lists of most likely tokens are all there is, whose widths say more.
  ///
  /// Entries below the log's threshold aren't kept, and of a text with very many only the largest: then
  /// none of the others is larger than any that is listed.
  func unlisted(_ text: Int) -> Double {
    guard let stored, case let entries = stored.entries(ofText: text), !entries.isEmpty else {
      return 0
    }
    let threshold = table.log.header.movedMassThreshold ?? 0
    let least = entries.reduce(Float.infinity) { min($0, stored.gained[$1] + stored.lost[$1]) }
    let dropped = Double(stored.dropped[text])
    return min(dropped, max(Double(least), threshold))
  }

  /// Each token that moved in a text, with sums over its positions of what it gained and lost, and of
  /// how far gained − lost may be off.
  ///
  /// - Throws: `RunLogError` if the log can't be read.
  func visit(
    _ text: Int, _ rows: TokenRows, _ body: (UInt32, Double, Double, Double) -> Void
  ) throws {
    guard let stored else { return try visitLists(text, rows, body) }
    let count = Double(rows.range(of: text).count)
    for entry in stored.offsets[text]..<stored.offsets[text + 1] {
      body(
        stored.tokens[entry], Double(stored.gained[entry]) * count,
        Double(stored.lost[entry]) * count, 0)
    }
  }

  /// A token in one list alone has at most the other list's smallest probability, and at most what
  /// that list leaves: its middle is taken.
  private func visitLists(
    _ text: Int, _ rows: TokenRows, _ body: (UInt32, Double, Double, Double) -> Void
  ) throws {
    let range = table.log.tokens(ofSequence: text)
    let k = table.log.header.topK
    let before = try table.log.topK(of: pair.before, in: range)
    let after = try table.log.topK(of: pair.after, in: range)
    for entry in rows.range(of: text) {
      let first = (Int(rows.indices[entry]) - range.lowerBound) * k
      let (p, q) = (List(before, first, k), List(after, first, k))
      for place in 0..<k where p.probabilities[place] > 0 {
        let known = q.probability(of: p.ids[place])
        let half = known == nil ? q.most / 2 : 0
        let change = (known ?? half) - p.probabilities[place]
        body(p.ids[place], max(change, 0), max(-change, 0), half)
      }
      for place in 0..<k where q.probabilities[place] > 0 && p.probability(of: q.ids[place]) == nil
      {
        let half = p.most / 2
        let change = q.probabilities[place] - half
        body(q.ids[place], max(change, 0), max(-change, 0), half)
      }
    }
  }

  private struct List {
    let ids: ArraySlice<UInt32>
    let probabilities: [Double]
    /// The most that a token outside can have.
    let most: Double

    init(_ top: TopK, _ first: Int, _ count: Int) {
      // From 0 on.
      ids = ArraySlice(Array(top.ids[first..<first + count]))
      probabilities = top.logProbabilities[first..<first + count].map { exp(Double($0)) }
      most = min(probabilities.last ?? 1, exp(Double(top.restLogMass[first / count])))
    }

    func probability(of id: UInt32) -> Double? {
      ids.firstIndex(of: id).map { probabilities[$0] }
    }
  }
}
