internal import Plotting
internal import Reporting
internal import StatisticalInference

/// How far runs are from base against what they solve: the figure of the question whether it is the
/// objective, or whose texts it learns from.
struct KLAccuracyFigure {
  private let cast: StudyCast

  init(_ cast: StudyCast) { self.cast = cast }

  private static let measures: [(title: String, measure: StudyMeasure)] = [
    ("on base's text", .klRunBase), ("on each run's own text", .ownKLRunBase),
  ]

  /// Two panels: the distance on base's own text, and on each run's own; nil where no run has both a
  /// distance and an accuracy.
  var entry: FigureSet.Entry? {
    let all = cast.named + cast.others
    let numbers = Self.measures.flatMap { measure in
      points(all, measure.measure).map(\.x)
    }
    guard let x = StudyCast.range(numbers, .logarithmic) else { return nil }
    let panels = Self.measures.filter { !points(all, $0.measure).isEmpty }.enumerated()
      .map { place, measure in panel(measure.title, measure.measure, x: x, isFirst: place == 0) }
    let figure = Figure(
      title: "Distance from base and accuracy", caption: caption,
      width: panels.count == 1 ? .single : .text, height: .panelAspect(1.15), rows: [panels])
    return FigureSet.Entry(name: "kl-accuracy", figure: figure)
  }

  private func points(_ names: [String], _ measure: StudyMeasure) -> [StudyCast.Point] {
    cast.points(
      names, x: { cast.number(measure, of: $0) }, y: { cast.number(.accuracy, of: $0) })
  }

  private func panel(
    _ title: String, _ measure: StudyMeasure, x range: ClosedRange<Double>, isFirst: Bool
  ) -> Panel {
    let x = StudyCast.logarithmic("KL(run ‖ base)", unit: "nats per token", range: range)
    // Room for marks at either end.
    let y = Axis("held-out accuracy", range: -0.03...1.03, showsText: isFirst)
    let base = cast.base.flatMap { cast.number(.accuracy, of: $0) }
    let line = cast.baseLine(base, x: range)
    let named = points(cast.named, measure)
    return Panel(
      title: title, x: x, y: y,
      series: cast.families(named.map(\.name), at: range.lowerBound, 0) + line
        + cast.series(
          named, others: points(cast.others, measure), x: x, y: y, size: (162, 186),
          line: base.map {
            ([range.lowerBound, range.upperBound], [$0.estimate.value, $0.estimate.value])
          }))
  }

  private var caption: String {
    let runs = cast.named.filter { cast.number(.accuracy, of: $0) != nil }
    let others = cast.others.contains { cast.number(.accuracy, of: $0) != nil }
    return """
      How far each run is from base, and how many held-out problems it solves. Across: mean over tokens of \
      KL(run ‖ base) of the next token over the whole vocabulary, on responses that base sampled (left) and \
      on those that the run sampled itself (right), logarithmic. Up: share of right sampled responses at \
      temperature 1. \(cast.sentence(runs, marks: "Marks")) Small pale marks are seeds. \
      Base, whose KL is 0, is the dotted line, its interval grey. \
      Colours say whose texts a run learns from.\
      \(others ? " Small rings: means of variants, and of parts that other runs start from." : "")
      """
  }
}
