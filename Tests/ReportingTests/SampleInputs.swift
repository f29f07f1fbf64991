import Foundation
import Reporting
import TestSupport

/// Made-up measurements shaped like real ones: most positions hardly change, a few change much.
struct SampleInputs {
  static let names = [
    PairLabel(before: "base", after: "sft"), PairLabel(before: "base", after: "rl"),
    PairLabel(before: "sft", after: "rl"),
    PairLabel(
      before: "organisation_A-Model-With-A-Long-Name-0.5B-Instruct",
      after: "organisation_A-Model-With-A-Long-Name-0.5B-GRPO-step-001500"),
  ]

  let lengths: [Int]
  private(set) var probabilityChanges: [[Float]] = []
  private(set) var entropiesBefore: [Float] = []
  private(set) var entropiesAfter: [[Float]] = []
  private(set) var divergences: [[Float]] = []
  private(set) var logProbabilityChanges: [[Float]] = []

  init(responseCount: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    lengths = (0..<responseCount).map { _ in 3 + Int(90 * pow(generator.uniform(), 2)) }
    let count = lengths.reduce(0, +)
    entropiesBefore = (0..<count).map { _ in Float(4 * pow(generator.uniform(), 3)) }
    for size in [1, 0.1, 0.7, 0.02] {
      var (changes, after, divergence, logs): ([Float], [Float], [Float], [Float]) = (
        [], [], [], []
      )
      for entropy in entropiesBefore {
        let step = size * generator.normal() * pow(generator.uniform(), 2)
        changes.append(Float(tanh(step)))
        after.append(max(0, entropy + Float(step)))
        divergence.append(Float(min(log(2), step * step / 8)))
        logs.append(Float(3 * step))
      }
      probabilityChanges.append(changes)
      entropiesAfter.append(after)
      divergences.append(divergence)
      logProbabilityChanges.append(logs)
    }
  }

  func histogram(pairs: Int) -> [ProbabilityChangeHistogram.Input] {
    (0..<pairs).map { .init(pair: Self.names[$0], changes: probabilityChanges[$0]) }
  }

  func entropy(pairs: Int) -> [EntropyBeforeAfter.Input] {
    (0..<pairs).map {
      .init(pair: Self.names[$0], before: entropiesBefore, after: entropiesAfter[$0])
    }
  }

  func survival(pairs: Int) -> [DivergenceSurvival.Input] {
    (0..<pairs).map { .init(pair: Self.names[$0], divergences: divergences[$0]) }
  }

  func position(pairs: Int) -> [ChangeByPosition.Input] {
    (0..<pairs).map {
      .init(
        pair: Self.names[$0], divergences: divergences[$0],
        logProbabilityChanges: logProbabilityChanges[$0])
    }
  }

  func heatMap(pairs: Int, tokenCount: Int) -> [TokenHeatMap.Input] {
    (0..<pairs).map {
      .init(pair: Self.names[$0], changes: Array(probabilityChanges[$0].prefix(tokenCount)))
    }
  }

  static func tokens(_ count: Int) -> [[UInt8]] {
    let words = ["The", " answer", " is", " 4", "2", ".", "\n", "####", " é", "<think>", " `x`"]
    return (0..<count).map { Array(words[($0 * 7) % words.count].utf8) }
  }
}
