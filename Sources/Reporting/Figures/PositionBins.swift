import Plotting
package import StatisticalInference

/// Bins of the positions of tokens in their responses.
package struct PositionBins {
  /// Tokens of each response.
  let lengths: [Int]
  /// The prompt of each response, from 0 on.
  private let prompts: [Int32]
  /// Positions in one absolute bin.
  package let width: Int
  private let absoluteCount: Int
  private let relativeCount = ChangeByPosition.relativeBinCount

  /// - Parameters:
  ///   - lengths: tokens of each response.
  ///   - prompts: of each response, from 0 on; nil for one of its own.
  package init(lengths: [Int], prompts: [Int32]? = nil) {
    self.lengths = lengths
    self.prompts = prompts ?? lengths.indices.map(Int32.init)
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
    forEachToken { _, _, _, relative in counts[relative] += 1 }
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

  /// Mean of the measured values in each absolute bin, prompts as clusters; nil where there are none.
  package func absoluteEstimates(_ values: [Double]) -> [Estimate?] {
    var sums = BinSums(bins: absoluteCount, prompts: promptCount)
    forEachToken { index, prompt, absolute, _ in
      sums.add(values[index], to: absolute, prompt)
    }
    return sums.estimates
  }

  /// Mean of the measured values in each relative bin, prompts as clusters; nil where there are none.
  package func relativeEstimates(_ values: [Double]) -> [Estimate?] {
    var sums = BinSums(bins: relativeCount, prompts: promptCount)
    forEachToken { index, prompt, _, relative in
      sums.add(values[index], to: relative, prompt)
    }
    return sums.estimates
  }

  /// Different prompts, or one more than the largest number.
  var promptCount: Int { Int(prompts.max() ?? -1) + 1 }

  private func forEachToken(
    _ body: (_ index: Int, _ prompt: Int, _ absolute: Int, _ relative: Int) -> Void
  ) {
    var index = 0
    for (length, prompt) in zip(lengths, prompts) {
      for position in 0..<length {
        let relative = (Double(position) + 0.5) / Double(length) * Double(relativeCount)
        body(index, Int(prompt), position / width, min(relativeCount - 1, Int(relative)))
        index += 1
      }
    }
  }
}

/// Sums of each bin and prompt.
private struct BinSums {
  private let promptCount: Int
  private var sums: [Double]
  private var counts: [Double]

  init(bins: Int, prompts: Int) {
    promptCount = prompts
    sums = Array(repeating: 0, count: bins * prompts)
    counts = sums
  }

  mutating func add(_ value: Double, to bin: Int, _ prompt: Int) {
    guard value.isFinite else { return }
    sums[bin * promptCount + prompt] += value
    counts[bin * promptCount + prompt] += 1
  }

  var estimates: [Estimate?] {
    guard promptCount > 0 else { return [] }
    return stride(from: 0, to: sums.count, by: promptCount).map { start in
      let own = start..<start + promptCount
      guard counts[own].contains(where: { $0 > 0 }) else { return nil }
      return .ratio(
        Array(sums[own]), over: Array(counts[own]), within: 0...Double.infinity)
    }
  }
}
