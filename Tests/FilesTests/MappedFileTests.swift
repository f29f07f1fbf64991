import Files
import Foundation
import TestSupport
import Testing

@Suite struct MappedFileTests {
  @Test func `the bytes are those of the file`() throws {
    try withTemporaryFolder { folder in
      // More than a page, and not a whole number of them.
      let content = (0..<10_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let url = folder.appending(path: "content é")
      try Data(content).write(to: url)
      let file = try MappedFile(path: url.path)
      #expect(file.byteCount == content.count)
      #expect(file.path == url.path)
      let bytes = file.bytes
      var read: [UInt8] = []
      for offset in bytes.byteOffsets {
        read.append(unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
      }
      #expect(read == content)
    }
  }

  @Test func `an empty file has no bytes`() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "empty")
      try Data().write(to: url)
      let file = try MappedFile(path: url.path)
      #expect(file.byteCount == 0)
      #expect(file.bytes.byteCount == 0)
    }
  }

  @Test func `a missing file is refused with its path`() {
    let error = #expect(throws: FileError.self) {
      _ = try MappedFile(path: "no/such file")
    }
    #expect(error?.description == "no/such file: No such file or directory")
  }

  @Test func `a folder is refused`() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: FileError.self) { try MappedFile(path: folder.path) }
      #expect(error?.description == "\(folder.path): not a regular file")
    }
  }

  @Test func `a device is refused`() {
    let error = #expect(throws: FileError.self) { try MappedFile(path: "/dev/null") }
    #expect(error?.reason == "not a regular file")
  }

  @Test func `the bytes outlive the file's name`() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "removed")
      try Data([1, 2, 3]).write(to: url)
      let file = try MappedFile(path: url.path)
      try FileManager.default.removeItem(at: url)
      #expect(file.bytes.byteCount == 3)
    }
  }
}
