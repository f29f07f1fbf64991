import Foundation
import Kernels
import TestSupport
import Testing

/// From derivatives with respect to statistics to those with respect to logits.
@Suite struct LogitGradientTests {
  private struct Input {
    let vocabulary: Int
    let logits: [Float]
    let reference: [Float]
    let targets: [Int32]
    let derivatives: [LogitGradient.Derivatives]

    init(rows: Int, vocabulary: Int, seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      self.vocabulary = vocabulary
      logits = random.normals(rows * vocabulary, deviation: 3)
      reference = random.normals(rows * vocabulary, deviation: 3)
      targets = (0..<rows).map { _ in Int32(random.uniform() * Double(vocabulary)) }
      derivatives = (0..<rows).map { _ in
        .init(
          logProbability: random.normal(), entropy: random.normal(),
          klPolicyReference: random.normal(), klReferencePolicy: random.normal())
      }
    }

    func statistics(_ z: [Double], row: Int) -> LogitGradient.Statistics {
      let range = row * vocabulary..<(row + 1) * vocabulary
      let own = DoubleForward.logSoftmax(Array(z[range]))
      let other = DoubleForward.logSoftmax(reference[range].map(Double.init))
      return .init(
        logProbability: own[Int(targets[row])], entropy: -own.map { exp($0) }.dot(own),
        klPolicyReference: own.map { exp($0) }.dot(zip(own, other).map { $0 - $1 }),
        klReferencePolicy: other.map { exp($0) }.dot(zip(own, other).map { $1 - $0 }))
    }

    func loss(_ z: [Double], withReference: Bool) -> Double {
      targets.indices.reduce(0) { sum, row in
        let (value, weight) = (statistics(z, row: row), derivatives[row])
        let plain = value.logProbability * weight.logProbability + value.entropy * weight.entropy
        guard withReference else { return sum + plain }
        return sum + plain + value.klPolicyReference * weight.klPolicyReference
          + value.klReferencePolicy * weight.klReferencePolicy
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 8), (2, 21), (5, 40)], [1, 2] as [UInt64])
  func `logit gradients are central differences`(
    size: (rows: Int, vocabulary: Int), seed: UInt64
  ) {
    let input = Input(rows: size.rows, vocabulary: size.vocabulary, seed: seed)
    for withReference in [false, true] {
      var gradient = input.logits
      let reference = withReference ? input.reference : []
      mutate(&gradient) {
        LogitGradient.backward(
          &$0, reference: reference.span,
          targets: input.targets.span, derivatives: input.derivatives.span,
          vocabulary: input.vocabulary, scale: 0.5)
      }
      let expected = centralDifferences(input.logits.map(Double.init)) {
        0.5 * input.loss($0, withReference: withReference)
      }
      if size.vocabulary == 1 {
        // One token has probability 1, whatever its logit.
        #expect(gradient.allSatisfy { $0 == 0 })
      } else {
        BackwardTests.expectGradient(gradient, expected, "logits")
      }
    }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `statistics are those of the softmax`(seed: UInt64) {
    let input = Input(rows: 4, vocabulary: 29, seed: seed)
    let actual = LogitGradient.statistics(
      of: input.logits.span, reference: input.reference.span, targets: input.targets.span,
      vocabulary: input.vocabulary)
    for (row, actual) in actual.enumerated() {
      let expected = input.statistics(input.logits.map(Double.init), row: row)
      // All in Double, 29 terms below 100: 29 · 100 · 1e-16.
      expectClose(actual.logProbability, expected.logProbability, absolute: 1e-12)
      expectClose(actual.entropy, expected.entropy, absolute: 1e-12)
      expectClose(actual.klPolicyReference, expected.klPolicyReference, absolute: 1e-12)
      expectClose(
        actual.klReferencePolicy, expected.klReferencePolicy, absolute: 1e-12)
    }
  }

  @Test func `a row's gradient adds up to nothing`() {
    // Adding a constant to all logits changes no statistic.
    let input = Input(rows: 3, vocabulary: 1000, seed: 3)
    var gradient = input.logits
    mutate(&gradient) {
      LogitGradient.backward(
        &$0, reference: input.reference.span, targets: input.targets.span,
        derivatives: input.derivatives.span, vocabulary: 1000)
    }
    for row in 0..<3 {
      let own = gradient[row * 1000..<(row + 1) * 1000].map(Double.init)
      // Each element is rounded to Float once, the target's twice.
      expectClose(
        own.reduce(0, +), 0, absolute: 2 * 0x1p-24 * own.reduce(0) { $0 + abs($1) } + 1e-12)
    }
  }
}
