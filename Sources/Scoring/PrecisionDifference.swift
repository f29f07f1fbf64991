import Foundation
internal import TokenStatistics

/// How far log-probabilities in one precision are from those in another, over many tokens.
///
/// Memory stays the same however many: the quantile comes from a histogram whose bins are 2 % wide.
package struct PrecisionDifference: Sendable, Equatable {
  /// Tokens.
  package private(set) var count = 0
  /// Largest |Δ|, nats.
  package private(set) var largest = 0.0
  private var sum = 0.0
  private var squares = 0.0
  private var bins = [Int](repeating: 0, count: binCount)

  private static let ratio = log(1.02)
  /// From 1e-9 to beyond 1e3 nats.
  private static let binCount = 1_400
  private static let smallest = 1e-9

  /// None yet.
  package init() {}

  /// Adds a token: Δ = replicate − value, nats.
  package mutating func add(_ difference: Double) {
    let size = abs(difference)
    count += 1
    sum += difference
    squares += difference * difference
    largest = max(largest, size)
    let bin = size <= Self.smallest ? 0 : Int(log(size / Self.smallest) / Self.ratio) + 1
    bins[min(bin, Self.binCount - 1)] += 1
  }

  /// Mean of Δ, nats.
  package var mean: Double { sum / Double(max(count, 1)) }

  /// √ of the mean of Δ², nats.
  package var rootMeanSquare: Double { (squares / Double(max(count, 1))).squareRoot() }

  /// The smallest bin's upper edge that at least this share of |Δ| lies below, nats; at most 2 % too
  /// large.
  package func quantile(_ share: Double) -> Double {
    let wanted = share * Double(count)
    var seen = 0
    for (bin, number) in bins.enumerated() {
      seen += number
      if Double(seen) >= wanted {
        return min(Self.smallest * exp(Self.ratio * Double(bin)), largest)
      }
    }
    return largest
  }
}

extension Scorer.Summary {
  /// Adds what a text's tokens say in the other precision.
  mutating func add(
    _ replicates: ArraySlice<PositionStatistics>, to results: ArraySlice<PositionStatistics>
  ) {
    for (replicate, result) in zip(replicates, results) {
      if self.replicates.isEmpty {
        self.replicates = result.models.map { _ in PrecisionDifference() }
      }
      for index in result.models.indices {
        guard let other = replicate.models[index], let own = result.models[index] else { continue }
        self.replicates[index].add(other.logProbability - own.logProbability)
      }
    }
  }
}
