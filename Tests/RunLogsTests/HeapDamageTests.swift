import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

/// Logs of schema 1.x keep their strings in global heaps, which the format gives no checksum: libhdf5
/// 1.10.8 crashed on 68 of 1,281 flips in them and went in a circle for ever on one.
@Suite struct HeapDamageTests {
  /// A heap of a log: where it begins, and where the fields of its objects do.
  private struct Heap {
    let start: Int
    var fields: [Int] = []
    /// Of the free space, which is the last object.
    var free = 0

    init(_ bytes: Data, at start: Int) {
      self.start = start
      var place = start + 16
      while place + 16 <= start + number(bytes, start + 8, 8) {
        fields.append(place)
        if number(bytes, place, 2) == 0 { break }
        place += 16 + (number(bytes, place + 8, 8) + 7) / 8 * 8
      }
      free = fields.last ?? place
    }

    private func number(_ bytes: Data, _ place: Int, _ count: Int) -> Int {
      bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static let logs = ["log-1.0", "log-1.1", "training-log-1.1", "dynamics-log-1.0"]

  private func bytes(_ log: String) throws -> Data {
    try Data(contentsOf: URL(filePath: Places.fixture("runlogs/\(log).h5")))
  }

  private func heaps(_ bytes: Data) -> [Heap] {
    var heaps: [Heap] = []
    var rest = bytes.startIndex
    while let found = bytes[rest...].range(of: Data("GCOL".utf8)) {
      heaps.append(Heap(bytes, at: found.lowerBound))
      rest = found.upperBound
    }
    return heaps
  }

  /// Reads everything of a log that lies in heaps, and its numbers.
  private func readAll(_ path: String) throws {
    switch try LogKind(path: path) {
    case .training: _ = try TrainingLog(path: path)
    case .dynamics: _ = try DynamicsLog(path: path)
    case .token:
      let log = try TokenLog(path: path)
      let root = try HDF5File.open(path).root
      for column in TokenLogColumn.all where column.scope == .token || column.scope == .sequence {
        _ = try root.dataset(column.path()).attribute("definition")
      }
      _ = try log.strings(.id)
    }
  }

  /// Whether a changed copy is refused; it must neither end the process nor keep it for ever.
  private func isRefused(_ copy: Data, _ index: Int, in folder: URL) throws -> Bool {
    let url = folder.appending(path: "\(index).h5")
    try copy.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    do {
      try readAll(url.path)
      return false
    } catch is RunLogError { return true } catch is HDF5Error { return true }
  }

  /// `TOKENSHIFT_ALL_FLIPS=1` takes all bits of all fields; otherwise one of each byte of some.
  @Test(arguments: logs)
  func `damage in the fields of a heap is an error or changes text`(log: String) throws {
    let isWhole = ProcessInfo.processInfo.environment["TOKENSHIFT_ALL_FLIPS"] != nil
    let bytes = try bytes(log)
    let heaps = heaps(bytes)
    #expect(!heaps.isEmpty)
    var generator = SeededGenerator(seed: 41)
    var (count, refused) = (0, 0)
    try withTemporaryFolder { folder in
      for heap in heaps {
        for place in [heap.start] + heap.fields
        where isWhole || Int.random(in: 0..<6, using: &generator) == 0 {
          for byte in place..<min(place + 16, bytes.count) {
            let one = UInt8.random(in: 0..<8, using: &generator)
            for bit in isWhole ? 0..<8 : one..<(one + 1) {
              var copy = bytes
              copy[byte] ^= 1 << bit
              count += 1
              refused += try isRefused(copy, count, in: folder) ? 1 : 0
            }
          }
        }
      }
    }
    print("\(log): \(count) flips with seed 41, \(refused) refused")
    // Sizes and indices are 10 of 16 bytes, and most of them are read here.
    #expect(refused * 5 > count)
  }

  @Test(arguments: logs)
  func `zeroed and random spans in a heap are an error or change text`(log: String) throws {
    let bytes = try bytes(log)
    var generator = SeededGenerator(seed: 42)
    var (count, refused) = (0, 0)
    try withTemporaryFolder { folder in
      for heap in heaps(bytes) {
        for round in 0..<60 {
          let first = Int.random(in: heap.start..<(heap.free + 16), using: &generator)
          let end = min(first + Int.random(in: 1...200, using: &generator), bytes.count)
          var copy = bytes
          for place in first..<end {
            copy[place] = round % 2 == 0 ? 0 : UInt8.random(in: 0...255, using: &generator)
          }
          count += 1
          refused += try isRefused(copy, count, in: folder) ? 1 : 0
        }
      }
    }
    print("\(log): \(count) spans with seed 42, \(refused) refused")
    #expect(refused * 3 > count)
  }

  @Test func `the message says where the heap is damaged and what to do`() throws {
    let bytes = try bytes("log-1.0")
    let heap = try #require(heaps(bytes).first)
    let changes: [(byte: Int, values: [UInt8], words: String)] = [
      // Free space of no bytes, on which the library went in a circle.
      (heap.free + 8, [0, 0, 0, 0, 0, 0, 0, 0], "a heap's free space of 0 bytes, not"),
      // One byte of a size, which the library followed out of its memory.
      (heap.fields[3] + 15, [0x40], "goes beyond its heap's end"),
      (heap.fields[3] + 8, [1], "of a global heap has 1 bytes, not"),
      (heap.fields[3], [200], "a global heap without the object"),
      (heap.start, [0, 0, 0, 0], "no global heap begins here"),
      (heap.start + 8, [1, 0, 0], "a global heap of 1 bytes"),
      (heap.start + 13, [1], "goes beyond the file's end"),
    ]
    try withTemporaryFolder { folder in
      for change in changes {
        var copy = bytes
        copy.replaceSubrange(change.byte..<(change.byte + change.values.count), with: change.values)
        let url = folder.appending(path: "\(change.byte)-\(change.values.count).h5")
        try copy.write(to: url)
        let error = #expect(throws: RunLogError.self) { try TokenLog(path: url.path) }
        #expect(error?.kind == .damaged)
        let text = error?.description ?? ""
        #expect(text.contains(change.words), "\(text)")
        #expect(
          text.hasPrefix(url.path + ": /@") && text.contains("byte \(heap.start)")
            || text.contains("byte \(change.byte / 8 * 8)") || text.contains("byte "), "\(text)")
        #expect(text.hasSuffix("the file is damaged, copy or make it again"))
      }
    }
  }

  /// The letters of a heap in text or numbers are no heap: nobody refers to them.
  @Test func `what only looks like a heap is read`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let letters = Array("GCOL".utf8) + [1, 0, 0, 0, 255, 255, 255]
      let layout = HDF5Dataset.Layout(chunkRows: 11, deflateLevel: 0, hasChecksum: false)
      try file.root.createDataset("x", of: UInt8.self, layout: layout).append(letters)
      try file.root.setAttribute("text", to: .string(String(decoding: letters, as: UTF8.self)))
      try file.close()
      let copy = try HDF5File.open(path)
      #expect(try copy.root.dataset("x").read(as: UInt8.self) == letters)
      #expect(try copy.root.attribute("text") != nil)
    }
  }
}
