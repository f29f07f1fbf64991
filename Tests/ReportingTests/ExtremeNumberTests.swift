import Analysis
import Plotting
import Reporting
import RunLogs
import StatisticalInference
import Testing

/// Numbers that no model gives, from a log that somebody made.
@Suite struct ExtremeNumberTests {
  @Test func `entropies far outside a map lie in its outermost bins`() {
    let points: [(before: Double, after: Double)] = [
      (-3e38, 3e38), (.infinity, -.infinity), (0.5, 1),
    ]
    let map = EntropyBeforeAfter.density(points, edge: 1)
    #expect(map.values.filter { !$0.isNaN }.reduce(0, +) == 3)
  }

  @Test func `an axis whose length is no number has no marks`() {
    for (low, high) in [(0, .infinity), (-1e308, 1e308), (1, 1), (.nan, 1)] as [(Double, Double)] {
      #expect(TickPlacement.linear(low, high, length: 100, isHorizontal: true).isEmpty)
    }
  }

  @Test func `bytes of texts that no number sums up give a coordinate`() {
    let log = DynamicsLog(
      checkpoints: [.init(run: "r", condition: "c", step: .max, path: "p")],
      references: [
        .init(
          name: "x", fileName: "x", digest: "", prompts: ["a", "b"], bytes: [.max, .max],
          nats: [[1, 2]])
      ])
    #expect(LearningDynamics(log).paths[0].points[0].coordinates[0].value.isFinite)
  }
}
