import Analysis
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// An audit of a part of one author's texts, against the audit of a log that has nothing else.
@Suite struct AuditedPartTests {
  private static let length = 9

  private typealias Text = (author: String, prompt: String, start: Int, divergences: [Float])

  /// Texts of two authors, with numbers of their own for each token.
  private static func texts(seed: UInt64) -> [Text] {
    var generator = SeededGenerator(seed: seed)
    return (0..<240).map { index in
      (
        author: index % 3 == 0 ? "a" : "b", prompt: "p\(index / 4)",
        start: Int(generator.next() % 4),
        divergences: (0..<length).map { _ in Float(0.04 * generator.uniform()) }
      )
    }
  }

  /// A log of some texts; tokens whose number is in no set are not measured.
  private static func log(
    _ texts: [Text], keeping isKept: (_ text: Int, _ token: Int) -> Bool = { _, _ in true }
  ) -> PlantedLog {
    var log = PlantedLog()
    for (index, text) in texts.enumerated() {
      let values = text.divergences.indices.map { token in
        var value = PlantedLog.Values()
        value.isMeasured = isKept(index, token)
        value.pairs[0] = [.jensenShannonDivergence: text.divergences[token]]
        return value
      }
      log.add(
        "t\(index)", prompt: text.prompt, source: text.author, responseStart: text.start,
        tokens: (0..<UInt32(length)).map { $0 % 3 }, values: values)
    }
    return log
  }

  @Test(arguments: 1...5) func `only its positions are judged`(seed: UInt64) throws {
    let texts = Self.texts(seed: seed)
    var generator = SeededGenerator(seed: seed + 100)
    let chosen = Set(texts.indices.filter { _ in generator.uniform() < 0.7 })
    for places in [nil, 0..<2, 2..<5, 5..<Int.max] {
      // Counted without the audit: places are among the tokens of the response.
      func isInside(_ text: Int, _ token: Int) -> Bool {
        let place = token - texts[text].start
        return texts[text].author == "b" && chosen.contains(text) && place >= 0
          && (places?.contains(place) ?? true)
      }
      var settings = PairAudit.Settings()
      settings.author = "b"
      settings.part = AuditedPart(texts: chosen, places: places)
      let audit = try Self.log(texts).withLog {
        try PairAudit(of: PlantedLog.first, in: $0, settings: settings)
      }
      settings.part = nil
      let expected = try Self.log(texts, keeping: isInside).withLog {
        try PairAudit(of: PlantedLog.first, in: $0, settings: settings)
      }
      #expect(audit.authors.map(\.name) == ["b"])
      let (part, whole) = (
        try #require(audit.shownAuthors.first), try #require(expected.shownAuthors.first)
      )
      let positions = texts.indices.flatMap { text in
        (0..<Self.length).filter { isInside(text, $0) }.map { texts[text].divergences[$0] }
      }
      #expect(part.positionCount == positions.count && positions.count > 100, "seed \(seed)")
      #expect(part.promptCount == whole.promptCount)
      let margin = Float(PositionMeasure.divergence.margin)
      let share = try #require(
        part.shares[.divergence]?.first { Float($0.margin) == margin }?.share.value)
      // Counts over counts: one rounding.
      expectClose(
        share, Double(positions.count { $0 > margin }) / Double(positions.count), absolute: 1e-12)
      // Groups stand in the order of their first position in the whole log.
      func verdicts(_ author: PairAudit.Author) -> [String] {
        author.tokens.groups.map { group in
          "\(group.occurrences) in \(group.promptCount) prompts: "
            + (group.means[.divergence]?.verdict.rawValue ?? "none")
        }.sorted()
      }
      #expect(verdicts(part) == verdicts(whole) && part.tokens.groups.count == 3)
    }
  }
}
