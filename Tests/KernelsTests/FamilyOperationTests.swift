import Foundation
import Kernels
import TestSupport
import Testing

/// Operations that only some families have: tanh and soft caps, GELU, layer norm, branches.
@Suite struct FamilyOperationTests {
  static let counts = [0, 1, 7, 8, 17, 8191, 8192, 20_003]

  @Test func `tanh is as close as it says`() {
    var worst = 0.0
    for step in -200_000...200_000 {
      let x = Float(step) * 1e-4
      let value = Double(Lanes.tanh(Lanes.Floats(repeating: x))[3])
      let expected = tanh(Double(x))
      worst = max(worst, abs(value - expected) / max(abs(expected), 1e-30))
      if x == 0 { #expect(value == 0) }
    }
    #expect(worst < Reference.tanhError, "\(worst)")
    for x in [1e-20, 1e-4, 100, .greatestFiniteMagnitude] as [Float] {
      let value = Lanes.tanh(Lanes.Floats(repeating: -x))[0]
      #expect(abs(Double(value) + tanh(Double(x))) <= Reference.tanhError * tanh(Double(x)))
    }
  }

  @Test(arguments: counts, [0.5, 30] as [Float])
  func `a soft cap bends numbers below it`(count: Int, cap: Float) {
    var random = SeededGenerator(seed: 11)
    let input = random.normals(count, deviation: 20)
    var output = input
    var span = output.mutableSpan
    SoftCap.apply(cap, to: &span)
    var expected = Bounded()
    for x in input {
      let value = Double(cap) * tanh(Double(x) / Double(cap))
      // The quotient's and the product's rounding and the error of tanh; its slope makes the
      // quotient's no larger.
      expected.append(value, within: (Reference.tanhError + gamma(2)) * abs(value))
    }
    expectWithin(output, expected)
  }

  @Test(arguments: counts)
  func `GELU is the tanh form`(count: Int) {
    var random = SeededGenerator(seed: 12)
    let input = random.normals(count, deviation: 4)
    let up = random.normals(count)
    var plain = input
    var plainSpan = plain.mutableSpan
    GELU.forward(&plainSpan)
    expectWithin(plain, gelu(input, times: [Float](repeating: 1, count: count)))
    var gate = input
    var gateSpan = gate.mutableSpan
    GELU.forward(gate: &gateSpan, up: up.span)
    expectWithin(gate, gelu(input, times: up))
  }

  /// x/2 (1 + tanh u) · up, u = √(2/π) (x + 0.044715 x³).
  ///
  /// In single precision it is x / (1 + e^a), a = −2u. Four roundings and those of two constants
  /// move a by γ(6)|a|, so e^a by that and its own error, of which e^a / (1 + e^a) ≤ 1 passes on;
  /// sum, quotient and product round once each. Beyond a = 88 the exponential stops: 1e-36.
  private func gelu(_ input: [Float], times up: [Float]) -> Bounded {
    var result = Bounded()
    for (x, up) in zip(input.map(Double.init), up.map(Double.init)) {
      let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      // The naive form would lose every digit for very negative x.
      let value = x / (1 + exp(-2 * u)) * up
      let relative = 2 * abs(u) * gamma(6) + Reference.exponentialError + gamma(3)
      result.append(value, within: expm1(relative) * abs(value) + 1e-36 * abs(up))
    }
    return result
  }

  @Test func `GELU at points that are easily worked out`() {
    // tanh(√(2/π) · 1.044715) = 0.682384; gelu(1) = (1 + 0.682384) / 2.
    var values: [Float] = [0, 1, -1, 50, -50]
    var span = values.mutableSpan
    GELU.forward(&span)
    #expect(values[0] == 0 && values[3] == 50 && abs(values[4]) < 1e-30)
    expectClose(Double(values[1]), 0.841192, absolute: 1e-6)
    expectClose(Double(values[2]), 0.841192 - 1, absolute: 1e-6)
  }

  @Test(arguments: [(0, 5), (1, 1), (7, 16), (65, 9), (129, 33)], [0, 1000] as [Float])
  func `a layer norm takes the mean away and divides by the deviation`(
    shape: (rows: Int, width: Int), offset: Float
  ) {
    var random = SeededGenerator(seed: 13)
    let input = random.normals(shape.rows * shape.width).map { $0 + offset }
    let (weight, bias) = (random.normals(shape.width), random.normals(shape.width))
    var output = [Float](repeating: .nan, count: input.count)
    var span = output.mutableSpan
    LayerNorm.forward(
      input.span, weight: weight.span, bias: bias.span, epsilon: 1e-3, rows: shape.rows,
      into: &span)
    var expected = Bounded()
    for row in 0..<shape.rows {
      let values = input[row * shape.width..<(row + 1) * shape.width].map(Double.init)
      let mean = values.reduce(0, +) / Double(shape.width)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shape.width)
      for (column, value) in values.enumerated() {
        let normed = (value - mean) / (variance + Double(1e-3 as Float)).squareRoot()
        let (w, b) = (Double(weight[column]), Double(bias[column]))
        // In Double but for three roundings: of the normed value, its product and the sum.
        expected.append(normed * w + b, within: gamma(3) * (abs(normed * w) + abs(b)) + 1e-12)
      }
    }
    expectWithin(output, expected)
  }

  @Test(arguments: counts)
  func `a branch is added and a stream scaled with one rounding`(count: Int) {
    var random = SeededGenerator(seed: 14)
    let (stream, branch) = (random.normals(count), random.normals(count))
    var output = stream
    var span = output.mutableSpan
    ResidualStream.add(branch.span, to: &span)
    ResidualStream.scale(&span, by: 3)
    #expect(output == zip(stream, branch).map { ($0 + $1) * 3 })
  }
}
