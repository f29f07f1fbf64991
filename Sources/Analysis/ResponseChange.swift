import Foundation
public import RunLogs

/// One token of a text under a pair of models.
public struct PositionChange: Sendable, Equatable, Encodable {
  /// The token's id.
  public let token: UInt32
  /// Its bytes, nil if the log has no tokenizer.
  public let bytes: TokenBytes?
  /// Whether it counts as one of the response.
  public let isResponse: Bool
  /// Probability before; NaN if not measured, as all that follow.
  public let probabilityBefore: Double
  /// Probability after.
  public let probabilityAfter: Double
  /// Jensen-Shannon divergence at its position, nats.
  public let divergence: Double
  /// Change of entropy at its position, nats.
  public let entropyChange: Double

  /// Probability after − before.
  public var probabilityChange: Double { probabilityAfter - probabilityBefore }
}

/// All tokens of one text under a pair of models.
public struct ResponseChange: Sendable, Equatable, Encodable {
  /// The text's id.
  public let id: String
  /// Who wrote it.
  public let source: String
  /// `before:after`.
  public let pair: String
  /// Prompt and response.
  public let positions: [PositionChange]
  /// Where among them the response starts.
  public let responseStart: Int

  /// The prompt's tokens.
  public var prompt: ArraySlice<PositionChange> { positions[..<responseStart] }
  /// The response's tokens, those among them that its mask leaves out.
  public var response: ArraySlice<PositionChange> { positions[responseStart...] }

  /// Reads one text.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init(ofSequence sequence: Int, pair: PairName, in log: TokenLog) throws {
    let range = log.tokens(ofSequence: sequence)
    let ids = try log.tokenIDs(in: range)
    let isResponse = try log.isResponse(in: range)
    let before = try log.floats(.logProbability, of: pair.before, in: range)
    let after = try log.floats(.logProbability, of: pair.after, in: range)
    let divergence = try log.floats(.jensenShannonDivergence, of: pair, in: range)
    let entropy = try log.floats(.entropyChange, of: pair, in: range)
    id = try log.strings(.id)[sequence]
    source = try log.strings(.source)[sequence]
    responseStart = try log.responseStarts()[sequence]
    self.pair = pair.description
    positions = ids.indices.map { index in
      PositionChange(
        token: ids[index], bytes: log.tokenBytes(ids[index]).map(TokenBytes.init),
        isResponse: isResponse[index],
        probabilityBefore: exp(Double(before[index])),
        probabilityAfter: exp(Double(after[index])), divergence: Double(divergence[index]),
        entropyChange: Double(entropy[index]))
    }
  }
}

/// Which texts a report shows as an example.
public struct ChosenResponses: Sendable {
  /// One text for each source, in the order of the sources.
  public let sequences: [Int]
  /// Sources beyond the largest, which have none.
  public let omittedSourceCount: Int

  /// More examples than this nobody reads, and each is a figure to be drawn.
  public static let mostSources = 12

  /// Chooses, for each source, a typical response rather than a striking one.
  ///
  /// It is the one with the middle mean divergence among those of `minimumTokens` to `maximumTokens`
  /// measured tokens. Where none has such a length, all are candidates.
  ///
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init(
    from log: TokenLog, pair: PairName, minimumTokens: Int = 16, maximumTokens: Int = 90
  ) throws {
    let positions = try MeasuredPositions(of: log, models: [pair.before, pair.after])
    let divergence = try log.floats(.jensenShannonDivergence, of: pair)
    let sources = try log.strings(.source)
    var totals: [Int: (sum: Double, count: Int)] = [:]
    for (index, sequence) in zip(positions.indices, positions.sequences) {
      let old = totals[sequence] ?? (0, 0)
      totals[sequence] = (old.sum + Double(divergence[index]), old.count + 1)
    }
    let largest = try log.largestSources(Self.mostSources)
    omittedSourceCount = largest.omittedCount
    sequences = largest.sources.compactMap { source in
      let all = totals.filter { sources[$0.key] == source }
      let fitting = all.filter { (minimumTokens...maximumTokens).contains($0.value.count) }
      let ranked = (fitting.isEmpty ? all : fitting).sorted { a, b in
        let (x, y) = (
          a.value.sum / Double(a.value.count), b.value.sum / Double(b.value.count)
        )
        return x == y ? a.key < b.key : x < y
      }
      return ranked.isEmpty ? nil : ranked[ranked.count / 2].key
    }
  }
}
