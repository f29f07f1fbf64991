package import Analysis
import Foundation
package import Plotting
internal import StatisticalInference

/// Where a gap between sampler and trainer is, how large, and what each explanation leaves of it.
package enum MismatchFigure {
  /// A bar of the last panel.
  package struct Remainder: Sendable, Equatable {
    /// What was taken away.
    package let name: String
    /// Mean square of the gap that is left, as a share of all of it.
    package let share: Double

    package init(name: String, share: Double) { (self.name, self.share) = (name, share) }
  }

  private static let name = "mismatch"
  private static let style = Style(colour: SeriesRole.rl.style.colour, fillOpacity: 0.3)

  /// Draws four panels.
  ///
  /// - Parameters:
  ///   - tokens: both columns.
  ///   - remainders: what each explanation leaves; empty without any.
  ///   - width: the column that the figure fills.
  /// - Returns: the figure.
  /// - Throws: `FigureError` if no token has both numbers.
  package static func figure(
    _ tokens: MismatchTokens, remainders: [Remainder], width: ColumnWidth = .full
  ) throws(FigureError) -> Figure {
    let rows = tokens.texts.flatMap { Array($0.rows) }.filter { tokens.gap(at: $0) != nil }
    guard !rows.isEmpty else { throw .nothingMeasured(figure: name, pair: "trainer and sampler") }
    let gaps = rows.map { tokens.gap(at: $0) ?? .nan }
    return Figure(
      title: "Gap between sampler and trainer",
      caption: """
        Gap Δ = trainer − sampler of each sampled token's log-probability (nats). Top left: median of \
        |Δ| (line) and its 5 to 95 % range (shaded) by the sampler's probability, in bins of equal counts. \
        Top right: mean Δ by place in the response, with its 95 % range over tokens shaded. Bottom left: \
        the importance ratio e^Δ, which is 1 without a gap; ratios beyond the axis are in the outer bins. \
        Bottom right: the mean square of Δ that each explanation alone leaves, in percent of all of it, cut at 120 %. \
        \(Number.count(rows.count)) tokens.
        """,
      width: width, height: .points((width.points * 0.62).rounded()),
      rows: [
        [
          byProbability(rows.map { exp(Double(tokens.sampler[$0])) }, gaps),
          byPosition(rows.map { Int(tokens.positions[$0]) }, gaps),
        ],
        [ratios(gaps), bars(remainders)],
      ], legend: .none)
  }

  /// |Δ| by probability, in bins of equal counts.
  private static func byProbability(_ probabilities: [Double], _ gaps: [Double]) -> Panel {
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    let count = max(1, min(24, order.count / 20))
    var (x, low, middle, high) = ([Double](), [Double](), [Double](), [Double]())
    for bin in 0..<count {
      let part = order[order.count * bin / count..<order.count * (bin + 1) / count]
      guard !part.isEmpty else { continue }
      let sizes = part.map { abs(gaps[$0]) }.sorted()
      x.append(probabilities[part[part.startIndex + part.count / 2]])
      low.append(SortedValues.quantile(0.05, of: sizes))
      middle.append(SortedValues.quantile(0.5, of: sizes))
      high.append(SortedValues.quantile(0.95, of: sizes))
    }
    let top = max(high.max() ?? 1, 1e-6)
    return Panel(
      title: "size by probability",
      x: Axis("sampler's probability", range: 0...1),
      y: Axis("|Δ|", unit: "nats", range: 0...top * 1.1),
      series: [
        Series(style: style, .band(x: x, low: low, high: high)),
        Series(style: style, .line(x: x, y: middle)),
        Series(style: style, .points(x: x, y: middle)),
      ])
  }

  /// Δ by place in the response.
  private static func byPosition(_ positions: [Int], _ gaps: [Double]) -> Panel {
    let last = positions.max() ?? 0
    let width = max(1, (last + 40) / 40)
    var bins: [[Double]] = Array(repeating: [], count: last / width + 1)
    for (position, gap) in zip(positions, gaps) { bins[position / width].append(gap) }
    var (x, low, mean, high) = ([Double](), [Double](), [Double](), [Double]())
    for (bin, values) in bins.enumerated() where !values.isEmpty {
      let sorted = values.sorted()
      x.append(Double(bin * width) + Double(width - 1) / 2)
      low.append(SortedValues.quantile(0.025, of: sorted))
      mean.append(values.reduce(0, +) / Double(values.count))
      high.append(SortedValues.quantile(0.975, of: sorted))
    }
    let reach = max((low + high).map { abs($0) }.max() ?? 1, 1e-6) * 1.1
    return Panel(
      title: "gap by place",
      x: Axis("token of the response", range: 0...max(Double(last), 1), ticks: .whole),
      y: Axis("Δ", unit: "nats", range: -reach...reach),
      series: [
        Series(
          style: Style(colour: .guide, dash: .dashed, lineWidth: 0.6),
          .line(x: [0, max(Double(last), 1)], y: [0, 0])),
        Series(style: style, .band(x: x, low: low, high: high)),
        Series(style: style, .line(x: x, y: mean)),
        Series(style: style, .points(x: x, y: mean)),
      ])
  }

  /// Ratios in bins of their logarithm's even width around 1.
  private static func ratios(_ gaps: [Double]) -> Panel {
    let sorted = gaps.sorted()
    // Around 1, which an edge must not cut.
    let low = min(max(SortedValues.quantile(0.005, of: sorted) * 1.2, -2), -0.01)
    let high = max(min(SortedValues.quantile(0.995, of: sorted) * 1.2, 2), 0.01)
    let count = 41
    let edges = (0...count).map { exp(low + (high - low) * Double($0) / Double(count)) }
    var heights = [Double](repeating: 0, count: count)
    for gap in gaps {
      let place = (gap - low) / (high - low) * Double(count)
      heights[min(max(Int(place.rounded(.down)), 0), count - 1)] += 1
    }
    return Panel(
      title: "importance ratio",
      x: Axis("ratio e^Δ", range: edges[0]...edges[count]),
      y: Axis(
        "tokens", scale: .logarithmic, range: 0.7...max(12, (heights.max() ?? 1) * 1.6)),
      series: [Series(style: style, .steps(edges: edges, heights: heights))])
  }

  /// A bar for each explanation, from the top.
  private static func bars(_ remainders: [Remainder]) -> Panel {
    let count = Double(max(remainders.count, 1))
    let boxes = remainders.enumerated().map { index, remainder in
      let y = count - Double(index) - 0.5
      return
        (Series(
          style: style,
          .band(
            x: [0, min(remainder.share, 1.2) * 100], low: [y - 0.3, y - 0.3],
            high: [y + 0.3, y + 0.3])))
    }
    return Panel(
      title: "left by each explanation",
      x: Axis("left of the mean square", unit: "%", range: 0...125),
      y: Axis(
        "", range: 0...count,
        ticks: .at(
          remainders.enumerated().map { .init(count - Double($0) - 0.5, $1.name) })),
      series: boxes,
      note: remainders.isEmpty ? Panel.Note(["nothing to explain"], at: .topLeft) : nil)
  }
}
