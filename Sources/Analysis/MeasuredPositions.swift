public import RunLogs

/// Which tokens a table is over.
public enum TokenSelection: String, Sendable, CaseIterable, Codable {
  /// Tokens of responses: what a model wrote.
  case response
  /// Tokens of prompts; those that a response's mask leaves out are neither's.
  case prompt
  /// Both.
  case all
}

/// The measured tokens of a log that a table is over, in the log's order.
public struct MeasuredPositions: Sendable {
  /// Places in the log's flat columns.
  public let indices: [Int]
  /// For each of `indices`, the text it belongs to.
  public let sequences: [Int]
  /// Selected tokens without statistics: first tokens, those behind the end of a context, tokens that
  /// a model lacks.
  public let unmeasuredCount: Int
  /// Texts with at least one measured token among these.
  public let sequenceCount: Int

  /// Selects tokens.
  ///
  /// - Parameters:
  ///   - log: an open log.
  ///   - selection: prompts, responses or both.
  ///   - source: only texts written by this one; nil for all.
  ///   - models: measured under these; nil for all of the log.
  /// - Throws: `RunLogError` if the log can't be read.
  public init(
    of log: TokenLog, selection: TokenSelection = .response, source: String? = nil,
    models: [String]? = nil
  ) throws {
    let mask = try log.isResponse()
    let starts = selection == .prompt ? try log.responseStarts() : []
    var isMeasured = try log.unmeasured().map { $0 == .measured }
    if let first = models?.first, isMeasured.contains(false) {
      isMeasured = try log.unmeasured(of: first).map { $0 == .measured }
      for model in models?.dropFirst() ?? [] {
        for (index, reason) in try log.unmeasured(of: model).enumerated()
        where reason != .measured {
          isMeasured[index] = false
        }
      }
    }
    let sources = try log.strings(.source)
    var indices: [Int] = []
    var sequences: [Int] = []
    var unmeasuredCount = 0
    var sequenceCount = 0
    for sequence in 0..<log.sequenceCount {
      if let source, sources[sequence] != source { continue }
      let before = indices.count
      let tokens = log.tokens(ofSequence: sequence)
      let selected = selection == .prompt ? tokens.prefix(starts[sequence]) : tokens
      for token in selected where selection != .response || mask[token] {
        if isMeasured[token] {
          indices.append(token)
          sequences.append(sequence)
        } else {
          unmeasuredCount += 1
        }
      }
      sequenceCount += indices.count > before ? 1 : 0
    }
    self.indices = indices
    self.sequences = sequences
    self.unmeasuredCount = unmeasuredCount
    self.sequenceCount = sequenceCount
  }

  /// Number of measured tokens.
  public var count: Int { indices.count }

  /// The values of a flat column at these positions.
  public func values(of column: [Float]) -> [Double] { indices.map { Double(column[$0]) } }
}
