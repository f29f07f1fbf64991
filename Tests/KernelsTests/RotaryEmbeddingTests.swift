import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct RotaryEmbeddingTests {
  static let shapes = [
    (rows: 0, heads: 1, dimension: 4), (1, 1, 2), (7, 3, 6), (64, 2, 16), (65, 1, 64), (130, 5, 2),
  ]

  @Test(arguments: shapes, [10_000, 1_000_000] as [Double])
  func `each pair of elements is turned by its angle`(
    shape: (rows: Int, heads: Int, dimension: Int), base: Double
  ) {
    var random = SeededGenerator(seed: 7)
    let input = random.normals(shape.rows * shape.heads * shape.dimension)
    let positions = (0..<shape.rows).map { _ in Int32.random(in: 0..<400, using: &random) }
    let output = rotated(
      input, positions, heads: shape.heads, dimension: shape.dimension, base: base)
    expectWithin(
      output,
      Reference.rotary(
        input, positions: positions, headCount: shape.heads, headDimension: shape.dimension,
        base: base))
  }

  @Test func `position 0 is left as it is`() {
    var random = SeededGenerator(seed: 8)
    let input = random.normals(3 * 10)
    // cos 0 = 1 and sin 0 = 0: x·1 − y·0 is x.
    #expect(
      rotated(input, [0, 0, 0], heads: 1, dimension: 10, base: 10_000) == input)
  }

  @Test func `the second pair of four turns a hundredth of an angle per position`() {
    // base^(−2/4) = 1/100; position 100 turns the first pair by 100 and the second by 1 radian.
    let output = rotated([1, 1, 0, 0], [100], heads: 1, dimension: 4, base: 10_000)
    // The angle 1 is itself rounded: 1/Float(100)·100, so two roundings more than the rotation's.
    for (value, expected) in zip(output, [cos(100.0), cos(1.0), sin(100.0), sin(1.0)]) {
      expectClose(Double(value), expected, absolute: gamma(5))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a query's product with a key depends on their distance alone`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let dimension = 8
    let (query, key) = (random.normals(dimension), random.normals(dimension))
    func product(_ queryPosition: Int32, _ keyPosition: Int32) -> Double {
      let both = rotated(
        query + key, [queryPosition, keyPosition], heads: 1, dimension: dimension, base: 100)
      return zip(both[..<dimension], both[dimension...]).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
    }
    let norms = [query, key].map { vector in
      vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    // Angles below 64 are rounded by up to 64·u twice (frequency and product), four of them take
    // part; each moves the product by at most |q||k|. The rotations add γ(3) each.
    let bound = norms[0] * norms[1] * (4 * 64 * 2 * unitRoundoff + 2 * 2 * gamma(3))
    expectClose(product(60, 47), product(13, 0), absolute: bound)
  }

  @Test func `a part of a head is rotated and the rest left alone`() {
    var random = SeededGenerator(seed: 9)
    let (rows, heads, width, part) = (5, 3, 10, 6)
    let input = random.normals(rows * heads * width)
    let positions = (0..<rows).map { Int32($0 * 3) }
    let table = RotaryEmbedding.Table(positionCount: 20, headDimension: part, base: 100)
    var output = input
    var span = output.mutableSpan
    RotaryEmbedding.apply(
      to: &span, positions: positions.span, headCount: heads, headDimension: width, table: table)
    for head in 0..<rows * heads {
      let start = head * width
      let turned = rotated(
        Array(input[start..<start + part]), [positions[head / heads]], heads: 1, dimension: part,
        base: 100)
      #expect(Array(output[start..<start + part]) == turned)
      #expect(output[start + part..<start + width] == input[start + part..<start + width])
    }
  }

  @Test func `a section has its own frequencies and magnitude`() {
    let table = RotaryEmbedding.Table([
      .init(positionCount: 4, frequencies: [1, 0.1]),
      .init(positionCount: 3, frequencies: [0.5, 0.25], magnitude: 2),
    ])
    #expect(table.positionCount == 7 && table.angleCount == 2)
    // Position 2 of the second section.
    var output: [Float] = [1, 1, 0, 0]
    var span = output.mutableSpan
    RotaryEmbedding.apply(to: &span, positions: ([6] as [Int32]).span, headCount: 1, table: table)
    let expected = [2 * cos(1.0), 2 * cos(0.5), 2 * sin(1.0), 2 * sin(0.5)]
    for (value, expected) in zip(output, expected) {
      expectClose(Double(value), expected, absolute: 2 * gamma(3))
    }
  }

  private func rotated(
    _ input: [Float], _ positions: [Int32], heads: Int, dimension: Int, base: Double
  ) -> [Float] {
    let table = RotaryEmbedding.Table(
      positionCount: 1 + Int(positions.max() ?? 0), headDimension: dimension, base: base)
    #expect(table.angleCount == dimension / 2)
    var output = input
    var span = output.mutableSpan
    RotaryEmbedding.apply(to: &span, positions: positions.span, headCount: heads, table: table)
    return output
  }
}
