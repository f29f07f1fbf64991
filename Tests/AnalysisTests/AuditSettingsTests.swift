import Analysis
import RunLogs
import TestSupport
import Testing

/// Margins and authors that an audit is asked about.
@Suite struct AuditSettingsTests {
  /// 15 authors, those with a higher number of fewer texts; each text answers a prompt of its own.
  private static var planted: PlantedLog {
    var generator = SeededGenerator(seed: 1)
    var log = PlantedLog()
    for author in 0..<15 {
      for text in 0..<60 - author {
        var value = PlantedLog.Values()
        value.pairs[0] = [
          .jensenShannonDivergence: Float(0.03 + 0.002 * generator.uniform()),
          .logProbabilityChange: 0.3,
        ]
        log.add(
          "\(author)-\(text)", source: "w\(author)", tokens: [1, 1], values: [value, value])
      }
    }
    return log
  }

  @Test func `an author beyond the largest is judged if asked for`() throws {
    try Self.planted.withLog { table in
      let all = try PairAudit(of: PlantedLog.first, in: table)
      #expect(all.authors.map(\.name) == (0..<12).map { "w\($0)" })
      #expect(all.omittedAuthorCount == 3 && all.shownAuthors.count == 12)
      for (name, omitted) in [("w14", 2), ("w3", 3)] {
        var settings = PairAudit.Settings()
        settings.author = name
        let audit = try PairAudit(of: PlantedLog.first, in: table, settings: settings)
        #expect(audit.shownAuthors.map(\.name) == [name])
        #expect(audit.omittedAuthorCount == omitted)
        #expect(audit.shownAuthors[0].tokens.groups.count == 1)
      }
    }
  }

  @Test func `a margin that is asked for stands among the others, in its place`() throws {
    var settings = PairAudit.Settings()
    settings.margins[.divergence] = 0.5
    settings.margins[.logProbability] = 0.01
    settings.movedMargin = 0.002
    #expect(settings.allMargins(.divergence) == [0.001, 0.01, 0.1, 0.5])
    #expect(settings.allMargins(.logProbability) == PositionMeasure.logProbability.margins)
    #expect(settings.allMovedMargins == [0.000_3, 0.001, 0.002, 0.003])
    try Self.planted.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table, settings: settings)
      let author = audit.authors[0]
      #expect(author.shares[.divergence]?.map(\.margin) == [0.001, 0.01, 0.1, 0.5])
      let divergence = try #require(author.tokens.groups[0].means[.divergence])
      #expect(divergence.verdicts == [.changed, .changed, .unchanged, .unchanged])
      #expect(divergence.verdict == .unchanged)
      let change = try #require(author.tokens.groups[0].means[.logProbability])
      #expect(change.verdict == .changed && change.verdicts == [.changed, .changed, .unchanged])
      #expect(author.tokens.counts(.divergence).count == 4)
      #expect(author.tokens.groups[0].changedShare == 0)
    }
  }
}
