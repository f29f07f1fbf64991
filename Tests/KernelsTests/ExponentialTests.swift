import Foundation
import Kernels
import TestSupport
import Testing

/// Exponential and logarithm over lanes against the C library, whose own error is below one unit
/// in the last place.
@Suite struct ExponentialTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the exponential is within 4e-16 over its whole domain`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var worst = 0.0
    for scale in [1e-300, 1e-17, 1e-8, 1e-3, 0.35, 1, 30, 700] {
      for _ in 0..<1000 {
        let x = Lanes.Doubles((0..<8).map { _ in scale * (2 * random.uniform() - 1) })
        let y = Lanes.exp(x)
        for lane in 0..<8 { worst = max(worst, abs(y[lane] / exp(x[lane]) - 1)) }
      }
    }
    // What it promises, and one unit in the last place for the C library's result.
    #expect(worst <= 4e-16 + 0x1p-52, "\(worst)")
  }

  @Test func `the exponential is exact at 0 and stops at −700`() {
    #expect(Lanes.exp(Lanes.Doubles.zero) == Lanes.Doubles(repeating: 1))
    let lowest = Lanes.exp(Lanes.Doubles(repeating: -700))
    #expect(
      Lanes.exp(Lanes.Doubles([-701, -1e4, -1e30, -1e300, -.infinity, -700, -705, -1e9]))
        == lowest)
    // The same bound as above, around 9.86e-305.
    expectClose(lowest[0], exp(-700), relative: 4e-16 + 0x1p-52)
  }

  @Test func `a NaN stays one and its neighbours don't notice`() {
    let y = Lanes.exp(Lanes.Doubles([0, .nan, 0, 0, .nan, 0, 0, 0]))
    #expect((0..<8).map { y[$0].isNaN } == [false, true, false, false, true, false, false, false])
    #expect(y[0] == 1 && y[7] == 1)
    #expect(Lanes.exp(Lanes.Floats(repeating: .nan))[3].isNaN)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the logarithm is within 4e-16 from a half to two`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var worst = 0.0
    // Close to 1 the logarithm is close to 0: the error stays relative.
    for scale in [1e-15, 1e-9, 1e-4, 0.1, 0.5] {
      for _ in 0..<1000 {
        let y = Lanes.Doubles(
          (0..<8).map { lane in 1 + scale * (lane < 4 ? -1 : 1.999) * random.uniform() })
        let x = Lanes.log(y)
        for lane in 0..<8 where log(y[lane]) != 0 {
          worst = max(worst, abs(x[lane] / log(y[lane]) - 1))
        }
      }
    }
    #expect(worst <= 4e-16 + 0x1p-52, "\(worst)")
  }

  @Test func `the logarithm is exactly 0 at 1 and right at the edges of its branches`() {
    #expect(Lanes.log(Lanes.Doubles(repeating: 1)) == Lanes.Doubles.zero)
    let root = 0.5.squareRoot()
    let edges = [
      0.5, root.nextDown, root, root.nextUp, 1.0.nextDown, 1.0.nextUp, 1.5, 2.0.nextDown,
    ]
    let logarithms = Lanes.log(Lanes.Doubles(edges))
    for (lane, edge) in edges.enumerated() {
      expectClose(logarithms[lane], log(edge), relative: 4e-16 + 0x1p-52, "\(edge)")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the exponential of floats is within 2.5e-7 from −87 to 88`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var worst = 0.0
    for scale in [1e-20, 1e-4, 0.35, 5, 87] as [Float] {
      for _ in 0..<1000 {
        let x = Lanes.Floats((0..<8).map { _ in scale * Float(2 * random.uniform() - 1) })
        let y = Lanes.exp(x)
        for lane in 0..<8 { worst = max(worst, abs(Double(y[lane]) / exp(Double(x[lane])) - 1)) }
      }
    }
    // The reference is in Double: its error doesn't count here.
    #expect(worst <= Reference.exponentialError, "\(worst)")
  }

  @Test func `the exponential of floats is exact at 0 and stops at −87 and 88`() {
    #expect(Lanes.exp(Lanes.Floats(repeating: 0)) == Lanes.Floats(repeating: 1))
    let y = Lanes.exp(Lanes.Floats([-87, -88, -1e30, -.infinity, 88, 89, 1e30, .infinity]))
    #expect(y[0] > 0 && y[1] == y[0] && y[2] == y[0] && y[3] == y[0])
    #expect(y[4].isFinite && y[5] == y[4] && y[6] == y[4] && y[7] == y[4])
  }
}
