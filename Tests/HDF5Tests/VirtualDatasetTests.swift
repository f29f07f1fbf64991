import Foundation
import HDF5
import TestSupport
import Testing

/// Datasets whose values lie in other files.
struct VirtualDatasetTests {
  /// Two files with a list and a table, `name` and `b % b.h5`, and `virtual.h5` over both.
  private func make(in folder: URL) throws {
    for (name, start) in [("a.h5", 0), ("b %b.h5", 3)] {
      let file = try HDF5File.create(folder.appending(path: name).path, replacing: true)
      let values = (start..<start + 3).map(Float.init)
      try file.root.createDataset("x/list", of: Float.self).append(values)
      try file.root.createDataset("table", of: Int64.self, layout: .init(columns: 2))
        .append(values.flatMap { [Int64($0), -Int64($0)] })
      try file.close()
    }
    let file = try HDF5File.create(folder.appending(path: "virtual.h5").path, replacing: true)
    func parts(_ dataset: String) -> [HDF5VirtualPart] {
      [("a.h5", 3), ("nothing.h5", 0), ("b %b.h5", 3)].map {
        HDF5VirtualPart(file: $0.0, dataset: dataset, rows: $0.1)
      }
    }
    let list = try file.root.createVirtualDataset("y/list", of: .float32, parts: parts("/x/list"))
    try list.setAttribute("units", to: "nats")
    _ = try file.root.createVirtualDataset(
      "table", of: .int64, columns: 2, parts: parts("/table"))
    try file.close()
  }

  @Test func `rows of several files are those of one dataset`() throws {
    try withTemporaryFolder { folder in
      try make(in: folder)
      let file = try HDF5File.open(folder.appending(path: "virtual.h5").path)
      let list = try file.root.dataset("y/list")
      #expect(try list.read(as: Float.self) == [0, 1, 2, 3, 4, 5])
      #expect(try list.read(as: Float.self, rows: 2..<4) == [2, 3])
      #expect(try list.attribute("units") == "nats")
      let table = try file.root.dataset("table")
      #expect(try table.shape() == [6, 2])
      #expect(try table.read(as: Int64.self, rows: 1..<4) == [1, -1, 2, -2, 3, -3])
    }
  }

  @Test func `rows of a missing file are NaN and 0, and files may be moved together`() throws {
    try withTemporaryFolder { folder in
      let old = folder.appending(path: "old")
      try FileManager.default.createDirectory(at: old, withIntermediateDirectories: false)
      try make(in: old)
      let new = folder.appending(path: "new")
      try FileManager.default.moveItem(at: old, to: new)
      try FileManager.default.removeItem(at: new.appending(path: "a.h5"))
      let file = try HDF5File.open(new.appending(path: "virtual.h5").path)
      let values = try file.root.dataset("y/list").read(as: Float.self)
      #expect(values.map(\.isNaN) == [true, true, true, false, false, false])
      #expect(values.suffix(3) == [3, 4, 5])
      #expect(try file.root.dataset("table").read(as: Int64.self, rows: 2..<4) == [0, 0, 3, -3])
    }
  }

  @Test func `bytes are read as they were written`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: true)
      let dataset = try file.root.createDataset("x", of: UInt32.self)
      try dataset.append([1, 0x0102_0304] as [UInt32])
      #expect(try dataset.readLittleEndianBytes(of: .uint32, rows: 1..<2) == [4, 3, 2, 1])
      #expect(throws: HDF5Error.self) {
        try dataset.readLittleEndianBytes(of: .float32, rows: 0..<1)
      }
      try file.close()
    }
  }
}
