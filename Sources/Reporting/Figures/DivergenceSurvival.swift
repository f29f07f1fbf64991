import Foundation
package import Plotting
internal import StatisticalInference

/// The share of positions whose distribution changed at least by some amount, for every amount.
package enum DivergenceSurvival {
  /// What one pair contributes.
  package struct Input: Sendable {
    /// The pair.
    package let pair: PairLabel
    /// Jensen-Shannon divergence of each position, nats; NaN where not measured.
    package let divergences: [Float]

    /// The prompt of each position, from 0 on; empty if not known: then there are no intervals.
    package let prompts: [Int32]

    /// Joins a pair and its divergences.
    package init(pair: PairLabel, divergences: [Float], prompts: [Int32] = []) {
      precondition(prompts.isEmpty || prompts.count == divergences.count)
      self.pair = pair
      self.divergences = divergences
      self.prompts = prompts
    }
  }

  /// The smallest divergence shown, nats.
  package static let smallest = 1e-8
  /// The largest that there is, nats.
  package static let largest = log(2.0)
  package static let pointCount = 241
  private static let name = "share of positions by divergence"

  /// Draws one curve for each pair.
  package static func figure(
    _ inputs: [Input], width: ColumnWidth = .single
  ) throws(FigureError) -> Figure {
    guard !inputs.isEmpty else { throw .noPairs(figure: name) }
    let roles = PairLabel.roles(of: inputs.map(\.pair))
    var series: [Series] = []
    var samples: [(pair: PairLabel, measured: Int, missing: Int)] = []
    var bands: [Series] = []
    var hasCurve = false
    let most = inputs.map { $0.divergences.count(where: \.isFinite) }.max() ?? 1
    let lowest = pow(10, floor(log10(0.9 / Double(max(10, most)))))
    for (input, role) in zip(inputs, roles) {
      let sorted = input.sorted
      let measured = sorted.values
      guard !measured.isEmpty else {
        throw .nothingMeasured(figure: name, pair: input.pair.text)
      }
      samples.append((input.pair, measured.count, input.divergences.count - measured.count))
      let curve = survival(of: measured)
      bands += IntervalBand.series(
        x: curve.x, input.intervals(of: sorted, at: curve), style: role.style,
        shown: { max($0, lowest) })
      let below = Double(measured.prefix { $0 < smallest }.count) / Double(measured.count)
      // In the legend, where no curve can cross it.
      let share = " (\(FigureText.percent(below)) < 1e\u{2212}8)"
      let room = width.points - 70 - TextMetrics.width(share, size: 8)
      series.append(
        Series(
          input.pair.text(within: room, size: 8) + share, style: role.style,
          .line(x: curve.x, y: curve.shares)))
      hasCurve = hasCurve || below < 1
    }
    return Figure(
      title: "Share of positions by divergence",
      caption: """
        Share of the positions of the responses whose Jensen-Shannon divergence between the \
        next-token distributions before and after (nats, full vocabulary, at most ln 2 = 0.693) is \
        at least x. Both axes logarithmic. Positions below 1e-8, exact zeros among them, are left \
        of the axis; their share is in the legend. A curve ends at the largest divergence. \
        \(promptSentence(inputs))\(FigureText.sample(samples))
        """,
      width: width, height: .points((width.points / 1.618_034 + 10).rounded()),
      rows: [
        [
          Panel(
            x: Axis(
              "Jensen-Shannon divergence x", unit: "nats", scale: .logarithmic,
              range: smallest...1),
            y: Axis("share of positions ≥ x", scale: .logarithmic, range: lowest...1.5),
            series: bands + series,
            note: hasCurve
              ? nil : Panel.Note(["every position is below 1e\u{2212}8"], at: .bottomLeft))
        ]
      ])
  }

  private static func promptSentence(_ inputs: [Input]) -> String {
    let count = inputs.map { Int($0.prompts.max() ?? -1) + 1 }.max() ?? 0
    return count > 0 ? IntervalBand.sentence(promptCount: count) + " " : ""
  }

  /// Shares at points even in the logarithm, from values in ascending order; NaN beyond the largest
  /// value, where the share is zero.
  package static func survival(of sorted: [Double]) -> (x: [Double], shares: [Double]) {
    let last = Double(pointCount - 1)
    let ratio = log(largest / smallest)
    var x = (0..<pointCount).map { smallest * exp(ratio * Double($0) / last) }
    // So that a curve reaches the largest value that occurs rather than the grid point before it.
    if let greatest = sorted.last, greatest > smallest, greatest < largest {
      x.insert(greatest, at: x.firstIndex { $0 >= greatest } ?? x.endIndex)
    }
    var passed = 0
    let shares = x.map { threshold -> Double in
      while passed < sorted.count, sorted[passed] < threshold { passed += 1 }
      let left = sorted.count - passed
      return left == 0 ? .nan : Double(left) / Double(sorted.count)
    }
    return (x, shares)
  }
}

extension DivergenceSurvival.Input {
  /// What was measured; one prompt where prompts aren't known.
  fileprivate var sorted: SortedValues {
    let measured = divergences.indices.filter { divergences[$0].isFinite }
    return SortedValues(
      measured.map { divergences[$0] },
      clusters: measured.map { prompts.isEmpty ? 0 : prompts[$0] },
      clusterCount: Int(prompts.max() ?? 0) + 1)
  }

  /// Of the share at each point of a curve; nil where the curve has ended or there is none.
  fileprivate func intervals(
    of sorted: SortedValues, at curve: (x: [Double], shares: [Double])
  ) -> [ClosedRange<Double>?] {
    zip(sorted.shares(atLeast: curve.x), curve.shares).map { estimate, share in
      share.isFinite ? estimate.interval : nil
    }
  }
}
