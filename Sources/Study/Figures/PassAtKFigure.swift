internal import Plotting
internal import Reporting
internal import StatisticalInference
internal import Training

/// How many problems runs solve in k tries: whether reinforcement finds more of them, or finds the same ones
/// more often (Yue et al. 2025, arXiv 2504.13837).
struct PassAtKFigure {
  /// The numbers of tries.
  static let tries = [1, 2, 4, 8]

  private let cast: StudyCast

  init(_ cast: StudyCast) { self.cast = cast }

  /// The unbiased estimate of pass@k of held-out problems, their mean; NaN with fewer samples than k.
  ///
  /// 1 − C(n − c, k)/C(n, k) of n samples of which c are right (Chen et al. 2021, arXiv 2107.03374).
  static func pass(at k: Int, of run: StudyRun) -> Double {
    guard let answers = run.splits["test"], answers.samples >= k, !answers.correct.isEmpty
    else { return .nan }
    let shares = answers.correct.map {
      HeldOutResult.pass(at: k, correct: $0, of: answers.samples)
    }
    return shares.reduce(0, +) / Double(shares.count)
  }

  func number(at k: Int, of name: String) -> StudyCast.Number? {
    let runs = cast.summary.runs(of: name)
    let values = runs.map { Self.pass(at: k, of: $0) }
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    let problems = runs.compactMap { $0.splits["test"]?.correct.count }.reduce(0, +)
    return StudyCast.Number(
      values: values, estimate: .mean(ofSeeds: values, within: 0...1, trials: problems))
  }

  /// A run's pass@k less another's, paired by seed; nil without a seed that has both.
  func difference(at k: Int, of name: String, from other: String) -> Estimate? {
    let others = Dictionary(cast.summary.runs(of: other).map { ($0.seed, $0) }) { first, _ in first }
    let differences = cast.summary.runs(of: name).compactMap { run in
      others[run.seed].map { Self.pass(at: k, of: run) - Self.pass(at: k, of: $0) }
    }.filter(\.isFinite)
    guard !differences.isEmpty else { return nil }
    var estimate = Estimate.mean(ofSeeds: differences)
    // Seeds that all agree say nothing of how far they might not.
    if differences.allSatisfy({ $0 == differences[0] }) { estimate.interval = nil }
    estimate.interval = estimate.interval.flatMap {
      Estimate.kept($0, around: estimate.value, within: -1...1)
    }
    return estimate
  }

  /// Base with runs that learn from their own texts, and with those that learn from a teacher's as well.
  var entry: FigureSet.Entry? {
    let shown = cast.named.filter { name in Self.tries.contains { number(at: $0, of: name) != nil } }
    guard !shown.isEmpty else { return nil }
    let groups: [(title: String, names: [String])] = [
      ("their own texts", shown.filter { StudyStyle.family(of: $0) == .own }),
      (
        "a teacher's texts",
        shown.filter { StudyStyle.family(of: $0) == .imitation }
      ),
      (
        "both",
        shown.filter { ![.own, .imitation].contains(StudyStyle.family(of: $0)) }
      ),
    ].filter { !$0.names.isEmpty }
    let panels = groups.enumerated().map { place, group in
      panel(group.title, group.names, isFirst: place == 0)
    }
    let figure = Figure(
      title: "Problems solved in k tries", caption: caption(shown),
      width: panels.count == 1 ? .single : .full, height: .panelAspect(panels.count == 3 ? 1.2 : 1),
      rows: [panels])
    return FigureSet.Entry(name: "pass-at-k", figure: figure)
  }

  private func panel(_ title: String, _ names: [String], isFirst: Bool) -> Panel {
    let all = (cast.base.map { [$0] } ?? []) + names
    let range = -0.45...(Double(Self.tries.count) - 0.55)
    let series = all.enumerated().flatMap { place, name -> [Series] in
      var style = name == cast.base ? Style(dash: .dotted, marker: .cross) : cast.style(of: name)
      style.lineWidth = 0.8
      var bar = style
      (bar.dash, bar.lineWidth) = (.solid, 0.5)
      // Beside each other, so that intervals don't cover one another.
      let shift = all.count > 1 ? 0.6 * (Double(place) / Double(all.count - 1) - 0.5) : 0
      let numbers = Self.tries.enumerated().compactMap { column, k in
        number(at: k, of: name).map { (x: Double(column) + shift, number: $0) }
      }
      guard !numbers.isEmpty else { return [] }
      return numbers.map { x, number in
        Series(style: bar, .line(x: [x, x], y: number.ends(within: 0...1)))
      } + [
        Series(
          style: style, .line(x: numbers.map(\.x), y: numbers.map(\.number.estimate.value))),
        Series(
          name, style: style,
          .points(x: numbers.map(\.x), y: numbers.map(\.number.estimate.value))),
      ]
    }
    return Panel(
      title: title,
      x: Axis(
        "tries k", range: range,
        ticks: .at(Self.tries.enumerated().map { .init(Double($0), "\($1)") })),
      y: Axis("pass@k", range: 0...1, showsText: isFirst), series: series)
  }

  private func caption(_ names: [String]) -> String {
    var parts = [
      """
      Share of held-out problems that at least one of k sampled responses solves, at temperature 1: pass@k by \
      the unbiased estimate 1 − C(n − c, k)/C(n, k) from n samples of which c are right (Chen et al. 2021), \
      mean over problems. Panels: runs by whose texts they learn from; \(cast.base ?? "base") is in each. \
      \(cast.sentence(names, marks: "Marks")) Runs stand beside each other at each k.
      """
    ]
    parts += ["rl", "sft-own"].compactMap(sentence)
    return parts.joined(separator: " ")
  }

  /// What the intervals say of whether base overtakes a run with more tries.
  private func sentence(_ name: String) -> String? {
    guard let base = cast.base else { return nil }
    let differences = Self.tries.compactMap { k in
      difference(at: k, of: name, from: base).map { (k: k, estimate: $0) }
    }
    guard let first = differences.first, let last = differences.last, first.k < last.k
    else { return nil }
    let texts = [first, last].map { "\(Phrase.text($0.estimate, .signed)) at k = \($0.k)" }
    let sides = differences.map { $0.estimate.side(of: 0) }
    let answer =
      if sides.allSatisfy({ $0 == .above }) {
        "\(base) overtakes it at no k up to \(last.k)"
      } else if sides.first == .above, sides.last == .below {
        "\(base) overtakes it by k = \(last.k)"
      } else {
        "whether \(base) overtakes it is undecided"
      }
    return
      "\(name) − \(base), paired by seed: \(texts.joined(separator: ", ")), 95 % each; \(answer)."
  }
}
