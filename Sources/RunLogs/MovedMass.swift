internal import HDF5

/// Moved mass of a pair, text by text: how much probability each token of the vocabulary gained and lost
/// at the text's measured response positions.
///
/// With p before and q after, a token v gained the mean over the positions of max(q_v − p_v, 0) and lost
/// that of max(p_v − q_v, 0). Over all tokens, half of gained + lost is the positions' mean total
/// variation, and gained − lost is 0; where one model has more tokens, over those that both have.
package struct MovedMass: Sendable, Equatable {
  /// `[texts + 1]`: text i has the entries `offsets[i]..<offsets[i + 1]`.
  package var offsets: [Int]
  /// `[entries]`, ids ascending within a text.
  package var tokens: [UInt32]
  /// `[entries]`, mean over the text's positions of (Δp)⁺.
  package var gained: [Float]
  /// `[entries]`, mean over the text's positions of (Δp)⁻, not negative.
  package var lost: [Float]
  /// `[texts]`, response positions that are measured under both models.
  package var positions: [Int]
  /// `[texts]`, a bound on what isn't listed: Σ (gained + lost) over the tokens without an entry.
  ///
  /// A single one of them has less than the log's threshold, or, in a text with the most entries that
  /// are kept, no more than any that is listed.
  package var dropped: [Float]

  /// Of no texts.
  package init() {
    (offsets, tokens, gained, lost, positions, dropped) = ([0], [], [], [], [], [])
  }

  /// The number of texts.
  package var textCount: Int { positions.count }

  /// The entries of one text.
  package func entries(ofText index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// Appends a text.
  ///
  /// - Parameters:
  ///   - tokens: ids, ascending.
  ///   - gained: as many.
  ///   - lost: as many.
  ///   - positions: measured response positions.
  ///   - dropped: a bound on what isn't listed.
  package mutating func append(
    tokens: [UInt32], gained: [Float], lost: [Float], positions: Int, dropped: Float
  ) {
    precondition(
      tokens.count == gained.count && tokens.count == lost.count,
      "moved mass: \(tokens.count) tokens, \(gained.count) gained, \(lost.count) lost")
    self.tokens += tokens
    self.gained += gained
    self.lost += lost
    self.positions.append(positions)
    self.dropped.append(dropped)
    offsets.append(self.tokens.count)
  }

  /// Whether it is of so many texts, all arrays of fitting lengths.
  func holds(texts: Int) -> Bool {
    positions.count == texts && dropped.count == texts && offsets.count == texts + 1
      && offsets.first == 0 && offsets.last == tokens.count && gained.count == tokens.count
      && lost.count == tokens.count
  }
}

extension TokenLog {
  /// How much probability a pair's tokens gained and lost, text by text.
  ///
  /// - Parameter pair: the pair.
  /// - Returns: nil in a log without it, as before schema 2.1 and of `score --no-moved-mass`.
  /// - Throws: `RunLogError`: `.missingPair`, `.damaged`, `.unreadable`.
  package func movedMass(of pair: PairName) throws(RunLogError) -> MovedMass? {
    try checkPair(pair)
    guard header.movedMassThreshold != nil else { return nil }
    var moved = MovedMass()
    moved.offsets = try movedOffsets(of: pair)
    let count = moved.offsets.last ?? 0
    moved.tokens = try readMoved(.token, of: pair, rows: count, as: UInt32.self)
    moved.gained = try readMoved(.gained, of: pair, rows: count, as: Float.self)
    moved.lost = try readMoved(.lost, of: pair, rows: count, as: Float.self)
    let positions = try readMoved(.positions, of: pair, rows: sequenceCount, as: Int64.self)
    moved.positions = positions.map { Int($0) }
    moved.dropped = try readMoved(.dropped, of: pair, rows: sequenceCount, as: Float.self)
    try check(moved, of: pair)
    return moved
  }

  /// Refuses what no log has: every number of moved mass is one.
  private func check(_ moved: MovedMass, of pair: PairName) throws(RunLogError) {
    for (column, values) in [
      (MovedMassColumn.gained, moved.gained), (.lost, moved.lost), (.dropped, moved.dropped),
    ] {
      if let row = values.firstIndex(where: \.isNaN) {
        throw damaged(column, pair, "is not a number in row \(row)")
      }
    }
    for text in 0..<moved.textCount {
      let ids = moved.tokens[moved.entries(ofText: text)]
      guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw damaged(.token, pair, "doesn't ascend within text \(text)")
      }
      guard moved.positions[text] <= tokens(ofSequence: text).count else {
        throw damaged(.positions, pair, "is more than text \(text) has tokens")
      }
      guard moved.positions[text] > 0 || ids.isEmpty else {
        throw damaged(.positions, pair, "is 0 in text \(text), which has entries")
      }
    }
  }

  func damaged(
    _ column: MovedMassColumn, _ pair: PairName, _ what: String
  ) -> RunLogError {
    RunLogError(
      .damaged, path,
      "\(column.description.path(of: pair.description)) \(what): the file is damaged, or was written by "
        + "another tool: make it again")
  }

  func readMoved<Scalar: HDF5Scalar>(
    _ column: MovedMassColumn, of pair: PairName, rows: Int, in range: Range<Int>? = nil,
    as type: Scalar.Type
  ) throws(RunLogError) -> [Scalar] {
    let description = column.description
    let name = description.path(of: pair.description)
    let values = try translating { () throws(HDF5Error) -> [Scalar]? in
      let dataset = try file.root.dataset(name)
      guard try dataset.shape() == [rows] else { return nil }
      // Only pieces profit from the chunk cache.
      defer { if range == nil { try? dataset.release() } }
      return try dataset.read(as: Scalar.self, rows: range)
    }
    guard let values else { throw damaged(column, pair, "doesn't have \(rows) rows") }
    let sizes = [pair.before, pair.after].compactMap { name in
      header.models.first { $0.name == name }?.vocabularySize
    }
    try description.check(
      values, path, name, firstRow: range?.lowerBound ?? 0,
      within: column == .token ? sizes.min() : nil)
    return values
  }
}
