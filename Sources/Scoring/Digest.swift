import Crypto
import Foundation
internal import Kernels

/// SHA-256 of files, as 64 hexadecimal digits.
public enum Digest {
  /// The digest of a file's bytes, read in pieces.
  /// - Throws: `ScoringError.unreadable`.
  public static func ofFile(_ path: String) throws(ScoringError) -> String {
    try ofFile(path, from: 0, count: .max)
  }

  /// The digest of about `count` of a file's bytes, to whole pieces, to see how long it takes.
  static func ofFile(_ path: String, from offset: UInt64, count: Int) throws(ScoringError) -> String
  {
    var file = try ByteStream(path: path, from: offset)
    var hash = SHA256()
    var rest = count
    while rest > 0, let piece = try file.next() {
      hash.update(data: piece)
      rest -= piece.count
    }
    return hexadecimal(hash.finalize())
  }

  /// The digest of a text's UTF-8 bytes.
  public static func ofText(_ text: String) -> String {
    hexadecimal(SHA256.hash(data: Data(text.utf8)))
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}

/// A file's bytes in pieces, from any place on; refusals name the file and the system's reason.
struct ByteStream {
  private let path: String
  private let handle: FileHandle
  /// What is read, and what was asked for ahead.
  private var offset: Int
  private var fetched: Int
  /// The system's own read-ahead is a tenth of a megabyte, which keeps few disks busy.
  private static let ahead = 128 << 20

  /// Opens a file.
  /// - Throws: `ScoringError.unreadable` if it is missing, a folder or not to be read.
  init(path: String, from offset: UInt64 = 0) throws(ScoringError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw .unreadable(path: path, reason: "no such file")
    }
    let known = try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard known?.isDirectory != true else {
      throw .unreadable(path: path, reason: "is a folder, not a file")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(path: path, reason: "can't be opened; check its permissions")
    }
    self.handle = handle
    self.offset = Int(offset)
    fetched = self.offset
    do {
      if offset > 0 { try handle.seek(toOffset: offset) }
    } catch { throw .unreadable(error, path: path) }
  }

  /// Bytes of a file.
  /// - Throws: `ScoringError.unreadable`.
  static func size(ofFile path: String) throws(ScoringError) -> Int {
    do {
      let target = URL(filePath: path).resolvingSymlinksInPath().path
      return try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int ?? 0
    } catch { throw .unreadable(error, path: path) }
  }

  /// The next piece, of at most a megabyte; nil at the end.
  /// - Throws: `ScoringError.unreadable`, with the machine's fault where it is one.
  mutating func next() throws(ScoringError) -> Data? {
    do {
      if fetched - offset < Self.ahead / 2 {
        let end = offset + Self.ahead
        MappedFile.fetch(fetched..<end, of: handle.fileDescriptor)
        fetched = end
      }
      guard let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty else { return nil }
      offset += piece.count
      return piece
    } catch { throw .unreadable(error, path: path) }
  }
}
