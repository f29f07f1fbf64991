internal import Plotting
internal import Reporting

/// The tokens of responses to one problem under several runs (the paper's Figures 2a and A1).
package struct HeatMapFigures {
  /// Two runs a figure; the problem is the same in both.
  static let figures: [(name: String, runs: [String])] = [
    ("figure-2a", ["sft", "rl"]), ("figure-a1", ["srft", "sft-own"]),
  ]
  /// Base's response to the problem has so many tokens at least: shorter ones have no working.
  static let fewestTokens = 8
  /// Beyond this a probability changed, in ten thousandths, which is how exactly examples are kept.
  static let limit = 1_000
  private static let lineHeight = 11.5
  private static let boxHeight = 9.5
  private static let margins = Panel.Margins(left: 5, right: 5, top: 15, bottom: 2)
  private static let most = 120

  private let cast: StudyCast
  /// Runs that are drawn, as far as there are any.
  private let names: [String]

  package init(_ cast: StudyCast) {
    self.cast = cast
    names = Self.figures.flatMap(\.runs).filter { name in
      cast.summary.runs(of: name).contains { !$0.examples.isEmpty }
    }
  }

  /// The seed and problem that are drawn: of the first seed with one, the first that all runs have a text
  /// of base's for with `fewestTokens` at least; where there is none, the first that all have.
  package var chosen: (seed: UInt64, prompt: String)? {
    guard let base = cast.base, !names.isEmpty else { return nil }
    var seeds: [UInt64] = []
    for run in cast.summary.runs where !seeds.contains(run.seed) { seeds.append(run.seed) }
    func prompts(_ seed: UInt64, atLeast count: Int) -> [String] {
      let lists = names.map { name in
        (cast.summary.run(name, seed: seed)?.examples ?? []).filter {
          $0.source == base && $0.tokens.count >= count
        }
        .map(\.prompt)
      }
      return (lists.first ?? []).filter { prompt in lists.allSatisfy { $0.contains(prompt) } }
    }
    for count in [Self.fewestTokens, 1] {
      for seed in seeds {
        if let prompt = prompts(seed, atLeast: count).first { return (seed, prompt) }
      }
    }
    return nil
  }

  /// One or two; none where no run has examples.
  var entries: [FigureSet.Entry] {
    guard let chosen else { return [] }
    return Self.figures.compactMap { figure in
      let runs = figure.runs.filter(names.contains)
      guard !runs.isEmpty else { return nil }
      return FigureSet.Entry(name: figure.name, figure: drawn(runs, chosen.seed, chosen.prompt))
    }
  }

  /// Whether a token's probability fell, stayed within ±0.1 or rose: −1, 0 or 1; NaN where it isn't known.
  package static func direction(from before: Double?, to after: Double?) -> Double {
    guard let before, let after else { return .nan }
    // In whole ten thousandths: 0.3 − 0.2 isn't 0.1.
    let change = Int((after * 1e4).rounded()) - Int((before * 1e4).rounded())
    return change > limit ? 1 : change < -limit ? -1 : 0
  }

  private func drawn(_ names: [String], _ seed: UInt64, _ prompt: String) -> Figure {
    let sources = [cast.base ?? "", "teacher"]
    func words(_ name: String, _ row: Int) -> String {
      let author = [0: "\(sources[0])'s text", 1: "the teacher's text"][row] ?? "its own text"
      return "\(name) on \(author)"
    }
    let edges = Self.margins.left + Self.margins.right
    let width = ColumnWidth.text.points / Double(names.count) - edges
    let rows = (0...sources.count).map { row in
      names.map { name -> (title: String, example: TextExample?) in
        let source = row < sources.count ? sources[row] : name
        let example = cast.summary.run(name, seed: seed)?.examples.first {
          $0.source == source && $0.prompt == prompt
        }
        return (words(name, row), example)
      }
    }
    let flows = rows.map { row in
      row.map { cell in
        TokenFlow(
          tokens: (cell.example?.tokens ?? []).prefix(Self.most).map { Array($0.utf8) },
          width: width)
      }
    }
    let heights = flows.map { row in
      Double(row.map(\.lineCount).max() ?? 1) * Self.lineHeight + 2
    }
    let panels = rows.indices.map { row in
      zip(rows[row], flows[row]).map { cell, flow in
        panel(cell.title, cell.example, flow, width: width, height: heights[row])
      }
    }
    let titles = (Self.margins.top + Self.margins.bottom) * Double(rows.count)
    return Figure(
      title: "Tokens of one problem's responses by change of probability",
      caption: caption(names, seed, prompt), width: .text,
      height: .points(heights.reduce(0, +) + titles), rows: panels, rowWeights: heights)
  }

  private func panel(
    _ title: String, _ example: TextExample?, _ flow: TokenFlow, width: Double, height: Double
  ) -> Panel {
    let boxes = flow.places.enumerated().map { index, place in
      let value = Self.direction(
        from: example?.probabilityBase[index], to: example?.probabilityRun[index])
      let top = height - 1 - Double(place.line) * Self.lineHeight
      return TextBox(
        x: place.left, y: top - Self.boxHeight, width: place.width, height: Self.boxHeight,
        value: value, text: place.text, mark: value > 0 ? .above : value < 0 ? .below : .none)
    }
    let count = example?.tokens.count ?? 0
    let note =
      count == 0
      ? "not measured" : count > Self.most ? "first \(Self.most) of \(count) tokens" : nil
    return Panel(
      title: title, x: .hidden(0...width), y: .hidden(0...height),
      series: Self.legend + (boxes.isEmpty ? [] : [Series(nil, .boxes(boxes))]),
      colours: ColourScale(palette: .diverging, axis: Axis("", range: -1...1), bar: .none),
      note: note.map { Panel.Note([$0], at: .bottomLeft) }, margins: Self.margins)
  }

  /// What the three colours say; without any extent in the panels.
  private static let legend: [Series] = {
    let stops = Palette.diverging.stops
    let looks = [
      ("fell > 0.1 (bar below)", Style(colour: stops[0], fillOpacity: 1)),
      ("within ±0.1", Style(colour: .guide, lineWidth: 0.4, fillOpacity: 0)),
      ("rose > 0.1 (bar above)", Style(colour: stops[4], fillOpacity: 1)),
    ]
    return looks.map { name, style in
      Series(name, style: style, .steps(edges: [0, 0], heights: [0]))
    }
  }()

  private func caption(_ names: [String], _ seed: UInt64, _ prompt: String) -> String {
    """
    Tokens of responses to the problem \(prompt) of seed \(seed), in reading order, by the change of their \
    probability from \(cast.base ?? "base") to the run, both given the same preceding tokens: orange with a bar \
    below, it fell by more than 0.1; white, within ±0.1; blue with a bar above, it rose by more than 0.1; hatched, \
    not measured. Rows: \(cast.base ?? "base")'s first sampled response, the near teacher's, and the run's own first \
    sampled one. Runs: \(names.joined(separator: ", ")). The problem isn't chosen by eye: it is the first, \
    of the two that each seed keeps, seed by seed, to which \(cast.base ?? "base")'s first response has at least \(Self.fewestTokens) tokens (where none has, the first one). One problem \
    is an example; shares over all of them are in figure-2b.
    """
  }
}
