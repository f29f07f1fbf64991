import Foundation
import Kernels
import RunLogs
import Scoring
import TestSupport
import Testing
import Transformer

/// The precision of products, and what it changes.
@Suite struct PrecisionTests {
  private static func scorer(
    _ compute: ComputeChoice, _ texts: TextFile, replicate: ComputeType? = nil,
    of replicateTexts: ReplicateTexts = .all, batchTokens: Int = 4_096
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.replicate = replicate
    settings.replicateTexts = replicateTexts
    settings.batchTokens = batchTokens
    return try Scorer(
      checkpoints: [
        Checkpoint(name: "base", directory: Samples.demo("base"), compute: compute),
        Checkpoint(name: "rl", directory: Samples.demo("rl"), compute: compute),
      ], texts: texts, settings: settings)
  }

  /// The demo's first texts.
  private static func texts(in folder: URL) throws -> TextFile {
    let lines = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8).split(
      separator: "\n"
    ).prefix(40).map(String.init)
    return try Samples.texts(lines, in: folder)
  }

  @Test func `a replicate is what the other precision gives, and is summed up`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder)
      let (exact, _) = try Samples.log(Self.scorer(.f32, texts), in: folder)
      let (log, summary) = try Samples.log(
        Self.scorer(.bf16, texts, replicate: .float32), in: folder)
      #expect(exact.header.models.allSatisfy { $0.computeType == "F32" && $0.replicateType == nil })
      #expect(try exact.replicate(of: "base") == nil)
      #expect(
        log.header.models.allSatisfy { $0.computeType == "BF16" && $0.replicateType == "F32" })
      #expect(log.header.replicateTextCount == log.sequenceCount)
      #expect(exact.header.replicateTextCount == nil)
      let pair = try log.firstPair()
      #expect(try exact.replicateDivergences(of: pair) == nil)
      let divergences = try #require(try log.replicateDivergences(of: pair))
      #expect(
        try divergences.map(\.bitPattern)
          == exact.floats(.jensenShannonDivergence, of: pair).map(\.bitPattern))
      for (index, model) in ["base", "rl"].enumerated() {
        let replicate = try #require(try log.replicate(of: model))
        let (p, h) = (
          try exact.floats(.logProbability, of: model), try exact.floats(.entropy, of: model)
        )
        #expect(replicate.logProbability.map(\.bitPattern) == p.map(\.bitPattern))
        #expect(replicate.entropy.map(\.bitPattern) == h.map(\.bitPattern))
        let rough = try log.floats(.logProbability, of: model)
        let differences = zip(p, rough).map { Double($0) - Double($1) }.filter { !$0.isNaN }
        let difference = summary.replicates[index]
        #expect(difference.count == differences.count && differences.count > 1_000)
        // The log keeps floats: half a unit in the last place of a log-probability of at most 16.
        let rounding = 2 * 0x1p-20
        let square = differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)
        expectClose(difference.rootMeanSquare, square.squareRoot(), absolute: rounding)
        expectClose(
          difference.mean, differences.reduce(0, +) / Double(differences.count), absolute: rounding)
        expectClose(difference.largest, differences.map(abs).max() ?? 0, absolute: rounding)
        let sorted = differences.map(abs).sorted()
        let place = Int((0.99 * Double(sorted.count)).rounded(.up)) - 1
        // Bins are 2 % wide.
        expectClose(difference.quantile(0.99), sorted[place], absolute: rounding, relative: 0.021)
        // bfloat16 keeps 8 bits: an input is off by 2⁻⁹ at most, and a sum of n such errors by √n of
        // it; measured on all texts RMS 0.01. A precision that was not used would give 0.
        #expect(difference.rootMeanSquare > 1e-4 && difference.rootMeanSquare < 0.05)
      }
    }
  }

  @Test func `without the instruction the same products are added in another order`() throws {
    // What the instruction computes is compared with Doubles in the kernels' tests; here: how much a
    // whole model is moved by batches, which is nothing where the instruction is there.
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder)
      let whole = try Samples.log(Self.scorer(.bf16, texts), in: folder).log
      let cut = try Samples.log(Self.scorer(.bf16, texts, batchTokens: 64), in: folder).log
      let (a, b) = (
        try whole.floats(.logProbability, of: "rl"), try cut.floats(.logProbability, of: "rl")
      )
      if MatrixMultiply.hasBFloat16Products {
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
      } else {
        // A sum that lands on the other side of a rounding boundary moves an input by 2⁻⁸ of itself.
        expectClose(a, b, absolute: 0.1)
      }
    }
  }

  @Test func `auto takes what is stored and what the processor has`() throws {
    let bf16 = try Checkpoint(name: "a", directory: Samples.small, compute: .auto)
    #expect(bf16.model.compute == (MatrixMultiply.hasBFloat16Products ? .bfloat16 : .float32))
    #expect(try Checkpoint(name: "a", directory: Samples.small).model.compute == .float32)
    let f32 = Places.fixture("transformer/qwen2-untied-old")
    #expect(try Checkpoint(name: "a", directory: f32, compute: .auto).storedTypes == ["F32"])
    #expect(try Checkpoint(name: "a", directory: f32, compute: .auto).model.compute == .float32)
    expectError(mentioning: ["model 'a' is stored as F32", "--compute auto or f32"]) {
      _ = try Checkpoint(name: "a", directory: f32, compute: .bf16)
    }
  }
}
