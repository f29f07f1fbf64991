import Foundation
import Kernels
import TestSupport
import Testing

/// The choice of experts against the formula in Double.
@Suite struct ExpertChoiceTests {
  private static func logits(_ rows: Int, _ count: Int) -> [Float] {
    (0..<rows * count).map { Float(sin(Double($0 * $0 % 10_007)) * 6) }
  }

  @Test(arguments: [(8, 3), (7, 7), (128, 8), (1, 1)], [true, false])
  func `the largest shares of a softmax are taken`(sizes: (Int, Int), normalised: Bool) {
    let (count, used) = sizes
    let logits = Self.logits(150, count)
    let choice = ExpertChoice(
      logits: logits.span, expertCount: count, usedCount: used, normalisesShares: normalised)
    for row in 0..<150 {
      let own = logits[row * count..<(row + 1) * count].map { exp(Double($0)) }
      let total = own.reduce(0, +)
      let order = own.indices.sorted { (-own[$0], $0) < (-own[$1], $1) }
      let expected = order.prefix(used).sorted()
      let sum = normalised ? expected.reduce(0) { $0 + own[$1] } : total
      let place = row * used..<(row + 1) * used
      #expect(choice.experts[place].map(Int.init) == expected)
      for (share, expert) in zip(choice.shares[place], expected) {
        #expect(abs(Double(share) - own[expert] / sum) < 1e-6)
      }
    }
  }

  @Test func `of equal logits the first are taken`() {
    let logits: [Float] = [1, 2, 2, 2, 0, 2]
    let choice = ExpertChoice(
      logits: logits.span, expertCount: 6, usedCount: 2, normalisesShares: true)
    #expect(choice.experts == [1, 2] && choice.shares == [0.5, 0.5])
  }

  @Test(arguments: [Float.nan, .infinity], [true, false])
  func `a logit that isn't finite makes all shares of its row so`(value: Float, normalised: Bool) {
    var logits = Self.logits(3, 5)
    logits[7] = value
    let choice = ExpertChoice(
      logits: logits.span, expertCount: 5, usedCount: 2, normalisesShares: normalised)
    #expect(choice.shares.map(\.isNaN) == [false, false, true, true, false, false])
    for row in 0..<3 { #expect(choice.experts[2 * row] < choice.experts[2 * row + 1]) }
  }

  @Test func `no rows have no choices`() {
    let choice = ExpertChoice(
      logits: [Float]().span, expertCount: 5, usedCount: 2, normalisesShares: true)
    #expect(choice.experts.isEmpty && choice.shares.isEmpty)
  }
}
