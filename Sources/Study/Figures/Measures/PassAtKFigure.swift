internal import Plotting
internal import Reporting
package import StatisticalInference
internal import Training

/// How many problems runs solve in k tries.
///
/// Whether reinforcement finds more of them, or finds the same ones more often, is asked in arXiv 2504.13837
/// (Yue et al. 2025).
package struct PassAtKFigure {
  /// The numbers of tries.
  package static let tries = [1, 2, 4, 8]

  private let cast: StudyCast

  package init(_ cast: StudyCast) { self.cast = cast }

  /// The unbiased estimate of pass@k of held-out problems, their mean; NaN with fewer samples than k.
  ///
  /// 1 − C(n − c, k)/C(n, k) of n samples of which c are right (Chen et al. 2021, arXiv 2107.03374).
  package static func pass(at k: Int, of run: StudyRun) -> Double {
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
  package func difference(at k: Int, of name: String, from other: String) -> Estimate? {
    let others = Dictionary(cast.summary.runs(of: other).map { ($0.seed, $0) }) { first, _ in first
    }
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
    let shown = cast.named.filter { name in Self.tries.contains { number(at: $0, of: name) != nil }
    }
    guard !shown.isEmpty else { return nil }
    let groups: [(title: String, families: [StudyStyle.Family])] = [
      ("their own texts", [.own]), ("a teacher's texts", [.imitation]),
      ("one after the other", [.imitationFirst, .ownFirst]), ("both at once", [.mixed]),
    ]
    let panels = groups.map { group in
      (group.title, shown.filter { group.families.contains(StudyStyle.family(of: $0)) })
    }.filter { !$0.1.isEmpty }.enumerated().map { place, group in
      panel(group.0, group.1, isFirst: place % 2 == 0)
    }
    let rows = panels.count == 4 ? [Array(panels[..<2]), Array(panels[2...])] : [panels]
    let figure = Figure(
      title: "Problems solved in k tries", caption: caption(shown),
      width: panels.count == 1 ? .single : panels.count == 3 ? .full : .text,
      height: .panelAspect(panels.count == 3 ? 1.1 : 0.8), rows: rows)
    return FigureSet.Entry(name: "pass-at-k", figure: figure)
  }

  /// Where the marks of a run stand, and what they are.
  private func marks(_ name: String, shift: Double) -> [(x: Double, number: StudyCast.Number)] {
    Self.tries.enumerated().compactMap { column, k in
      number(at: k, of: name).map { (Double(column) + shift, $0) }
    }
  }

  private func panel(_ title: String, _ names: [String], isFirst: Bool) -> Panel {
    let all = (cast.base.map { [$0] } ?? []) + names
    let x = Axis(
      // Room for names at the right.
      "tries k", range: -0.45...(Double(Self.tries.count) + 0.6),
      ticks: .at(Self.tries.enumerated().map { .init(Double($0), "\($1)") }))
    let y = Axis("pass@k", range: -0.03...1.03, showsText: isFirst)
    var placement = LabelPlacement(width: 160, height: 128, x: x, y: y)
    var labels: [LabelPlacement.Label] = []
    let series = all.enumerated().flatMap { place, name -> [Series] in
      var style = name == cast.base ? Style(dash: .dotted, marker: .cross) : cast.style(of: name)
      style.lineWidth = 0.8
      var bar = style
      (bar.dash, bar.lineWidth) = (.solid, 0.5)
      // Beside each other, so that intervals don't cover one another.
      let shift = all.count > 1 ? 0.5 * (Double(place) / Double(all.count - 1) - 0.5) : 0
      let marks = marks(name, shift: shift)
      guard let last = marks.last else { return [] }
      let (x, y) = (marks.map(\.x), marks.map(\.number.estimate.value))
      labels.append(.init(text: name, x: last.x, y: last.number.estimate.value))
      placement.avoid(x: x, y: y, radius: 3, cost: 300)
      for (start, end) in zip(marks, marks.dropFirst()) {
        let steps = stride(from: 0.0, through: 1, by: 0.1)
        placement.avoid(
          x: steps.map { start.x + $0 * (end.x - start.x) },
          y: steps.map {
            start.number.estimate.value
              + $0 * (end.number.estimate.value - start.number.estimate.value)
          }, radius: 1, cost: 15)
      }
      let bars = marks.map { (x: [$0.x, $0.x], y: $0.number.ends(within: 0...1)) }
      for bar in bars { placement.avoid(lineX: bar.x, y: bar.y, cost: 15) }
      return bars.map { Series(style: bar, .line(x: $0.x, y: $0.y)) } + [
        Series(style: style, .line(x: x, y: y)), Series(style: style, .points(x: x, y: y)),
      ]
    }
    let places = placement.places(labels)
    return Panel(
      title: title, x: x, y: y,
      series: series + StudyCast.leaders(places) + StudyCast.names(places))
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
