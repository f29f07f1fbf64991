internal import Analysis
public import Files
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
  /// Sources of which no text is drawn: only the largest have a token heat map.
  public private(set) var omittedSourceCount = 0

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
    let typical =
      try responses == nil ? shown.first.map { try ChosenResponses(from: log, pair: $0) } : nil
    omittedSourceCount = typical?.omittedSourceCount ?? 0
    var known: Set<Int> = []
    let chosen = (responses ?? typical?.sequences ?? []).filter { known.insert($0).inserted }
    let maps = try chosen.map { sequence in
      (sequence, try Self.heatMap(of: sequence, pairs: shown, in: log))
    }
    let names = TextFigureName.names(ofTexts: maps.map(\.1.id))
    for ((sequence, map), name) in zip(maps, names) {
      // Two texts may have one id.
      let isTaken = entries.contains { $0.name == name }
      entries.append(Entry(name: isTaken ? "\(name)-\(sequence)" : name, figure: map.figure))
    }
    self.entries = entries
  }

  /// Refuses to draw into a folder where a figure's file would go over what isn't to be replaced.
  /// - Throws: `DestinationError`.
  public func check(folder: URL, sparing spared: SparedFiles) throws {
    for entry in entries {
      for file in FigureFiles(name: entry.name, in: folder).all {
        try spared.check(file.relativePath, companions: [])
      }
    }
  }

  /// Draws every figure into a folder, which is made if it isn't there.
  /// - Throws: `PlottingError`, and `DestinationError` before anything is drawn.
  public func write(
    to folder: URL, sparing spared: SparedFiles = SparedFiles()
  ) throws -> [FigureFiles] {
    try check(folder: folder, sparing: spared)
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
  ) throws -> (id: String, figure: Figure) {
    let changes = try pairs.map { try ResponseChange(ofSequence: sequence, pair: $0, in: log) }
    let responses = changes.map(\.response)
    let id = changes.first?.id ?? ""
    let figure = try TokenHeatMap.figure(
      response: VisibleText.shortened(id, to: 80),
      tokens: (responses.first ?? []).map { $0.bytes?.values ?? Array("#\($0.token)".utf8) },
      zip(pairs, responses).map { pair, positions in
        .init(
          pair: PairLabel(before: pair.before, after: pair.after),
          changes: positions.map { $0.isResponse ? Float($0.probabilityChange) : .nan })
      })
    return (id, figure)
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
