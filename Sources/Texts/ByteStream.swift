internal import Files
package import Foundation

/// A file's bytes in pieces, from any place on; refusals name the file and the system's reason.
package struct ByteStream {
  private let path: String
  private let handle: FileHandle
  /// What is read, and what was asked for ahead.
  private var offset: Int
  private var fetched: Int
  /// The system's own read-ahead is a tenth of a megabyte, which keeps few disks busy.
  private static let ahead = 128 << 20

  /// Opens a file.
  /// - Throws: `TextError` if it is missing, a folder or not to be read.
  package init(path: String, from offset: UInt64 = 0) throws(TextError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw TextError(path, "no such file", fault: .missing)
    }
    let known = try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard known?.isDirectory != true else {
      throw TextError(path, "is a folder, not a file")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw TextError(path, "can't be opened; check its permissions")
    }
    self.handle = handle
    self.offset = Int(offset)
    fetched = self.offset
    do {
      if offset > 0 { try handle.seek(toOffset: offset) }
    } catch { throw TextError(error, path: path) }
  }

  /// Refuses what can be read only once, or never ends: texts are read at least twice.
  /// - Throws: `TextError` for a pipe or a device.
  package static func checkIsRegular(_ path: String) throws(TextError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    // A pipe under /dev/fd resolves to a name that no file has.
    let type = try? FileManager.default.attributesOfItem(atPath: target)[.type]
    switch type as? FileAttributeType {
    case .typeRegular, .typeDirectory: return
    default:
      throw TextError(
        path, "is a pipe or a device, and texts are read more than once; write them to a file first"
      )
    }
  }

  /// Bytes of a file.
  /// - Throws: `TextError`.
  package static func size(ofFile path: String) throws(TextError) -> Int {
    do {
      let target = URL(filePath: path).resolvingSymlinksInPath().path
      return try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int ?? 0
    } catch { throw TextError(error, path: path) }
  }

  /// The next piece, of at most a megabyte; nil at the end.
  /// - Throws: `TextError`, with the machine's fault where it is one.
  package mutating func next() throws(TextError) -> Data? {
    do {
      if fetched - offset < Self.ahead / 2 {
        let end = offset + Self.ahead
        MappedFile.fetch(fetched..<end, of: handle.fileDescriptor)
        fetched = end
      }
      guard let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty else { return nil }
      offset += piece.count
      return piece
    } catch { throw TextError(error, path: path) }
  }
}

extension TextError {
  /// What Foundation's file handling threw, in the system's words.
  init(_ error: any Error, path: String) {
    let known = FileError(error, path: path)
    self.init(path, known.reason, fault: known.fault)
  }
}
