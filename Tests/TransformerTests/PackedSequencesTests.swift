import Foundation
import Kernels
import TestSupport
import Testing
import Transformer

/// Prompts that several texts begin with are rows once, and every text keeps its numbers.
struct PackedSequencesTests {
  /// Three texts of one prompt of 12 tokens, the last of them the prompt alone, and two others.
  private static func texts(of fixture: CheckpointFixture) -> (ids: [[Int32]], prompts: [Int]) {
    let long = fixture.sequences[fixture.shown]
    let (prompt, rest) = (Array(long[..<12]), Array(long[13...]))
    return (
      [long, Array(rest.prefix(9)), prompt + rest.reversed(), prompt, Array(prompt.prefix(5))],
      [12, 4, 12, 12, 2]
    )
  }

  @Test(arguments: CheckpointFixture.all)
  func `shared prompts leave every family's numbers`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let transformer = try fixture.transformer()
    let (ids, prompts) = Self.texts(of: fixture)
    let packed = PackedSequences(
      ids, promptLengths: prompts, sharing: PromptSharing([transformer.configuration]))
    // Dynamic scaling has frequencies for each length (48, 47, 12), LongRoPE for lengths above 16.
    let shared = ["llama-dynamic": [0, 0], "phi3": [12, 0]][name] ?? [12, 12]
    #expect(packed.texts.map(\.prefix.count) == [0, 0] + shared + [0])
    #expect(packed.texts.map(\.count) == ids.map(\.count))
    #expect(packed.rowCount == ids.flatMap { $0 }.count - packed.texts.map(\.prefix.count).sum)
    let together = try transformer.logProbabilities(packed, ids)
    for (found, text) in zip(together, ids) {
      #expect(
        largestDifference(found, try transformer.logProbabilities([text])[0]) <= fixture.tolerance)
    }
  }

  @Test func `a text shares with the first of its prompt, and only whole prompts`() throws {
    let configuration = try CheckpointFixture("qwen2-tied").transformer().configuration
    let prompt = [Int32](0..<9)
    let ids: [[Int32]] = [
      prompt + [20], prompt + [21, 22], Array(prompt.dropLast()) + [50, 23], prompt + [24],
      Array(prompt.prefix(7)) + [1], Array(prompt.prefix(7)) + [2],
    ]
    let packed = PackedSequences(
      ids, promptLengths: [9, 9, 9, 9, 7, 7], sharing: PromptSharing([configuration]))
    // Prompts of 7 tokens are too short.
    #expect(packed.texts.map(\.prefix) == [0..<0, 0..<9, 0..<0, 0..<9, 0..<0, 0..<0])
    #expect(packed.texts.map(\.rows) == [0..<10, 10..<12, 12..<22, 22..<23, 23..<31, 31..<39])
    #expect(packed.texts[1].row(ofToken: 8) == 8)
    #expect(packed.texts[1].row(ofToken: 9) == 10)
    for (text, whole) in zip(packed.texts, ids) {
      #expect((0..<text.count).map { packed.ids[text.row(ofToken: $0)] } == whole)
    }
  }

  @Test func `tokens that a vocabulary lacks are replaced where they are`() throws {
    var configuration = try CheckpointFixture("qwen2-tied").transformer().configuration
    configuration.vocabularySize = 5
    let packed = PackedSequences([[1, 7, 4], [5]])
    #expect(packed.known(to: configuration).ids == [1, 0, 4, 0])
    configuration.vocabularySize = 8
    #expect(packed.known(to: configuration).ids == [1, 7, 4, 5])
  }
}

extension [Int] {
  fileprivate var sum: Int { reduce(0, +) }
}

extension Transformer {
  /// ln p of the tokens 1… of each text, by a log-softmax in Double.
  fileprivate func logProbabilities(
    _ packed: PackedSequences, _ ids: [[Int32]]
  ) throws -> [[Double]] {
    let logits = try logits(ofRows: hiddenStates(of: packed))
    return zip(packed.texts, ids).map { text, ids in
      ids.indices.dropFirst().map { token in
        let row = logits[text.row(ofToken: token - 1)].map(Double.init)
        let largest = row.max() ?? 0
        return row[Int(ids[token])] - largest - log(row.reduce(0) { $0 + exp($1 - largest) })
      }
    }
  }
}
