import Foundation
import Kernels
import TestSupport
import Testing

/// Norm, gate and bias: operations on rows.
@Suite struct ElementwiseTests {
  static let shapes = [
    (rows: 0, width: 5), (1, 1), (1, 7), (7, 16), (16, 17), (17, 255), (63, 1), (65, 9), (129, 8),
    (2, 769), (257, 3),
  ]

  @Test(arguments: shapes, [1e-6, 1e-2] as [Float])
  func `the norm divides by the root mean square`(
    shape: (rows: Int, width: Int), epsilon: Float
  ) {
    var random = SeededGenerator(seed: 3)
    let input = random.normals(shape.rows * shape.width, deviation: 0.05)
    let weight = random.normals(shape.width)
    var output = [Float](repeating: .nan, count: input.count)
    norm(input, weight, epsilon, shape.rows, &output)
    expectWithin(
      output, Reference.rmsNorm(input, weight: weight, epsilon: epsilon, rows: shape.rows))
  }

  @Test func `a row of zeros is normalised to zeros`() {
    var output = [Float](repeating: .nan, count: 9)
    norm([Float](repeating: 0, count: 9), [Float](repeating: 2, count: 9), 1e-6, 1, &output)
    #expect(output == [Float](repeating: 0, count: 9))
  }

  @Test(arguments: shapes, [1, 2] as [UInt64])
  func `the gate is silu of the gate times up`(shape: (rows: Int, width: Int), seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Beyond ±20 silu is x or next to nothing.
    let gate = random.normals(shape.rows * shape.width, deviation: 8)
    let up = random.normals(gate.count)
    var output = gate
    swiGLU(&output, up, shape)
    expectWithin(output, Reference.swiGLU(gate: gate, up: up))
  }

  @Test func `the gate passes large inputs and closes for very negative ones`() {
    var gate: [Float] = [0, 1e4, -1e4, -87, 87, -0.0]
    swiGLU(&gate, [Float](repeating: 1, count: 6), (rows: 1, width: 6))
    #expect(gate[0] == 0 && gate[5] == 0)
    #expect(gate[1] == 1e4)
    // The exponential stops at e^88: −10⁴/e⁸⁸ = −6e-35, where the exact value is 0.
    #expect(gate[2] <= 0 && gate[2] > -1e-34)
    // −87·e⁻⁸⁷ = −1.4e-36.
    #expect(gate[3] < 0 && gate[3] > -2e-36)
    #expect(gate[4] == 87)
  }

  @Test(arguments: shapes)
  func `a bias is added to every row with one rounding`(shape: (rows: Int, width: Int)) {
    var random = SeededGenerator(seed: 5)
    let matrix = random.normals(shape.rows * shape.width)
    let bias = random.normals(shape.width)
    var output = matrix
    var span = output.mutableSpan
    Bias.add(bias.span, to: &span, rows: shape.rows)
    // One addition has one correctly rounded result: nothing to tolerate.
    #expect(output == matrix.indices.map { matrix[$0] + bias[$0 % shape.width] })
  }

  @Test func `rows that do not fit are a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let weight: [Float] = [1, 1]
      var output: [Float] = [1, 2, 3]
      var span = output.mutableSpan
      Bias.add(weight.span, to: &span, rows: 1)
    }
    await #expect(processExitsWith: .failure) {
      let weight: [Float] = [1, 1]
      var output: [Float] = [1, 2]
      var span = output.mutableSpan
      RMSNorm.forward([1, 2, 3].span, weight: weight.span, epsilon: 0, rows: 1, into: &span)
    }
    await #expect(processExitsWith: .failure) {
      var gate: [Float] = [1, 2]
      var span = gate.mutableSpan
      SwiGLU.forward(gate: &span, up: [Float](repeating: 1, count: 3).span, rows: 1, width: 2)
    }
  }

  private func norm(
    _ input: [Float], _ weight: [Float], _ epsilon: Float, _ rows: Int, _ output: inout [Float]
  ) {
    var span = output.mutableSpan
    RMSNorm.forward(input.span, weight: weight.span, epsilon: epsilon, rows: rows, into: &span)
  }

  private func swiGLU(_ gate: inout [Float], _ up: [Float], _ shape: (rows: Int, width: Int)) {
    var span = gate.mutableSpan
    SwiGLU.forward(gate: &span, up: up.span, rows: shape.rows, width: shape.width)
  }
}
