import Analysis
import RunLogs
import Testing

/// Which text of one log belongs to which of another.
@Suite struct MismatchJoinTests {
  /// Texts of a log, in this order; the log-probability of the token of row n under `a` is −n.
  private func log(_ texts: [(prompt: String, ids: [UInt32], start: Int)]) -> PlantedLog {
    var log = PlantedLog()
    var row = 0
    for (number, text) in texts.enumerated() {
      log.add(
        "\(number)", prompt: text.prompt, responseStart: text.start, tokens: text.ids,
        values: text.ids.map { _ in
          defer { row += 1 }
          var values = PlantedLog.Values()
          values.models[0][.logProbability] = -Float(row)
          return values
        })
    }
    return log
  }

  private func joined(
    _ ours: [(prompt: String, ids: [UInt32], start: Int)],
    _ theirs: [(prompt: String, ids: [UInt32], start: Int)]
  ) throws -> MismatchJoin {
    try log(ours).withLog { ours in
      try log(theirs).withLog { theirs in
        try MismatchJoin(ours, trainer: "a", theirs: theirs, sampler: "a")
      }
    }
  }

  private static let ours: [(prompt: String, ids: [UInt32], start: Int)] = [
    ("p", [1, 2, 9], 2), ("q", [3, 4, 9], 2), ("p", [1, 2, 7, 8], 2), ("p", [1, 2, 7, 8], 2),
  ]

  @Test func `an answer to several prompts is none of theirs, of one prompt it is`() throws {
    // A dump without prompts.
    let join = try joined(Self.ours, [("", [9], 0), ("", [7, 8], 0)])
    #expect(join.ourTexts == [2] && join.responseMatchCount == 1)
    #expect(join.unmatchedCount == 3 && join.theirUnmatchedCount == 1)
    // Its tokens stand beside ours: rows 8 and 9 of ours, 1 and 2 of theirs.
    #expect(join.ourRows == [8, 9])
    #expect(join.tokens.trainer == [-8, -9] && join.tokens.sampler == [-1, -2])
    #expect(join.tokens.positions == [0, 1])
  }

  @Test func `with its prompt the same answer is found, and each text is taken once`() throws {
    let join = try joined(
      Self.ours, [("q", [3, 4, 9], 2), ("", [7, 8], 0), ("", [7, 8], 0), ("", [7, 8], 0)])
    #expect(join.ourTexts == [1, 2, 3] && join.responseMatchCount == 2)
    #expect(join.unmatchedCount == 1 && join.theirUnmatchedCount == 1)
    #expect(join.tokens.trainer == [-5, -8, -9, -12, -13])
    #expect(join.tokens.sampler == [-2, -3, -4, -5, -6])
  }
}
