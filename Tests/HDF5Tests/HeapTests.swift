import Foundation
import HDF5
import TestSupport
import Testing

/// What lies in global heaps, of other programs and of virtual datasets.
@Suite struct HeapTests {
  /// `Tests/Fixtures/hdf5/make_heaps.py` states the formulas.
  @Test(arguments: ["heaps-1998", "heaps-2016"])
  func `strings of variable length of another program are read`(name: String) throws {
    let root = try HDF5File.open(Places.fixture("hdf5/\(name).h5")).root
    let few = try root.group("few")
    #expect(try few.attribute("text") == "grüße 日本")
    #expect(try few.attribute("empty") == "")
    #expect(try few.attribute("list") == .strings(["a", "", "ß"]))
    let many = try root.group("many")
    for index in [0, 1, 17, 350, 698, 699] {
      #expect(try many.attribute("a\(index)") == .string("v\(index)"))
    }
    #expect(try many.attribute("a700") == nil)
    #expect(
      try root.group("long").attribute("list") == .strings((0..<300).map { "item \($0)" }))
  }

  @Test func `a virtual dataset whose sources lie in a damaged heap is refused`() throws {
    try withTemporaryFolder { folder in
      let source = try HDF5File.create(folder.appending(path: "part.h5").path, replacing: false)
      try source.root.createDataset("x", of: Float.self).append([1, 2, 3] as [Float])
      try source.close()
      let url = folder.appending(path: "whole.h5")
      let whole = try HDF5File.create(url.path, replacing: false)
      _ = try whole.root.createVirtualDataset(
        "x", of: .float32, parts: [.init(file: "part.h5", dataset: "x", rows: 3)])
      try whole.close()
      #expect(try HDF5File.open(url.path).root.dataset("x").read(as: Float.self) == [1, 2, 3])
      let bytes = try Data(contentsOf: url)
      let heap = try #require(bytes.range(of: Data("GCOL".utf8))).lowerBound
      // Index, size, and everything of the first object's fields; the heap's own size.
      for (place, values) in [
        (heap + 16, [9]), (heap + 24, [255, 255]), (heap + 30, [64]),
        (heap + 16, [UInt8](repeating: 0, count: 16)), (heap + 8, [17]), (heap + 14, [1]),
      ] as [(Int, [UInt8])] {
        var copy = bytes
        copy.replaceSubrange(place..<(place + values.count), with: values)
        let damaged = folder.appending(path: "\(place)-\(values.count).h5")
        try copy.write(to: damaged)
        let error = #expect(throws: HDF5Error.self) {
          try HDF5File.open(damaged.path).root.dataset("x").read(as: Float.self)
        }
        #expect(error?.kind == .damaged)
        #expect(error?.object == "/x")
      }
    }
  }
}
