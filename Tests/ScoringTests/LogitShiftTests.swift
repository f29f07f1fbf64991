import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import Transformer

/// Planted changes of logits go through scoring as any others.
@Suite struct LogitShiftTests {
  /// Two texts that share their prompt, and one beside them.
  private static let lines = [
    Samples.line([1, 2, 3, 4, 5, 6], responseStart: 3, id: "x"),
    Samples.line([1, 2, 3, 7, 8], responseStart: 3, id: "y"),
    Samples.line([9, 10, 11, 12], responseStart: 1, id: "z"),
  ]

  @Test func `only the shifted token of the shifted model moves, by the closed form`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines, in: folder)
      let models = try ["a", "b"].map { try Checkpoint(name: $0, directory: Samples.small) }
      var settings = Scorer.Settings()
      settings.replicate = .bfloat16
      var scorer = try Scorer(
        checkpoints: models, texts: texts, pairs: [try PairName(parsing: "a:b")],
        settings: settings)
      // Of 15 tokens in the log's order: the second response token of x, the first of y.
      var shifts = [Float](repeating: 0, count: 15)
      (shifts[4], shifts[9]) = (1.5, -2)
      scorer.shifts = LogitShifts(of: "b", values: shifts, starts: [0, 6, 11])
      let log = try Samples.log(scorer, in: folder).log
      let (a, b) = (
        try log.floats(.logProbability, of: "a"), try log.floats(.logProbability, of: "b")
      )
      let replicates = try ["a", "b"].map {
        try #require(try log.replicate(of: $0)).logProbability
      }
      for row in a.indices where !a[row].isNaN {
        guard shifts[row] != 0 else {
          #expect(a[row] == b[row])
          #expect(replicates[0][row] == replicates[1][row])
          continue
        }
        func moved(_ logProbability: Float) -> Double {
          let (log, shift) = (Double(logProbability), Double(shifts[row]))
          return log + shift - Foundation.log(1 + exp(log) * (exp(shift) - 1))
        }
        // Single precision of logits of about 10, and of the column.
        expectClose(Double(b[row]), moved(a[row]), absolute: 4e-6)
        expectClose(Double(replicates[1][row]), moved(replicates[0][row]), absolute: 1e-4)
      }
    }
  }
}
