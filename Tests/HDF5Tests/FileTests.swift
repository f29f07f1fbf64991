import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct FileTests {
  private func error(_ body: () throws -> Void) throws -> HDF5Error {
    try #require(throws: HDF5Error.self) { try body() }
  }

  @Test func `a missing file is named`() throws {
    let error = try error { _ = try HDF5File.open("/no/such/file.h5") }
    #expect(error.kind == .missingFile)
    #expect(error.description == "/no/such/file.h5: cannot open: No such file or directory")
  }

  @Test func `what is not HDF5 is refused`() throws {
    try withTemporaryFolder { folder in
      let text = folder.appending(path: "a.txt")
      try Data("hello, this is no HDF5 file".utf8).write(to: text)
      #expect(try error { _ = try HDF5File.open(text.path) }.kind == .notHDF5)
      let empty = folder.appending(path: "empty.h5")
      try Data().write(to: empty)
      #expect(try error { _ = try HDF5File.open(empty.path) }.kind == .notHDF5)
      #expect(try error { _ = try HDF5File.open(folder.path) }.kind == .unreadable)
    }
  }

  @Test(arguments: [100, 500, 3_000])
  func `a truncated file is refused`(length: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      let file = try HDF5File.create(url.path, replacing: false)
      try file.root.createDataset("x", of: Int64.self, layout: .init(deflateLevel: 0))
        .append(Array(0..<1_000) as [Int64])
      try file.close()
      let bytes = try Data(contentsOf: url)
      try #require(bytes.count > length)
      try bytes.prefix(length).write(to: url)
      let error = try error { _ = try HDF5File.open(url.path) }
      #expect(error.kind == .damaged)
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func `an existing file is kept unless it may be replaced`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      try HDF5File.create(path, replacing: false).close()
      let error = try error { _ = try HDF5File.create(path, replacing: false) }
      #expect(error.kind == .fileExists)
      let file = try HDF5File.create(path, replacing: true)
      #expect(try file.root.children() == [])
      let missing = folder.appending(path: "none/a.h5").path
      #expect(
        try self.error { _ = try HDF5File.create(missing, replacing: true) }.kind == .missingFile)
    }
  }

  @Test func `a full disk is recognised when a file is created`() throws {
    // Linux only: a device that takes nothing.
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "full.h5").path
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: "/dev/full")
      let error = try error { _ = try HDF5File.create(path, replacing: true) }
      #expect(error.kind == .noSpace)
      #expect(error.description.contains("No space left on device"))
    }
  }

  @Test func `a file that may not grow is recognised when it is closed`() async throws {
    // In a process of its own: the limit holds for all its files.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
        #if canImport(Glibc)
          let code = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        #else
          let code = unsafe setrlimit(RLIMIT_FSIZE, &limit)
        #endif
        try #require(code == 0)
        let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
        let dataset = try file.root.createDataset(
          "x", of: Int64.self, layout: .init(deflateLevel: 0))
        // One chunk, still in the cache: nothing has met the limit yet.
        try dataset.append(Array(0..<10_000) as [Int64])
        let error = try #require(throws: HDF5Error.self) { try file.close() }
        #expect(error.kind == .noSpace)
        #expect(error.description.contains("File too large"))
        // The file is gone for us, whatever the library thinks.
        let closed = try #require(throws: HDF5Error.self) { _ = try dataset.shape() }
        #expect(closed.kind == .closed)
        try file.close()
      }
    }
  }

  @Test func `publishing replaces in one step and keeps the old file when it fails`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.txt").path
      let temporary = folder.appending(path: "a.partial").path
      try Data("old".utf8).write(to: URL(filePath: path))
      #expect(try error { try HDF5File.publish(temporary, as: path) }.kind == .missingFile)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
      try Data("new".utf8).write(to: URL(filePath: temporary))
      try HDF5File.publish(temporary, as: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
      #expect(!FileManager.default.fileExists(atPath: temporary))
      try Data("new".utf8).write(to: URL(filePath: temporary))
      #expect(try error { try HDF5File.publish(temporary, as: folder.path) }.kind == .unwritable)
    }
  }

  @Test func `groups list their members with kind`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.h5").path
      let file = try HDF5File.create(path, replacing: false)
      try file.root.createGroup("model/base")
      #expect(try file.root.createGroup("model/base").path == "/model/base")
      _ = try file.root.group("model").createDataset("b", of: Float.self)
      _ = try file.root.createDataset("model/a", of: Float.self)
      // Canonically equivalent, and two names all the same: HDF5 compares bytes.
      try file.root.createGroup("caf\u{e9}").createGroup("one")
      try file.root.createGroup("cafe\u{301}")
      try file.close()
      let copy = try HDF5File.open(path)
      let children = try copy.root.group("model").children()
      #expect(children.map(\.name) == ["a", "b", "base"])
      #expect(children.map(\.kind) == [.dataset, .dataset, .group])
      #expect(try copy.root.children().count == 3)
      #expect(try copy.root.group("cafe\u{301}").children() == [])
      #expect(try copy.root.exists("model/base"))
      #expect(try !copy.root.exists("model/none/x"))
      #expect(try error { _ = try copy.root.group("model/a") }.kind == .wrongType)
      #expect(try error { _ = try copy.root.dataset("model/base") }.kind == .wrongType)
      #expect(try error { _ = try copy.root.dataset("none") }.kind == .missingObject)
      #expect(try error { _ = try copy.root.createGroup("new") }.kind == .unwritable)
    }
  }

  @Test func `a damaged group is an error, not a group that lacks its members`() throws {
    try withTemporaryFolder { folder in
      let whole = folder.appending(path: "whole.h5")
      let file = try HDF5File.create(whole.path, replacing: false)
      try file.root.createGroup("model/base").setAttribute("size", to: .integer(3))
      try file.close()
      let bytes = try Data(contentsOf: whole)
      var refused = 0
      for place in bytes.indices {
        var copy = bytes
        copy[place] ^= 1 << UInt8(place % 8)
        let url = folder.appending(path: "\(place).h5")
        try copy.write(to: url)
        do {
          let root = try HDF5File.open(url.path).root
          #expect(try root.exists("model/base"), "byte \(place)")
          #expect(try root.group("model/base").attribute("size") == .integer(3), "byte \(place)")
        } catch is HDF5Error {
          refused += 1
        }
        try FileManager.default.removeItem(at: url)
      }
      #expect(refused > bytes.count / 4)
    }
  }

  @Test func `names that HDF5 would read as something else are refused`() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File.create(folder.appending(path: "a.h5").path, replacing: false)
      for name in [".", "a/./b", "", "/", "a\0b"] {
        #expect(try error { _ = try file.root.createGroup(name) }.kind == .badValue)
      }
      _ = try file.root.createDataset("x", of: Float.self)
      #expect(try error { _ = try file.root.createDataset("x", of: Float.self) }.kind == .badValue)
    }
  }
}
