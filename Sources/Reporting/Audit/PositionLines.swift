package import Analysis
internal import Foundation
package import RunLogs

/// Every position's verdicts as JSON lines, text by text, for other programs.
package struct PositionLines {
  private let verdicts: PositionVerdicts
  private let table: TokenTable
  private let margins: [PositionMeasure: Double]
  private let pair: PairName

  /// Reads a pair.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - margins: of each measure.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    of pair: PairName, in table: TokenTable, margins: [PositionMeasure: Double]
  ) throws {
    verdicts = try PositionVerdicts(of: pair, in: table)
    (self.pair, self.table, self.margins) = (pair, table, margins)
  }

  /// The lines of a text's response, one for each of its tokens; those not measured have no verdicts.
  ///
  /// - Parameter text: its place in the log.
  /// - Returns: JSON objects with a line end after each; empty of an empty response.
  /// - Throws: `RunLogError` if the log can't be read.
  package func lines(ofText text: Int) throws -> String {
    let range = table.log.tokens(ofSequence: text)
    let ids = try table.tokenIDs(in: range)
    let isResponse = try table.isResponse(in: range)
    let head =
      "{\"text\":\(Self.quoted(table.texts.ids[text]))"
      + ",\"author\":\(Self.quoted(table.texts.source(of: text)))"
      + ",\"pair\":\(Self.quoted(pair.description))"
    var lines = ""
    for place in table.texts.responseStarts[
      text]..<max(range.count, table.texts.responseStarts[text])
    where isResponse[place] {
      let row = range.lowerBound + place
      lines += head + ",\"place\":\(place - table.texts.responseStarts[text])"
      lines += ",\"token\":\(ids[place]),\"piece\":"
      lines += Self.quoted(TokenText.flowing(table.log.tokenBytes(ids[place]), id: ids[place]))
      for measure in PositionMeasure.allCases { lines += member(measure, at: row) }
      lines += "}\n"
    }
    return lines
  }

  private func member(_ measure: PositionMeasure, at row: Int) -> String {
    let column = verdicts[measure]
    let margin = margins.margin(measure)
    guard let verdict = verdicts.verdict(measure, at: row, margin: margin) else {
      return ",\"\(measure.rawValue)\":null"
    }
    let (value, half) = (column.values[row], column.halfWidths[row])
    if column.basis == .bounded {
      let (low, high) = verdicts.ends(measure, at: row)
      return ",\"\(measure.rawValue)\":{\"lower\":\(Self.number(Float(low))),"
        + "\"upper\":\(Self.number(Float(high))),\"verdict\":\"\(verdict.rawValue)\"}"
    }
    // A half-width is on the measure's scale: of a divergence on its root's.
    return ",\"\(measure.rawValue)\":{\"value\":\(Self.number(value)),"
      + "\"halfWidth\":\(Self.number(half)),\"verdict\":\"\(verdict.rawValue)\"}"
  }

  private static func number(_ value: Float) -> String { value.isFinite ? "\(value)" : "null" }

  private static func quoted(_ text: String) -> String { TextNumbers.quoted(text) }
}
