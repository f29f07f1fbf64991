import Foundation
import Testing
import Transformer

@Suite struct DecoderTests {
  /// ln p of each token of `ids` from `start`, decoded one by one beside other rows.
  private func decoded(
    _ decoder: Decoder, row: Int, ids: [Int32], start: Int, others: [Int]
  ) -> [Double] {
    let rows = others + [row]
    var result: [Double] = []
    func take(_ logits: Span<Float>, _ token: Int32) {
      let width = logits.count / rows.count
      let own = logits.extracting((rows.count - 1) * width..<rows.count * width)
      let sum = own.indices.reduce(0) { $0 + exp(Double(own[$1])) }
      result.append(Double(own[Int(token)]) - log(sum))
    }
    decoder.firstLogits(of: rows) { take($0, ids[start]) }
    for place in start..<ids.count - 1 {
      // The other rows take tokens of their own: they must not matter.
      let tokens = others.map { Int32(($0 + place) % 7) } + [ids[place]]
      decoder.step(tokens, rows: rows) { take($0, ids[place + 1]) }
    }
    return result
  }

  @Test(arguments: CheckpointFixture.all)
  func `decoding with kept keys and values gives what transformers computes at once`(
    name: String
  ) throws {
    let fixture = try CheckpointFixture(name)
    let model = try fixture.transformer()
    let limit = CheckpointFixture.lengthDependent[name] ?? .max
    for (ids, expected) in zip(fixture.sequences, fixture.logProbabilities)
    where ids.count > 2 && ids.count <= limit {
      for start in [1, ids.count / 2, ids.count - 1] {
        let prompts = [Array(ids[..<start]), Array(ids.prefix(1))]
        let decoder = try Decoder(
          model: model, prompts: prompts, promptOfRow: [0, 1, 0, 0],
          capacity: ids.count - start)
        let found = decoded(decoder, row: 2, ids: ids, start: start, others: [1, 3])
        for (value, reference) in zip(found, expected[(start - 1)...]) {
          #expect(abs(value - reference) <= fixture.tolerance, "\(name), start \(start)")
        }
        #expect(found.count == ids.count - start)
      }
    }
  }

  @Test(arguments: CheckpointFixture.all)
  func `rows that leave one prompt at several places go on as texts of their own`(
    name: String
  ) throws {
    let fixture = try CheckpointFixture(name)
    let model = try fixture.transformer()
    let limit = CheckpointFixture.lengthDependent[name] ?? .max
    for (ids, expected) in zip(fixture.sequences, fixture.logProbabilities)
    where ids.count > 3 && ids.count <= limit {
      let starts = [1, ids.count / 2, ids.count - 2]
      // What follows in the prompt is another text's: it must not matter.
      let prompt = ids.dropLast() + [ids[0]]
      let decoder = try Decoder(
        model: model, prompts: [ids.prefix(1) + [2], Array(prompt)],
        rows: starts.map { .init(prompt: 1, kept: $0, capacity: ids.count - $0) })
      for (row, start) in starts.enumerated() {
        for place in start..<ids.count - 1 {
          let value = decoder.step([ids[place]], rows: [row]) { logits in
            let sum = logits.indices.reduce(0) { $0 + exp(Double(logits[$1])) }
            return Double(logits[Int(ids[place + 1])]) - log(sum)
          }
          #expect(abs(value - expected[place]) <= fixture.tolerance, "\(name), \(start)")
        }
      }
    }
  }

  @Test(arguments: CheckpointFixture.lengthDependent.sorted { $0.key < $1.key })
  func `a continuation that would turn what was read anew is refused`(
    name: String, limit: Int
  ) throws {
    let model = try CheckpointFixture(name).transformer()
    let prompt = Array(repeating: Int32(3), count: limit - 4)
    _ = try Decoder(model: model, prompts: [prompt], promptOfRow: [0], capacity: 4)
    let scaling = model.configuration.options.ropeScaling.name
    let error = TransformerError.notContinuable(count: limit + 1, limit: limit, scaling: scaling)
    #expect(throws: error) {
      try Decoder(model: model, prompts: [prompt], promptOfRow: [0], capacity: 5)
    }
    #expect(error.description.contains("\(limit)") && error.description.contains(scaling))
  }

  @Test func `a row that is left out of steps goes on where it stopped`() throws {
    let fixture = try CheckpointFixture("llama-old")
    let model = try fixture.transformer()
    let ids = fixture.sequences[4]
    let decoder = try Decoder(
      model: model, prompts: [Array(ids[..<4])], promptOfRow: [0, 0], capacity: 8)
    decoder.step([ids[4]], rows: [0]) { _ in }
    decoder.step([3, ids[5]], rows: [1, 0]) { _ in }
    decoder.step([5], rows: [1]) { _ in }
    let last = decoder.step([ids[6]], rows: [0]) { logits in
      let sum = logits.indices.reduce(0) { $0 + exp(Double(logits[$1])) }
      return Double(logits[Int(ids[7])]) - log(sum)
    }
    #expect(abs(last - fixture.logProbabilities[4][6]) <= fixture.tolerance)
  }

  @Test func `prompts that can't be continued are refused`() throws {
    let model = try CheckpointFixture("llama-old").transformer()
    let context = model.configuration.contextLength
    #expect(throws: TransformerError.emptyPrompt) {
      try Decoder(model: model, prompts: [[]], promptOfRow: [0], capacity: 1)
    }
    #expect(throws: TransformerError.tooLong(count: context + 1, contextLength: context)) {
      try Decoder(
        model: model, prompts: [Array(repeating: 1, count: context)], promptOfRow: [0],
        capacity: 1)
    }
    #expect(throws: TransformerError.tokenOutOfRange(id: 10_000, vocabularySize: 90)) {
      try Decoder(model: model, prompts: [[10_000]], promptOfRow: [0], capacity: 1)
    }
  }
}
