package import Plotting

/// How much the probability of the tokens of responses changed: histograms on a logarithmic count.
package enum ProbabilityChangeHistogram {
  /// What one pair contributes.
  package struct Input: Sendable {
    /// The pair.
    package let pair: PairLabel
    /// q(y) − p(y) for each token, in [−1, 1]; NaN where not measured.
    package let changes: [Float]

    /// Joins a pair and its changes.
    package init(pair: PairLabel, changes: [Float]) {
      self.pair = pair
      self.changes = changes
    }
  }

  /// An odd number, so that a bin lies around zero rather than an edge on it.
  package static let binCount = 51
  private static let name = "probability change"

  /// Draws one histogram for each pair on top of each other.
  package static func figure(
    _ inputs: [Input], width: ColumnWidth = .single
  ) throws(FigureError) -> Figure {
    guard !inputs.isEmpty else { throw .noPairs(figure: name) }
    let edges = (0...binCount).map { -1 + 2 * Double($0) / Double(binCount) }
    let roles = PairLabel.roles(of: inputs.map(\.pair))
    var series: [Series] = []
    var samples: [(pair: PairLabel, measured: Int, missing: Int)] = []
    var highest = 1.0
    for (input, role) in zip(inputs, roles) {
      let measured = input.changes.filter { $0.isFinite }
      guard !measured.isEmpty else {
        throw .nothingMeasured(figure: name, pair: input.pair.text)
      }
      let heights = counts(measured)
      highest = max(highest, heights.max() ?? 1)
      samples.append((input.pair, measured.count, input.changes.count - measured.count))
      var style = role.style
      // Many fillings on top of each other would hide each other.
      style.fillOpacity = inputs.count > 2 ? 0.1 : 0.3
      series.append(
        Series(
          input.pair.legendText(width), style: style, .steps(edges: edges, heights: heights)))
    }
    return Figure(
      title: "Change of token probability",
      caption: """
        Change of the probability of each token of the responses, Δp = q(y) − p(y), where p is the \
        model before and q the model after, both given the same preceding tokens. \
        Bins of \(FigureText.decimal(2 / Double(binCount), decimals: 3)), logarithmic counts; empty \
        bins lie on the axis. \(FigureText.sample(samples))
        """,
      width: width,
      rows: [
        [
          Panel(
            x: Axis("change of token probability Δp", range: -1...1),
            // Down to 0.7, so that a single token stands above the axis.
            y: Axis("tokens", scale: .logarithmic, range: 0.7...max(12, highest * 1.6)),
            series: series)
        ]
      ])
  }

  /// Tokens in each bin; a change of exactly ±1, or beyond it by rounding, is in the last bin.
  package static func counts(_ changes: [Float]) -> [Double] {
    var counts = [Double](repeating: 0, count: binCount)
    for change in changes {
      let bin = Int(((Double(min(1, max(-1, change))) + 1) / 2 * Double(binCount)).rounded(.down))
      counts[min(binCount - 1, bin)] += 1
    }
    return counts
  }
}
