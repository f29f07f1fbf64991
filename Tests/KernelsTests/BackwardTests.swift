import Foundation
import Kernels
import TestSupport
import Testing

/// Backward passes against central differences of plain forward passes in Double.
///
/// Bound of all of them: a gradient is a sum of products of a few dozen factors near 1, each rounded
/// in single precision: within 1e-5 of the gradient's norm, 170 roundings. A wrong sign, factor or
/// index is off by a share near 1.
@Suite struct BackwardTests {
  static let allowed = 1e-5

  static func expectGradient(
    _ actual: [Float], _ expected: [Double], _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    let distance = zip(actual, expected).reduce(0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
    }.squareRoot()
    let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(norm > 0 || expected.isEmpty, sourceLocation: sourceLocation)
    #expect(
      distance <= allowed * norm, "\(name): off by \(distance / norm)",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 4), (9, 8, 17)], [1, 2] as [UInt64])
  func `linear layer and bias`(size: (rows: Int, input: Int, output: Int), seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let x = random.normals(size.rows * size.input)
    let w = random.normals(size.output * size.input)
    let dy = random.normals(size.rows * size.output)
    let loss = { (x: [Double], w: [Double]) in
      DoubleForward.linear(x, w, inputSize: size.input).dot(dy.map(Double.init))
    }
    let (xs, ws) = (x.map(Double.init), w.map(Double.init))
    var (dx, dw, db) = (
      [Float](repeating: .nan, count: x.count), [Float](repeating: 1, count: w.count),
      [Float](repeating: 1, count: size.output)
    )
    mutate(&dx) {
      MatrixMultiply.linearInputGradient(
        dy.span, weight: w.span, rows: size.rows, inputSize: size.input, outputSize: size.output,
        into: &$0)
    }
    mutate(&dw) {
      MatrixMultiply.linearWeightGradient(
        dy.span, input: x.span, rows: size.rows, inputSize: size.input, outputSize: size.output,
        into: &$0)
    }
    mutate(&db) { Bias.backward(dy.span, rows: size.rows, into: &$0) }
    Self.expectGradient(dx, centralDifferences(xs) { loss($0, ws) }, "input")
    // Parameters' gradients accumulate: 1 was there.
    Self.expectGradient(dw, centralDifferences(ws) { loss(xs, $0) }.map { $0 + 1 }, "weight")
    let columns = (0..<size.output).map { column in
      (0..<size.rows).reduce(1.0) { $0 + Double(dy[$1 * size.output + column]) }
    }
    Self.expectGradient(db, columns, "bias")
  }

  /// Rows cut into pieces, and tiles of the output: sums that central differences can't reach.
  @Test(arguments: [(2100, 30, 20), (600, 9, 300), (1030, 800, 5)])
  func `weight gradients of many rows are sums over rows`(
    size: (rows: Int, input: Int, output: Int)
  ) {
    var random = SeededGenerator(seed: 5)
    let x = random.normals(size.rows * size.input)
    let dy = random.normals(size.rows * size.output)
    var dw = [Float](repeating: 0, count: size.output * size.input)
    mutate(&dw) {
      MatrixMultiply.linearWeightGradient(
        dy.span, input: x.span, rows: size.rows, inputSize: size.input, outputSize: size.output,
        into: &$0)
    }
    let expected = (0..<size.output).flatMap { output in
      (0..<size.input).map { input in
        (0..<size.rows).reduce(0.0) {
          $0 + Double(dy[$1 * size.output + output]) * Double(x[$1 * size.input + input])
        }
      }
    }
    Self.expectGradient(dw, expected, "weight")
  }

  @Test(arguments: [(1, 1), (3, 8), (70, 13)], [1, 2] as [UInt64])
  func `norm`(size: (rows: Int, width: Int), seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let x = random.normals(size.rows * size.width)
    let w = random.normals(size.width)
    let dy = random.normals(x.count)
    let epsilon: Float = 0.25
    let loss = { (x: [Double], w: [Double]) in
      DoubleForward.rmsNorm(x, w, epsilon: Double(epsilon)).dot(dy.map(Double.init))
    }
    let (xs, ws) = (x.map(Double.init), w.map(Double.init))
    var dx = [Float](repeating: 2, count: x.count)
    var dw = [Float](repeating: 1, count: w.count)
    mutate(&dx) { dx in
      mutate(&dw) { dw in
        RMSNorm.backward(
          dy.span, input: x.span, weight: w.span, epsilon: epsilon, rows: size.rows, into: &dx,
          weight: &dw)
      }
    }
    // Both accumulate: the input is the residual stream.
    Self.expectGradient(dx, centralDifferences(xs) { loss($0, ws) }.map { $0 + 2 }, "input")
    Self.expectGradient(dw, centralDifferences(ws) { loss(xs, $0) }.map { $0 + 1 }, "weight")
  }

  @Test(arguments: [1, 8, 37], [1, 2] as [UInt64])
  func `gate`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let (gate, up) = (random.normals(count, deviation: 3), random.normals(count))
    let dy = random.normals(count)
    let (gates, ups) = (gate.map(Double.init), up.map(Double.init))
    var (dGate, dUp, y) = (gate, up, dy)
    mutate(&dGate) { dGate in
      mutate(&dUp) { dUp in
        mutate(&y) { SwiGLU.backward(gate: &dGate, up: &dUp, dOutput: &$0) }
      }
    }
    let loss = { (gate: [Double], up: [Double]) in
      DoubleForward.swiGLU(gate, up).dot(dy.map(Double.init))
    }
    Self.expectGradient(dGate, centralDifferences(gates) { loss($0, ups) }, "gate")
    Self.expectGradient(dUp, centralDifferences(ups) { loss(gates, $0) }, "up")
    var forward = [Float](repeating: .nan, count: count)
    mutate(&forward) { SwiGLU.forward(gate: gate.span, up: up.span, into: &$0) }
    #expect(bits(y) == bits(forward))
    var inPlace = gate
    mutate(&inPlace) { SwiGLU.forward(gate: &$0, up: up.span, rows: 1, width: count) }
    #expect(bits(inPlace) == bits(forward))
  }

  @Test(
    arguments: [
      ([1], 1, 1, 2), ([5, 0, 3], 4, 2, 6), ([9], 3, 1, 4), ([130], 2, 1, 3),
    ] as [([Int], Int, Int, Int)], [1, 2] as [UInt64])
  func `attention`(case: ([Int], Int, Int, Int), seed: UInt64) {
    let (lengths, queryCount, keyCount, dimension) = `case`
    let heads = CausalAttention.Heads(
      queryCount: queryCount, keyValueCount: keyCount, dimension: dimension)
    let input = CausalAttentionTests.Input(lengths: lengths, heads: heads, seed: seed)
    var random = SeededGenerator(seed: seed + 100)
    let dOutput = random.normals(input.queries.count)
    var dq = [Float](repeating: .nan, count: input.queries.count)
    var dk = [Float](repeating: .nan, count: input.keys.count)
    var dv = [Float](repeating: .nan, count: input.values.count)
    mutate(&dq) { dq in
      mutate(&dk) { dk in
        mutate(&dv) { dv in
          CausalAttention.backward(
            dOutput.span, queries: input.queries.span, keys: input.keys.span,
            values: input.values.span, sequences: input.sequences, heads: heads, intoQueries: &dq,
            keys: &dk, values: &dv)
        }
      }
    }
    let (q, k) = (input.queries.map(Double.init), input.keys.map(Double.init))
    let v = input.values.map(Double.init)
    let loss = { (q: [Double], k: [Double], v: [Double]) in
      DoubleForward.attention(q, k, v, input.sequences, heads).dot(dOutput.map(Double.init))
    }
    // A single position attends to itself alone, whatever its query and key are.
    if lengths.max() ?? 0 > 1 {
      Self.expectGradient(dq, centralDifferences(q) { loss($0, k, v) }, "queries")
      Self.expectGradient(dk, centralDifferences(k) { loss(q, $0, v) }, "keys")
    } else {
      #expect(dq.allSatisfy { $0 == 0 } && dk.allSatisfy { $0 == 0 })
    }
    Self.expectGradient(dv, centralDifferences(v) { loss(q, k, $0) }, "values")
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `a rotation turned back is what it was`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let table = RotaryEmbedding.Table(positionCount: 40, headDimension: 6, base: 10_000)
    let positions: [Int32] = [0, 1, 39, 7]
    let (x, dy) = (random.normals(4 * 3 * 6), random.normals(4 * 3 * 6))
    var (y, dx) = (x, dy)
    mutate(&y) {
      RotaryEmbedding.apply(to: &$0, positions: positions.span, headCount: 3, table: table)
    }
    mutate(&dx) {
      RotaryEmbedding.backward(&$0, positions: positions.span, headCount: 3, table: table)
    }
    // A linear map's gradient is its transpose: ⟨dy, R x⟩ = ⟨Rᵀ dy, x⟩ for any x and dy; 72 terms
    // near 1, three roundings each.
    expectClose(
      dy.map(Double.init).dot(y.map(Double.init)), dx.map(Double.init).dot(x.map(Double.init)),
      absolute: 72 * 3 * 0x1p-24 * 4)
    mutate(&y) {
      RotaryEmbedding.backward(&$0, positions: positions.span, headCount: 3, table: table)
    }
    // Two rotations of three roundings each, and cos² + sin² off by one more.
    expectClose(y, x, absolute: 7 * 0x1p-24 * 4)
  }

  @Test func `rows of one token add up in its embedding`() {
    let ids: [Int32] = [2, 0, 2, 2]
    let width = 35
    let dOutput = (0..<4 * width).map { Float($0) }
    var dEmbedding = [Float](repeating: 1, count: 3 * width)
    mutate(&dEmbedding) {
      EmbeddingGradient.accumulate(dOutput.span, ids: ids.span, width: width, into: &$0)
    }
    for column in 0..<width {
      let own = { (row: Int) in dOutput[row * width + column] }
      // Whole numbers: exact.
      #expect(dEmbedding[column] == 1 + own(1))
      #expect(dEmbedding[width + column] == 1)
      #expect(dEmbedding[2 * width + column] == 1 + own(0) + own(2) + own(3))
    }
  }
}

/// Lets `body` write to an array.
func mutate(_ values: inout [Float], _ body: (inout MutableSpan<Float>) -> Void) {
  var span = values.mutableSpan
  body(&span)
}
