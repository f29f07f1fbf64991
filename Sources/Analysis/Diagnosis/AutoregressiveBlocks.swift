import Foundation
internal import Tasks

/// Block means of AR(1) series, x' = φx + √(1 − φ²)e with deviation 1, drawn without their steps.
///
/// The sum over n steps and the last step are normal given the step before them; with J = 1 − φⁿ and
/// Q = 1 − φ²ⁿ
///
///     last = φⁿx + e₁                       Var e₁ = Q
///     sum  = φJ/(1 − φ) x + e₂              Var e₂ = (1 + φ)/(1 − φ) (n − 2φJ/(1 − φ) + φ²Q/(1 − φ²))
///                                     Cov(e₁, e₂) = (1 + φ) (J/(1 − φ) − φQ/(1 − φ²))
///
/// so that a run of 100,000 steps costs no more than one of 100.
struct AutoregressiveBlocks {
  /// Some steps in a row.
  private struct Stretch {
    /// The block they count for; nil for none.
    let block: Int?
    private let lastWeight: Double
    private let sumWeight: Double
    private let lastDeviation: Double
    /// The part of the sum's deviation that goes with the last step's, and the rest.
    private let sharedDeviation: Double
    private let ownDeviation: Double

    init(steps count: Int, coefficient phi: Double, block: Int?) {
      let n = Double(count)
      let (power, rest) = (pow(phi, n), 1 - phi)
      let (j, q) = (1 - power, 1 - power * power)
      lastWeight = power
      sumWeight = phi * j / rest
      lastDeviation = q.squareRoot()
      let variance =
        (1 + phi) / rest * (n - 2 * phi * j / rest + phi * phi * q / (1 - phi * phi))
      let covariance = (1 + phi) * (j / rest - phi * q / (1 - phi * phi))
      sharedDeviation = covariance / lastDeviation
      ownDeviation = max(variance - sharedDeviation * sharedDeviation, 0).squareRoot()
      self.block = block
    }

    /// The sum; moves on to the last step.
    func sum(after state: inout Double, _ draws: (Double, Double)) -> Double {
      let sum = sumWeight * state + sharedDeviation * draws.0 + ownDeviation * draws.1
      state = lastWeight * state + lastDeviation * draws.0
      return sum
    }
  }

  private let stretches: [Stretch]
  private let blockCount: Int
  private let width: Int
  private let seed: UInt64
  private let stream: UInt64

  /// - Parameters:
  ///   - count: steps of a series, at least `BlockMeans.leastSteps`.
  ///   - coefficient: φ, in (0, 1).
  ///   - seed: of the draws.
  init(steps count: Int, coefficient: Double, seed: UInt64) {
    let width = BlockMeans.width(ofSteps: count)
    let remainder = count % width
    func stretch(_ count: Int, _ block: Int?) -> Stretch {
      Stretch(steps: count, coefficient: coefficient, block: block)
    }
    // The first step stands alone: it is what a fall from the start is measured from.
    var stretches = [stretch(1, remainder == 0 ? 0 : nil)]
    if remainder == 0 { stretches.append(stretch(width - 1, 0)) }
    if remainder > 1 { stretches.append(stretch(remainder - 1, nil)) }
    let firstWhole = remainder == 0 ? 1 : 0
    for block in firstWhole..<count / width { stretches.append(stretch(width, block)) }
    self.stretches = stretches
    self.width = width
    self.seed = seed
    blockCount = count / width
    stream = UInt64(count) * 100 + UInt64((coefficient * 100).rounded())
  }

  /// One series: its first step, and its blocks' means in the place of what was in `means`.
  func draw(_ index: Int, into means: inout [Double]) -> Double {
    var generator = CounterGenerator(seed: seed, stream: stream, index: UInt64(index))
    means.removeAll(keepingCapacity: true)
    means.append(contentsOf: repeatElement(0, count: blockCount))
    var state = generator.normals().0
    var first = 0.0
    for (place, stretch) in stretches.enumerated() {
      let sum = stretch.sum(after: &state, generator.normals())
      if place == 0 { first = sum }
      if let block = stretch.block { means[block] += sum / Double(width) }
    }
    return first
  }
}

extension CounterGenerator {
  /// Two independent standard normal numbers (Box and Muller).
  fileprivate mutating func normals() -> (Double, Double) {
    // 1 − u is never 0.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }
}
