import Foundation

/// A row of logits as a list of its largest and a histogram of the others.
package enum LogitSketch {
  /// Lists the largest log-probabilities of a row and puts the others into bins of equal width.
  ///
  /// A bin stands for its tokens at ln of their mean probability, so that their sum is exact; whatever
  /// is farther than 60 nats below the listed ones is in the last bin.
  ///
  /// - Parameters:
  ///   - logits: the whole row, finite.
  ///   - logPartition: ln Σ e^logit.
  ///   - listedCount: how many to list; at most as many as there are.
  ///   - binCount: bins of the others.
  /// - Returns: log-probabilities in descending order, listed ones and then one for each bin that
  ///   holds any, the tokens of each (1 for listed ones), and the width of bins, nats.
  package static func make(
    _ logits: Span<Float>, logPartition: Double, listedCount: Int, binCount: Int
  ) -> (logProbabilities: [Float], counts: [Float], listedCount: Int, binWidth: Float) {
    let listedCount = min(listedCount, logits.count)
    let bound = lowestOfLargest(logits, count: listedCount)
    var candidates: [Float] = []
    candidates.reserveCapacity(listedCount + 64)
    var least = Float.infinity
    for index in logits.indices {
      let logit = logits[index]
      if key(logit) >> 16 >= bound { candidates.append(logit) }
      least = min(least, logit)
    }
    candidates.sort(by: >)
    var logs = candidates.prefix(listedCount).map { Float(Double($0) - logPartition) }
    var counts = [Float](repeating: 1, count: listedCount)
    guard listedCount < logits.count, listedCount > 0 else { return (logs, counts, listedCount, 0) }
    let top = candidates[listedCount - 1]
    let width = max(min(top - least, 60), 1e-6) / Float(binCount)
    var (masses, members) = (
      [Double](repeating: 0, count: binCount), [Float](repeating: 0, count: binCount)
    )
    func add(_ logit: Float) {
      let bin = min(Int(min((top - logit) / width, Float(binCount))), binCount - 1)
      masses[bin] += exp(Double(logit) - logPartition)
      members[bin] += 1
    }
    for logit in candidates[listedCount...] { add(logit) }
    for index in logits.indices where key(logits[index]) >> 16 < bound { add(logits[index]) }
    for bin in 0..<binCount where members[bin] > 0 {
      logs.append(Float(log(masses[bin] / Double(members[bin]))))
      counts.append(members[bin])
    }
    return (logs, counts, listedCount, width)
  }

  /// The upper half of the key that the `count` largest all reach.
  private static func lowestOfLargest(_ logits: Span<Float>, count: Int) -> UInt32 {
    var histogram = [Int32](repeating: 0, count: 1 << 16)
    for index in logits.indices { histogram[Int(key(logits[index]) >> 16)] += 1 }
    var (left, bucket) = (count, histogram.count)
    while left > 0, bucket > 0 {
      bucket -= 1
      left -= Int(histogram[bucket])
    }
    return UInt32(bucket)
  }

  /// Ascends with the number.
  @inline(__always) private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }
}
