import Foundation
import JSON
import Kernels
import Safetensors
import TestSupport
import Testing
import Training
import Transformer

@Suite struct RolloutTests {
  private static let model: Transformer? = try? {
    let folder = Places.data.appending(path: "demo/base")
    let path = folder.appending(path: "config.json").path
    let value = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    return try Transformer(
      TransformerConfiguration(value, path: path),
      weights: SafetensorsCheckpoint(directory: folder.path))
  }()

  /// `Q: 7 - 59 - 57 = ?\nA:` and three like it, as the demo's texts have them.
  private let prompts: [[Int32]] = [
    [48, 25, 220, 22, 284, 220, 20, 24, 284, 220, 20, 22, 262, 323, 32, 25],
    [48, 25, 220, 20, 22, 284, 220, 18, 22, 262, 323, 32, 25],
    [48, 25, 220, 16, 19, 284, 220, 16, 18, 297, 220, 20, 18, 262, 323, 32, 25],
    [48, 25, 220, 22, 297, 220, 24, 262, 323, 32, 25],
  ]
  private let keys = ["a", "b", "c", "d"]

  private func settings(samples: Int = 4, batchRows: Int = 256) -> RolloutSampler.Settings {
    var settings = RolloutSampler.Settings()
    settings.samplesPerPrompt = samples
    settings.maximumTokens = 40
    settings.stopTokens = [1_021]
    settings.seed = 7
    settings.batchRows = batchRows
    return settings
  }

  @Test func `a row's tokens depend on its prompt's key, its number and the seed alone`() throws {
    let model = try #require(Self.model)
    let all = try RolloutSampler(settings()).rollouts(of: prompts, keys: keys, model: model)
    #expect(all.count == 16)
    // One prompt at a time, in reverse order, in batches of one prompt.
    let sampler = RolloutSampler(settings(batchRows: 1))
    let reversed = try sampler.rollouts(
      of: prompts.reversed(), keys: keys.reversed(), model: model)
    for rollout in all {
      let twin = try #require(
        reversed.first { $0.prompt == 3 - rollout.prompt && $0.sample == rollout.sample })
      #expect(twin.tokenIDs == rollout.tokenIDs)
      #expect(twin.finish == rollout.finish)
    }
    var other = settings()
    other.seed = 8
    let different = try RolloutSampler(other).rollouts(of: prompts, keys: keys, model: model)
    #expect(different.map(\.tokenIDs) != all.map(\.tokenIDs))
    #expect(Set(all.map(\.tokenIDs)).count > 4)
  }

  @Test func `behaviour log-probabilities are those of scoring, to rounding`() throws {
    let model = try #require(Self.model)
    let rollouts = try RolloutSampler(settings()).rollouts(of: prompts, keys: keys, model: model)
    for rollout in rollouts {
      let prompt = prompts[rollout.prompt]
      let ids = prompt + rollout.tokenIDs
      let states = try model.hiddenStates(of: [ids])
      var scratch = ProductScratch()
      var logits = [Float](repeating: 0, count: ids.count * 1_024)
      var span = logits.mutableSpan
      model.logits(
        states.values, rows: ids.count, vocabulary: 0..<1_024, scratch: &scratch, into: &span)
      for (place, token) in rollout.tokenIDs.enumerated() {
        let row = logits[(prompt.count + place - 1) * 1_024..<(prompt.count + place) * 1_024]
        let sum = row.reduce(0) { $0 + exp(Double($1)) }
        let scored = Double(row[row.startIndex + Int(token)]) - log(sum)
        // Two single-precision passes of one model in other orders of summation: the demo's fixture
        // puts one at up to 5e-5 from double precision.
        expectClose(rollout.logProbabilities[place], scored, absolute: 1e-4)
        #expect(rollout.behaviorLogProbabilities[place] == rollout.logProbabilities[place])
      }
    }
  }

  @Test func `a response ends with a stop token or at the limit`() throws {
    let model = try #require(Self.model)
    let rollouts = try RolloutSampler(settings(samples: 16)).rollouts(
      of: prompts, keys: keys, model: model)
    #expect(rollouts.contains { $0.finish == .stop })
    for rollout in rollouts {
      let stops = rollout.tokenIDs.filter { $0 == 1_021 }.count
      switch rollout.finish {
      case .stop: #expect(rollout.tokenIDs.last == 1_021 && stops == 1)
      case .length: #expect(rollout.tokenIDs.count == 40 && stops == 0)
      }
      #expect(rollout.entropies.count == rollout.tokenIDs.count)
    }
  }
}
