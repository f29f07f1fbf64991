internal import Plotting
package import Reporting
internal import StatisticalInference

/// How much training changed the probability of tokens, by whose text they are of (the paper's Figure 2b).
package struct ChangeHistogramFigure {
  /// Runs that are shown, where they are there: the paper's three, and SFT on base's own right answers.
  static let runs = ["sft", "rl", "srft", "sft-own"]
  /// Bins of the kept histograms.
  static let binCount = 20
  /// Bins of changes that aren't below −0.1 nor 0.1 and more.
  static let middle = 9...10

  /// Whose text.
  package enum Author: String, CaseIterable {
    case base, own

    var words: String { self == .base ? "base's text" : "each run's own text" }
  }

  /// Of the four, in grey as well.
  private static let dashes: [Style.Dash] = [.solid, .dashed, .dashDotted, .dotted]

  private let cast: StudyCast
  private let names: [String]

  package init(_ cast: StudyCast) {
    self.cast = cast
    names = Self.runs.filter { name in
      Author.allCases.allSatisfy { author in
        let runs = cast.summary.runs(of: name)
        return !runs.isEmpty && runs.allSatisfy { Self.shares(author, of: $0) != nil }
      }
    }
  }

  /// Share of an author's tokens in each bin; nil where it wasn't measured.
  static func shares(_ author: Author, of run: StudyRun) -> [Double]? {
    guard let counts = run.shifts[author.rawValue]?.probabilityChanges, counts.count == binCount
    else { return nil }
    let sum = counts.reduce(0, +)
    return sum > 0 ? counts.map { Double($0) / Double(sum) } : nil
  }

  /// Share of an author's tokens that changed by more than 0.1, in each seed; nil where it wasn't measured.
  package func changed(_ author: Author, of name: String) -> StudyCast.Number? {
    cast.number(of: name, within: 0...1) { run in
      Self.shares(author, of: run).map { shares in
        shares.indices.reduce(0) { Self.middle.contains($1) ? $0 : $0 + shares[$1] }
      }
    }
  }

  /// Histograms over the shares beyond ±0.1, one column for each author; nil where no run was measured.
  package var entry: FigureSet.Entry? {
    guard !names.isEmpty else { return nil }
    let figure = Figure(
      title: "Change of token probability by author", caption: caption, width: .text,
      height: .points(215 + 9 * Double(names.count)),
      rows: [
        Author.allCases.map(histogram), Author.allCases.map(dots),
      ],
      rowWeights: [1, 0.12 * Double(names.count) + 0.05])
    return FigureSet.Entry(name: "figure-2b", figure: figure)
  }

  private func mean(_ author: Author, of name: String) -> [Double] {
    let all = cast.summary.runs(of: name).compactMap { Self.shares(author, of: $0) }
    return (0..<Self.binCount).map { bin in
      all.reduce(0) { $0 + $1[bin] } / Double(all.count)
    }
  }

  private func histogram(_ author: Author) -> Panel {
    let edges = (0...Self.binCount).map { Double($0 - 10) / 10 }
    let smallest =
      Author.allCases.flatMap { author in
        names.flatMap { mean(author, of: $0).filter { $0 > 0 } }
      }.min() ?? 1e-3
    let range = min(smallest / 2, 0.1)...1.3
    return Panel(
      title: author.words,
      x: Axis("change of token probability Δp", range: -1...1),
      y: Axis(
        "share of tokens", scale: .logarithmic, range: range, showsText: author == .base),
      series: zip(Self.runs, Self.dashes).filter { names.contains($0.0) }.map { name, dash in
        var style = cast.style(of: name)
        style.dash = dash
        let heights = mean(author, of: name).map { max($0, range.lowerBound) }
        // As a line of steps, so that the legend shows its dashes.
        return Series(
          name, style: style,
          .line(
            x: zip(edges, edges.dropFirst()).flatMap { [$0, $1] },
            y: heights.flatMap { [$0, $0] }))
      })
  }

  private func dots(_ author: Author) -> Panel {
    let rows = names.indices.map { Double(names.count - 1 - $0) }
    let range = 0.0...1.0
    let series = zip(names, rows).flatMap { name, row -> [Series] in
      guard let number = changed(author, of: name) else { return [] }
      var style = cast.style(of: name)
      let pale = cast.seedStyle(of: name)
      style.dash = .solid
      style.lineWidth = 0.8
      return [
        Series(
          style: pale,
          .points(x: number.values, y: number.values.map { _ in row })),
        Series(style: style, .line(x: number.ends(within: range), y: [row, row])),
        Series(style: style, .points(x: [number.estimate.value], y: [row])),
      ]
    }
    return Panel(
      x: Axis("share of tokens with |Δp| > 0.1", range: range),
      y: Axis(
        "", range: -0.7...(Double(names.count) - 0.3),
        ticks: .at(zip(names, rows).map { .init($1, $0) }), showsText: author == .base),
      series: series)
  }

  private var caption: String {
    let shares = Author.allCases.map { author in
      let texts = names.map { "\($0) \(Phrase.share(changed(author, of: $0)?.estimate))" }
      return "on \(author.words) " + texts.joined(separator: ", ")
    }
    return """
      Change of the probability of each token of responses, Δp = p(token under the run) − p(token under base), \
      both given the same preceding tokens; left on responses that base sampled, right on those that each \
      run sampled itself. Authors are never pooled: a run moves its own text otherwise than base's. \
      Above: share of tokens in each twentieth of −1…1, logarithmic, mean over \(cast.seeds(names)), each \
      seed weighted alike; empty bins lie on the axis. \
      Below: share of tokens in the bins beyond ±0.1 (Δp < −0.1 or Δp ≥ 0.1). \
      \(cast.sentence(names, marks: "Marks")) Small pale marks are seeds. \
      Shares: \(shares.joined(separator: "; ")).
      """
  }
}
