import Foundation
import RunLogs
import Synchronization
import TestSupport
import Testing

/// Journals that a run leaves and another one goes on with.
@Suite struct ResumeTests {
  private func blocks(_ header: TokenLogHeader, seed: UInt64) -> [TokenLogBlock] {
    var generator = SeededGenerator(seed: seed)
    return [[3, 4], [5], [1, 0, 2], [7]].map {
      Samples.block(header, lengths: $0, using: &generator)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4], [0, 1, 400])
  func `a log of two runs has the bytes of one run's`(finished: Int, torn: Int) throws {
    let header = try Samples.header()
    let blocks = blocks(header, seed: 6)
    try withTemporaryFolder { folder in
      let paths = ["whole.h5", "cut.h5"].map { folder.appending(path: $0).path }
      let whole = try TokenLogWriter(destination: paths[0], header: header)
      for block in blocks { try whole.append(block) }
      try whole.publish()
      let first = try TokenLogWriter(destination: paths[1], header: header)
      for block in blocks.prefix(finished) { try first.append(block) }
      first.close()
      let journal = URL(filePath: TokenLogWriter.journalPath(for: paths[1]))
      #expect(FileManager.default.fileExists(atPath: journal.path) == (finished > 0))
      if finished == 0 { return }
      // What a kill leaves of the next record.
      let handle = try FileHandle(forWritingTo: journal)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(repeating: 2, count: torn))
      try handle.close()
      let opened = try TokenLogJournal(destination: paths[1])
      #expect(opened.finishedTextCount == [0, 2, 3, 6, 7][finished])
      var later = header
      (later.created, later.commandLine) = ("later", "other words")
      let second = try TokenLogWriter(resuming: opened, header: later)
      #expect(second.blockSizes.map(\.sequences) == Array([2, 1, 3, 1].prefix(finished)))
      #expect(second.header.created == header.created)
      for block in blocks.dropFirst(finished) { try second.append(block) }
      try second.publish()
      #expect(
        try Data(contentsOf: URL(filePath: paths[1])) == Data(contentsOf: URL(filePath: paths[0])))
      #expect(!FileManager.default.fileExists(atPath: journal.path))
    }
  }

  @Test(arguments: [
    HeaderChange("other texts") { $0.texts.digest = "d2" },
    HeaderChange("another version") { $0.producerVersion = "9" },
    HeaderChange("other models (base, sft, rl-1.5_b)") {
      $0.models.removeLast()
      $0.pairs.removeLast()
    },
    HeaderChange("another config.json of model 'sft'") {
      $0.models[1].fileDigests["config.json"] = "x"
    },
    HeaderChange("other pairs (base:sft,base:rl-1.5_b)") { $0.pairs.removeLast() },
    HeaderChange("--top-k 3") { $0.topK = 4 },
    HeaderChange(#"other settings ({"bos":"auto","threads":2})"#) { $0.settings = "{}" },
    HeaderChange("another header") { $0.models[0].computeType = "BF16" },
    HeaderChange("all texts, without --shard") {
      $0.shard = ShardRecord(index: 1, count: 2, texts: 0..<1, lines: 1...1)
    },
  ])
  func `blocks of another run are refused and stay`(change: HeaderChange) throws {
    let header = try Samples.header()
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let first = try TokenLogWriter(destination: path, header: header)
      for block in blocks(header, seed: 1) { try first.append(block) }
      first.close()
      var other = header
      change.apply(&other)
      let error = try #require(throws: RunLogError.self) {
        try TokenLogWriter(resuming: TokenLogJournal(destination: path), header: other)
      }
      #expect(error.kind == .differs)
      #expect(
        error.description.contains("log.h5.journal: was begun with " + change.words), "\(error)")
      #expect(error.description.contains("--resume") && error.description.contains("--overwrite"))
      let kept = try JournalReader(path: TokenLogWriter.journalPath(for: path))
      #expect(kept.blockCount == 4)
    }
  }

  @Test func `names of files and folders don't matter`() throws {
    let header = try Samples.header()
    var other = header
    other.texts.fileName = "moved.jsonl"
    other.models[0].folder = "elsewhere"
    #expect(header.difference(from: other) == nil)
  }

  @Test(arguments: ["", "TSHJ", "TSHJRNL1", "TSHJRNL1left over", "\0\0\0\0\0\0\0\0\0"])
  func `a journal without anything finished is nobody's loss`(contents: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let journal = TokenLogWriter.journalPath(for: path)
      try Data(contents.utf8).write(to: URL(filePath: journal))
      let opened = try TokenLogJournal(destination: path)
      #expect(opened.finishedTextCount == 0)
      opened.close()
      #expect(!FileManager.default.fileExists(atPath: journal))
    }
  }

  @Test func `another program's file under the journal's name is left as it is`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let journal = URL(filePath: TokenLogWriter.journalPath(for: path))
      let notes = Data("My notes on log.h5".utf8)
      try notes.write(to: journal)
      let error = try #require(throws: RunLogError.self) {
        _ = try TokenLogJournal(destination: path)
      }
      #expect(error.kind == .differs)
      #expect(error.description.contains("log.h5.journal: is another program's file"))
      #expect(try Data(contentsOf: journal) == notes)
    }
  }

  @Test func `the journal of another version is not thrown away`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      // Magic, then a header {"a":1}: kind 1, the CRC-32 of kind, length and payload, the length.
      // python: zlib.crc32(struct.pack("<IQ", 1, 7) + b'{"a":1}')
      let payload = Array(#"{"a":1}"#.utf8)
      let bytes =
        Array("TSHJRNL1".utf8) + [1, 0, 0, 0] + [0xFC, 0x35, 0x9C, 0x5D] + [7, 0, 0, 0, 0, 0, 0, 0]
        + payload
      try Data(bytes).write(to: URL(filePath: TokenLogWriter.journalPath(for: path)))
      let error = try #require(throws: RunLogError.self) {
        _ = try TokenLogJournal(destination: path)
      }
      #expect(error.kind == .differs)
      #expect(error.description.contains("another version"))
      #expect(FileManager.default.fileExists(atPath: TokenLogWriter.journalPath(for: path)))
    }
  }

  @Test func `a lock on a journal that was removed meanwhile is none`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let holders = Atomic(0)
      let most = Atomic(0)
      let taken = Atomic(0)
      // Every close removes the file: opening, locking and removing meet in all orders.
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<300 {
          guard let journal = try? TokenLogJournal(destination: path) else { continue }
          let now = holders.add(1, ordering: .sequentiallyConsistent).newValue
          most.max(now, ordering: .sequentiallyConsistent)
          taken.add(1, ordering: .sequentiallyConsistent)
          holders.subtract(1, ordering: .sequentiallyConsistent)
          journal.close()
        }
      }
      #expect(most.load(ordering: .sequentiallyConsistent) == 1)
      #expect(taken.load(ordering: .sequentiallyConsistent) > 8)
    }
  }
}
