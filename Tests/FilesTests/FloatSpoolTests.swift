import Files
import Foundation
import TestSupport
import Testing

@Suite struct FloatSpoolTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `what was put in comes out bit for bit, in any order`(seed: UInt64) throws {
    try withTemporaryFolder { folder in
      var random = SeededGenerator(seed: seed)
      // A file of that name stays what it is, and no other is there from the first moment on.
      let path = folder.appending(path: "states").path
      try Data("mine".utf8).write(to: URL(filePath: path))
      var spool = try FloatSpool(path: path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["states"])
      defer { #expect((try? String(contentsOfFile: path, encoding: .utf8)) == "mine") }
      for _ in 0..<2 {
        // Any bits: also NaNs with a payload.
        let pieces = (0..<20).map { _ in
          (0..<Int(random.next() % 5_000)).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
          }
        }
        let places = try pieces.map { try spool.append($0.span) }
        #expect(spool.count == pieces.reduce(0) { $0 + $1.count })
        for index in pieces.indices.shuffled(using: &random) {
          var found = [Float](repeating: 1, count: pieces[index].count)
          var span = found.mutableSpan
          try spool.read(places[index], into: &span)
          #expect(found.map(\.bitPattern) == pieces[index].map(\.bitPattern))
        }
        try spool.clear()
        #expect(spool.count == 0)
      }
    }
  }

  @Test func `a folder that isn't there is named`() {
    #expect(throws: FileError.self) {
      _ = try FloatSpool(path: "/nowhere/states")
    }
  }

  @Test func `bytes are the same before and after they were let go of`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "file").path
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
      try Data(bytes).write(to: URL(filePath: path))
      let file = try MappedFile(path: path)
      let memory = try MappedFile(named: "memory", halves: 50_000) { halves in
        for index in halves.indices { halves[index] = UInt16(truncatingIfNeeded: index) }
      }
      #expect(file.isOfFile && !memory.isOfFile)
      for range in [0..<100_000, 5..<6, 4_095..<4_097, 99_999..<100_000, 0..<0, 20_000..<70_000] {
        for use in [MappedFile.Use.later, .soon] {
          file.expect(use, of: range)
          memory.expect(use, of: range)
        }
        #expect(bytes.indices.allSatisfy { file.byte(at: $0) == bytes[$0] })
        #expect(
          (0..<50_000).allSatisfy { index in
            let (low, high) = (memory.byte(at: 2 * index), memory.byte(at: 2 * index + 1))
            return UInt16(low) | UInt16(high) << 8 == UInt16(truncatingIfNeeded: index)
          })
      }
    }
  }

  @Test func `the rate of reading is that of the bytes there are`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "file").path
      try Data(repeating: 1, count: 3 << 20).write(to: URL(filePath: path))
      let rate = try MappedFile.readRate(ofFile: path, sample: 2 << 20)
      #expect(rate > 0 && rate.isFinite)
      #expect(try MappedFile.readRate(ofFile: path, sample: 0) == .infinity)
      #expect(throws: FileError.self) {
        _ = try MappedFile.readRate(ofFile: path + ".not", sample: 1)
      }
    }
  }
}
