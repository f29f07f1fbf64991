import Foundation

/// The operations of a decoder written so that one sees they are right: loops over Doubles.
enum Reference {
  /// input · weightᵀ.
  static func linear(
    _ input: [Float], _ weight: [Float], rows: Int, inputSize: Int, outputSize: Int
  ) -> Bounded {
    var result = Bounded()
    for row in 0..<rows {
      for output in 0..<outputSize {
        var (sum, magnitude) = (0.0, 0.0)
        for index in 0..<inputSize {
          let term =
            Double(input[row * inputSize + index]) * Double(weight[output * inputSize + index])
          sum += term
          magnitude += abs(term)
        }
        result.append(sum, within: gamma(inputSize) * magnitude)
      }
    }
    return result
  }

  /// w · x / √(mean(x²) + ε).
  ///
  /// The sum of n squares is off by γ(n) relatively, the division and ε by one rounding each; the
  /// root halves this. Root, reciprocal and two products round once more: n/2 + 5 roundings.
  static func rmsNorm(
    _ input: [Float], weight: [Float], epsilon: Float, rows: Int
  ) -> Bounded {
    let width = weight.count
    var result = Bounded()
    for row in 0..<rows {
      let values = input[row * width..<(row + 1) * width].map(Double.init)
      let meanSquare = values.reduce(0) { $0 + $1 * $1 } / Double(width)
      let root = (meanSquare + Double(epsilon)).squareRoot()
      for (value, weight) in zip(values, weight) {
        let expected = Double(weight) * value / root
        result.append(expected, within: gamma(width / 2 + 6) * abs(expected))
      }
    }
    return result
  }

  /// Rotates element i of each head with element i + half.
  ///
  /// The angle is the Float that PyTorch has: it belongs to the definition. Cosine, product and
  /// sum round once each: γ(3) of the magnitudes.
  static func rotary(
    _ heads: [Float], positions: [Int32], headCount: Int, headDimension: Int, base: Double
  ) -> Bounded {
    let half = headDimension / 2
    var result = Bounded(
      values: Array(repeating: 0, count: heads.count),
      bounds: Array(repeating: 0, count: heads.count))
    for (row, position) in positions.enumerated() {
      for head in 0..<headCount {
        let start = (row * headCount + head) * headDimension
        for index in 0..<half {
          let frequency = 1 / Float(pow(base, Double(Float(2 * index) / Float(headDimension))))
          let angle = Double(Float(position) * frequency)
          let (x, y) = (Double(heads[start + index]), Double(heads[start + half + index]))
          let (c, s) = (cos(angle), sin(angle))
          result.values[start + index] = x * c - y * s
          result.bounds[start + index] = gamma(3) * (abs(x * c) + abs(y * s))
          result.values[start + half + index] = y * c + x * s
          result.bounds[start + half + index] = gamma(3) * (abs(y * c) + abs(x * s))
        }
      }
    }
    return result
  }

  /// Relative error of the exponential in single precision, as its documentation states.
  static let exponentialError = 2.5e-7

  /// gate / (1 + e^−gate) · up.
  ///
  /// The exponential's error passes on at most whole; sum, quotient and product round once each.
  static func swiGLU(gate: [Float], up: [Float]) -> Bounded {
    var result = Bounded()
    for (gate, up) in zip(gate, up) {
      let expected = Double(gate) / (1 + exp(-Double(gate))) * Double(up)
      result.append(expected, within: (exponentialError + gamma(4)) * abs(expected))
    }
    return result
  }
}
