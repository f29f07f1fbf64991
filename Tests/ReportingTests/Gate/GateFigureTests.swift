import Analysis
import Foundation
import Plotting
import Reporting
import StatisticalInference
import TestSupport
import Testing

/// The figure of a gate: harms in margins.
@Suite struct GateFigureTests {
  private static func report(_ findings: [GateFinding]) -> GateReport {
    let source = GateReport.Source(path: "a", model: "rl", base: nil, weights: "", evaluation: "")
    return GateReport(
      result: GateResult(look: 7, looks: 20, level: 0.002, baselines: 1, findings: findings),
      isStrict: false, isRepeated: false, gaps: [:], notes: [],
      record: .init(baselines: [source], candidate: source, texts: "", policy: "", state: ""))
  }

  private static func finding(
    _ metric: GateMetric, _ outcome: GateFinding.Outcome, _ harm: (Double, Double, Double)?,
    margin: Double? = 0.02, slice: GateSlice? = nil, role: GateRule.Role = .gated
  ) -> GateFinding {
    GateFinding(
      metric: metric, slice: slice, worse: GateRule.standard(metric).worse, role: role,
      outcome: outcome,
      harm: harm.map {
        Estimate(
          value: $0.0, interval: $0.1...$0.2, clusters: 400, observations: 400,
          method: .maxOfTAndHall)
      }, size: harm.map { abs($0.0) }, margin: margin, hasDefaultMargin: true, prompts: 400)
  }

  private static let findings = [
    finding(.accuracy, .regressed, (0.049, 0.026, 0.072)),
    finding(
      .accuracy, .regressed, (0.06, 0.03, 0.09), slice: .init(.task, "carry"), role: .warning),
    finding(.accuracy, .equivalent, (0.001, -0.01, 0.012), slice: .init(.task, "plain")),
    finding(.klToBase, .regressed, (0.5, 0.4, 0.6)),
    finding(.length, .equivalent, (-1.2, -2, -0.4), margin: 2.4),
    finding(.stoppedRate, .undecided, (0.01, -0.03, 0.05)),
    finding(.reward, .shown, (0.01, 0, 0.02), margin: 0.1, role: .shown),
    finding(.formatRate, .notMeasured, nil, margin: nil),
  ]

  @Test func `harms and intervals are divided by their margins`() throws {
    let figure = try #require(GateFigure.figure(of: Self.report(Self.findings)))
    let panel = try #require(figure.panels.first)
    guard case .at(let ticks) = panel.y.ticks else {
      Issue.record("rows have no names")
      return
    }
    // What fails first, what is only shown last; of slices only what got worse.
    #expect(
      ticks.map(\.value) == [5.5, 4.5, 3.5, 2.5, 1.5, 0.5])
    var values: [Double: Double] = [:]
    var ends: [Double: [Double]] = [:]
    var labels: [String] = []
    var heights: [Double] = []
    for series in panel.series {
      switch series.marks {
      case .points(let x, let y): for (x, y) in zip(x, y) { values[y] = x }
      case .line(let x, let y) where series.name != nil:
        for (x, y) in zip(x, y) where !x.isNaN { ends[y, default: []].append(x) }
      case .labels(_, let y, let texts): (labels, heights) = (labels + texts, heights + y)
      default: break
      }
    }
    // By hand: harm over margin, cut at 6.
    let expected: [(Double, [Double])] = [
      (2.45, [1.3, 3.6]), (6, [6, 6]), (3, [1.5, 4.5]), (0.5, [-1.5, 2.5]),
      (-0.5, [-2 / 2.4, -0.4 / 2.4]), (0.1, [0, 0.2]),
    ]
    for (row, (value, interval)) in expected.enumerated() {
      let y = 5.5 - Double(row)
      // Products and quotients of a few roundings.
      expectClose(values[y] ?? .nan, value, relative: 1e-12)
      for (found, end) in zip(ends[y] ?? [.nan, .nan], interval) {
        expectClose(found, end, relative: 1e-12)
      }
    }
    // A share is below 24: nothing else is beyond the axis.
    #expect(labels == ["25.0"])
    // Its interval is beyond as well: the number stands in the row, where no line is.
    #expect(heights == [4.5])
    #expect(figure.caption.contains("Shaded: within the margin."))
  }

  @Test func `a number beyond the axis stands above an interval that reaches into it`() throws {
    let finding = Self.finding(.accuracy, .regressed, (0.14, 0.04, 0.24))
    let panel = try #require(GateFigure.figure(of: Self.report([finding]))?.panels.first)
    guard case .labels(_, let y, let texts)? = panel.series.last?.marks else {
      Issue.record("no number")
      return
    }
    #expect(y == [0.86] && texts == ["7.00"])
  }

  @Test func `the figure is as recorded, and gnuplot draws it`() throws {
    let figure = try #require(GateFigure.figure(of: Self.report(Self.findings)))
    let text = try FigureScript(figure, name: GateFigure.name)
    try expectGolden(text.script, "plotting/gate.gp")
    try expectGolden(text.data, "plotting/gate.tsv")
    try withTemporaryFolder { folder in
      let files = try figure.write(named: GateFigure.name, to: folder)
      #expect(try String(contentsOf: files.svg, encoding: .utf8).contains("accuracy in task carry"))
    }
  }

  @Test func `without a margin there is no figure, and with very many rows a cut one`() throws {
    let bare = Self.finding(.accuracy, .shown, (0.1, 0, 0.2), margin: nil)
    #expect(GateFigure.figure(of: Self.report([bare])) == nil)
    let many = (0..<40).map { Self.finding(.training("c\($0)"), .shown, (0.1, 0, 0.2)) }
    let figure = try #require(GateFigure.figure(of: Self.report(many)))
    #expect(figure.caption.hasSuffix("16 more are in the table."))
  }
}
