import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct DatasetTests {
  private func roundTrip<Scalar: HDF5Scalar & Equatable>(_ values: [Scalar]) throws -> [Scalar] {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let dataset = try file.root.createDataset(
        "some/where/x", of: Scalar.self, layout: .init(chunkRows: 7))
      try dataset.append(Array(values.prefix(10)))
      try dataset.append(Array(values.dropFirst(10)))
      try file.close()
      let copy = try HDF5File.open(path).root.dataset("some/where/x")
      #expect(try copy.shape() == [values.count])
      #expect(try copy.elementType() == Scalar.elementType)
      return try copy.read(as: Scalar.self)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every element type comes back bit by bit`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bits = (0..<100).map { _ in generator.next() }
    let floats = bits.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    #expect(try roundTrip(floats).map(\.bitPattern) == floats.map(\.bitPattern))
    let doubles = bits.map { Double(bitPattern: $0) }
    #expect(try roundTrip(doubles).map(\.bitPattern) == doubles.map(\.bitPattern))
    let bytes = bits.map { UInt8(truncatingIfNeeded: $0) }
    #expect(try roundTrip(bytes) == bytes)
    let words = bits.map { UInt32(truncatingIfNeeded: $0) }
    #expect(try roundTrip(words) == words)
    let integers = bits.map { Int32(truncatingIfNeeded: $0) }
    #expect(try roundTrip(integers) == integers)
    let long = bits.map { Int64(truncatingIfNeeded: $0) }
    #expect(try roundTrip(long) == long)
  }

  @Test func `a table grows by rows and is read by rows`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let table = try file.root.createDataset(
        "t", of: UInt32.self, layout: .init(columns: 3, chunkRows: 2))
      #expect(try table.shape() == [0, 3])
      #expect(try table.read(as: UInt32.self) == [])
      for row in 0..<5 as Range<UInt32> {
        try table.append([10 * row, 10 * row + 1, 10 * row + 2])
      }
      try table.append([] as [UInt32])
      #expect(try table.read(as: UInt32.self, rows: 1..<3) == [10, 11, 12, 20, 21, 22])
      try file.close()
      let copy = try HDF5File.open(path).root.dataset("t")
      #expect(try copy.shape() == [5, 3])
      #expect(try copy.read(as: UInt32.self, rows: 4..<5) == [40, 41, 42])
      #expect(try copy.read(as: UInt32.self, rows: 5..<5) == [])
    }
  }

  @Test func `little-endian bytes are stored as they are`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      let dataset = try file.root.createDataset("x", of: UInt32.self)
      try dataset.append(littleEndianBytes: [1, 0, 0, 0, 0, 2, 0, 0], of: .uint32)
      #expect(try dataset.read(as: UInt32.self) == [1, 512])
    }
  }

  @Test func `numbers are widened and never narrowed`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      let floats = try file.root.createDataset("f", of: Float.self)
      try floats.append([0.5 as Float])
      #expect(try floats.read(as: Double.self) == [0.5])
      let words = try file.root.createDataset("w", of: UInt32.self)
      try words.append([4_000_000_000 as UInt32])
      #expect(try words.read(as: Int64.self) == [4_000_000_000])
      for action in [
        { _ = try words.read(as: Int32.self) }, { _ = try words.read(as: UInt8.self) },
        { _ = try words.read(as: Float.self) }, { _ = try floats.read(as: Int64.self) },
        { try floats.append([1.0 as Double]) },
      ] {
        let error = try #require(throws: HDF5Error.self) { try action() }
        #expect(error.kind == .wrongType)
        #expect(error.message.contains("not "))
      }
    }
  }

  @Test func `values that repeat are packed`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let dataset = try file.root.createDataset("x", of: Float.self)
      try dataset.append([Float](repeating: 1.5, count: 1_000_000))
      try file.close()
      let size = try #require(
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      // 4 MB of one value; deflate alone reaches 1,000 to 1 here, chunk tables cost some kB.
      #expect(size < 100_000)
    }
  }

  @Test func `a flipped bit in a chunk is found by its checksum`() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      let file = try HDF5File.create(url.path, replacing: false)
      let dataset = try file.root.createDataset(
        "x", of: UInt8.self, layout: .init(deflateLevel: 0))
      let pattern: [UInt8] = Array(0..<200)
      try dataset.append(pattern)
      try file.close()
      var bytes = try Data(contentsOf: url)
      let place = try #require(bytes.firstRange(of: Data(pattern)))
      bytes[place.lowerBound + 100] ^= 1
      try bytes.write(to: url)
      let copy = try HDF5File.open(url.path).root.dataset("x")
      let error = try #require(throws: HDF5Error.self) { try copy.read(as: UInt8.self) }
      #expect(error.kind == .damaged)
      #expect(error.description.hasPrefix("\(url.path): /x: cannot read"))
    }
  }

  @Test(arguments: [4, 5] as [UInt64])
  func `byte lists come back, empty items and broken UTF-8 too`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let items = (0..<50).map { _ in
      (0..<Int(generator.next() % 9)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let list = try HDF5ByteLists.create("names", in: file.root)
      #expect(try list.read() == [])
      try list.append(Array(items[..<20]))
      try list.append(Array(items[20...]))
      try HDF5ByteLists.create("texts", in: file.root).append(["é", "", "日本"])
      try file.close()
      let copy = try HDF5File.open(path)
      #expect(try HDF5ByteLists("names", in: copy.root).read() == items)
      #expect(try HDF5ByteLists("texts", in: copy.root).readStrings() == ["é", "", "日本"])
    }
  }

  @Test func `byte lists whose offsets contradict the bytes are refused`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      let list = try HDF5ByteLists.create("x", in: file.root)
      try file.root.dataset("x/offsets").append([3, 2] as [Int64])
      try file.root.dataset("x/bytes").append([1, 2] as [UInt8])
      let error = try #require(throws: HDF5Error.self) { try list.read() }
      #expect(error.kind == .damaged)
    }
  }

  @Test func `files are used from several threads at once`() async throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "tokenshift-test-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try HDF5File.create(path, replacing: false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          let dataset = try file.root.createDataset("group\(task)/x", of: Int64.self)
          for value in 0..<50 as Range<Int64> { try dataset.append([value]) }
          // A failing call here must not show up in another thread's error.
          _ = try? file.root.dataset("missing\(task)")
          #expect(try dataset.read(as: Int64.self) == Array(0..<50))
        }
      }
      try await group.waitForAll()
    }
    try file.close()
  }
}
