import Foundation
import Interventions
import TestSupport
import Testing
import Training
import Transformer

/// Decoding after a swap against decoding the whole beginning anew.
@Suite struct SwapDecoderTests {
  private static func start() throws -> StartingModel {
    try StartingModel(directory: Places.data.appending(path: "demo/base").path)
  }

  /// The most likely continuation of some tokens, decoded by itself.
  private static func continued(
    _ ids: [Int32], _ start: StartingModel, maximumTokens: Int
  ) throws -> Rollout {
    var settings = RolloutSampler.Settings()
    settings.sampler = Sampler(temperature: 0)
    settings.maximumTokens = maximumTokens
    settings.stopTokens = start.stopTokens
    return try #require(
      RolloutSampler(settings).rollouts(of: [ids], keys: [""], model: start.model).first)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the rest is what the model writes after the swapped beginning`(seed: UInt64) throws {
    let start = try Self.start()
    var generator = SeededGenerator(seed: seed)
    let most = 40
    let prompts = try ["Q: 58 - 53 = ?\nA:", "Q: 49 - 27 + 48 = ?\nA:", "Q: 7 - 59 - 57 = ?\nA:"]
      .map { try start.promptIDs($0) }
    let texts = try prompts.map {
      SwapDecoder.Text(
        prompt: $0, response: try Self.continued($0, start, maximumTokens: most).tokenIDs)
    }
    let digits = try start.promptIDs("0123456789")
    let swaps = texts.indices.flatMap { text in
      texts[text].response.indices.filter { _ in generator.uniform() < 0.4 }.map {
        SwapDecoder.Swap(
          text: text, place: $0, choice: digits.randomElement(using: &generator) ?? 0)
      }
    }
    // Batches that cut texts apart, and one for all.
    let decoders = [3, 64].map {
      SwapDecoder(
        model: start.model, stopTokens: start.stopTokens, maximumTokens: most, batchRows: $0)
    }
    let results = try decoders.map { try $0.decode(swaps, of: texts) }
    #expect(results[0] == results[1], "\(seed)")
    for (swap, result) in zip(swaps, results[0]) {
      let head = texts[swap.text].response.prefix(swap.place) + [swap.choice]
      #expect(result.tokenIDs.starts(with: head), "\(seed)")
      guard head.count < most else { continue }
      let rest = try Self.continued(
        texts[swap.text].prompt + head, start, maximumTokens: most - head.count)
      // Logits of both ways differ in their last bits; no choice here is that close.
      #expect(Array(result.tokenIDs.dropFirst(head.count)) == rest.tokenIDs, "\(seed), \(swap)")
      #expect(result.finish == rest.finish)
    }
  }

  @Test func `a swap for the same token changes nothing, one for a stop token ends the text`()
    throws
  {
    let start = try Self.start()
    let prompt = try start.promptIDs("Q: 49 - 27 + 48 = ?\nA:")
    let own = try Self.continued(prompt, start, maximumTokens: 40)
    let text = SwapDecoder.Text(prompt: prompt, response: own.tokenIDs)
    let decoder = SwapDecoder(
      model: start.model, stopTokens: start.stopTokens, maximumTokens: 40)
    let same = own.tokenIDs.indices.map {
      SwapDecoder.Swap(text: 0, place: $0, choice: own.tokenIDs[$0])
    }
    for result in try decoder.decode(same, of: [text]) {
      #expect(result.tokenIDs == own.tokenIDs && result.finish == own.finish)
    }
    let end = try #require(start.stopTokens.first)
    let ended = try decoder.decode([.init(text: 0, place: 2, choice: end)], of: [text])
    #expect(ended == [.init(tokenIDs: own.tokenIDs.prefix(2) + [end], finish: .stop)])
  }

  @Test func `a swap at the last token that is allowed is the end`() throws {
    let start = try Self.start()
    let prompt = try start.promptIDs("Q: 49 - 27 + 48 = ?\nA:")
    let text = SwapDecoder.Text(
      prompt: prompt, response: try Self.continued(prompt, start, maximumTokens: 4).tokenIDs)
    let decoder = SwapDecoder(model: start.model, stopTokens: start.stopTokens, maximumTokens: 4)
    let results = try decoder.decode(
      [.init(text: 0, place: 3, choice: 20), .init(text: 0, place: 0, choice: 20)], of: [text])
    #expect(results[0].tokenIDs == text.response.prefix(3) + [20])
    #expect(results[0].finish == .length && results[1].tokenIDs.count == 4)
  }
}
