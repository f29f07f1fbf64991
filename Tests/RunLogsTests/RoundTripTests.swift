import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

@Suite struct RoundTripTests {
  /// Bits, because NaN equals nothing.
  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  /// Of all blocks; nil without any.
  private func joined(_ blocks: [MovedMass?]) -> MovedMass? {
    guard blocks.contains(where: { $0 != nil }) else { return nil }
    var all = MovedMass()
    for block in blocks.compactMap({ $0 }) {
      for text in 0..<block.textCount {
        let entries = block.entries(ofText: text)
        all.append(
          tokens: Array(block.tokens[entries]), gained: Array(block.gained[entries]),
          lost: Array(block.lost[entries]), positions: block.positions[text],
          dropped: block.dropped[text])
      }
    }
    return all
  }

  /// `isOldest`: the log is of schema 1.0, and what came later is filled in.
  private func expect(
    _ log: TokenLog, holds blocks: [TokenLogBlock], isOldest: Bool = false
  ) throws {
    let sequences = blocks.flatMap(\.sequences)
    #expect(log.sequenceCount == sequences.count)
    #expect(log.tokenCount == blocks.reduce(0) { $0 + $1.tokenCount })
    #expect(try log.tokenIDs() == sequences.flatMap(\.tokenIDs))
    #expect(try log.unmeasured() == blocks.flatMap(\.unmeasured))
    #expect(
      try log.isResponse()
        == sequences.flatMap { text in text.tokenIDs.indices.map { $0 >= text.responseStart } })
    #expect(try log.responseStarts() == sequences.map(\.responseStart))
    #expect(try log.sampleIDs() == sequences.map(\.sampleID))
    #expect(try log.correctness() == sequences.map(\.isCorrect))
    #expect(try log.rewards() == sequences.map(\.reward))
    #expect(try log.strings(.id) == sequences.map(\.id))
    #expect(try log.strings(.promptID) == sequences.map(\.promptID))
    #expect(try log.strings(.source) == sequences.map(\.source))
    #expect(try log.strings(.finish) == sequences.map(\.finish))
    #expect(try log.strings(.metadata) == sequences.map(\.metadata))
    for (index, sequence) in sequences.enumerated() {
      #expect(try log.tokenIDs(in: log.tokens(ofSequence: index)) == sequence.tokenIDs)
    }
    for (index, model) in log.header.models.enumerated() {
      let columns = blocks.map { $0.models[index] }
      for column in ModelColumn.allCases where !(isOldest && column == .extraLogMass) {
        #expect(
          try bits(log.floats(column, of: model.name)) == bits(columns.flatMap { $0[column] }))
      }
      for column in ModelIndexColumn.allCases {
        #expect(try log.integers(column, of: model.name) == columns.flatMap { $0[column] })
      }
      let reasons =
        isOldest ? try log.unmeasured() : columns.flatMap(\.unmeasured)
      #expect(try log.unmeasured(of: model.name) == reasons)
      if isOldest {
        let extra = try log.floats(.extraLogMass, of: model.name)
        #expect(extra.allSatisfy { $0.isNaN })
      }
      let replicate = try log.replicate(of: model.name)
      #expect((replicate == nil) == (model.replicateType == nil))
      if let replicate {
        let own = columns.map(\.replicate)
        #expect(bits(replicate.logProbability) == bits(own.flatMap(\.logProbability)))
        #expect(bits(replicate.entropy) == bits(own.flatMap(\.entropy)))
      }
      let topK = try log.topK(of: model.name)
      #expect(topK.ids == columns.flatMap(\.topK.ids))
      #expect(bits(topK.logProbabilities) == bits(columns.flatMap(\.topK.logProbabilities)))
      #expect(bits(topK.restLogMass) == bits(columns.flatMap(\.topK.restLogMass)))
    }
    for (index, pair) in log.header.pairs.enumerated() {
      if isOldest {
        let isMissing = try log.floats(.logProbabilityChange, of: pair).map(\.isNaN)
        let bucket = try log.floats(.bucketLogMass, of: pair)
        #expect(bucket.map(\.isNaN) == isMissing)
        #expect(bucket.allSatisfy { $0.isNaN || $0 == -.infinity })
      }
      for column in PairColumn.allCases where !(isOldest && column == .bucketLogMass) {
        let expected = blocks.flatMap { $0.pairs[index][column] }
        #expect(try bits(log.floats(column, of: pair)) == bits(expected))
      }
      let columns = blocks.map { $0.pairs[index] }
      let replicate = try log.replicateDivergences(of: pair)
      #expect((replicate == nil) == (log.header.replicateTextCount == nil))
      if let replicate { #expect(bits(replicate) == bits(columns.flatMap(\.replicate))) }
      #expect(try log.movedMass(of: pair) == joined(columns.map(\.moved)))
    }
  }

  private func write(
    _ blocks: [TokenLogBlock], _ header: TokenLogHeader, to path: String
  ) throws {
    let writer = try TokenLogWriter(destination: path, header: header)
    for block in blocks { try writer.append(block) }
    try writer.publish()
  }

  /// Writes blocks, expects all of them back, and hands the log on.
  private func expectRoundTrip(
    _ blocks: [TokenLogBlock], _ header: TokenLogHeader, in folder: URL
  ) throws -> TokenLog {
    let path = folder.appending(path: "log.h5").path
    try write(blocks, header, to: path)
    let log = try TokenLog(path: path)
    #expect(log.header == header)
    try expect(log, holds: blocks)
    return log
  }

  @Test(arguments: [1, 2, 3] as [UInt64], [0, 1, 5])
  func `everything comes back bit by bit`(seed: UInt64, topK: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let header = try Samples.header(topK: topK)
    // Among them no tokens at all, one token, and an empty block.
    let blocks = [[3, 0, 1, 40], [], [1], [17, 9]].map {
      Samples.block(header, lengths: $0, using: &generator)
    }
    try withTemporaryFolder { folder in
      _ = try expectRoundTrip(blocks, header, in: folder)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log.h5"])
    }
  }

  @Test(arguments: [
    ["base": "BF16", "sft": "BF16", "rl-1.5_b": "BF16"], ["sft": "F32"],
  ])
  func `a second precision comes back, of all models or of one`(types: [String: String]) throws {
    var generator = SeededGenerator(seed: 21)
    let header = try Samples.header(replicateTypes: types)
    let blocks = [[3, 0, 8], [], [12]].map {
      Samples.block(header, lengths: $0, using: &generator)
    }
    try withTemporaryFolder { folder in
      let log = try expectRoundTrip(blocks, header, in: folder)
      let entropy = blocks.flatMap { $0.models[1].replicate.entropy }
      let piece = try #require(try log.replicate(of: "sft", in: 2..<15))
      #expect(bits(piece.entropy) == bits(Array(entropy[2..<15])))
      let error = try #require(throws: RunLogError.self) { try log.replicate(of: "none") }
      #expect(error.kind == .missingModel)
    }
  }

  @Test func `sizes of vocabularies come back`() throws {
    var header = try Samples.header()
    header.sharedVocabularySize = 151_665
    header.models[0].vocabularySize = 151_936
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write([], header, to: path)
      #expect(try TokenLog(path: path).header == header)
    }
  }

  @Test func `a model without reasons of its own has the block's`() throws {
    var generator = SeededGenerator(seed: 12)
    let header = try Samples.header()
    var block = Samples.block(header, lengths: [6, 4], using: &generator)
    block.models[1].unmeasured = []
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write([block], header, to: path)
      let log = try TokenLog(path: path)
      #expect(try log.unmeasured(of: "sft") == block.unmeasured)
      #expect(try log.unmeasured(of: "base") == block.models[0].unmeasured)
    }
  }

  @Test func `a log without sequences, models and pairs is a log`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let full = try Samples.header()
      try write([], full, to: path)
      try expect(try TokenLog(path: path), holds: [])
      var empty = try Samples.header(models: [], pairs: [])
      empty.tokenizer.tokens = nil
      empty.tokenizer.specialIDs = []
      try write([], empty, to: path)
      #expect(try TokenLog(path: path).header == empty)
    }
  }

  @Test func `a sequence longer than a chunk and a piece of the journal comes back`() throws {
    var generator = SeededGenerator(seed: 7)
    // 70,000 tokens exceed a chunk of 65,536; 70,000 × 4 × 4 bytes exceed a piece of 1 MiB.
    let header = try Samples.header(models: ["a"], pairs: [], topK: 4)
    let blocks = [[5], [70_000], [2]].map {
      Samples.block(header, lengths: $0, using: &generator)
    }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write(blocks, header, to: path)
      let log = try TokenLog(path: path)
      try expect(log, holds: blocks)
      let range = 65_530..<65_550
      let entropy = blocks.flatMap { $0.models[0].entropy }
      #expect(try bits(log.floats(.entropy, of: "a", in: range)) == bits(Array(entropy[range])))
      let ids = blocks.flatMap { $0.models[0].topK.ids }
      #expect(try log.topK(of: "a", in: range).ids == Array(ids[65_530 * 4..<65_550 * 4]))
    }
  }

  @Test func `the same log is the same file`() throws {
    try withTemporaryFolder { folder in
      let header = try Samples.header()
      let files = try ["a.h5", "b.h5"].map { name in
        var generator = SeededGenerator(seed: 9)
        let url = folder.appending(path: name)
        try write(
          [Samples.block(header, lengths: [9, 5], using: &generator)], header, to: url.path)
        return try Data(contentsOf: url)
      }
      #expect(files[0] == files[1])
    }
  }

  @Test func `tokens are spelled by the vocabulary`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write([], try Samples.header(), to: path)
      let log = try TokenLog(path: path)
      #expect(log.tokenBytes(0) == [])
      #expect(log.tokenBytes(1) == [0xFF, 0])
      #expect(log.tokenBytes(3) == nil)
    }
  }

  @Test func `every column has its unit and definition in the file`() throws {
    var generator = SeededGenerator(seed: 11)
    let header = try Samples.header(
      models: ["m", "n"], pairs: ["m:n"], replicateTypes: ["n": "BF16"], replicateTextCount: 1,
      movedMassThreshold: 1e-6)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write([Samples.block(header, lengths: [4], using: &generator)], header, to: path)
      let root = try HDF5File.open(path).root
      let owner: [TokenLogColumn.Scope: String] = [.model: "n", .pair: "m:n"]
      let columns =
        TokenLogColumn.all + TokenLogColumn.replicate + MovedMassColumn.allCases.map(\.description)
      for column in columns {
        let dataset = try root.dataset(column.path(of: owner[column.scope] ?? ""))
        #expect(try dataset.elementType() == column.elementType)
        #expect(try dataset.attribute("units") == .string(column.unit))
        #expect(try dataset.attribute("definition") == .string(column.definition))
        #expect(try dataset.attribute("long_name") == .string(column.longName))
        if case .float(let fill) = try dataset.attribute("_FillValue") {
          #expect(fill.isNaN && column.elementType == .float32)
        } else {
          #expect(column.elementType != .float32)
        }
      }
      #expect(
        try root.dataset("tok/unmeasured").attribute("flag_meanings")
          == "measured first_token beyond_context not_finite beyond_vocabulary not_in_source other")
      #expect(try root.dataset("seq/count").attribute("sample_dimension") == "token")
      #expect(try root.attribute("schema") == "tokenshift.token-log")
      #expect(try root.attribute("schema_version") == "2.2")
      #expect(try root.attribute("replicate_texts") == 1)
      #expect(try root.attribute("moved_mass_threshold") == 1e-6)
      // Nothing in the file that the table doesn't know.
      let known = Set(columns.map { $0.path(of: owner[$0.scope] ?? "") })
      let places = [
        "/tok", "/model/n", "/model/n/replicate", "/pair/m:n", "/pair/m:n/replicate",
        "/pair/m:n/moved",
      ]
      for place in places {
        for child in try root.group(place).children() where child.kind == .dataset {
          #expect(known.contains("\(place)/\(child.name)"))
        }
      }
    }
  }

  private func sample() throws -> (header: TokenLogHeader, block: TokenLogBlock) {
    var generator = SeededGenerator(seed: 3)
    let header = try Samples.header(models: ["base", "rl"], pairs: ["base:rl"])
    return (header, Samples.block(header, lengths: [4, 0, 3], using: &generator))
  }

  /// `TOKENSHIFT_SAMPLE_LOG=log-2.0.h5` keeps the file, for `check_log.py` beside the fixture.
  @Test func `a log for a look from outside`() throws {
    let (header, block) = try sample()
    try withTemporaryFolder { folder in
      let path =
        ProcessInfo.processInfo.environment["TOKENSHIFT_SAMPLE_LOG"]
        ?? folder.appending(path: "log.h5").path
      try write([block], header, to: path)
      try expect(try TokenLog(path: path), holds: [block])
    }
  }

  /// Made by the test above when schema 1.0 was new; later versions have to read it.
  @Test func `a log of schema 1.0 is read`() throws {
    let (header, block) = try sample()
    let log = try TokenLog(path: Places.fixture("runlogs/log-1.0.h5"))
    #expect(log.header == header)
    #expect(log.header.sharedVocabularySize == nil && log.header.models[0].vocabularySize == nil)
    try expect(log, holds: [block], isOldest: true)
  }

  /// Made by the same test when 1.1 and 2.0 were the newest.
  @Test(arguments: ["1.1", "2.0"])
  func `logs of later schemas are read`(version: String) throws {
    let (header, block) = try sample()
    let path = Places.fixture("runlogs/log-\(version).h5")
    #expect(try HDF5File.open(path).root.attribute("schema_version") == .string(version))
    let log = try TokenLog(path: path)
    #expect(log.header == header)
    try expect(log, holds: [block])
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a flipped bit is an error or changes no number`(seed: UInt64) throws {
    let (_, block) = try sample()
    let bytes = try Data(contentsOf: URL(filePath: Places.fixture("runlogs/log-1.0.h5")))
    let refused = try countRefusals(of: bytes, flips: 40, seed: seed) { log in
      try expect(log, holds: [block], isOldest: true)
    }
    // Most of a small file is structure and packed numbers, both under checksums.
    #expect(refused > 10)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a flipped bit of a second precision is one as well`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: 22)
    let header = try Samples.header(
      models: ["m"], pairs: [], topK: 0, replicateTypes: ["m": "BF16"])
    let block = Samples.block(header, lengths: [400], using: &generator)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write([block], header, to: path)
      let replicate = block.models[0].replicate
      let refused = try countRefusals(
        of: Data(contentsOf: URL(filePath: path)), flips: 100, seed: seed
      ) { log in
        guard let found = try log.replicate(of: "m") else {
          Issue.record("the replicate is gone")
          return
        }
        #expect(bits(found.logProbability) == bits(replicate.logProbability))
        #expect(bits(found.entropy) == bits(replicate.entropy))
      }
      #expect(refused > 5)
    }
  }

  /// Reads copies of a log with one bit flipped each; how many were refused.
  private func countRefusals(
    of bytes: Data, flips: Int, seed: UInt64, _ body: (TokenLog) throws -> Void
  ) throws -> Int {
    var generator = SeededGenerator(seed: seed)
    var refused = 0
    try withTemporaryFolder { folder in
      for flip in 0..<flips {
        var copy = bytes
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        copy[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        // A new file each time: a file that was damaged can stay open in the library.
        let url = folder.appending(path: "\(flip).h5")
        try copy.write(to: url)
        do { try body(try TokenLog(path: url.path)) } catch is RunLogError { refused += 1 }
      }
    }
    return refused
  }
}
