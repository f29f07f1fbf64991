internal import Plotting
internal import Reporting
internal import StatisticalInference

/// What demonstrations are worth: accuracy and distance from base by their quality and author, under SFT and
/// SRFT.
struct DemonstrationsFigure {
  /// Kinds of demonstrations, best known first, with the endings of the runs that have them.
  static let kinds: [(ending: String, words: String)] = [
    ("", "clean"), ("-wrong-10", "a tenth wrong"), ("-wrong-30", "3 tenths wrong"),
    ("-wrong-30-verified", "the same, verified"), ("-weak", "weak model's"),
    ("-far", "far style"),
    ("-native", "base's style"), ("-own", "own right ones"),
  ]
  /// Methods, with the look of their marks.
  private static let methods: [(name: String, style: Style, shift: Double)] = [
    (
      "sft",
      Style(colour: StudyStyle.Family.imitation.colour, marker: .circle, markerSize: 0.45), 0.17
    ),
    (
      "srft", Style(colour: StudyStyle.Family.mixed.colour, marker: .triangle, markerSize: 0.45),
      -0.17
    ),
  ]

  private let cast: StudyCast

  init(_ cast: StudyCast) { self.cast = cast }

  private func has(_ name: String) -> Bool {
    cast.number(.accuracy, of: name) != nil
  }

  /// Two panels with a row for each kind; nil where no method has two kinds.
  var entry: FigureSet.Entry? {
    let kinds = Self.kinds.filter { kind in Self.methods.contains { has($0.name + kind.ending) } }
    let counts = Self.methods.map { method in kinds.count { has(method.name + $0.ending) } }
    guard counts.contains(where: { $0 > 1 }) else { return nil }
    let names = Self.methods.flatMap { method in kinds.map { method.name + $0.ending } }
      .filter(has)
    let distances = names.compactMap { cast.number(.klRunBase, of: $0) }
    let axis = StudyCast.range(distances, .logarithmic)
    let panels = [
      panel(
        kinds, .accuracy, Axis("held-out accuracy", range: 0...1), range: 0...1, isFirst: true),
      axis.map {
        panel(
          kinds, .klRunBase,
          StudyCast.logarithmic("KL(run ‖ base)", unit: "nats per token", range: $0),
          range: $0, isFirst: false)
      },
    ].compactMap(\.self)
    let figure = Figure(
      title: "Accuracy and distance from base by demonstrations", caption: caption(names),
      width: .text, height: .points(34 + 22 * Double(kinds.count)), rows: [panels])
    return FigureSet.Entry(name: "demonstrations", figure: figure)
  }

  private func panel(
    _ kinds: [(ending: String, words: String)], _ measure: StudyMeasure, _ x: Axis,
    range: ClosedRange<Double>, isFirst: Bool
  ) -> Panel {
    let rows = kinds.indices.map { Double(kinds.count - 1 - $0) }
    let height = -0.6...(Double(kinds.count) - 0.4)
    var series: [Series] = []
    if measure == .accuracy, let base = cast.base, let number = cast.number(.accuracy, of: base) {
      let value = number.estimate.value
      series.append(
        Series(
          base, style: Style(dash: .dotted),
          .line(x: [value, value], y: [height.lowerBound, height.upperBound])))
    }
    for method in Self.methods {
      for (kind, row) in zip(kinds, rows) {
        guard let number = cast.number(measure, of: method.name + kind.ending) else { continue }
        let y = row + method.shift
        let pale = StudyStyle.ofSeeds(method.style)
        var bar = method.style
        bar.lineWidth = 0.8
        series += [
          Series(style: pale, .points(x: number.values, y: number.values.map { _ in y })),
          Series(style: bar, .line(x: number.ends(within: range), y: [y, y])),
          Series(
            method.name, style: method.style, .points(x: [number.estimate.value], y: [y])),
        ]
      }
    }
    return Panel(
      x: x,
      y: Axis(
        "", range: height, ticks: .at(zip(kinds, rows).map { .init($1, $0.words) }),
        showsText: isFirst),
      series: series)
  }

  private func caption(_ names: [String]) -> String {
    """
    What demonstrations are worth. Left: share of right sampled responses to held-out problems at temperature 1. \
    Right: mean over tokens of KL(run ‖ base) on base's own responses, logarithmic. Rows: demonstrations of the \
    near teacher as they are, with a tenth or three tenths of them wrong (verified: these have reward 0 \
    under SRFT instead of 1), samples of a weaker model, right or not, a teacher of another style, one in \
    base's own style, and base's own right samples. \(cast.sentence(names, marks: "Marks")) \
    Small pale marks are seeds.\(differing(names))
    """
  }

  /// Which runs have how many seeds, where not all have as many.
  private func differing(_ names: [String]) -> String {
    let counts = names.map { (name: $0, count: cast.summary.runs(of: $0).count) }
    guard Set(counts.map(\.count)).count > 1 else { return "" }
    return " Seeds: " + counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ") + "."
  }
}
