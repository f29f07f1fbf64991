package import Plotting
internal import StatisticalInference

/// Where in the responses the changes are: means by position, counted and relative.
package enum ChangeByPosition {
  /// What one pair contributes.
  package struct Input: Sendable {
    /// The pair.
    package let pair: PairLabel
    /// Jensen-Shannon divergence of each token, nats; NaN where not measured.
    package let divergences: [Float]
    /// Change of log-probability of each token, nats; NaN where not measured.
    package let logProbabilityChanges: [Float]

    /// Joins a pair and its changes, token by token, response after response.
    package init(pair: PairLabel, divergences: [Float], logProbabilityChanges: [Float]) {
      self.pair = pair
      self.divergences = divergences
      self.logProbabilityChanges = logProbabilityChanges
    }
  }

  package static let relativeBinCount = 20
  package static let mostAbsoluteBins = 60
  private static let name = "change by position"

  /// Draws two measures over the position from the start (left) and over the relative position
  /// (right), and below them how many responses each mean rests on.
  ///
  /// - Parameters:
  ///   - inputs: one for each pair, all over the same tokens.
  ///   - lengths: tokens of each response, in the order of the values.
  ///   - prompts: of each response, from 0 on; nil for one of its own.
  ///   - width: the column that the figure fills.
  /// - Returns: the figure, six panels.
  /// - Throws: `FigureError`.
  package static func figure(
    _ inputs: [Input], lengths: [Int], prompts: [Int32]? = nil, width: ColumnWidth = .full
  ) throws(FigureError) -> Figure {
    guard !inputs.isEmpty else { throw .noPairs(figure: name) }
    let bins = PositionBins(lengths: lengths, prompts: prompts)
    for input in inputs { try check(input, tokenCount: lengths.reduce(0, +)) }
    let roles = PairLabel.roles(of: inputs.map(\.pair))
    let divergences = inputs.map { $0.divergences.map(Double.init) }
    let sizes = inputs.map { $0.logProbabilityChanges.map { abs(Double($0)) } }
    let names = inputs.map { $0.pair.legendText(width) }
    let rows = [
      measureRow("mean JS", values: divergences, names: names, roles: roles, bins: bins),
      measureRow("mean |Δ log p|", values: sizes, names: names, roles: roles, bins: bins),
      countRow(bins),
    ]
    return Figure(
      title: "Change by position in the response",
      caption: """
        Mean over responses by position of the token: Jensen-Shannon divergence between the \
        next-token distributions before and after (nats, full vocabulary), and absolute change of \
        the token's log-probability (nats). Left: position counted from the start of the response\
        \(bins.width > 1 ? ", bins of \(bins.width) tokens" : ""), and the number of responses that \
        reach it: means far right rest on few, long responses. Right: relative position \
        (token index + ½) / length in \(relativeBinCount) bins, and the number of tokens in each. \
        Tokens that were not measured are left out. \
        \(IntervalBand.sentence(promptCount: bins.promptCount)) \(Phrase.count(lengths.count, "response")), \
        \(Phrase.count(lengths.reduce(0, +), "token")).
        """,
      width: width, height: .points((width.points * 0.54).rounded()), rows: rows,
      rowWeights: [3, 3, 1.5])
  }

  private static func check(_ input: Input, tokenCount: Int) throws(FigureError) {
    for values in [input.divergences, input.logProbabilityChanges] {
      guard values.count == tokenCount else {
        throw .lengthsDiffer(
          figure: name, pair: input.pair.text, expected: tokenCount, found: values.count)
      }
      guard values.contains(where: \.isFinite) else {
        throw .nothingMeasured(figure: name, pair: input.pair.text)
      }
    }
  }

  private static func measureRow(
    _ label: String, values: [[Double]], names: [String], roles: [SeriesRole], bins: PositionBins
  ) -> [Panel] {
    let absolute = values.map { bins.absoluteEstimates($0) }
    let relative = values.map { bins.relativeEstimates($0) }
    // One scale for both panels of a row, or they could not be compared.
    let scale = SharedScale((absolute + relative).joined().compactMap { $0?.value })
    func panel(_ estimates: [[Estimate?]], x: Axis, centres: [Double], y: Axis) -> Panel {
      let means = estimates.map { $0.map { $0?.value ?? .nan } }
      return Panel(
        x: x, y: y,
        series: names.indices.flatMap { index in
          IntervalBand.series(
            x: centres, estimates[index].map { $0?.interval }, style: roles[index].style,
            shown: scale.shown)
        }
          + names.indices.flatMap { index -> [Series] in
            let marks = Series.Marks.line(x: centres, y: means[index])
            let line = Series(names[index], style: roles[index].style, marks)
            // A line needs two neighbours; a lone mean shows as a point.
            guard means[index].count(where: \.isFinite) < 3 else { return [line] }
            return [
              line, Series(style: roles[index].style, .points(x: centres, y: means[index])),
            ]
          })
    }
    return [
      panel(
        absolute, x: bins.absoluteAxis(showsText: false), centres: bins.absoluteCentres,
        y: scale.axis(label, unit: "nats")),
      panel(
        relative, x: bins.relativeAxis(showsText: false), centres: bins.relativeCentres,
        y: scale.axis("", unit: nil)),
    ]
  }

  private static func countRow(_ bins: PositionBins) -> [Panel] {
    let style = Style(colour: .guide, fillOpacity: 0.4)
    func panel(_ label: String, x: Axis, edges: [Double], counts: [Double]) -> Panel {
      Panel(
        x: x, y: Axis(label, range: 0...max(1, (counts.max() ?? 1) * 1.1), ticks: .whole),
        series: [Series(style: style, .steps(edges: edges, heights: counts))])
    }
    return [
      panel(
        "responses", x: bins.absoluteAxis(showsText: true), edges: bins.absoluteEdges,
        counts: bins.reaching),
      panel(
        "tokens", x: bins.relativeAxis(showsText: true), edges: bins.relativeEdges,
        counts: bins.relativeCounts),
    ]
  }
}

/// A y axis that serves several panels: logarithmic if the means span more than a factor of 20.
private struct SharedScale {
  private let range: ClosedRange<Double>
  private let scale: Axis.Scale

  init(_ means: some Sequence<Double>) {
    let finite = means.filter(\.isFinite)
    let highest = finite.max() ?? 1
    let lowest = finite.filter { $0 > 0 }.min() ?? highest
    if lowest > 0, highest / lowest > 20 {
      scale = .logarithmic
      // Means of almost nothing would press everything else against the top.
      range = max(lowest / 1.3, highest * 1e-6)...(highest * 1.6)
    } else {
      scale = .linear
      range = 0...(highest > 0 ? highest * 1.1 : 1)
    }
  }

  func axis(_ label: String, unit: String?) -> Axis {
    Axis(label, unit: unit, scale: scale, range: range)
  }

  /// Ends of intervals that lie outside stand on the edge: means alone decide what is seen.
  func shown(_ end: Double) -> Double { min(max(end, range.lowerBound), range.upperBound) }
}
