internal import Plotting
internal import Reporting
internal import StatisticalInference

/// How far runs are from base against what they solve: the figure of the question whether it is the
/// objective, or whose texts it learns from.
struct KLAccuracyFigure {
  private let cast: StudyCast

  init(_ cast: StudyCast) { self.cast = cast }

  /// Two panels: the distance on base's own text, and on each run's own; nil where no run has both a
  /// distance and an accuracy.
  var entry: FigureSet.Entry? {
    let panels = [
      panel("on base's text", .klRunBase, isFirst: true),
      panel("on each run's own text", .ownKLRunBase, isFirst: false),
    ].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let figure = Figure(
      title: "Distance from base and accuracy", caption: caption,
      width: panels.count == 1 ? .single : .text, height: .panelAspect(1), rows: [panels])
    return FigureSet.Entry(name: "kl-accuracy", figure: figure)
  }

  private func panel(_ title: String, _ measure: StudyMeasure, isFirst: Bool) -> Panel? {
    func points(_ names: [String]) -> [StudyCast.Point] {
      cast.points(
        names, x: { cast.number(measure, of: $0) }, y: { cast.number(.accuracy, of: $0) })
    }
    let (named, others) = (points(cast.named), points(cast.others))
    guard let x = StudyCast.range((named + others).map(\.x), .logarithmic) else { return nil }
    let y = 0.0...1.0
    let line = cast.baseLine(cast.base.flatMap { cast.number(.accuracy, of: $0) }, x: x)
    return Panel(
      title: title,
      x: Axis("KL(run ‖ base)", unit: "nats per token", scale: .logarithmic, range: x),
      y: Axis("held-out accuracy", range: y, showsText: isFirst),
      series: line + cast.series(named, others: others, x: x, y: y))
  }

  private var caption: String {
    let families = StudyStyle.Family.allCases.filter { family in
      family != .base && cast.named.contains { StudyStyle.family(of: $0) == family }
    }
    let runs = cast.named.filter { cast.number(.accuracy, of: $0) != nil }
    let others = cast.others.contains { cast.number(.accuracy, of: $0) != nil }
    return """
      How far each run is from base, and how many held-out problems it solves. Across: mean over tokens of \
      KL(run ‖ base) of the next token over the whole vocabulary, on responses that base sampled (left) and \
      on those that the run sampled itself (right), logarithmic. Up: share of right sampled responses at \
      temperature 1. \(cast.sentence(runs, marks: "Marks")) Small pale marks are seeds. \
      Base, whose KL is 0, is the dotted line, its interval grey. \
      Colours say whose texts a run learns from: \
      \(families.map { "\($0.colour.name) \($0.words)" }.joined(separator: ", ")).\
      \(others ? " Small rings: means of variants, and of parts that other runs start from." : "")
      """
  }
}

extension Colour {
  /// For captions.
  fileprivate var name: String {
    switch self {
    case .orange: "orange"
    case .blue: "blue"
    case .reddishPurple: "purple"
    case .vermilion: "red"
    case .bluishGreen: "green"
    default: "black"
    }
  }
}
