internal import Kernels
package import Training
package import Transformer

/// Replaces one token of a text and lets the model write the rest anew, always its most likely token.
///
/// Swaps of one text share the keys and values of what is before them.
package struct SwapDecoder: Sendable {
  /// A text as its model wrote it.
  package struct Text: Sendable {
    /// The prompt's tokens.
    package let prompt: [Int32]
    /// The response's tokens, stop token included.
    package let response: [Int32]

    /// Both given.
    package init(prompt: [Int32], response: [Int32]) {
      (self.prompt, self.response) = (prompt, response)
    }
  }

  /// A token to be replaced.
  package struct Swap: Sendable, Equatable {
    /// Number of the text.
    package let text: Int
    /// Tokens of the response before it.
    package let place: Int
    /// What stands in its place.
    package let choice: Int32

    /// All parts given.
    package init(text: Int, place: Int, choice: Int32) {
      (self.text, self.place, self.choice) = (text, place, choice)
    }
  }

  /// A response after a swap.
  package struct Result: Sendable, Equatable {
    /// Its tokens, those before the swap included.
    package var tokenIDs: [Int32]
    /// Why it ended.
    package var finish = Rollout.Finish.length

    /// Both given.
    package init(tokenIDs: [Int32], finish: Rollout.Finish = .length) {
      (self.tokenIDs, self.finish) = (tokenIDs, finish)
    }
  }

  private let model: Transformer
  private let stopTokens: Set<Int32>
  private let maximumTokens: Int
  /// Swaps that are decoded together; what is decoded in pieces of whole batches has the same bits.
  package let batchRows: Int

  /// A decoder of the model that wrote the texts.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - stopTokens: tokens that end a response.
  ///   - maximumTokens: most tokens of a response, those before the swap included.
  ///   - batchRows: swaps that are decoded together; nil for what suits the model's size.
  package init(
    model: Transformer, stopTokens: Set<Int32>, maximumTokens: Int, batchRows: Int? = nil
  ) {
    (self.model, self.stopTokens) = (model, stopTokens)
    self.maximumTokens = maximumTokens
    self.batchRows = batchRows ?? RolloutSampler.batchRows(for: model)
  }

  /// Decodes, batches side by side on the threads.
  ///
  /// - Parameters:
  ///   - swaps: those of a text one after the other, so that they share most.
  ///   - texts: by number.
  /// - Returns: one for each swap.
  /// - Throws: `TransformerError.logitsNotFinite` with the swap's number as its prompt, or `.tooLong`.
  package func decode(_ swaps: [Swap], of texts: [Text]) throws(TransformerError) -> [Result] {
    let batches = stride(from: 0, to: swaps.count, by: batchRows).map {
      $0..<min($0 + batchRows, swaps.count)
    }
    let results = Parallel.mapLarge(batches.count) { index in
      Swift.Result { () throws(TransformerError) in
        try batch(batches[index], of: swaps, texts)
      }
    }
    var all: [Result] = []
    for result in results { all += try result.get() }
    return all
  }

  private func batch(
    _ range: Range<Int>, of swaps: [Swap], _ texts: [Text]
  ) throws(TransformerError) -> [Result] {
    var results = swaps[range].map { swap in
      Result(tokenIDs: texts[swap.text].response.prefix(swap.place) + [swap.choice])
    }
    for row in results.indices { update(&results[row]) }
    var active = results.indices.filter { !isFinished(results[$0]) }
    guard !active.isEmpty else { return results }
    let decoder = try decoder(active.map { swaps[range.lowerBound + $0] }, texts)
    let rows = active
    var slots = Array(active.indices)
    while !active.isEmpty {
      let tokens = active.map { results[$0].tokenIDs.last ?? 0 }
      let choices = decoder.step(tokens, rows: slots) { logits in
        let width = logits.count / slots.count
        return Parallel.map(slots.count) { row in
          // The sampler's own, so that without a swap the text would be what it was.
          Sampler(temperature: 0).choose(
            from: logits.extracting(row * width..<(row + 1) * width), uniform: 0)
        }
      }
      for (row, choice) in zip(active, choices) {
        let swap = range.lowerBound + row
        guard choice.logProbability.isFinite, choice.entropy.isFinite else {
          throw TransformerError.logitsNotFinite(
            prompt: swap, key: "",
            token: texts[swaps[swap].text].prompt.count
              + results[row].tokenIDs.count)
        }
        results[row].tokenIDs.append(choice.token)
        update(&results[row])
      }
      slots = slots.filter { !isFinished(results[rows[$0]]) }
      active = slots.map { rows[$0] }
    }
    return results
  }

  /// Each text once, as far as its last swap.
  private func decoder(
    _ swaps: [Swap], _ texts: [Text]
  ) throws(TransformerError) -> Decoder {
    var (numbers, prompts): ([Int: Int], [[Int32]]) = ([:], [])
    var kept: [Int] = []
    let rows = swaps.map { swap in
      let text = texts[swap.text]
      let number = numbers[swap.text] ?? prompts.count
      let count = text.prompt.count + swap.place
      if number == prompts.count {
        numbers[swap.text] = number
        prompts.append(text.prompt + text.response)
        kept.append(0)
      }
      kept[number] = max(kept[number], count)
      return Decoder.Row(prompt: number, kept: count, capacity: maximumTokens - swap.place)
    }
    return try Decoder(
      model: model, prompts: zip(prompts, kept).map { Array($0.prefix($1)) }, rows: rows)
  }

  private func update(_ result: inout Result) {
    if let last = result.tokenIDs.last, stopTokens.contains(last) { result.finish = .stop }
  }

  private func isFinished(_ result: Result) -> Bool {
    result.finish == .stop || result.tokenIDs.count >= maximumTokens
  }
}
