import Foundation
import RunLogs
import TestSupport
import Testing

@Suite struct JournalTests {
  /// The bytes of a journal with three blocks of 2, 1 and 3 sequences, as a kill leaves it.
  private func journal(_ header: TokenLogHeader, seed: UInt64 = 3) throws -> Data {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: seed)
      let path = folder.appending(path: "log.h5").path
      let writer = try TokenLogWriter(destination: path, header: header)
      for lengths in [[3, 4], [5], [1, 0, 2]] {
        try writer.append(Samples.block(header, lengths: lengths, using: &generator))
      }
      return try Data(
        contentsOf: URL(filePath: TokenLogWriter.journalPath(for: path)))
    }
  }

  private func reader(_ bytes: Data) throws -> JournalReader {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.journal")
      try bytes.write(to: url)
      return try JournalReader(path: url.path)
    }
  }

  @Test func `a journal is read back`() throws {
    let header = try Samples.header()
    let bytes = try journal(header)
    let reader = try reader(bytes)
    #expect(reader.header == header)
    #expect(reader.blockCount == 3)
    #expect(reader.sequenceCount == 6)
    #expect(reader.end == UInt64(bytes.count))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a torn tail is ignored`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let header = try Samples.header(models: ["m"], pairs: [])
    let bytes = try journal(header)
    let whole = try reader(bytes)
    // Where the third block ends but for its last byte, and where nothing of it is left.
    let last = try reader(bytes.dropLast())
    #expect(last.blockCount == 2)
    #expect(last.sequenceCount == 3)
    for _ in 0..<20 {
      let range = Int(last.end)..<Int(whole.end)
      let length = Int.random(in: range, using: &generator)
      let torn = try reader(bytes.prefix(length))
      #expect(torn.blockCount == 2)
      #expect(torn.end == last.end)
      // A power cut can leave the right length and the wrong bytes.
      var zeroed = bytes
      zeroed.resetBytes(in: length..<bytes.count)
      zeroed[length] = ~bytes[length]
      #expect(try reader(zeroed).end == last.end)
    }
  }

  @Test func `a damaged block hides itself and what follows`() throws {
    let bytes = try journal(try Samples.header(models: [], pairs: []))
    let second = try reader(bytes.dropLast())
    let first = try reader(bytes.prefix(Int(second.end) - 1))
    #expect(first.blockCount == 1)
    var damaged = bytes
    damaged[Int(first.end) + 40] ^= 4
    #expect(try reader(damaged).blockCount == 1)
  }

  @Test func `what is no journal, or has no whole header, is refused`() throws {
    let bytes = try journal(try Samples.header())
    #expect(throws: RunLogError.self) { try reader(Data("something else".utf8)) }
    #expect(throws: RunLogError.self) { try reader(Data()) }
    #expect(throws: RunLogError.self) { try reader(bytes.prefix(100)) }
    #expect(throws: RunLogError.self) { try JournalReader(path: "/no/such.journal") }
  }
}
