import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import TokenStatistics

@Suite struct ProfileScorerTests {
  private static func texts(_ lines: [String], in folder: URL) throws -> [ProfileScorer.Text] {
    let lines = try Samples.texts(lines, in: folder).lines()
    var prompts: [String: Int] = [:]
    return lines.map { line in
      let prompt = prompts[line.promptID] ?? prompts.count
      prompts[line.promptID] = prompt
      let ids = line.promptIDs ?? []
      return .init(
        ids: ids + (line.responseIDs ?? []), responseStart: ids.count,
        responseMask: line.responseMask, prompt: prompt)
    }
  }

  /// The token log's numbers are held against transformers elsewhere.
  @Test func `log-probabilities are those of the token log, with another beginning too`() throws {
    let all = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8).split(separator: "\n")
    let lines = stride(from: 0, to: all.count, by: 211).map { String(all[$0]) }
    // Written out: a beginning in front of each prompt.
    let begun = lines.map { $0.replacing("\"prompt_ids\": [", with: "\"prompt_ids\": [1021, ") }
    try withTemporaryFolder { folder in
      let checkpoint = try Checkpoint(name: "m", directory: Samples.demo("base"))
      func expected(_ lines: [String]) throws -> [[Float]] {
        let log = try Samples.log(
          Scorer(checkpoints: [checkpoint], texts: Samples.texts(lines, in: folder), pairs: []),
          in: folder
        ).log
        let (mask, values) = (try log.isResponse(), try log.floats(.logProbability, of: "m"))
        return (0..<log.sequenceCount).map { text in
          log.tokens(ofSequence: text).filter { mask[$0] }.map { values[$0] }
        }
      }
      var settings = ProfileScorer.Settings()
      settings.batchTokens = 200
      let scorer = ProfileScorer(
        checkpoint, path: "texts", beginning: 1_021, settings: settings)
      let (plain, with) = (try expected(lines), try expected(begun))
      let found = try scorer.score(Self.texts(lines, in: folder))
      #expect(found.count == lines.count && found.map(\.text) == Array(lines.indices))
      for (result, (plain, with)) in zip(found, zip(plain, with)) {
        // Sums over one slice or several: 1e-5 of another order.
        expectClose(result.logProbabilities, plain, absolute: 1e-5)
        expectClose(try #require(result.withBeginning), with, absolute: 1e-4)
        #expect(result.withoutBeginning == nil)
        for (profile, value) in zip(result.profiles, plain) {
          expectClose(try #require(profile).logProbability, Double(value), absolute: 1e-5)
        }
      }
      let back = try scorer.score(Self.texts(begun, in: folder))
      for (result, plain) in zip(back, plain) {
        expectClose(try #require(result.withoutBeginning), plain, absolute: 1e-4)
      }
    }
  }

  @Test func `masked tokens and first ones have no number`() throws {
    try withTemporaryFolder { folder in
      let checkpoint = try Checkpoint(name: "m", directory: Samples.small)
      let found = try ProfileScorer(checkpoint, path: "texts").score([
        .init(ids: [3, 4, 5, 6], responseStart: 1, responseMask: [true, false, true], prompt: 0),
        .init(ids: [7, 8], responseStart: 0, prompt: 1),
      ])
      #expect(found[0].logProbabilities.map(\.isNaN) == [false, true, false])
      #expect(found[0].profiles.map { $0 == nil } == [false, true, false])
      #expect(found[1].logProbabilities.map(\.isNaN) == [true, false])
      // No tokenizer, no beginning.
      #expect(found[0].withBeginning == nil)
    }
  }

  @Test func `a sample has texts of all prompts, the same for a seed`() {
    let texts = (0..<60).map { index in
      ProfileScorer.Text(
        ids: Array(repeating: 1, count: 12), responseStart: 2, prompt: index / 6)
    }
    let chosen = ProfileScorer.chosen(texts, tokenCount: 200, seed: 4)
    #expect(chosen.count == 20 && chosen == chosen.sorted())
    #expect(Set(chosen.map { texts[$0].prompt }).count == 10)
    #expect(chosen == ProfileScorer.chosen(texts, tokenCount: 200, seed: 4))
    #expect(chosen != ProfileScorer.chosen(texts, tokenCount: 200, seed: 5))
    #expect(ProfileScorer.chosen(texts, tokenCount: 600, seed: 4).count == 60)
  }
}
