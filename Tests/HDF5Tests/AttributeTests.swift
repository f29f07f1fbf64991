import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct AttributeTests {
  static let values: [HDF5Attribute] = [
    "plain", "", "ünïcödé 日本 🙂", .string(String(repeating: "long ", count: 100_000)), 42,
    .integer(.min), 0.1, .double(-.infinity), .float(0.1), .strings([]),
    "zero\0byte", "zero at the end\0", .string(String(repeating: "ü", count: 1_025)),
    .strings(["zero\0byte", ""]), .strings(.init(repeating: "", count: 5_000)), .strings([""]),
    .strings(["short", .init(repeating: "long", count: 1_000)]), .integers(Array(0..<10_000)),
    .doubles((0..<300).map(Double.init)),
    .strings(["a", "", "ß"]), .integers([]), .integers([1, -2, .max]), .doubles([0.5, 1e300]),
  ]

  @Test(arguments: values.indices)
  func `values come back on the root, a group and a dataset`(index: Int) throws {
    let value = Self.values[index]
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let objects: [any HDF5Object] = [
        file.root, try file.root.createGroup("g"),
        try file.root.createDataset("g/x", of: Float.self),
      ]
      for object in objects {
        try object.setAttribute("a", to: "will be replaced")
        try object.setAttribute("a", to: value)
      }
      try file.close()
      let copy = try HDF5File.open(path)
      #expect(try copy.root.attribute("a") == value)
      #expect(try copy.root.group("g").attribute("a") == value)
      #expect(try copy.root.dataset("g/x").attribute("a") == value)
      #expect(try copy.root.attribute("b") == nil)
    }
  }

  @Test func `a NaN fill value keeps its width`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      try file.root.setAttribute("_FillValue", to: .float(.nan))
      guard case .float(let value) = try file.root.attribute("_FillValue") else {
        Issue.record("not a 32-bit float")
        return
      }
      #expect(value.isNaN)
    }
  }

  @Test func `a long value gives way to a short one, and the other way round`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      let long = HDF5Attribute.string(String(repeating: "x", count: 3_000))
      let objects: [any HDF5Object] = [file.root, try file.root.createDataset("x", of: Float.self)]
      for object in objects {
        for value in [long, "short", long, .strings([]), "short"] {
          try object.setAttribute("a", to: value)
        }
      }
      // Where a long value lies is for others to read, too.
      try file.root.setAttribute("b", to: long)
      #expect(try file.root.children().map(\.name) == ["@b", "x"])
      try file.close()
      let copy = try HDF5File.open(path)
      #expect(try copy.root.attribute("a") == "short")
      #expect(try copy.root.dataset("x").attribute("a") == "short")
      let bytes = try copy.root.dataset("@b").read(as: UInt8.self)
      #expect(bytes == Array(repeating: UInt8(ascii: "x"), count: 3_000))
    }
  }

  /// A heap is where variable-length values would be, and it begins with these letters.
  @Test func `no value makes a global heap`() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      let file = try HDF5File.create(url.path, replacing: false)
      for (index, value) in Self.values.enumerated() {
        try file.root.setAttribute("a\(index)", to: value)
      }
      try file.close()
      #expect(try Data(contentsOf: url).range(of: Data("GCOL".utf8)) == nil)
    }
  }
}
