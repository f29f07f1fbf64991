import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import Transformer

/// Models that don't fit into memory together go one after another, and the log is the same.
struct MemoryPlanTests {
  /// Some 27,000 tokens: two chapters.
  ///
  /// Prompts occur several times.
  private static func texts(in folder: URL) throws -> TextFile {
    var random = SeededGenerator(seed: 12)
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.next() % 83) } }
    let prompts = (0..<105).map { _ in ids(20) }
    let lines = (0..<420).map { index in
      Samples.line(
        prompts[index / 4] + ids(Int(random.next() % 90)), responseStart: 20, id: "t\(index)")
    }
    return try Samples.texts(lines, in: folder)
  }

  private static func scorer(
    _ texts: TextFile, in folder: URL, compute: ComputeChoice, memory: Int?,
    replicates: Bool = false, batchTokens: Int = 1_024
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    if replicates { settings.replicate = compute == .f32 ? .bfloat16 : .float32 }
    settings.replicateTexts = .all
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder, compute: compute), texts: texts,
      settings: settings, memory: memory)
  }

  @Test(arguments: [(ComputeChoice.f32, false), (.bf16, false), (.bf16, true)])
  func `one after another gives the bits of together`(
    compute: ComputeChoice, replicates: Bool
  ) throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder)
      let together = try Self.scorer(
        texts, in: folder, compute: compute, memory: nil, replicates: replicates)
      #expect(together.plan.order == .together && together.plan.spool == 0)
      let apart = try Self.scorer(
        texts, in: folder, compute: compute, memory: together.plan.peak - 1,
        replicates: replicates)
      #expect(apart.plan.order == .oneAfterAnother && apart.plan.peak < together.plan.peak)
      // 16,384 tokens of two models, 32 wide, in single precision; twice with a replicate.
      #expect(apart.plan.spool == (replicates ? 2 : 1) * 16_384 * 2 * 32 * 4)
      let logs = try [together, apart].map { try Samples.log($0, in: folder) }
      #expect(logs[0].summary == logs[1].summary)
      #expect(logs[0].log.tokenCount > 17_000)
      #expect(try differingDatasets(logs[0].log.path, logs[1].log.path).isEmpty)
    }
  }

  @Test func `what waits on the disk has no name, and progress goes on`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder)
      let together = try Self.scorer(texts, in: folder, compute: .f32, memory: nil)
      let scorer = try Self.scorer(
        texts, in: folder, compute: .f32, memory: together.plan.peak - 1)
      let writer = try TokenLogWriter(
        destination: folder.appending(path: "log.h5").path,
        header: scorer.header(
          Provenance(version: "", commandLine: "", created: .distantPast)))
      defer { writer.discard() }
      var seen: [Int] = []
      var names = Set<String>()
      _ = try scorer.run(into: writer) {
        seen.append($0.doneTokens)
        names.formUnion(try FileManager.default.contentsOfDirectory(atPath: folder.path))
      }
      #expect(names == ["changed", "log.h5.journal", "texts.jsonl"])
      #expect(seen == seen.sorted() && seen.last == scorer.totalTokens)
      // Within the first pass of the first chapter already.
      #expect(seen.count { $0 < 1_000 } > 1)
    }
  }

  @Test func `too little memory is refused with what would help`() throws {
    try withTemporaryFolder { folder in
      let texts = try Self.texts(in: folder)
      // No batch is small enough for that.
      expectError(mentioning: ["MB of memory, and may take 1 MB", "after another; raise --memory"])
      {
        _ = try Self.scorer(texts, in: folder, compute: .f32, memory: 1 << 20)
      }
      let together = try Self.scorer(texts, in: folder, compute: .f32, memory: nil)
      let apart = try Self.scorer(
        texts, in: folder, compute: .f32, memory: together.plan.peak - 1)
      expectError(mentioning: ["raise --memory, or lower --batch-tokens below 1"]) {
        _ = try Self.scorer(texts, in: folder, compute: .f32, memory: apart.plan.peak - 1)
      }
      // Fewer tokens at once need less.
      let peaks = try [1_024, 128].map {
        try Self.scorer(texts, in: folder, compute: .f32, memory: nil, batchTokens: $0).plan.peak
      }
      #expect(peaks[1] < peaks[0])
    }
  }

  @Test func `the machine's memory is known`() {
    #expect(MemoryPlan.available > 1 << 28)
    #expect(MemoryPlan.available <= Int(ProcessInfo.processInfo.physicalMemory))
    #expect(MemoryPlan.defaultBudget < MemoryPlan.available)
  }
}
