import Analysis
import RunLogs
import TestSupport
import Testing

/// Tokens that a response's mask leaves out are counted by nothing, against slow sums over the texts.
struct MaskedResponseTests {
  /// A random log in which about a third of the responses' tokens are left out.
  private static func log(seed: UInt64) -> PlantedLog {
    var log = PlantedLog.random(seed: seed)
    var generator = SeededGenerator(seed: seed ^ 0xA5)
    for index in log.block.sequences.indices where index % 4 != 0 {
      let record = log.block.sequences[index]
      log.block.sequences[index].responseMask = (record.responseStart..<record.tokenIDs.count)
        .map { _ in generator.next() % 3 != 0 }
    }
    return log
  }

  private static func isCounted(_ record: SequenceRecord, _ offset: Int) -> Bool {
    offset >= record.responseStart
      && (record.responseMask.map { $0[offset - record.responseStart] } ?? true)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `selections, summaries and audits leave them out`(seed: UInt64) throws {
    let planted = Self.log(seed: seed)
    let counted = planted.allTokens.filter { token in
      let record = planted.block.sequences[token.sequence]
      let first = planted.block.sequences[..<token.sequence].reduce(0) { $0 + $1.tokenIDs.count }
      return Self.isCounted(record, token.index - first)
    }
    let measured = counted.filter(\.isMeasured)
    #expect(measured.count < planted.allTokens.count { $0.isResponse && $0.isMeasured })
    try planted.withLog { log in
      let positions = try log.rows()
      #expect(positions.map { $0 } == measured.map(\.index))
      #expect(positions.unmeasuredCount == counted.count - measured.count)
      let prompt = try log.rows(TokenFilter(tokens: .prompt))
      #expect(
        prompt.map { $0 }
          == planted.allTokens.filter { !$0.isResponse && $0.isMeasured }.map(\.index))
      let all = try log.rows(TokenFilter(tokens: .all))
      #expect(all.map { $0 } == planted.allTokens.filter(\.isMeasured).map(\.index))
      let values = planted.block.pairs[0][.jensenShannonDivergence]
      let mean = measured.reduce(0.0) { $0 + Double(values[$1.index]) } / Double(measured.count)
      let summary = try PairSummary(of: PlantedLog.first, in: log)
      expectClose(summary[.jensenShannonDivergence]?.mean ?? .nan, mean, relative: 1e-12)
      #expect(summary.positionCount == measured.count)
      let logs = planted.block.models[0][.logProbability]
      let model = try ModelSummary(of: "a", in: log)
      expectClose(
        model.logProbability?.mean ?? .nan,
        measured.reduce(0.0) { $0 + Double(logs[$1.index]) } / Double(measured.count),
        relative: 1e-12)
      let audit = try PairAudit(of: PlantedLog.first, in: log)
      let counts = Dictionary(grouping: measured, by: \.id).mapValues(\.count)
      let found = audit.authors.flatMap { $0.tokens.groups + $0.tokens.rareGroups }
      let pairs = found.compactMap { group -> (UInt32, Int)? in
        guard case .token(let id) = group.group else { return nil }
        return (id, group.occurrences)
      }
      #expect(Dictionary(pairs, uniquingKeysWith: +) == counts)
    }
  }

  @Test func `a text's tokens are prompt, response, and left out within it`() throws {
    var planted = PlantedLog()
    planted.add(
      "t", responseStart: 1, tokens: [1, 2, 3, 4],
      values: [.init(isMeasured: false), .init(), .init(), .init()])
    planted.block.sequences[0].responseMask = [true, false, true]
    try planted.withLog { log in
      let change = try ResponseChange(ofText: 0, pair: PlantedLog.first, in: log)
      #expect(change.prompt.map(\.token) == [1])
      #expect(change.response.map(\.token) == [2, 3, 4])
      #expect(change.response.map(\.isResponse) == [true, false, true])
    }
  }
}
