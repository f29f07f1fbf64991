import Foundation
import Kernels

extension Reference {
  /// Relative error of tanh in single precision, as its documentation states.
  static let tanhError = 3e-7

  /// softmax(cap(s q kᵀ)) v over what the window holds, position by position and head by head.
  static func attention(
    queries: [Float], keys: [Float], values: [Float], sequences: [Range<Int>],
    heads: CausalAttention.Heads, settings: CausalAttention.Settings? = nil
  ) -> Bounded {
    let settings = settings ?? CausalAttention.Settings(heads)
    let width = heads.dimension
    let sharing = heads.queryCount / heads.keyValueCount
    func vector(_ source: [Float], row: Int, head: Int, of count: Int) -> [Double] {
      let start = (row * count + head) * width
      return source[start..<start + width].map(Double.init)
    }
    var result = Bounded()
    for sequence in sequences {
      for row in sequence {
        for head in 0..<heads.queryCount {
          let first = settings.window.map { row + 1 - $0 } ?? sequence.lowerBound
          let seen = max(first, sequence.lowerBound)...row
          let query = vector(queries, row: row, head: head, of: heads.queryCount)
          append(
            query: query,
            keys: seen.map { vector(keys, row: $0, head: head / sharing, of: heads.keyValueCount) },
            values: seen.map {
              vector(values, row: $0, head: head / sharing, of: heads.keyValueCount)
            }, settings, to: &result)
        }
      }
    }
    return result
  }

  /// One position of one head.
  ///
  /// A score is off by γ(d + 2) · s Σ|q||k| (the scale and its product are two more roundings), a
  /// capped one, as the cap's slope is at most 1, by that, the error of tanh and two roundings; and
  /// its distance to the largest by one rounding: D in all. A weight is then off by e^2D − 1, as
  /// numerator and denominator may err in opposite directions, by twice the exponential's own
  /// error, and by γ(n + 3) for the sum and its reciprocal; the product with the values by γ(n).
  private static func append(
    query: [Double], keys: [[Double]], values: [[Double]],
    _ settings: CausalAttention.Settings, to result: inout Bounded
  ) {
    let scale = Double(settings.scale)
    var scores = keys.map { key in zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } * scale }
    let magnitudes = keys.map { key in
      zip(query, key).reduce(0) { $0 + abs($1.0 * $1.1) } * scale
    }
    var capError = 0.0
    if let cap = settings.softCap.map(Double.init) {
      scores = scores.map { cap * tanh($0 / cap) }
      capError = (tanhError + 2 * unitRoundoff) * (scores.map(abs).max() ?? 0)
    }
    let largest = scores.max() ?? 0
    let weights = scores.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    let distance = largest - (scores.min() ?? 0)
    let scoreError =
      gamma(query.count + 2) * (magnitudes.max() ?? 0) + capError + unitRoundoff * distance
    let weightError =
      expm1(2 * scoreError) + 2 * exponentialError + gamma(keys.count + 3) + gamma(keys.count)
    for element in query.indices {
      let terms = zip(weights, values).map { $0 / sum * $1[element] }
      result.append(
        terms.reduce(0, +), within: weightError * terms.reduce(0) { $0 + abs($1) })
    }
  }
}
