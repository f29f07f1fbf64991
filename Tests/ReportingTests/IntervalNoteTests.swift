import Reporting
import StatisticalInference
import TestSupport
import Testing

/// What tables say about their intervals, and how they fit a terminal.
@Suite struct IntervalNoteTests {
  private func estimate(
    _ value: Double = 0.25, _ interval: ClosedRange<Double>? = 0.125...0.5, clusters: Int = 100,
    unit: Estimate.Unit = .prompts, degrees: Double? = nil, effect: Double? = nil
  ) -> Estimate {
    var estimate = Estimate(
      value: value, interval: interval, clusters: clusters, observations: 500,
      method: .clusterRobustRatio, degreesOfFreedom: degrees, designEffect: effect)
    estimate.unit = unit
    return estimate
  }

  @Test func `what brackets are, few units, one unit, design effects`() {
    #expect(IntervalNote.sentences(about: []) == [])
    #expect(
      IntervalNote.sentences(about: [estimate()]) == ["Brackets: 95 % intervals over prompts."])
    #expect(
      IntervalNote.sentences(about: [
        estimate(degrees: 40, effect: 1.5), estimate(degrees: 12.5, effect: 3),
      ]) == [
        "Brackets: 95 % intervals over prompts.",
        "Few prompts for some (12.5 degrees of freedom at least): take their intervals as a rough "
          + "guide.", "Design effect (clustered over naive variance): 1.50 to 3.00.",
      ])
    #expect(
      IntervalNote.sentences(about: [estimate(0.25, nil, clusters: 1, unit: .seeds)])
        == ["No brackets: one seed allows no interval."])
    #expect(
      IntervalNote.sentences(about: [estimate(clusters: 3, unit: .seeds)])
        == ["Brackets: 95 % intervals over seeds."])
    #expect(
      IntervalNote.sentences(about: [estimate(clusters: 3, unit: .problems, degrees: 2)]).last
        == "Few problems for some (2.00 degrees of freedom at least): take their intervals as a "
        + "rough guide.")
    #expect(
      IntervalNote.sentences(about: [estimate(.infinity, nil)])
        == ["A mean that isn't finite has no brackets."])
  }

  private var table: Table {
    Table(
      title: "t", caption: "c.",
      columns: [
        .init("word", .text, ""), .init("n", .count, "number"),
        .init("key", .number, "the key", isKey: true), .init("other", .share, ""),
        .init("n(a)", .count, "", isDetail: true),
      ],
      rows: [[.text("x"), .count(1_234), .estimate(estimate()), .estimate(estimate()), .count(7)]])
  }

  @Test func `where there is no room others' intervals go first, then details, then columns`() {
    #expect(
      table.lines(width: 80) == [
        "word      n                   key                other  n(a)",
        "x     1,234  0.250 [0.125, 0.500]  25.0 % [12.5, 50.0]     7",
      ])
    #expect(
      table.lines(width: 54) == [
        "word      n                   key   other  n(a)",
        "x     1,234  0.250 [0.125, 0.500]  25.0 %     7",
      ])
    #expect(table.lines(width: 45)[0] == "word      n                   key   other")
    #expect(table.lines(width: 36)[0] == "word      n                   key")
    // The key column stays even where it is too wide.
    #expect(table.lines(width: 10)[0] == "word      n                   key")
  }

  @Test func `transposed, a line for each column that some row has`() {
    var table = table
    table.columns.append(.init("none", .number, ""))
    table.rows[0].append(.estimate(nil))
    #expect(
      table.transposedLines(width: 80) == [
        "       x", "n      1,234", "key    0.250 [0.125, 0.500]", "other  25.0 % [12.5, 50.0]",
        "n(a)   7",
      ])
    #expect(table.transposedLines(width: 20)[2] == "key    0.250")
  }

  @Test func `captions define columns and say what brackets are`() {
    #expect(
      table.describedCaption
        == "c. n: number. key: the key. Brackets: 95 % intervals over prompts.")
    let twins = Table(
      title: "t", caption: "",
      columns: [.init("n (2)", .count, ""), .init("n", .count, ""), .init("n", .count, "")],
      rows: [])
    #expect(twins.columns.map(\.name) == ["n (2)", "n", "n (3)"])
  }
}
