import Foundation
import JSON
import Kernels
import RunLogs
import Scoring
import TestSupport
import Testing

/// Moved mass of texts, against loops over whole distributions and against transformers.
struct MovedMassTests {
  private static let pair = "a:b"

  /// Texts with shared prompts, masks, empty responses and texts beyond the context of 128.
  private static func lines(seed: UInt64, count: Int = 30) -> [String] {
    var random = SeededGenerator(seed: seed)
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.next() % 83) } }
    let prompts = [0, 1, 5, 31].map { ids($0) }
    return (0..<count).map { index in
      let prompt = prompts[Int(random.next() % 4)]
      let response = ids(index == 5 ? 0 : index % 9 == 0 ? 120 : Int(random.next() % 50))
      let mask = response.map { _ in random.next() % 4 == 0 ? 0 : 1 }
      let masked = index % 3 == 0 ? #", "response_mask": \#(mask)"# : ""
      return
        #"{"id": "t\#(index)", "source": "\#(["x", "y"][index % 2])", "prompt_ids": \#(prompt), "#
        + #""response_ids": \#(response)\#(masked)}"#
    }
  }

  private static func scorer(
    _ texts: TextFile, in folder: URL, compute: ComputeChoice = .f32, batchTokens: Int = 4_096,
    shard: Shard? = nil, memory: Int? = nil, _ change: (inout Scorer.Settings) -> Void = { _ in }
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    // Whole distributions are in the log.
    settings.topCount = 83
    change(&settings)
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder, compute: compute), texts: texts,
      settings: settings, shard: shard, memory: memory)
  }

  /// Probabilities by id at each token, from a log that keeps all of them.
  private static func distributions(_ log: TokenLog, _ model: String) throws -> [[Double]] {
    let (top, k) = (try log.topK(of: model), log.header.topK)
    return (0..<log.tokenCount).map { token in
      var p = [Double](repeating: 0, count: k)
      for place in token * k..<(token + 1) * k {
        p[Int(top.ids[place])] = exp(Double(top.logProbabilities[place]))
      }
      return p
    }
  }

  @Test(arguments: [ComputeChoice.f32, .bf16], [21, 22] as [UInt64])
  func `means are those of a loop over whole distributions`(
    compute: ComputeChoice, seed: UInt64
  ) throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(seed: seed), in: folder)
      let log = try Samples.log(Self.scorer(texts, in: folder, compute: compute), in: folder).log
      let pair = try PairName(parsing: Self.pair)
      let moved = try #require(try log.movedMass(of: pair))
      let (p, q) = (try Self.distributions(log, "a"), try Self.distributions(log, "b"))
      let (mask, why) = (try log.isResponse(), try log.unmeasured())
      let tv = try log.floats(.totalVariationDistance, of: pair)
      // Logarithms as floats: 2⁻²⁵ of |ln p| < 30, on a probability; bf16's sums are in single precision.
      let bound = compute == .f32 ? 3e-6 : 1e-5
      var entryCount = 0
      for text in 0..<log.sequenceCount {
        let tokens = log.tokens(ofSequence: text).filter { mask[$0] && why[$0] == .measured }
        #expect(moved.positions[text] == tokens.count)
        let n = Double(max(tokens.count, 1))
        var listed = 0.0
        var net = 0.0
        let entries = moved.entries(ofText: text)
        entryCount += entries.count
        for id in 0..<83 {
          let change = tokens.map { q[$0][id] - p[$0][id] }
          let gained = change.reduce(0) { $0 + max($1, 0) } / n
          let lost = change.reduce(0) { $0 + max(-$1, 0) } / n
          if let entry = entries.first(where: { moved.tokens[$0] == UInt32(id) }) {
            let size = tokens.reduce(0) { $0 + max(p[$1][id], q[$1][id]) } / n
            expectClose(Double(moved.gained[entry]), gained, absolute: bound * size + 1e-11)
            expectClose(Double(moved.lost[entry]), lost, absolute: bound * size + 1e-11)
            listed += Double(moved.gained[entry]) + Double(moved.lost[entry])
            net += Double(moved.gained[entry]) - Double(moved.lost[entry])
          } else {
            #expect(gained + lost < 1.001e-6)
          }
        }
        let dropped = Double(moved.dropped[text])
        #expect(dropped >= 0 && dropped < 83e-6)
        let mean = tokens.reduce(0) { $0 + Double(tv[$1]) } / n
        #expect(abs(net) <= dropped + bound)
        #expect(listed / 2 <= mean + bound && listed / 2 >= mean - dropped / 2 - bound)
      }
      #expect(entryCount > 1_000 && moved.positions.contains(0))
    }
  }

  @Test func `tokens below the threshold are dropped and bounded`() throws {
    try withTemporaryFolder { folder in
      let lines = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8)
        .split(separator: "\n").prefix(12).map(String.init)
      var settings = Scorer.Settings()
      settings.topCount = 1_024
      let scorer = try Scorer(
        checkpoints: [
          Checkpoint(name: "a", directory: Samples.demo("base")),
          Checkpoint(name: "b", directory: Samples.demo("rl")),
        ], texts: Samples.texts(lines, in: folder), settings: settings)
      let log = try Samples.log(scorer, in: folder).log
      let moved = try #require(try log.movedMass(of: PairName(parsing: Self.pair)))
      let (p, q) = (try Self.distributions(log, "a"), try Self.distributions(log, "b"))
      let (mask, why) = (try log.isResponse(), try log.unmeasured())
      var unlisted = 0
      for text in 0..<log.sequenceCount where moved.positions[text] > 0 {
        let tokens = log.tokens(ofSequence: text).filter { mask[$0] && why[$0] == .measured }
        let ids = Set(moved.tokens[moved.entries(ofText: text)])
        let missing = (0..<1_024).filter { !ids.contains(UInt32($0)) }
        let sum = missing.reduce(0) { sum, id in
          sum + tokens.reduce(0) { $0 + abs(q[$1][id] - p[$1][id]) } / Double(tokens.count)
        }
        unlisted += missing.count
        // A bound, and no larger than it has to be; the log's own probabilities are rounded.
        #expect(sum <= Double(moved.dropped[text]) + 1e-7)
        #expect(Double(moved.dropped[text]) <= sum + 1e-7)
      }
      #expect(unlisted > 1_000)
    }
  }

  @Test(arguments: [ComputeChoice.f32, .bf16])
  func `neither threads, shards, a resumed run nor little memory change a bit`(
    compute: ComputeChoice
  ) throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(seed: 23, count: 60), in: folder)
      func scorer(shard: Shard? = nil, memory: Int? = nil) throws -> Scorer {
        try Self.scorer(
          texts, in: folder, compute: compute, batchTokens: 400, shard: shard, memory: memory)
      }
      Parallel.threadCount = 1
      let whole = try Samples.log(scorer(), in: folder).log.path
      for threads in [2, 5] {
        Parallel.threadCount = threads
        #expect(
          try differingDatasets(whole, Samples.log(scorer(), in: folder).log.path).isEmpty)
      }
      let peak = try scorer().plan.peak
      let apart = try scorer(memory: peak - 1)
      #expect(apart.plan.order == .oneAfterAnother)
      #expect(try differingDatasets(whole, Samples.log(apart, in: folder).log.path).isEmpty)
      let parts = try (1...3).map {
        try Samples.log(scorer(shard: Shard(index: $0, count: 3)), in: folder).log.path
      }
      for form in TokenLogMerge.Form.allCases {
        let merged = folder.appending(path: "merged-\(form).h5").path
        try TokenLogMerge(paths: parts).write(
          to: merged, as: form, created: "", commandLine: "")
        #expect(try differingDatasets(whole, merged).isEmpty)
        let log = try TokenLog(path: merged)
        #expect(
          try log.movedMass(of: log.firstPair())
            == TokenLog(path: whole).movedMass(of: log.firstPair()))
      }
      #expect(try differingDatasets(whole, Self.resumed(scorer(), in: folder)).isEmpty)
    }
  }

  /// The log of a run that was stopped after some batches.
  private static func resumed(_ scorer: Scorer, in folder: URL) throws -> String {
    struct Stop: Error {}
    let path = folder.appending(path: "resumed.h5").path
    let header = scorer.header(
      Provenance(version: "test", commandLine: "test", created: .distantPast))
    let first = try TokenLogWriter(destination: path, header: header)
    #expect(throws: Stop.self) {
      try scorer.run(into: first) { if $0.doneTokens > $0.totalTokens / 2 { throw Stop() } }
    }
    #expect(first.finishedTextCount > 5)
    first.close()
    let second = try TokenLogWriter(
      resuming: TokenLogJournal(destination: path), header: header)
    _ = try scorer.run(into: second)
    try second.publish()
    return path
  }

  @Test(.enabled(if: MatrixMultiply.hasBFloat16Products, "needs bf16 products of the processor"))
  func `with bf16 products batches change no bit`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(seed: 24), in: folder)
      let logs = try [4_096, 300, 1].map { tokens in
        try Samples.log(
          Self.scorer(texts, in: folder, compute: .bf16, batchTokens: tokens), in: folder
        ).log.path
      }
      for other in logs.dropFirst() { #expect(try differingDatasets(logs[0], other).isEmpty) }
    }
  }

  @Test func `without it the log has none, and all else is the same`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(seed: 26), in: folder)
      let with = try Samples.log(Self.scorer(texts, in: folder), in: folder).log
      let without = try Samples.log(
        Self.scorer(texts, in: folder) { $0.keepsMovedMass = false }, in: folder
      ).log
      let pair = try with.firstPair()
      #expect(try without.movedMass(of: pair) == nil)
      #expect(try with.movedMass(of: pair) != nil)
      for column in PairColumn.allCases {
        #expect(
          try with.floats(column, of: pair).map(\.bitPattern)
            == without.floats(column, of: pair).map(\.bitPattern))
      }
      #expect(
        try with.floats(.entropy, of: "b").map(\.bitPattern)
          == without.floats(.entropy, of: "b").map(\.bitPattern))
    }
  }

  @Test func `the demo's moved mass is that of transformers`() throws {
    let log = try DemoRun.log()
    let texts = try #require(DemoRun.json("moved.json")["texts"]?.arrayValue)
    #expect(texts.count > 10)
    let ids = try log.strings(.id)
    for name in ["base:sft", "base:rl"] {
      let moved = try #require(try log.movedMass(of: PairName(parsing: name)))
      for text in texts {
        let index = try #require(text["index"]?.doubleValue.map { Int($0) })
        let expected = try #require(text[name])
        #expect(text["id"]?.stringValue == ids[index])
        #expect(expected["positions"]?.doubleValue == Double(moved.positions[index]))
        let entries = moved.entries(ofText: index)
        let (gained, lost) = (
          try #require(expected["gained"]).doubles, try #require(expected["lost"]).doubles
        )
        for (place, id) in try #require(expected["token"]).doubles.enumerated() {
          let entry = try #require(entries.first { Double(moved.tokens[$0]) == id })
          // Log-probabilities of both programs are within 2e-5 nats of each other.
          expectClose(Double(moved.gained[entry]), gained[place], absolute: 2e-5)
          expectClose(Double(moved.lost[entry]), lost[place], absolute: 2e-5)
        }
        let dropped = Double(moved.dropped[index])
        for (values, sum) in [(moved.gained, "gained_sum"), (moved.lost, "lost_sum")] {
          let listed = entries.reduce(0) { $0 + Double(values[$1]) }
          let whole = try #require(expected[sum]?.doubleValue)
          #expect(listed < whole + 1e-4 && listed > whole - dropped - 1e-4)
        }
      }
    }
  }
}
