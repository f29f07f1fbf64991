import Analysis
import ArgumentParser
import Foundation
import RunLogs

/// Whether half-widths of position verdicts hold what they say, on any machine and model: the same texts,
/// scored with products in 32 bits and in a reduced precision.
///
/// 4,000 positions of the prompts with even places calibrate, all of those with odd places test. Wrong
/// verdicts at a margin are those whose interval is entirely on one side of the truth, so the share of
/// such is the error rate at |Δ| = m for every m. It is asked in each bin of log p × entropy: a rule that
/// is right on average can be wrong wherever models are sure.
struct BoundaryCheck {
  private let exact: TokenTable
  private let reduced: TokenTable
  /// Of each row of the logs.
  private let authors: [Int32]
  private let prompts: [Int32]

  private static let calibrationCount = 4_000

  /// - Throws: `ValidationError` where the logs aren't of the same texts, or of these precisions.
  init(exact exactPath: String, reduced reducedPath: String) throws {
    exact = try TokenTable(TokenLog(path: exactPath))
    reduced = try TokenTable(TokenLog(path: reducedPath))
    if let other = exact.log.header.models.first(where: { $0.computeType != "F32" }) {
      throw ValidationError(
        "\(exactPath): \(other.name) wasn't computed in 32 bits; score it with --compute f32")
    }
    if reduced.log.header.models.allSatisfy({ $0.computeType == "F32" }) {
      throw ValidationError("\(reducedPath): computed in 32 bits; score with --compute bf16")
    }
    guard exact.texts.ids == reduced.texts.ids, try exact.tokenIDs() == reduced.tokenIDs(),
      try exact.isResponse() == reduced.isResponse()
    else {
      throw ValidationError("\(reducedPath): other texts than \(exactPath); score the same file")
    }
    var authors = [Int32](repeating: 0, count: reduced.log.tokenCount)
    var prompts = authors
    let texts = reduced.texts
    for text in 0..<reduced.textCount {
      for row in reduced.log.tokens(ofSequence: text) {
        authors[row] = texts.sourceOf[text]
        prompts[row] = texts.promptRanks[Int(texts.prompts[text])]
      }
    }
    (self.authors, self.prompts) = (authors, prompts)
  }

  /// What to print, and whether no bin fails.
  func result() throws -> (lines: [String], holds: Bool) {
    var (lines, holds): ([String], Bool) = ([], true)
    for pair in reduced.log.header.pairs {
      for measure in PositionMeasure.allCases {
        let part = try self.part(pair, measure)
        lines += part.lines
        holds = holds && part.holds
      }
    }
    lines.append(holds ? "no bin fails" : "a bin fails")
    return (lines, holds)
  }

  private func part(
    _ pair: PairName, _ measure: PositionMeasure
  ) throws -> (lines: [String], holds: Bool) {
    let rows = try reduced.rows(of: pair).map { $0 }
    guard try exact.rows(of: pair).map({ $0 }) == rows else {
      throw ValidationError("\(exact.log.path): measured other tokens of \(pair); score anew")
    }
    let columns = try self.columns(pair, measure)
    let even = rows.filter { prompts[$0] % 2 == 0 }
    let positions = Self.evenlySpaced(Self.calibrationCount, of: even)
    guard
      let calibration = Calibration(
        columns.calibration, authorCount: reduced.texts.sources.count, positions: positions)
    else {
      throw ValidationError(
        "\(reduced.log.path): \(pair) has \(positions.count) positions that calibrate, of"
          + " \(Calibration.fewest); take more texts")
    }
    let half = columns.value.indices.map { calibration.halfWidth(columns.calibration, at: $0) }
    let bins = BoundaryBins(columns, prompts: prompts, test: rows.filter { prompts[$0] % 2 == 1 })
    let worst = bins.worst(half)
    let errors = positions.map { abs(columns.calibration.errors[$0]) }.sorted()
    let band = errors[
      min(Int((Calibration.level * Double(errors.count + 1)).rounded(.up)), errors.count) - 1]
    let mutants = [
      ("h × 0.6", half.map { 0.6 * $0 }), ("h / √2", half.map { $0 / 2.0.squareRoot() }),
      ("one band", half.map { _ in band }),
    ].map { name, half in "\(name) \(bins.worst(half).text)" }
    let head =
      "\(pair) \(measure.rawValue), \(bins.test.count) positions: worst of \(worst.bins) bins"
      + " \(worst.text), coverage \(Self.percent(bins.coverage(half))), σ"
      + String(format: " %.4f", calibration.deviation)
      + "; wrong rules: " + mutants.joined(separator: ", ")
    let margins = Self.margins(measure).map { margin in
      let (undecidable, power) = bins.decisions(measure, half, margin: margin)
      return String(format: "  m = %.4g", margin)
        + ": undecidable outside [m/2, 2m] \(Self.percent(undecidable)),"
        + " called changed from 2m on \(Self.percent(power))"
    }
    return ([head] + margins, worst.failing == 0)
  }

  /// Values and errors of one measure by row, on its scale.
  private func columns(_ pair: PairName, _ measure: PositionMeasure) throws -> BoundaryColumns {
    func values(_ table: TokenTable) throws -> [Double] {
      try table.values(measure.column, of: pair).map { measure.onScale(Double($0)) }
    }
    func both(
      _ table: TokenTable, _ column: ModelColumn, _ choice: (Float, Float) -> Float
    ) throws -> [Float] {
      zip(
        try table.values(column, of: pair.before), try table.values(column, of: pair.after)
      ).map { choice($0, $1) }
    }
    let (value, truth) = (try values(reduced), try values(exact))
    let scales = try PositionVerdicts(of: pair, in: reduced, measures: [measure])[measure].scales
    return BoundaryColumns(
      value: value, exact: truth,
      exactLog: try both(exact, .logProbability) { min($0, $1) },
      exactEntropy: try both(exact, .entropy) { max($0, $1) },
      calibration: CalibrationColumns(
        scales: scales.map(Double.init), errors: zip(value, truth).map { $0 - $1 },
        authors: authors,
        logProbabilities: try both(reduced, .logProbability) { min($0, $1) },
        entropies: try both(reduced, .entropy) { max($0, $1) }))
  }

  /// As NumPy's linspace: step times index, the last end exact.
  private static func evenlySpaced(_ count: Int, of rows: [Int]) -> [Int] {
    guard rows.count > count else { return rows }
    let step = Double(rows.count - 1) / Double(count - 1)
    return (0..<count).map { rows[$0 == count - 1 ? rows.count - 1 : Int(Double($0) * step)] }
  }

  private static func margins(_ measure: PositionMeasure) -> [Double] {
    measure == .logProbability ? [0.01, 0.03, 0.1] : measure.margins
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
