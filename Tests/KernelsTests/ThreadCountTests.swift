import Kernels
import Synchronization
import TestSupport
import Testing

/// The thread count, which is one for the whole process: each setting is taken back, and other suites that
/// set it (`ScorerTests`, `MovedMassTests`, `ExpertTests`) may run beside only because results don't depend on it.
@Suite(.serialized) struct ThreadCountTests {
  @Test func `results have the same bits for 1, 2 and 5 threads`() {
    var results: [String: [[UInt32]]] = [:]
    for count in [1, 2, 5] {
      withThreads(count) {
        for (name, values) in Self.operations().merging(
          Self.backwardOperations(), uniquingKeysWith: { $1 })
        { results[name, default: []].append(bits(values)) }
      }
    }
    #expect(results.count == 16)
    for (name, runs) in results {
      #expect(runs.count == 3 && runs[0] == runs[1] && runs[0] == runs[2], "\(name)")
    }
  }

  @Test(arguments: [1, 2, 5])
  func `every index is called once`(threads: Int) {
    withThreads(threads) {
      for count in [0, 1, 4, 1000] {
        let calls = Calls(count)
        Parallel.forEach(count) { index in calls.count(index) }
        #expect(calls.counts == [Int](repeating: 1, count: count))
        #expect(Parallel.map(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
      }
    }
  }

  @Test(arguments: [1, 2, 5])
  func `results that own memory come in order`(threads: Int) {
    withThreads(threads) {
      let expected = (0..<300).map { "result \($0)" }
      #expect(Parallel.map(300) { "result \($0)" } == expected)
    }
  }

  @Test func `a thread count of zero is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) { Parallel.threadCount = 0 }
  }

  private func withThreads(_ count: Int, _ body: () -> Void) {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    Parallel.threadCount = count
    #expect(Parallel.threadCount == count)
    body()
  }

  /// Each kernel that runs on several threads, on more pieces than threads.
  private static func operations() -> [String: [Float]] {
    var random = SeededGenerator(seed: 11)
    let (rows, width, outputs) = (600, 70, 800)
    let input = random.normals(rows * width)
    let weight = random.normals(outputs * width)
    let scale = random.normals(width)
    let positions = (0..<Int32(rows)).map { $0 }
    let table = RotaryEmbedding.Table(positionCount: rows, headDimension: 10, base: 10_000)
    let attention = CausalAttentionTests.Input(
      lengths: [150, 7, 300],
      heads: CausalAttention.Heads(queryCount: 4, keyValueCount: 2, dimension: 8), seed: 12)
    return [
      "attention": attention.output(),
      "linear": changed([Float](repeating: 0, count: rows * outputs)) { output in
        MatrixMultiply.linear(
          input.span, weight: weight.span, rows: rows, inputSize: width, outputSize: outputs,
          into: &output)
      },
      "linear in bfloat16": changed([Float](repeating: 0, count: rows * outputs)) { output in
        var scratch = ProductScratch()
        MatrixMultiply.linear(
          input.span, bfloat16: BFloat16ProductTests.rounded(weight).span, rows: rows,
          inputSize: width, outputSize: outputs, scratch: &scratch, into: &output)
      },
      "linear, widened by tile": changed([Float](repeating: 0, count: rows * outputs)) { output in
        MatrixMultiply.linear(
          input.span, weight: unsafe weight.span.bytes, as: .float32, rows: rows,
          inputSize: width, outputSize: outputs, into: &output)
      },
      "norm": changed(input) { output in
        RMSNorm.forward(input.span, weight: scale.span, epsilon: 1e-6, rows: rows, into: &output)
      },
      "bias": changed(input) { output in Bias.add(scale.span, to: &output, rows: rows) },
      "gate": changed(input) { output in
        SwiGLU.forward(gate: &output, up: input.span, rows: rows, width: width)
      },
      "rotary": changed(input) { output in
        RotaryEmbedding.apply(
          to: &output, positions: positions.span, headCount: width / 10, table: table)
      },
    ]
  }

  /// The same for backward passes and what follows them.
  private static func backwardOperations() -> [String: [Float]] {
    var random = SeededGenerator(seed: 13)
    let (rows, width, outputs) = (2100, 70, 300)
    let input = random.normals(rows * width)
    let dOutput = random.normals(rows * outputs)
    let scale = random.normals(width)
    let ids = (0..<Int32(rows)).map { $0 * 7 % 50 }
    let attention = CausalAttentionTests.Input(
      lengths: [150, 7, 300],
      heads: CausalAttention.Heads(queryCount: 4, keyValueCount: 2, dimension: 8), seed: 12)
    let zeros = [Float](repeating: 0, count: outputs * width)
    let noReference: [Float] = []
    let derivatives = [LogitGradient.Derivatives](
      repeating: .init(logProbability: 1, entropy: 0.5), count: rows)
    return [
      "input gradient": changed(input) {
        MatrixMultiply.linearInputGradient(
          dOutput.span, weight: dOutput.span.extracting(first: outputs * width), rows: rows,
          inputSize: width, outputSize: outputs, into: &$0)
      },
      "weight gradient": changed(zeros) {
        MatrixMultiply.linearWeightGradient(
          dOutput.span, input: input.span, rows: rows, inputSize: width, outputSize: outputs,
          into: &$0)
      },
      "bias gradient": changed(scale) { Bias.backward(input.span, rows: rows, into: &$0) },
      "norm gradient": changed(scale) { dWeight in
        var dInput = input
        var span = dInput.mutableSpan
        RMSNorm.backward(
          input.span, input: input.span, weight: scale.span, epsilon: 1e-6, rows: rows,
          into: &span, weight: &dWeight)
      },
      "attention gradient": changed(attention.keys) { dKeys in
        var (dQueries, dValues) = (attention.queries, attention.values)
        var querySpan = dQueries.mutableSpan
        var valueSpan = dValues.mutableSpan
        CausalAttention.backward(
          attention.queries.span, queries: attention.queries.span, keys: attention.keys.span,
          values: attention.values.span, sequences: attention.sequences, heads: attention.heads,
          intoQueries: &querySpan, keys: &dKeys, values: &valueSpan)
      },
      "embedding gradient": changed(zeros) {
        EmbeddingGradient.accumulate(input.span, ids: ids.span, width: width, into: &$0)
      },
      "logit gradient": changed(dOutput) {
        LogitGradient.backward(
          &$0, reference: noReference.span, targets: ids.span, derivatives: derivatives.span,
          vocabulary: outputs)
      },
      "gradient norm": [Float(GradientNorm.euclidean(dOutput.span))],
    ]
  }

  private static func changed(
    _ values: [Float], _ body: (inout MutableSpan<Float>) -> Void
  ) -> [Float] {
    var values = values
    var span = values.mutableSpan
    body(&span)
    return values
  }
}

/// How often each index was called, from any thread.
private final class Calls: Sendable {
  private let storage: Mutex<[Int]>

  init(_ count: Int) { storage = Mutex([Int](repeating: 0, count: count)) }

  func count(_ index: Int) { storage.withLock { $0[index] += 1 } }

  var counts: [Int] { storage.withLock { $0 } }
}
