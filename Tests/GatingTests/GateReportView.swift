import Analysis
import Gating
import Reporting

/// A report with short ways to its findings.
struct GateReportView {
  let report: GateReport

  init(_ report: GateReport) { self.report = report }

  func finding(_ metric: GateMetric, _ slice: GateSlice? = nil) -> GateFinding? {
    report.result.findings.first { $0.metric == metric && $0.slice == slice }
  }

  /// Metrics with an outcome, of the whole.
  func metrics(_ outcome: GateFinding.Outcome) -> Set<GateMetric> {
    Set(report.result.headlines.filter { $0.outcome == outcome }.map(\.metric))
  }
}
