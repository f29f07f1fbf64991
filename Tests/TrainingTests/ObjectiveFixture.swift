import Foundation
import TestSupport
import Testing
import Training

/// `Tests/Fixtures/objectives/objectives.json`: losses and gradients by PyTorch in float64.
struct ObjectiveFixture: Decodable, Sendable {
  struct Batch: Decodable, Sendable {
    let kinds: [String]
    let groups: [Int]
    let rewards: [Double]
    let lengths: [Int]
    let policy: [Double]
    let behavior: [Double]
    let old: [Double]
    let reference: [Double]
    let entropies: [Double]
    let mask: [Bool]
    let policyReference: [Double]
    let referencePolicy: [Double]

    /// The batch without advantages.
    var objectiveBatch: ObjectiveBatch {
      ObjectiveBatch(
        rows: zip(kinds.indices, rowRanges(lengths: lengths)).map { index, tokens in
          ObjectiveBatch.Row(
            tokens: tokens, kind: kinds[index] == "rollout" ? .rollout : .demonstration,
            group: groups[index], reward: rewards[index])
        }, policyLogProbs: policy, entropies: entropies, behaviorLogProbs: behavior,
        oldPolicyLogProbs: old, referenceLogProbs: reference, responseMask: mask)
    }
  }

  struct Case: Decodable, Sendable {
    let name: String
    let batch: String
    let loss: Double
    let dLogProbs: [Double]
    let dEntropies: [Double]
    let dDivergences: [Double]?
  }

  let fixedLength: Int
  let batches: [String: Batch]
  let cases: [Case]

  static let shared: Result<ObjectiveFixture, any Error> = Result {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("objectives/objectives.json")))
    return try JSONDecoder().decode(ObjectiveFixture.self, from: data)
  }

  /// The cases whose names begin with one of these words.
  static func cases(_ prefixes: String...) throws -> [Case] {
    try shared.get().cases.filter { item in prefixes.contains { item.name.hasPrefix($0 + " ") } }
  }

  static func batch(_ name: String) throws -> ObjectiveBatch {
    try #require(shared.get().batches[name]).objectiveBatch
  }
}

/// Rows one after the other.
func rowRanges(lengths: [Int]) -> [Range<Int>] {
  var start = 0
  return lengths.map { length in
    defer { start += length }
    return start..<start + length
  }
}

extension ObjectiveFixture.Case {
  /// Expects loss and gradients to be PyTorch's.
  ///
  /// Both sides add at most 60 terms of at most 100 in Double, each right to a few units of 2⁻⁵³:
  /// 60 · 100 · 4 · 1.1e-16 = 3e-12 in the loss; a derivative is one such term, 4e-14.
  func expect(_ result: ObjectiveResult, sourceLocation: SourceLocation = #_sourceLocation) {
    expectClose(
      result.loss, loss, absolute: 3e-12, "\(name): loss", sourceLocation: sourceLocation)
    let pairs = [
      ("dLogProbs", result.dTokenLogProbs, dLogProbs),
      ("dEntropies", result.dEntropies, dEntropies),
      ("dDivergences", result.divergence?.dDivergences ?? [], dDivergences ?? []),
    ]
    for (what, actual, expected) in pairs {
      #expect(actual.count == expected.count, "\(name): \(what)", sourceLocation: sourceLocation)
      for (index, pair) in zip(actual, expected).enumerated() {
        expectClose(
          pair.0, pair.1, absolute: 4e-14, "\(name): \(what)[\(index)]",
          sourceLocation: sourceLocation)
      }
    }
  }
}
