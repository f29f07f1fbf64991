internal import Plotting
internal import Reporting

/// What figures of curves have in common.
enum CurveFigure {
  /// The last tokens of any curve, rounded up.
  static func end(of curves: [SeedCurves]) -> Double {
    let last = curves.compactMap(\.grid.last).max() ?? 0
    let unit = last > 200_000 ? 50_000.0 : RunCurves.spacing
    return max(unit, (last / unit).rounded(.up) * unit)
  }

  /// From 0 to a little above all means and seeds; intervals are cut there.
  static func fromZero(_ curves: [SeedCurves]) -> ClosedRange<Double> {
    let highest =
      curves.flatMap { $0.seeds.flatMap(\.self) + $0.mean }.filter(\.isFinite).max() ?? 1
    return 0...(highest > 0 ? highest * 1.05 : 1)
  }

  /// Where evaluations stand.
  static let evaluations =
    "x counts tokens of updates from base on, those of the runs before included; at 0 stands base's own "
    + "last evaluation, which may have ended its training. Between evaluations each seed is interpolated linearly, so what happens right after a "
    + "second stage begins looks as if it began before."

  /// Where second stages begin; empty where none are drawn.
  static func stages(_ panels: [CurvePanel]) -> String {
    var known: Set<String> = []
    let stages = panels.flatMap(\.curves).filter {
      $0.stage != nil && known.insert($0.name).inserted
    }
    guard !stages.isEmpty else { return "" }
    let texts = stages.map {
      "\($0.name) at \(Number.count(Int(($0.stage ?? 0) / 1_000)))"
    }
    return "Second stages begin, in thousands of tokens: " + texts.joined(separator: ", ") + "."
  }
}

extension CurveFigure {
  /// Where steps stand.
  ///
  /// - Parameter isByTotal: whether a panel counts sampled tokens, too.
  /// - Returns: two sentences of a caption.
  static func steps(isByTotal: Bool = false) -> String {
    func half(_ tokens: RunCurves.Tokens) -> String { Number.count(Int(tokens.window / 2)) }
    let total = isByTotal ? ", \(half(.total)) in (d)" : ""
    return
      "A step stands at the tokens before it, since its rollouts are sampled before its update; each seed "
      + "is averaged over its steps within \(half(.updates)) tokens\(total) on either side (fewer at the ends)."
  }
}
