import Foundation
import TestSupport
import Testing
import Training

@Suite struct TrainingMetricTests {
  @Test func `the article has the dictionary as it is`() throws {
    let article = try String(
      contentsOf: Places.root.appending(path: "Sources/Training/Training.docc/Metrics.md"),
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
      TrainingMetric.allCases.map(\.entry.trl), TrainingMetric.allCases.map(\.entry.verl),
    ] {
      let given = names.filter { !$0.isEmpty }
      #expect(Set(given).count == given.count)
    }
  }
}
