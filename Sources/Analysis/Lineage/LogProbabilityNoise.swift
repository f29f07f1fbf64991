import Foundation
internal import RunLogs
internal import StatisticalInference

/// One model's log-probabilities of the tokens that occur, and how far rounding moved each.
///
/// Independent errors of the logits with deviation σ move log p_y by σ·s (`PositionScales`).
struct LogProbabilityNoise {
  /// Where σ comes from.
  enum Basis: Int, Comparable {
    /// All in 32 bits: no noise that would count.
    case exact
    /// Learned where both precisions are known.
    case learned
    /// Nothing to learn from: as large as a precision's errors are at most.
    case assumed

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// By the token's row in the log, nats: those of 32 bits where the log has them.
  let values: [Float]
  /// σ²s² of each, nats²; 0 where known in 32 bits, and empty if all are.
  let variances: [Double]
  let basis: Basis

  /// Of bfloat16, or an unknown precision, and of half precision.
  private static let assumedDeviation = (bfloat: 0.1, half: 0.01)

  /// Reads a model.
  /// - Throws: `RunLogError` if the log lacks it or can't be read.
  init(of model: String, in table: TokenTable) throws {
    let values = try table.values(.logProbability, of: model)
    let record = table.log.header.models.first { $0.name == model }
    guard record?.computeType != PositionVerdicts.exactType else {
      (self.values, variances, basis) = (values, [], .exact)
      return
    }
    let replicate =
      record?.replicateType == PositionVerdicts.exactType
      ? try table.log.replicate(of: model)?.logProbability : nil
    let scales = try PositionScales(of: model, in: table).logProbability.map {
      max(Double($0), PairScale.least)
    }
    let rows = try table.rows(TokenFilter(models: [model]))
    // E/S of the positions that have both, by author.
    var ratios = [[Double]](repeating: [], count: table.texts.sources.count)
    if let replicate {
      rows.visit { row, text, _ in
        guard replicate[row].isFinite else { return }
        ratios[Int(table.texts.sourceOf[text])].append(
          (Double(values[row]) - Double(replicate[row])) / scales[row])
      }
    }
    let assumed =
      record?.computeType == "F16" ? Self.assumedDeviation.half : Self.assumedDeviation.bfloat
    let all = ratios.joined().map { $0 }
    let isLearned = all.count >= Calibration.fewest
    func meanSquare(_ values: [Double]) -> Double {
      CompensatedSum.of(values) { $0 * $0 } / Double(values.count)
    }
    let pooled = isLearned ? meanSquare(all) : assumed * assumed
    let squares = ratios.map {
      isLearned && $0.count >= Calibration.fewestOfAuthor ? meanSquare($0) : pooled
    }
    var exact = values
    var variances = [Double](repeating: 0, count: values.count)
    var isAssumed = false
    for text in 0..<table.textCount {
      let square = squares[Int(table.texts.sourceOf[text])]
      for row in table.log.tokens(ofSequence: text) where values[row].isFinite {
        if let replicate, replicate[row].isFinite {
          exact[row] = replicate[row]
        } else {
          variances[row] = square * scales[row] * scales[row]
          if !isLearned { isAssumed = true }
        }
      }
    }
    self.values = exact
    self.variances = variances
    basis = isAssumed ? .assumed : .learned
  }

  /// nats².
  func variance(_ row: Int) -> Double { variances.isEmpty ? 0 : variances[row] }
}
