package import Plotting
package import StatisticalInference

/// The entropy of every position before training against after it, as a density.
package enum EntropyBeforeAfter {
  /// What one pair contributes.
  package struct Input: Sendable {
    /// The pair.
    package let pair: PairLabel
    /// Entropy of each position under the model before, nats; NaN where not measured.
    package let before: [Float]
    /// The same under the model after.
    package let after: [Float]
    /// The mean of after − before with its interval; nil for the mean of these numbers alone.
    package let change: Estimate?

    /// Joins a pair and its entropies.
    package init(
      pair: PairLabel, before: [Float], after: [Float], change: Estimate? = nil
    ) {
      self.change = change
      self.pair = pair
      self.before = before
      self.after = after
    }
  }

  package static let binCount = 56
  private static let name = "entropy before and after"

  /// Draws one panel for each pair, all on the same axes and colours.
  ///
  /// Without a stated width, the number of pairs chooses it.
  package static func figure(
    _ inputs: [Input], width: ColumnWidth? = nil
  ) throws(FigureError) -> Figure {
    guard !inputs.isEmpty else { throw .noPairs(figure: name) }
    var points: [[(before: Double, after: Double)]] = []
    var samples: [(pair: PairLabel, measured: Int, missing: Int)] = []
    for input in inputs {
      guard input.before.count == input.after.count else {
        throw .lengthsDiffer(
          figure: name, pair: input.pair.text, expected: input.before.count,
          found: input.after.count)
      }
      let measured = zip(input.before, input.after).filter { $0.isFinite && $1.isFinite }
        .map { (before: Double($0), after: Double($1)) }
      guard !measured.isEmpty else {
        throw .nothingMeasured(figure: name, pair: input.pair.text)
      }
      points.append(measured)
      samples.append((input.pair, measured.count, input.before.count - measured.count))
    }
    let highest = points.joined().reduce(0.0) { max($0, $1.before, $1.after) }
    let edge = highest > 0 ? highest * 1.02 : 1
    let maps = points.map { density($0, edge: edge) }
    let mostCrowded = maps.flatMap(\.values).reduce(1) { $1 > $0 ? $1 : $0 }
    // A scale of 1 … 1 would be no scale.
    let counts = Axis("positions", scale: .logarithmic, range: 1...max(10, mostCrowded))
    let width = width ?? (inputs.count == 1 ? .single : inputs.count == 2 ? .text : .full)
    let titleWidth = (width.points - 45) / Double(inputs.count) - 35
    let panels = inputs.indices.map { index in
      panel(
        inputs[index].pair.text(within: titleWidth, size: 9),
        changeText(inputs[index], points[index]), map: maps[index],
        edge: edge, counts: counts, isFirst: index == 0, isLast: index == inputs.count - 1)
    }
    return Figure(
      title: "Entropy before and after",
      caption: """
        Entropy of the next-token distribution (nats, full vocabulary) at each position of the \
        responses: model before on x, model after on y, both given the same preceding tokens. \
        Colour: number of positions in a square bin, logarithmic. The line marks no change; below \
        it the model became more certain. ΔH is the mean of after − before\
        \(inputs.contains { $0.change?.interval != nil } ? ", in brackets its 95 % interval over prompts" : ""). \
        \(FigureText.sample(samples))
        """,
      width: width,
      height: .panelAspect(1), rows: [panels], legend: .none)
  }

  private static func changeText(
    _ input: Input, _ points: [(before: Double, after: Double)]
  ) -> String {
    func text(_ value: Double) -> String { FigureText.decimal(value, decimals: 3) }
    let mean = points.reduce(0.0) { $0 + $1.after - $1.before } / Double(points.count)
    let interval = input.change?.interval.map {
      " [\(text($0.lowerBound)), \(text($0.upperBound))]"
    }
    return "ΔH = \(text(input.change?.value ?? mean)) nats\(interval ?? "")"
  }

  private static func panel(
    _ title: String, _ change: String, map: DensityMap, edge: Double, counts: Axis, isFirst: Bool,
    isLast: Bool
  ) -> Panel {
    Panel(
      title: title, subtitle: change,
      x: Axis("entropy before", unit: "nats", range: 0...edge),
      y: Axis(isFirst ? "entropy after" : "", unit: isFirst ? "nats" : nil, range: 0...edge),
      series: [
        Series(nil, .density(map)),
        Series(
          style: Style(colour: .black, dash: .dashed, lineWidth: 0.6),
          .line(x: [0, edge], y: [0, edge])),
      ],
      colours: ColourScale(palette: .sequential, axis: counts, bar: isLast ? .right : .none))
  }

  /// Counts of square bins; empty bins are NaN, which stay white.
  package static func density(
    _ points: [(before: Double, after: Double)], edge: Double
  ) -> DensityMap {
    let edges = (0...binCount).map { edge * Double($0) / Double(binCount) }
    var values = [Double](repeating: .nan, count: binCount * binCount)
    for point in points {
      let index = bin(point.after, edge) * binCount + bin(point.before, edge)
      values[index] = (values[index].isNaN ? 0 : values[index]) + 1
    }
    return DensityMap(xEdges: edges, yEdges: edges, values: values)
  }

  private static func bin(_ value: Double, _ edge: Double) -> Int {
    // Rounding can leave an entropy a little below zero.
    Int(min(Double(binCount - 1), max(0, (value / edge * Double(binCount)).rounded(.down))))
  }
}
