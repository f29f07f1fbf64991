import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

/// Files that are whole and say what can't be.
@Suite struct DamagedNumberTests {
  private func error(
    _ change: (inout TokenLogBlock) -> Void, reading: (TokenLog) throws -> Void
  ) throws -> RunLogError? {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: 31)
      let header = try Samples.header(models: ["base", "rl"], pairs: ["base:rl"])
      var block = Samples.block(header, lengths: [9], using: &generator)
      change(&block)
      let path = folder.appending(path: "log.h5").path
      let writer = try TokenLogWriter(destination: path, header: header)
      try writer.append(block)
      try writer.publish()
      let log = try TokenLog(path: path)
      return #expect(throws: RunLogError.self) { try reading(log) }
    }
  }

  @Test func `a value outside its column's range is refused with file, column, row and value`()
    throws
  {
    let pair = try PairName(parsing: "base:rl")
    let divergence = try error(
      { $0.pairs[0][.jensenShannonDivergence][5] = -3e38 },
      reading: { _ = try $0.floats(.jensenShannonDivergence, of: pair) })
    #expect(divergence?.kind == .damaged)
    #expect(
      divergence?.message
        == "/pair/base:rl/js[5] is -3e+38, values are from 0.0 to 0.6931473: the file is damaged, or "
        + "was written by another tool: make it again")
    let overlap = try error(
      { $0.pairs[0][.topKOverlap][2] = 3e38 },
      reading: { _ = try $0.floats(.topKOverlap, of: pair, in: 1..<4) })
    #expect(overlap?.message.hasPrefix("/pair/base:rl/overlap[2] is 3e+38") == true)
    let entropy = try error(
      { $0.models[0].entropy[8] = -3e38 },
      reading: { _ = try $0.floats(.entropy, of: "base") })
    #expect(entropy?.message.hasPrefix("/model/base/entropy[8] is -3e+38") == true)
    let probability = try error(
      { $0.models[1].logProbability[0] = 0.5 },
      reading: { _ = try $0.floats(.logProbability, of: "rl") })
    #expect(probability?.message.contains("values are at most 0.0001") == true)
    let divergences = try error(
      { $0.pairs[0][.klBeforeAfter][0] = -1 },
      reading: { _ = try $0.floats(.klBeforeAfter, of: pair) })
    #expect(divergences?.message.contains("values are at least 0.0") == true)
  }

  @Test func `bounds and what was not measured are in every range`() {
    for column in TokenLogColumn.all + TokenLogColumn.replicate + TokenLogColumn.rolloutColumns {
      // Zero stands for whole numbers that were not measured.
      #expect(column.range.contains(0))
    }
    let bounds: [(String, TokenLogColumn.Scope, [Float])] = [
      ("js", .pair, [0, Float(log(2.0))]), ("tv", .pair, [0, 1]), ("overlap", .pair, [0, 1]),
      ("entropy", .model, [0, Float(log(4_294_967_296.0))]), ("dprob", .pair, [-1, 1]),
      ("logp", .model, [-.infinity, 0]), ("extra_logmass", .model, [-.infinity]),
      ("kl_ab", .pair, [.infinity]), ("logZ", .model, [.greatestFiniteMagnitude]),
    ]
    for (name, place, values) in bounds {
      let column = TokenLogColumn.named(name, place)
      #expect(values.allSatisfy { column.range.contains(Double($0)) }, "\(name)")
    }
  }

  @Test func `ids beyond a model's vocabulary are refused where its size is known`() throws {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: 32)
      var header = try Samples.header(models: ["m"], pairs: [])
      header.models[0].vocabularySize = 5_000
      var block = Samples.block(header, lengths: [3], using: &generator)
      block.sequences[0].tokenIDs = [0, 4_999, 5_000]
      block.models[0].topToken = [0, 4_999, 5_000]
      let path = folder.appending(path: "log.h5").path
      let writer = try TokenLogWriter(destination: path, header: header)
      try writer.append(block)
      try writer.publish()
      let log = try TokenLog(path: path)
      #expect(try log.tokenIDs(in: 0..<2) == [0, 4_999])
      let ids = #expect(throws: RunLogError.self) { try log.tokenIDs() }
      #expect(ids?.message.hasPrefix("/tok/id[2] is 5000, values are from 0.0 to 4999.0") == true)
      let top = #expect(throws: RunLogError.self) { try log.integers(.topToken, of: "m") }
      #expect(top?.message.hasPrefix("/model/m/top1[2] is 5000") == true)
    }
  }

  @Test func `numbers of a dynamics log that nobody can calculate with are refused`() throws {
    let texts = DynamicsLog.Reference(
      name: "base", fileName: "b", digest: "d", prompts: ["p", "q"], bytes: [2, 3], nats: [[1, 2]])
    let whole = DynamicsLog(
      checkpoints: [.init(run: "r", condition: "c", step: 3, path: "p")], references: [texts])
    let changes: [(String, (inout DynamicsLog) -> Void)] = [
      ("/reference/base/nats[1] is nan", { $0.references[0].nats[0][1] = .nan }),
      ("/reference/base/nats[0] is inf", { $0.references[0].nats[0][0] = .infinity }),
      ("/reference/base/nats[0] is -1", { $0.references[0].nats[0][0] = -1 }),
      ("/reference/base/bytes[1] is \(Int.max)", { $0.references[0].bytes[1] = .max }),
      ("/checkpoint/step: a step below 0", { $0.checkpoints[0].step = .max }),
      ("not_measured is -1", { $0.references[0].notMeasuredCount = -1 }),
    ]
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "dynamics.h5").path
      try whole.write(to: path)
      #expect(try DynamicsLog(path: path) == whole)
      for (words, change) in changes {
        var log = whole
        change(&log)
        try log.write(to: path)
        let error = #expect(throws: RunLogError.self) { try DynamicsLog(path: path) }
        #expect(error?.kind == .damaged)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
      }
    }
  }

  /// 53 kB that declare 8,000,000 rows in one of 35 columns and had 1.6 GB read before the refusal.
  @Test func `lengths are compared before anything is read`() throws {
    let path = Places.fixture("runlogs/training-log-8-million-rows.h5")
    let start = ContinuousClock.now
    let error = #expect(throws: RunLogError.self) { try TrainingLog(path: path) }
    #expect(error?.kind == .damaged)
    // Reading a column of 64 MB takes longer than all shapes.
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test func `a journal whose sizes no number holds has no block there`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let url = URL(filePath: TokenLogWriter.journalPath(for: path))
      let header = try Samples.header(models: ["m"], pairs: [], topK: 1 << 61)
      let writer = try TokenLogWriter(destination: path, header: header)
      var bytes = try Data(contentsOf: url)
      writer.discard()
      // A record with the right checksum: 8 tokens, a sequence, no text, and 600 bytes of fields.
      let numbers: [UInt64] = [8, 1] + SequenceText.allCases.map { _ in 0 }
      let payload = numbers.flatMap(littleEndian) + [UInt8](repeating: 0, count: 600)
      let start = littleEndian(2).prefix(4) + littleEndian(UInt64(payload.count))
      let checksum = crc32(start + payload)
      bytes.append(contentsOf: start.prefix(4) + littleEndian(UInt64(checksum)).prefix(4))
      bytes.append(contentsOf: start.dropFirst(4) + payload)
      try bytes.write(to: url)
      let reader = try JournalReader(path: url.path)
      #expect(reader.blockCount == 0)
    }
  }

  private func littleEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }

  private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var state = UInt32.max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? 0xEDB8_8320 ^ (state >> 1) : state >> 1 }
    }
    return ~state
  }
}
