import Foundation
import TestSupport
import Testing
import TokenStatistics

/// How the vocabulary is cut into slices.
enum Slicing: CaseIterable, CustomTestStringConvertible {
  case whole
  case single
  case random
  case randomAgain

  /// The slices, which cover `0..<count` in ascending order; random cuts may leave some empty.
  func slices(of count: Int) -> [Range<Int>] {
    switch self {
    case .whole: return [0..<count]
    case .single: return (0..<count).map { $0..<$0 + 1 }
    case .random: return Self.cut(count, seed: 21)
    case .randomAgain: return Self.cut(count, seed: 22)
    }
  }

  private static func cut(_ count: Int, seed: UInt64) -> [Range<Int>] {
    var random = SeededGenerator(seed: seed)
    let inner = (0..<7).map { _ in Int.random(in: 0...count, using: &random) }.sorted()
    return zip([0] + inner, inner + [count]).map { $0..<$1 }
  }

  var testDescription: String { "\(self)" }
}

/// Both passes over a row; the second takes the slices backwards, as it may in any order.
func statistics(
  of logits: [Float], target: Int, topCount: Int = 5, _ slicing: Slicing = .whole,
  precision: TermPrecision = .double
) -> DistributionStatistics {
  var accumulator = DistributionAccumulator(
    target: Int32(target), topCount: topCount, precision: precision)
  let slices = slicing.slices(of: logits.count)
  for slice in slices {
    accumulator.addFirstPass(logits.span.extracting(slice), firstToken: slice.lowerBound)
  }
  for slice in slices.reversed() { accumulator.addSecondPass(logits.span.extracting(slice)) }
  return accumulator.finish()
}

/// The statistics of a pair of rows, with those of each row.
func pairStatistics(
  before: [Float], after: [Float], target: Int, topCount: Int = 5, _ slicing: Slicing = .whole,
  precision: TermPrecision = .double
) -> (pair: PairStatistics, before: DistributionStatistics, after: DistributionStatistics) {
  let first = statistics(
    of: before, target: target, topCount: topCount, slicing, precision: precision)
  let second = statistics(
    of: after, target: target, topCount: topCount, slicing, precision: precision)
  var accumulator = PairAccumulator(
    beforeLogPartition: first.logPartition, afterLogPartition: second.logPartition,
    precision: precision)
  for slice in slicing.slices(of: before.count) {
    accumulator.add(
      before: before.span.extracting(slice), after: after.span.extracting(slice))
  }
  return (accumulator.finish(before: first, after: second), first, second)
}

/// How far rounding in Double may move the statistics of a row.
struct RowBounds {
  static let unitRoundoff = 0x1p-53
  /// Relative, of Σ eˢ and its relatives: the exponential's own error; n additions; s = z − max is
  /// rounded, as are the distances by which slices move the maximum (together at most the spread);
  /// five operations per slice.
  let sum: Double
  /// Absolute, of a log-probability: the above, and roundings at the size of the largest logit.
  let logProbability: Double

  /// In single precision a term errs by (14 + |s|) · 2⁻²⁴: `SinglePrecisionSums`.
  init(_ logits: [Float], sliceCount: Int, precision: TermPrecision = .double) {
    let largest = logits.map { abs(Double($0)) }.max() ?? 0
    let spread = Double(logits.max() ?? 0) - Double(logits.min() ?? 0)
    let operations = Double(logits.count + 5 * sliceCount + 5) + 2 * spread
    let terms = precision == .double ? 4e-16 : (14 + min(spread, 87)) * 0x1p-24
    sum = terms + operations * Self.unitRoundoff
    logProbability = sum + 4 * (largest + 10) * Self.unitRoundoff
  }

  /// H = ln mass − mean of s, a quotient of sums whose terms have one sign each; |mean| ≤ H.
  func entropy(_ entropy: Double) -> Double { sum + 3 * sum * entropy }

  /// Mean of s² less the squared mean: the former is the variance and the latter again.
  func varentropy(_ varentropy: Double, entropy: Double) -> Double {
    3 * sum * (varentropy + entropy * entropy) + 5 * sum * entropy * entropy
  }

  /// The rest is what remains of 1 while it is at least a hundredth, or half in single precision,
  /// else it is added up itself.
  func restLogMass(_ restLogMass: Double) -> Double {
    logProbability + (restLogMass > log(0.009) ? 3 * sum / exp(restLogMass) : 3 * sum)
  }
}
