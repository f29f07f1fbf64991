import Plotting

/// Bins of the positions of tokens in their responses.
package struct PositionBins {
  /// Tokens of each response.
  let lengths: [Int]
  /// Positions in one absolute bin.
  package let width: Int
  private let absoluteCount: Int
  private let relativeCount = ChangeByPosition.relativeBinCount

  package init(lengths: [Int]) {
    self.lengths = lengths
    let longest = max(1, lengths.max() ?? 1)
    width = (longest + ChangeByPosition.mostAbsoluteBins - 1) / ChangeByPosition.mostAbsoluteBins
    absoluteCount = (longest + width - 1) / width
  }

  /// Edges in positions counted from 1.
  package var absoluteEdges: [Double] { (0...absoluteCount).map { Double($0 * width) + 0.5 } }

  package var absoluteCentres: [Double] {
    (0..<absoluteCount).map { Double($0 * width) + 0.5 + Double(width) / 2 }
  }

  package var relativeEdges: [Double] {
    (0...relativeCount).map { Double($0) / Double(relativeCount) }
  }

  package var relativeCentres: [Double] {
    (0..<relativeCount).map { (Double($0) + 0.5) / Double(relativeCount) }
  }

  /// Responses that reach the first position of each bin.
  package var reaching: [Double] {
    (0..<absoluteCount).map { bin in Double(lengths.count { $0 > bin * width }) }
  }

  /// Tokens in each relative bin.
  package var relativeCounts: [Double] {
    var counts = [Double](repeating: 0, count: relativeCount)
    forEachToken { _, _, relative in counts[relative] += 1 }
    return counts
  }

  func absoluteAxis(showsText: Bool) -> Axis {
    Axis(
      "position in the response", unit: "tokens",
      range: 0.5...(Double(absoluteCount * width) + 0.5), ticks: .whole,
      showsText: showsText)
  }

  func relativeAxis(showsText: Bool) -> Axis {
    Axis("relative position", range: 0...1, showsText: showsText)
  }

  /// Mean of the measured values in each absolute bin; NaN where there are none.
  package func absoluteMeans(_ values: [Double]) -> [Double] {
    var sums = Means(count: absoluteCount)
    forEachToken { index, absolute, _ in sums.add(values[index], to: absolute) }
    return sums.means
  }

  /// Mean of the measured values in each relative bin; NaN where there are none.
  package func relativeMeans(_ values: [Double]) -> [Double] {
    var sums = Means(count: relativeCount)
    forEachToken { index, _, relative in sums.add(values[index], to: relative) }
    return sums.means
  }

  private func forEachToken(_ body: (_ index: Int, _ absolute: Int, _ relative: Int) -> Void) {
    var index = 0
    for length in lengths {
      for position in 0..<length {
        let relative = (Double(position) + 0.5) / Double(length) * Double(relativeCount)
        body(index, position / width, min(relativeCount - 1, Int(relative)))
        index += 1
      }
    }
  }
}

private struct Means {
  private var sums: [Double]
  private var counts: [Int]

  init(count: Int) {
    sums = Array(repeating: 0, count: count)
    counts = Array(repeating: 0, count: count)
  }

  mutating func add(_ value: Double, to bin: Int) {
    guard value.isFinite else { return }
    sums[bin] += value
    counts[bin] += 1
  }

  var means: [Double] { zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .nan } }
}
