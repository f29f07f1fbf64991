import Foundation
import Kernels

/// Forward operations from Doubles to Doubles, as plain as can be, for central differences.
enum DoubleForward {
  static func linear(_ x: [Double], _ w: [Double], inputSize: Int) -> [Double] {
    let (rows, outputs) = (x.count / inputSize, w.count / inputSize)
    return (0..<rows).flatMap { row in
      (0..<outputs).map { output in
        (0..<inputSize).reduce(0) { $0 + x[row * inputSize + $1] * w[output * inputSize + $1] }
      }
    }
  }

  static func rmsNorm(_ x: [Double], _ w: [Double], epsilon: Double) -> [Double] {
    let width = w.count
    return (0..<x.count / width).flatMap { row in
      let values = x[row * width..<(row + 1) * width]
      let root = (values.reduce(0) { $0 + $1 * $1 } / Double(width) + epsilon).squareRoot()
      return zip(values, w).map { $0 * $1 / root }
    }
  }

  static func swiGLU(_ gate: [Double], _ up: [Double]) -> [Double] {
    zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
  }

  static func attention(
    _ q: [Double], _ k: [Double], _ v: [Double], _ sequences: [Range<Int>],
    _ heads: CausalAttention.Heads
  ) -> [Double] {
    let (width, sharing) = (heads.dimension, heads.queryCount / heads.keyValueCount)
    var output = [Double](repeating: 0, count: q.count)
    for sequence in sequences {
      for row in sequence {
        for head in 0..<heads.queryCount {
          let query = (row * heads.queryCount + head) * width
          let seen = Array(sequence.lowerBound...row)
          func start(_ other: Int) -> Int { (other * heads.keyValueCount + head / sharing) * width }
          let scores = seen.map { other in
            (0..<width).reduce(0) { $0 + q[query + $1] * k[start(other) + $1] }
              / Double(width).squareRoot()
          }
          let largest = scores.max() ?? 0
          let weights = scores.map { exp($0 - largest) }
          let sum = weights.reduce(0, +)
          for (weight, other) in zip(weights, seen) {
            for element in 0..<width {
              output[query + element] += weight / sum * v[start(other) + element]
            }
          }
        }
      }
    }
    return output
  }

  /// Log-softmax of one row.
  static func logSoftmax(_ z: [Double]) -> [Double] {
    let largest = z.max() ?? 0
    let partition = largest + log(z.reduce(0) { $0 + exp($1 - largest) })
    return z.map { $0 - partition }
  }
}

extension Array where Element == Double {
  /// Σ self · other.
  func dot(_ other: [Double]) -> Double { zip(self, other).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// dL/dx by central differences in Double.
///
/// With step h the error is h²/6 of the third derivative, and rounding, 1e-16 |L| / h. At h = 1e-5
/// and values and derivatives near 1 both stay below 1e-9 or so: nothing beside single precision.
func centralDifferences(_ x: [Double], _ loss: ([Double]) -> Double) -> [Double] {
  let step = 1e-5
  return x.indices.map { index in
    var (above, below) = (x, x)
    above[index] += step
    below[index] -= step
    return (loss(above) - loss(below)) / (2 * step)
  }
}
