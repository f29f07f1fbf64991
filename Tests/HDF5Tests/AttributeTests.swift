import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct AttributeTests {
  static let values: [HDF5Attribute] = [
    "plain", "", "ünïcödé 日本 🙂", .string(String(repeating: "long ", count: 100_000)), 42,
    .integer(.min), 0.1, .double(-.infinity), .float(0.1), .strings([]),
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

  @Test func `what an attribute can't hold is refused`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      for value: HDF5Attribute in [
        "zero\0byte", .integers(Array(0..<10_000)), .strings(.init(repeating: "", count: 5_000)),
      ] {
        let error = try #require(throws: HDF5Error.self) {
          try file.root.setAttribute("a", to: value)
        }
        #expect(error.kind == .badValue)
        #expect(error.object == "/@a")
      }
    }
  }
}
