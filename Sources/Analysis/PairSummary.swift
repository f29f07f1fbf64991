import Foundation
public import RunLogs

/// What changed between two models over a selection of tokens, without any claim about noise.
public struct PairSummary: Sendable, Equatable, Codable {
  /// `before:after`.
  public let pair: String
  /// Which tokens.
  public let selection: TokenSelection
  /// Whose texts; nil for all.
  public let source: String?
  /// Measured positions.
  public let positionCount: Int
  /// Selected positions without statistics.
  public let unmeasuredCount: Int
  /// Texts with a measured position.
  public let sequenceCount: Int
  /// Each column's summary, by its name in the log; empty if nothing was measured.
  public let columns: [String: ColumnSummary]
  /// Probability of tokens that only one of both models has; nil if both have the same.
  public let bucketMass: ColumnSummary?
  /// Share of positions whose Jensen-Shannon divergence exceeds 0.1 nats; NaN if nothing was measured.
  public let shareAboveTenth: Double
  /// Share of positions where the most likely token is another one.
  public let topTokenChangedShare: Double

  /// Reads and summarises a pair.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init(
    of pair: PairName, in log: TokenLog, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    self.init(
      of: try PairReading(pair, in: log),
      at: try MeasuredPositions(
        of: log, selection: selection, source: source, models: [pair.before, pair.after]),
      selection: selection, source: source)
  }

  /// Summarises a pair over the texts of each of some sources, reading its columns once.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - log: an open log.
  ///   - sources: who wrote the texts.
  ///   - selection: prompts, responses or both.
  /// - Returns: one summary for each source, in order.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public static func bySource(
    of pair: PairName, in log: TokenLog, sources: [String],
    selection: TokenSelection = .response
  ) throws -> [PairSummary] {
    let reading = try PairReading(pair, in: log)
    return try sources.map { source in
      PairSummary(
        of: reading,
        at: try MeasuredPositions(
          of: log, selection: selection, source: source, models: [pair.before, pair.after]),
        selection: selection, source: source)
    }
  }

  private init(
    of reading: PairReading, at positions: MeasuredPositions, selection: TokenSelection,
    source: String?
  ) {
    pair = reading.pair.description
    self.selection = selection
    self.source = source
    positionCount = positions.count
    unmeasuredCount = positions.unmeasuredCount
    sequenceCount = positions.sequenceCount
    columns = reading.columns.compactMapValues { column in
      ColumnSummary(positions.values(of: column), sequences: positions.sequences)
    }
    // e^−∞ = 0, so that a mean exists; the column is of logs.
    bucketMass =
      reading.bucket.contains { $0 > -.infinity }
      ? ColumnSummary(
        positions.values(of: reading.bucket).map { exp($0) }, sequences: positions.sequences) : nil
    let divergences = reading.columns[PairColumn.jensenShannonDivergence.rawValue] ?? []
    // Compared as doubles: 0.1 is another number in single precision.
    shareAboveTenth = Self.share(
      positions.indices.count { Double(divergences[$0]) > 0.1 }, of: positions.count)
    topTokenChangedShare = Self.share(
      positions.indices.count { reading.topBefore[$0] != reading.topAfter[$0] },
      of: positions.count)
  }

  /// One column's summary.
  public subscript(column: PairColumn) -> ColumnSummary? { columns[column.rawValue] }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? .nan : Double(part) / Double(whole)
  }
}

/// The columns of a log that a pair's summary is made of.
private struct PairReading {
  let pair: PairName
  /// By name in the log.
  let columns: [String: [Float]]
  let bucket: [Float]
  let topBefore: [UInt32]
  let topAfter: [UInt32]

  init(_ pair: PairName, in log: TokenLog) throws {
    self.pair = pair
    columns = Dictionary(
      uniqueKeysWithValues: try PairColumn.allCases.filter { $0 != .bucketLogMass }.map { column in
        (column.rawValue, try log.floats(column, of: pair))
      })
    bucket = try log.floats(.bucketLogMass, of: pair)
    topBefore = try log.integers(.topToken, of: pair.before)
    topAfter = try log.integers(.topToken, of: pair.after)
  }
}

/// What one model says about a selection of tokens.
public struct ModelSummary: Sendable, Equatable, Codable {
  /// The model's name.
  public let model: String
  /// Whose texts; nil for all.
  public let source: String?
  /// Measured positions.
  public let positionCount: Int
  /// Log-probability of the token that occurs, nats; nil if nothing was measured.
  public let logProbability: ColumnSummary?
  /// Entropy, nats.
  public let entropy: ColumnSummary?
  /// Share of positions whose token is the model's most likely one.
  public let topTokenShare: Double
  /// e^(−mean log-probability).
  public let perplexity: Double

  /// Reads and summarises a model.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  public init(
    of model: String, in log: TokenLog, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let positions = try MeasuredPositions(
      of: log, selection: selection, source: source, models: [model])
    self.model = model
    self.source = source
    positionCount = positions.count
    logProbability = ColumnSummary(
      positions.values(of: try log.floats(.logProbability, of: model)),
      sequences: positions.sequences)
    entropy = ColumnSummary(
      positions.values(of: try log.floats(.entropy, of: model)), sequences: positions.sequences)
    let ranks = try log.integers(.rank, of: model)
    topTokenShare =
      positions.count == 0
      ? .nan : Double(positions.indices.count { ranks[$0] == 1 }) / Double(positions.count)
    perplexity = logProbability.map { exp(-$0.mean) } ?? .nan
  }
}
