import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

/// Moved mass in a log: what was written comes back, and what no log has is refused.
@Suite struct MovedMassTests {
  private func write(
    _ moved: MovedMass, lengths: [Int] = [4, 0, 3], threshold: Double? = 1e-6,
    vocabulary: Int? = nil, to path: String
  ) throws {
    var generator = SeededGenerator(seed: 41)
    var header = try Samples.header(
      models: ["base", "rl"], pairs: ["base:rl"], movedMassThreshold: threshold)
    header.models[0].vocabularySize = vocabulary
    header.models[1].vocabularySize = vocabulary.map { $0 + 5 }
    var block = Samples.block(header, lengths: lengths, using: &generator)
    block.pairs[0].moved = threshold == nil ? nil : moved
    let writer = try TokenLogWriter(destination: path, header: header)
    try writer.append(block)
    try writer.publish()
  }

  private var sample: MovedMass {
    var moved = MovedMass()
    moved.append(
      tokens: [1, 7, 9], gained: [0.5, 0, 0.25], lost: [0, 1, 0.125], positions: 3, dropped: 0.01)
    moved.append(tokens: [], gained: [], lost: [], positions: 0, dropped: 0)
    moved.append(tokens: [0], gained: [1e-6], lost: [0], positions: 2, dropped: 0)
    return moved
  }

  @Test func `entries come back text by text`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write(sample, vocabulary: 10, to: path)
      let log = try TokenLog(path: path)
      #expect(log.header.movedMassThreshold == 1e-6)
      let moved = try #require(try log.movedMass(of: log.firstPair()))
      #expect(moved == sample)
      #expect(moved.offsets == [0, 3, 3, 4] && moved.entries(ofText: 2) == 3..<4)
      let error = #expect(throws: RunLogError.self) {
        try log.movedMass(of: PairName(parsing: "rl:base"))
      }
      #expect(error?.kind == .missingPair)
    }
  }

  @Test func `a log without it has none`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try write(sample, threshold: nil, to: path)
      let log = try TokenLog(path: path)
      #expect(log.header.movedMassThreshold == nil)
      #expect(try log.movedMass(of: log.firstPair()) == nil)
      let older = try TokenLog(path: Places.fixture("runlogs/log-2.0.h5"))
      #expect(try older.movedMass(of: older.firstPair()) == nil)
      #expect(try older.replicateDivergences(of: older.firstPair()) == nil)
    }
  }

  @Test func `numbers that no log has are refused with dataset and place`() throws {
    let changes: [(String, (inout MovedMass) -> Void)] = [
      ("moved/id doesn't ascend within text 0", { $0.tokens[1] = 1 }),
      ("moved/id[2] is 10, values are from 0.0 to 9.0", { $0.tokens[2] = 10 }),
      ("moved/gained[0] is 1.5", { $0.gained[0] = 1.5 }),
      ("moved/gained is not a number in row 3", { $0.gained[3] = .nan }),
      ("moved/lost[1] is -0.5", { $0.lost[1] = -0.5 }),
      ("moved/dropped[0] is 3.0", { $0.dropped[0] = 3 }),
      ("moved/dropped is not a number in row 1", { $0.dropped[1] = .nan }),
      ("moved/positions[0] is -1", { $0.positions[0] = -1 }),
      ("moved/positions is more than text 2 has tokens", { $0.positions[2] = 4 }),
      ("moved/positions is 0 in text 2, which has entries", { $0.positions[2] = 0 }),
      ("moved/offsets doesn't ascend from 0", { $0.offsets[1] = 5 }),
    ]
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      for (words, change) in changes {
        var moved = sample
        change(&moved)
        try write(moved, vocabulary: 10, to: path)
        let log = try TokenLog(path: path)
        let error = #expect(throws: RunLogError.self, "\(words)") {
          try log.movedMass(of: log.firstPair())
        }
        #expect(error?.kind == .damaged && error?.path == path)
        #expect(
          error?.message.hasPrefix("/pair/base:rl/" + words) == true, "\(String(describing: error))"
        )
      }
    }
  }

  @Test func `a journal of blocks with moved mass is gone on with`() throws {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: 43)
      let header = try Samples.header(movedMassThreshold: 1e-6)
      let blocks = [[3, 0, 2, 4], [1], [5, 2]].map {
        Samples.block(header, lengths: $0, using: &generator)
      }
      let paths = ["whole", "resumed"].map { folder.appending(path: $0 + ".h5").path }
      let whole = try TokenLogWriter(destination: paths[0], header: header)
      for block in blocks { try whole.append(block) }
      try whole.publish()
      let first = try TokenLogWriter(destination: paths[1], header: header)
      for block in blocks.prefix(2) { try first.append(block) }
      first.close()
      let journal = try TokenLogJournal(destination: paths[1])
      #expect(journal.finishedTextCount == 5)
      let second = try TokenLogWriter(resuming: journal, header: header)
      try second.append(blocks[2])
      try second.publish()
      #expect(try differingDatasets(paths[0], paths[1]).isEmpty)
    }
  }
}
