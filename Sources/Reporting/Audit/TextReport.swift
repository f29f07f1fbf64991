package import Analysis
internal import RunLogs

/// One text under a pair of models, token by token with verdicts, for programs.
///
/// Data/Schemas/audit-text.schema.json is its schema.
package struct TextReport: Sendable, Encodable {
  /// What a measure's verdicts are at, and rest on.
  struct Measure: Sendable, Encodable {
    let margin: Double
    let basis: PositionVerdicts.Basis
    let basisSentence: String
  }

  /// What is known of one measure at a token.
  struct Change: Sendable, Encodable {
    /// The exact one where the log has it; NaN of one that is only known between two ends.
    var value = Double.nan
    /// On the measure's scale: of a divergence of its root; NaN as the value.
    var halfWidth = Double.nan
    /// The ends, in the measure's unit, infinite where nothing is known; nil of one that has a value.
    var lower: Double?
    var upper: Double?
    let verdict: Verdict

    /// - Parameters:
    ///   - verdicts: of all texts.
    ///   - measure: of what.
    ///   - row: the token's in the log.
    ///   - verdict: at the measure's margin.
    init(_ verdicts: PositionVerdicts, _ measure: PositionMeasure, row: Int, _ verdict: Verdict) {
      let column = verdicts[measure]
      self.verdict = verdict
      if column.basis == .bounded {
        let ends = verdicts.ends(measure, at: row)
        (lower, upper) = (ends.low, ends.high)
      } else {
        (value, halfWidth) = (Double(column.values[row]), Double(column.halfWidths[row]))
      }
    }
  }

  /// One token.
  struct Position: Sendable, Encodable {
    let token: UInt32
    let bytes: TokenBytes?
    let isResponse: Bool
    let probabilityBefore: Double
    let probabilityAfter: Double
    let divergence: Double
    let entropyChange: Double
    /// By measure; empty where not measured.
    let changes: [String: Change]
  }

  private let id: String
  private let source: String
  private let pair: String
  private let responseStart: Int
  private let measures: [String: Measure]
  private let positions: [Position]

  /// Reads one text.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - verdicts: of its pair.
  ///   - table: that the verdicts were read from.
  ///   - margins: of verdicts; a measure's own where it isn't named.
  /// - Throws: `RunLogError` if the log can't be read.
  package init(
    ofText text: Int, _ verdicts: PositionVerdicts, in table: TokenTable,
    margins: [PositionMeasure: Double] = [:]
  ) throws {
    let change = try ResponseChange(
      ofText: text, pair: verdicts.pair, in: table, isWhole: false)
    let first = table.log.tokens(ofSequence: text).lowerBound
    let own = TextVerdicts(ofText: text, verdicts, in: table)
    (id, source, pair) = (change.id, change.source, change.pair)
    responseStart = change.responseStart
    measures = Dictionary(
      uniqueKeysWithValues: PositionMeasure.allCases.map { measure in
        (
          measure.rawValue,
          Measure(
            margin: margins.margin(measure), basis: verdicts[measure].basis,
            basisSentence: BasisWords.sentence(verdicts, measure))
        )
      })
    let known = PositionMeasure.allCases.map { measure in
      (measure, own[measure].verdicts(margin: margins.margin(measure)))
    }
    positions = change.positions.enumerated().map { place, position in
      var changes: [String: Change] = [:]
      for (measure, judged) in known {
        changes[measure.rawValue] = judged[place].map {
          Change(verdicts, measure, row: first + place, $0)
        }
      }
      func value(_ measure: PositionMeasure) -> Double {
        changes[measure.rawValue]?.value ?? .nan
      }
      return Position(
        token: position.token, bytes: position.bytes, isResponse: position.isResponse,
        probabilityBefore: position.probabilityBefore, probabilityAfter: position.probabilityAfter,
        divergence: value(.divergence), entropyChange: value(.entropy), changes: changes)
    }
  }
}
