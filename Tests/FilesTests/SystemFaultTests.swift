import Files
import Foundation
import TestSupport
import Testing

@Suite struct SystemFaultTests {
  @Test func `a full disk, a quota, a limit, a broken disk and no memory are the machine's`() {
    let machine = [ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM].map { SystemFault(number: $0) }
    #expect(machine == [.noSpace, .noSpace, .fileSizeLimit, .device, .noMemory])
    #expect(machine.allSatisfy { $0.isMachine })
    let asked = [EACCES, EROFS, ENOENT, ENOTDIR, EISDIR, EEXIST].map { SystemFault(number: $0) }
    #expect(asked == [.notAllowed, .notAllowed, .missing, .notAFolder, .other, .other])
    #expect(!asked.contains { $0.isMachine })
  }

  @Test func `what Foundation threw keeps the system's words`() {
    let full = FileError(
      NSError(
        domain: NSCocoaErrorDomain, code: CocoaError.fileWriteOutOfSpace.rawValue, userInfo: [:]),
      path: "a")
    #expect(full.fault == .noSpace && full.description == "a: No space left on device")
    let quota = FileError(
      NSError(
        domain: NSCocoaErrorDomain, code: CocoaError.fileWriteUnknown.rawValue,
        userInfo: [
          NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int(EDQUOT))
        ]), path: "a")
    #expect(quota.fault == .noSpace && quota.reason == "Disk quota exceeded")
  }
}

@Suite struct FolderTests {
  @Test func `a folder is made with those around it, again and with a slash after it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a/b/c").path
      for name in [path, path, path + "/", folder.appending(path: "x").path + "//y/"] {
        try Folder.create(name)
        var names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        names.sort()
        #expect(names.prefix(3) == ["a", "a/b", "a/b/c"])
      }
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "x/y").path))
    }
  }

  @Test func `a part of the path that is a file is named`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file").path
      try Data().write(to: URL(filePath: file))
      let error = #expect(throws: FileError.self) { try Folder.create(file) }
      #expect(error?.description == "\(file): File exists")
      let below = #expect(throws: FileError.self) { try Folder.create(file + "/a/b") }
      #expect(below?.reason == "Not a directory" && below?.fault == .notAFolder)
      let empty = #expect(throws: FileError.self) { try Folder.create("") }
      #expect(empty?.fault == .missing)
    }
  }
}
