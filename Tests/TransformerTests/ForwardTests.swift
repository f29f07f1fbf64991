import Foundation
import Kernels
import TestSupport
import Testing
import Transformer

/// The forward pass against transformers, and against itself in other batches.
@Suite struct ForwardTests {
  @Test(arguments: CheckpointFixture.all)
  func `log-probabilities are those of transformers`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let actual = try fixture.transformer().logProbabilities(fixture.sequences)
    #expect(actual.map(\.count) == fixture.logProbabilities.map(\.count))
    for (actual, expected) in zip(actual, fixture.logProbabilities) {
      for (actual, expected) in zip(actual, expected) {
        expectClose(actual, expected, absolute: fixture.tolerance)
      }
    }
  }

  @Test(arguments: CheckpointFixture.all)
  func `the last logits are those of transformers`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let transformer = try fixture.transformer()
    #expect(fixture.lastLogits.count == 2)
    for (sequence, expected) in fixture.lastLogits {
      let logits = try #require(try transformer.allLogits([fixture.sequences[sequence]]).last)
      #expect(logits.count == transformer.configuration.vocabularySize)
      for (actual, expected) in zip(logits, expected) {
        // A log-probability is a difference of logits: one logit errs no more than it.
        expectClose(Double(actual), expected, absolute: fixture.tolerance)
      }
    }
  }

  @Test(arguments: CheckpointFixture.all)
  func `a sequence gives the same in a batch as alone`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let transformer = try fixture.transformer()
    let packed = try transformer.logProbabilities(fixture.sequences)
    for (sequence, packed) in zip(fixture.sequences, packed) {
      let alone = try transformer.logProbabilities([sequence])[0]
      // Not the same bits on most processors: OpenBLAS takes other kernels for the last rows of a
      // matrix. It is another order of summation, as transformers' is.
      #expect(largestDifference(alone, packed) <= fixture.tolerance)
    }
  }

  @Test(arguments: CheckpointFixture.all)
  func `the order of a batch is the order of its results`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let transformer = try fixture.transformer()
    let forwards = try transformer.logProbabilities(fixture.sequences)
    let backwards = try transformer.logProbabilities(fixture.sequences.reversed())
    for (first, second) in zip(forwards, backwards.reversed()) {
      #expect(largestDifference(first, second) <= fixture.tolerance)
    }
  }

  @Test(arguments: CheckpointFixture.all.filter { CheckpointFixture.lengthDependent[$0] == nil })
  func `what comes later does not change what came before`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let transformer = try fixture.transformer()
    let sequence = fixture.sequences[fixture.shown]
    let whole = try transformer.logProbabilities([sequence])[0]
    for length in [2, 9, sequence.count - 1] {
      let start = try transformer.logProbabilities([Array(sequence[..<length])])[0]
      #expect(largestDifference(start, Array(whole[..<(length - 1)])) <= fixture.tolerance)
    }
  }

  @Test func `slices of the vocabulary are slices of the logits`() throws {
    let fixture = try CheckpointFixture("qwen2-tied")
    let transformer = try fixture.transformer()
    let sequences = Array(fixture.sequences.prefix(4))
    let whole = try transformer.allLogits(sequences)
    let hidden = try transformer.hiddenStates(of: sequences)
    var scratch = ProductScratch()
    for slice in [0..<1, 0..<83, 17..<40, 82..<83, 5..<5] {
      var logits = [Float](repeating: .nan, count: hidden.rowCount * slice.count)
      var span = logits.mutableSpan
      transformer.logits(
        hidden.values, rows: hidden.rowCount, vocabulary: slice, scratch: &scratch, into: &span)
      // As for a batch: other kernels for the last columns.
      expectClose(logits, whole.flatMap { $0[slice] }, absolute: fixture.tolerance)
    }
  }

  @Test func `nothing to do gives nothing`() throws {
    let transformer = try CheckpointFixture("llama-new").transformer()
    #expect(try transformer.hiddenStates(of: []).rowCount == 0)
    let hidden = try transformer.hiddenStates(of: [[], [5], []])
    #expect(hidden.rowCount == 1)
    #expect(hidden.sequences == [0..<0, 0..<1, 1..<1])
    #expect(hidden.width == 48)
  }

  @Test(arguments: [-1, 97, Int32.max, Int32.min])
  func `a token outside the vocabulary is refused`(token: Int32) throws {
    let transformer = try CheckpointFixture("llama-new").transformer()
    let expected = TransformerError.tokenOutOfRange(id: Int(token), vocabularySize: 97)
    #expect(throws: expected) { _ = try transformer.hiddenStates(of: [[1, 2], [3, token]]) }
    #expect(expected.description.contains("\(token) is outside the vocabulary of 97"))
  }

  @Test func `a text of the whole context is taken and one token more refused`() throws {
    let transformer = try CheckpointFixture("llama-new").transformer()
    let text = [Int32](repeating: 3, count: 96)
    #expect(try transformer.hiddenStates(of: [text]).rowCount == 96)
    #expect(throws: TransformerError.tooLong(count: 97, contextLength: 96)) {
      _ = try transformer.hiddenStates(of: [text, text + [3]])
    }
  }
}
