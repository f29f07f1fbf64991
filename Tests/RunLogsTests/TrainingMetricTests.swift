import Foundation
import RunLogs
import TestSupport
import Testing

@Suite struct TrainingMetricTests {
  @Test func `the article has the dictionary as it is`() throws {
    let article = try String(
      contentsOf: Places.root.appending(path: "Sources/Documentation.docc/TrainingMetrics.md"),
      encoding: .utf8)
    let table = article.split(separator: "\n").filter { $0.hasPrefix("|") }.map(String.init)
    #expect(table == TrainingMetric.table)
    #expect(table.count == TrainingMetric.allCases.count + 2)
  }

  @Test func `every metric says what it is in words and a unit`() {
    for metric in TrainingMetric.allCases {
      #expect(metric.entry.definition.count > 10 && !metric.entry.definition.hasSuffix("."))
      #expect(["1", "nats", "token", "s"].contains(metric.entry.unit))
    }
    // No two metrics are the same thing, so no two have another program's name.
    for names in [
      TrainingMetric.allCases.compactMap(\.entry.trl),
      TrainingMetric.allCases.compactMap(\.entry.verl),
    ] {
      #expect(Set(names.map(\.name)).count == names.count)
    }
  }

  @Test func `a share of what was clipped becomes one of what stopped`() throws {
    let clipped = try #require(TrainingMetric.stoppedShare.entry.trl)
    #expect(clipped.name == "completions/clipped_ratio" && clipped.ours(0.25) == 0.75)
    #expect(clipped.description == "1 − completions/clipped_ratio")
    let reward = try #require(TrainingMetric.reward.entry.trl)
    #expect(reward.ours(0.25) == 0.25 && reward.description == "reward")
  }
}
