internal import Kernels

/// What tokens gained and lost in probability at the positions of a text, listed.
package struct MovedMassList: Sendable, Equatable {
  /// Ids, ascending.
  package var tokens: [UInt32] = []
  /// Mean over the positions of max(q − p, 0), of each of them.
  package var gained: [Float] = []
  /// Mean of max(p − q, 0), of each of them.
  package var lost: [Float] = []
  /// What was averaged.
  package var positions = 0
  /// A bound on Σ (gained + lost) over all other tokens.
  package var dropped: Float = 0

  /// Of no positions.
  package init() {}
}

/// Adds up what each token of a vocabulary gains and loses in probability between two models.
///
/// Sums are exact (`LogitSums.divergences` rounds what it adds to multiples of 2⁻³⁶), so that neither the
/// order of rows nor how they are cut into parts changes a bit.
package struct MovedMassSums: Sendable {
  /// Tokens are listed whose mean gained + lost is at least this.
  package static let threshold = 1e-6

  /// Most entries of a text with so many positions: the largest are listed.
  ///
  /// Of nearly uniform distributions every token of a vocabulary would pass the threshold.
  package static func mostEntries(positions: Int) -> Int { 1_024 + 32 * positions }

  private var gained: [Double]
  private var lost: [Double]

  /// Zeros.
  /// - Parameter tokenCount: the size of the vocabulary that both models share.
  package init(tokenCount: Int) {
    gained = [Double](repeating: 0, count: tokenCount)
    lost = [Double](repeating: 0, count: tokenCount)
  }

  /// Bytes of the sums for a vocabulary.
  package static func byteCount(tokenCount: Int) -> Int { 16 * tokenCount }

  /// Adds a slice of a position's row, and returns its divergences.
  mutating func add(
    before: Span<Float>, _ beforeLogPartition: Double, after: Span<Float>,
    _ afterLogPartition: Double, firstToken: Int, _ precision: TermPrecision
  ) -> DivergenceSums {
    Self.spans(&gained, &lost) { gained, lost in
      switch precision {
      case .double:
        LogitSums.divergences(
          before: before, beforeLogPartition: beforeLogPartition, after: after,
          afterLogPartition: afterLogPartition, gained: &gained, lost: &lost, from: firstToken)
      case .single:
        SinglePrecisionSums.divergences(
          before: before, beforeLogPartition: beforeLogPartition, after: after,
          afterLogPartition: afterLogPartition, gained: &gained, lost: &lost, from: firstToken)
      }
    }
  }

  /// Two members at once can be changed only as two parameters.
  private static func spans(
    _ gained: inout [Double], _ lost: inout [Double],
    _ body: (inout MutableSpan<Double>, inout MutableSpan<Double>) -> DivergenceSums
  ) -> DivergenceSums {
    var gained = gained.mutableSpan
    var lost = lost.mutableSpan
    return body(&gained, &lost)
  }

  /// Moves another's sums here: its own are zero then.
  package mutating func take(_ other: inout MovedMassSums) {
    for token in gained.indices {
      gained[token] += other.gained[token]
      lost[token] += other.lost[token]
      (other.gained[token], other.lost[token]) = (0, 0)
    }
  }

  /// Lists a text's sums, which are zero then.
  ///
  /// - Parameter positions: how many were added.
  /// - Returns: means; nothing for no positions.
  package mutating func list(positions: Int) -> MovedMassList {
    var list = MovedMassList()
    guard positions > 0 else { return list }
    let least = Self.threshold * Double(positions)
    var kept: [(token: Int, sum: Double)] = []
    var dropped = 0.0
    for token in gained.indices {
      let sum = gained[token] + lost[token]
      if sum >= least { kept.append((token, sum)) } else { dropped += sum }
    }
    let most = Self.mostEntries(positions: positions)
    if kept.count > most {
      kept.sort { $0.sum != $1.sum ? $0.sum > $1.sum : $0.token < $1.token }
      dropped += kept[most...].reduce(0) { $0 + $1.sum }
      kept.removeLast(kept.count - most)
      kept.sort { $0.token < $1.token }
    }
    let count = Double(positions)
    list.positions = positions
    list.tokens = kept.map { UInt32($0.token) }
    list.gained = kept.map { Float(gained[$0.token] / count) }
    list.lost = kept.map { Float(lost[$0.token] / count) }
    // Each change was rounded by half a step at most.
    let bound = dropped / count + Double(gained.count - kept.count) * 0x1p-37
    list.dropped = Double(Float(bound)) < bound ? Float(bound).nextUp : Float(bound)
    for token in gained.indices { (gained[token], lost[token]) = (0, 0) }
    return list
  }
}
