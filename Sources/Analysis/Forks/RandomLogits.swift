import Foundation
internal import RunLogs
internal import StatisticalInference
internal import Tasks

/// Which positions would change if a model's logits changed at random: the null that an overlap of changed
/// and high-entropy positions is held against.
///
/// A small change δ of logits has the Jensen-Shannon divergence Var_p(δ)/8, the variance of δ over the
/// next-token distribution p. Where p is spread out any δ changes it, where p is sure of a token none does:
/// so changes that know nothing of forks fall on them nevertheless. δ is an independent standard normal
/// number for each token of the stored list and one for all others together; its size doesn't matter,
/// since as many positions are called changed as really did.
package struct RandomLogits: Sendable {
  /// Var_p(δ) of each draw, by the token's row in the log; NaN where not measured.
  private let variances: [[Float]]

  /// Draws at each position.
  package static let mostDraws = 50
  /// Of long logs fewer draws give the same: so many positions and draws are enough for an error of the
  /// null's overlap below 0.0002 if a tenth of the positions changed.
  private static let enoughDraws = 8_000_000
  /// Tokens whose lists of most likely tokens are in memory at once.
  private static let piece = 1 << 16
  /// Of the generator; the draws at a row of the log are the same whatever else is asked for.
  private static let seed: UInt64 = 2_026

  /// Draws at every measured response token of a model; nil for a log without its most likely tokens.
  ///
  /// - Parameters:
  ///   - model: the one before.
  ///   - table: of an open log.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  package init?(of model: String, in table: TokenTable) throws {
    let topCount = table.log.header.topK
    guard topCount > 0, table.log.hasTopK(of: model) else { return nil }
    let rows = try table.rows(TokenFilter(models: [model]))
    let positions = rows.map { $0 }
    let draws = max(4, min(Self.mostDraws, Self.enoughDraws / max(positions.count, 1)))
    let nothing = [Float](repeating: .nan, count: try table.tokenIDs().count)
    var variances = [[Float]](repeating: nothing, count: draws)
    var place = 0
    for start in stride(from: 0, to: nothing.count, by: Self.piece) {
      let range = start..<min(start + Self.piece, nothing.count)
      guard place < positions.count, positions[place] < range.upperBound else { continue }
      let top = try table.topK(of: model, in: range)
      while place < positions.count, positions[place] < range.upperBound {
        let row = positions[place]
        place += 1
        let first = (row - start) * topCount
        let listed = top.logProbabilities[first..<first + topCount].map { exp(Double($0)) }
        let rest = exp(Double(top.restLogMass[row - start]))
        // A list of another program may not know what it leaves out.
        let others = rest.isFinite ? rest : max(1 - listed.reduce(0, +), 0)
        var normals = Normals(
          CounterGenerator(seed: Self.seed, stream: 0, index: UInt64(row)))
        for draw in 0..<draws {
          variances[draw][row] = Float(Self.variance(listed, others: others, &normals))
        }
      }
    }
    self.variances = variances
  }

  /// Σ p δ² − (Σ p δ)², as a sum of squares of differences from one of the values.
  private static func variance(
    _ listed: [Double], others: Double, _ normals: inout Normals
  ) -> Double {
    // Around the first token's δ, the most likely one's, nothing large cancels.
    let first = normals.next()
    var (mean, square) = (0.0, 0.0)
    for p in listed.dropFirst() {
      let difference = normals.next() - first
      mean += p * difference
      square += p * difference * difference
    }
    let difference = normals.next() - first
    mean += others * difference
    square += others * difference * difference
    return max(square - mean * mean, 0)
  }

  /// The probability that each position is among the share that changes most.
  ///
  /// - Parameters:
  ///   - rows: of one author's texts, measured under the model.
  ///   - share: of them, in [0, 1]; for each draw the threshold is that quantile of its variances.
  /// - Returns: one for each row, a multiple of 1/draws.
  package func probabilities(at rows: [Int], share: Double) -> [Double] {
    var counts = [Double](repeating: 0, count: rows.count)
    for draw in variances {
      let values = rows.map { Double(draw[$0]) }
      let threshold = SortedValues.quantile(1 - share, of: values.sorted())
      for index in values.indices where values[index] >= threshold { counts[index] += 1 }
    }
    return counts.map { $0 / Double(variances.count) }
  }
}

/// Standard normal numbers in pairs, by Box and Muller.
private struct Normals {
  private var generator: CounterGenerator
  private var spare: Double?

  init(_ generator: CounterGenerator) { self.generator = generator }

  mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    let radius = (-2 * log(1 - generator.uniform())).squareRoot()
    let angle = 2 * Double.pi * generator.uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
