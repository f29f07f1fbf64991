internal import Analysis
public import Foundation
public import Plotting
public import RunLogs

/// The figures of a token log, made from its columns alone.
public struct FigureSet: Sendable {
  /// A figure and the name of its files.
  public struct Entry: Sendable {
    /// File name without extension.
    public let name: String
    /// The figure.
    public let figure: Figure
  }

  /// In the order of a report.
  public let entries: [Entry]

  /// Makes all figures of a log.
  ///
  /// - Parameters:
  ///   - log: a token log with at least one pair.
  ///   - pairs: nil for all of the log's.
  ///   - responses: texts for token heat maps, as indices of sequences; nil for one typical
  ///     response of each source.
  /// - Throws: `RunLogError`, or `FigureError` if nothing was measured.
  public init(
    of log: TokenLog, pairs: [PairName]? = nil, responses: [Int]? = nil
  ) throws {
    let columns = try PairColumnsOfResponses(log: log, pairs: pairs ?? log.header.pairs)
    var entries = [
      Entry(
        name: "probability-change",
        figure: try ProbabilityChangeHistogram.figure(
          columns.pairs.map { .init(pair: $0.name, changes: $0.probabilityChange) })),
      Entry(
        name: "divergence-survival",
        figure: try DivergenceSurvival.figure(
          columns.pairs.map { .init(pair: $0.name, divergences: $0.divergence) })),
      Entry(
        name: "entropy-before-after",
        figure: try EntropyBeforeAfter.figure(
          columns.pairs.map {
            .init(pair: $0.name, before: $0.entropyBefore, after: $0.entropyAfter)
          }
        )),
      Entry(
        name: "change-by-position",
        figure: try ChangeByPosition.figure(
          columns.pairs.map {
            .init(
              pair: $0.name, divergences: $0.divergence,
              logProbabilityChanges: $0.logProbabilityChange)
          }, lengths: columns.lengths)),
    ]
    let shown = Self.heatMapPairs(pairs ?? log.header.pairs)
    let chosen =
      try responses ?? shown.first.map { try ChosenResponses(from: log, pair: $0).sequences }
    for sequence in chosen ?? [] {
      let map = try Self.heatMap(of: sequence, pairs: shown, in: log)
      // Ids that differ only in characters a file name can't have.
      let isTaken = entries.contains { $0.name == map.name }
      entries.append(isTaken ? Entry(name: "\(map.name)-\(sequence)", figure: map.figure) : map)
    }
    self.entries = entries
  }

  /// Draws every figure into a folder, which is made if it isn't there.
  /// - Throws: `PlottingError`.
  public func write(to folder: URL) throws -> [FigureFiles] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try entries.map { try $0.figure.write(named: $0.name, to: folder) }
  }

  /// Two panels stand side by side: the first two pairs that start at the same model.
  private static func heatMapPairs(_ pairs: [PairName]) -> [PairName] {
    guard let first = pairs.first else { return [] }
    return Array(pairs.filter { $0.before == first.before }.prefix(2))
  }

  private static func heatMap(
    of sequence: Int, pairs: [PairName], in log: TokenLog
  ) throws -> Entry {
    let changes = try pairs.map { try ResponseChange(ofSequence: sequence, pair: $0, in: log) }
    let responses = changes.map(\.response)
    let id = changes.first?.id ?? ""
    let figure = try TokenHeatMap.figure(
      response: id,
      tokens: (responses.first ?? []).map { $0.bytes?.values ?? Array("#\($0.token)".utf8) },
      zip(pairs, responses).map { pair, positions in
        .init(
          pair: PairLabel(before: pair.before, after: pair.after),
          changes: positions.map { $0.isResponse ? Float($0.probabilityChange) : .nan })
      })
    return Entry(name: "tokens-" + Self.fileName(id), figure: figure)
  }

  /// An id as part of a file name on any system.
  static func fileName(_ id: String) -> String {
    String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
  }
}

/// The response columns that figures need, measured or NaN, in the log's order.
private struct PairColumnsOfResponses {
  struct Pair {
    let name: PairLabel
    let probabilityChange: [Float]
    let logProbabilityChange: [Float]
    let divergence: [Float]
    let entropyBefore: [Float]
    let entropyAfter: [Float]
  }

  let pairs: [Pair]
  /// Response tokens of each text.
  let lengths: [Int]

  init(log: TokenLog, pairs: [PairName]) throws {
    let mask = try log.isResponse()
    let places = mask.indices.filter { mask[$0] }
    lengths = (0..<log.sequenceCount).map { sequence in
      log.tokens(ofSequence: sequence).count { mask[$0] }
    }
    func responses(_ column: [Float]) -> [Float] { places.map { column[$0] } }
    self.pairs = try pairs.map { pair in
      Pair(
        name: PairLabel(before: pair.before, after: pair.after),
        probabilityChange: responses(try log.floats(.probabilityChange, of: pair)),
        logProbabilityChange: responses(try log.floats(.logProbabilityChange, of: pair)),
        divergence: responses(try log.floats(.jensenShannonDivergence, of: pair)),
        entropyBefore: responses(try log.floats(.entropy, of: pair.before)),
        entropyAfter: responses(try log.floats(.entropy, of: pair.after)))
    }
  }
}
