import Foundation
internal import RunLogs

/// How far one model's numbers move at each token when its logits have independent errors of
/// deviation 1: with deviation σ they move by σ times that.
struct PositionScales {
  /// Of log p_y: s² = (1 − p_y)² + Σ_{v ≠ y} p_v².
  private(set) var logProbability: [Float]
  /// Of the entropy: u² = Σ p_v² (log p_v + H)².
  private(set) var entropy: [Float]
  /// Σ p_v², from which the scale of √JS is made.
  private(set) var collision: [Float]

  /// Tokens whose lists of most likely tokens are in memory at once.
  private static let piece = 1 << 16

  /// Reads a model's most likely tokens; sums over the vocabulary are over these.
  ///
  /// A log without such lists gives bounds instead: Σ_{v ≠ y} p_v² ≤ (1 − p_y)², u² ≤ the varentropy,
  /// and ½ for Σ p_v², where its scale is largest.
  ///
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  init(of model: String, in table: TokenTable) throws {
    let logs = try table.values(.logProbability, of: model)
    let entropies = try table.values(.entropy, of: model)
    var logProbability = [Float](repeating: .nan, count: logs.count)
    var (entropy, collision) = (logProbability, logProbability)
    let topCount = table.log.header.topK
    if topCount == 0 {
      let varentropies = try table.values(.varentropy, of: model)
      for row in logs.indices {
        logProbability[row] = Float(-expm1(Double(logs[row])) * 2.0.squareRoot())
        entropy[row] = varentropies[row].squareRoot()
        collision[row] = logs[row].isNaN ? .nan : 0.5
      }
    }
    for start in stride(from: 0, to: topCount == 0 ? 0 : logs.count, by: Self.piece) {
      let range = start..<min(start + Self.piece, logs.count)
      let top = try table.topK(of: model, in: range)
      let ids = try table.tokenIDs(in: range)
      for row in range where !logs[row].isNaN {
        let first = (row - start) * topCount
        let h = Double(entropies[row])
        var (squares, others, slopes) = (0.0, 0.0, 0.0)
        for place in first..<first + topCount {
          let log = Double(top.logProbabilities[place])
          guard log > -.infinity else { continue }
          let square = exp(2 * log)
          squares += square
          slopes += square * (log + h) * (log + h)
          if top.ids[place] != ids[row - start] { others += square }
        }
        let rest = -expm1(Double(logs[row]))
        logProbability[row] = Float((rest * rest + others).squareRoot())
        entropy[row] = Float(slopes.squareRoot())
        collision[row] = Float(squares)
      }
    }
    (self.logProbability, self.entropy, self.collision) = (logProbability, entropy, collision)
  }
}

/// How far each measure of a pair moves per unit of σ, from both models' scales.
package enum PairScale {
  /// Nothing moves by less: where a model is sure, other errors are what is left.
  package static let least = 1e-8

  /// Of Δ log p or ΔH: the root of the sum of squares.
  package static func difference(_ before: Double, _ after: Double) -> Double {
    max(hypot(before, after), least)
  }

  /// Of √JS: √(c(1 − c)), c the mean of both models' Σ p², in [0, 1 − 1e-7].
  package static func divergence(_ before: Double, _ after: Double) -> Double {
    let c = min(max((before + after) / 2, 0), 1 - 1e-7)
    return max((c * (1 - c)).squareRoot(), least)
  }
}
