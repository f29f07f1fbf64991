import HDF5
import TestSupport
import Testing

/// Files written by h5py; `Tests/Fixtures/hdf5/make_h5py.py` states the formulas.
@Suite struct ForeignFileTests {
  private func root() throws -> HDF5Group {
    try HDF5File.open(Places.fixture("hdf5/h5py.h5")).root
  }

  @Test func `packed columns are read`() throws {
    let packed = try root().group("packed")
    let n = 0..<1_000
    #expect(try packed.dataset("float32").read(as: Float.self) == n.map { Float($0) / 8 })
    #expect(try packed.dataset("float64").read(as: Double.self) == n.map { Double($0) / 7 })
    #expect(try packed.dataset("uint8").read(as: UInt8.self) == n.map { UInt8($0 % 251) })
    #expect(
      try packed.dataset("uint32").read(as: UInt32.self) == n.map { UInt32($0) * 4_000_003 })
    #expect(try packed.dataset("int32").read(as: Int32.self) == n.map { Int32($0 - 500) })
    #expect(try packed.dataset("int64").read(as: Int64.self) == n.map { Int64($0 - 500) << 40 })
    #expect(
      try packed.dataset("int32").read(as: Int32.self, rows: 60..<70) == (60..<70).map { $0 - 500 })
  }

  @Test func `tables, other byte orders and widths are read`() throws {
    let root = try root()
    #expect(try root.dataset("table").shape() == [4, 3])
    #expect(try root.dataset("table").read(as: Float.self, rows: 1..<3) == [3, 4, 5, 6, 7, 8])
    #expect(try root.dataset("soft").read(as: Float.self, rows: 0..<1) == [0, 1, 2])
    #expect(
      try root.dataset("big_endian").read(as: Float.self) == (0..<1_000).map { Float($0) / 8 })
    #expect(try root.dataset("int16").read(as: Int32.self) == (0..<1_000).map { $0 - 500 })
    #expect(try root.dataset("int16").elementType() == nil)
    #expect(try root.dataset("float16").read(as: Float.self) == (0..<1_000).map { Float($0) / 8 })
    #expect(try root.dataset("empty").read(as: Float.self) == [])
  }

  @Test func `members are listed with kind`() throws {
    let children = try root().children()
    #expect(children.count == 14)
    #expect(children.first { $0.name == "packed" }?.kind == .group)
    #expect(children.first { $0.name == "table" }?.kind == .dataset)
    #expect(children.first { $0.name == "soft" }?.kind == .dataset)
    #expect(children.first { $0.name == "dangling" }?.kind == .other)
  }

  @Test(arguments: [
    ("uint64", "holds uint64, not int64"), ("number", "has 0 axes, not 1 or 2"),
    ("cube", "has 3 axes, not 1 or 2"), ("strings", "doesn't hold plain numbers"),
    ("bool", "doesn't hold plain numbers"), ("table", "holds float32, not int64"),
  ])
  func `other types and shapes are refused`(name: String, message: String) throws {
    let dataset = try root().dataset(name)
    let error = try #require(throws: HDF5Error.self) {
      // The type is checked first; of these two only the cube and the number have floats.
      if name == "cube" || name == "number" {
        _ = try dataset.read(as: Float.self)
      } else {
        _ = try dataset.read(as: Int64.self)
      }
    }
    #expect(error.kind == .wrongType)
    #expect(error.object == "/" + name)
    #expect(error.message == message)
  }

  @Test func `a size that the file can't hold is refused, not allocated`() throws {
    let dataset = try root().dataset("claims")
    #expect(try dataset.shape() == [1 << 50])
    let error = try #require(throws: HDF5Error.self) { try dataset.read(as: Float.self) }
    #expect(error.kind == .damaged)
  }

  @Test func `attributes are read`() throws {
    let table = try root().dataset("table")
    #expect(try table.attribute("str") == "grüße 日本")
    #expect(try table.attribute("fixed") == "fixed")
    #expect(try table.attribute("strings") == .strings(["a", "", "ß"]))
    #expect(try table.attribute("int") == 7)
    #expect(try table.attribute("int8") == -7)
    #expect(try table.attribute("float") == 0.1)
    #expect(try table.attribute("float32") == .float(0.1))
    #expect(try table.attribute("ints") == .integers([1, 2, 3]))
    #expect(try table.attribute("floats") == .doubles([0.5, 1.5]))
    for name in ["bool", "matrix"] {
      let error = try #require(throws: HDF5Error.self) { try table.attribute(name) }
      #expect(error.kind == .wrongType)
      #expect(error.object == "/table@" + name)
    }
  }
}
