internal import Foundation

/// Where a block lies in a journal.
struct JournalEntry: Equatable, Sendable {
  /// Of the first field's first byte.
  let offset: UInt64
  let shape: BlockShape
}

/// An append-only file of checksummed records; what a kill leaves of the last one is ignored.
///
///     magic, 8 bytes
///     record*: kind u32, CRC-32 u32, length of the payload u64, payload
///
/// All numbers are little-endian; the checksum covers kind, length and payload. The first record is
/// the header as JSON, each other one a block: the numbers of `BlockShape`, then the fields.
enum JournalFile {
  static let magic = Array("TSHJRNL1".utf8)
  static let recordHeaderBytes = 16

  enum Kind: UInt32 {
    case header = 1
    case block = 2
  }

  /// A record's bytes.
  static func record(_ kind: Kind, _ payload: [UInt8]) -> Data {
    var checksum = checksum(kind, payload.count)
    checksum.update(payload)
    var header = LittleEndianBytes()
    header.append([kind.rawValue, checksum.value])
    header.append([UInt64(payload.count)])
    return Data(header.bytes + payload)
  }

  /// The checksum of a record whose payload is still to come.
  static func checksum(_ kind: Kind, _ length: Int) -> CRC32 {
    var start = LittleEndianBytes()
    start.append([kind.rawValue])
    start.append([UInt64(length)])
    var checksum = CRC32()
    checksum.update(start.bytes)
    return checksum
  }
}

/// A file handle whose errors name the file.
struct JournalHandle {
  let path: String
  let handle: FileHandle

  func write(_ data: Data, at offset: UInt64) throws(RunLogError) {
    do {
      try handle.seek(toOffset: offset)
      try handle.write(contentsOf: data)
    } catch { throw RunLogError(error, path, "cannot write") }
  }

  /// Forgets what lies after `offset`.
  func truncate(at offset: UInt64) throws(RunLogError) {
    do {
      if try handle.seekToEnd() > offset { try handle.truncate(atOffset: offset) }
    } catch { throw RunLogError(error, path, "cannot write") }
  }

  /// Reads up to `count` bytes; fewer only at the end of the file.
  func read(_ count: Int, at offset: UInt64) throws(RunLogError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      try handle.seek(toOffset: offset)
      while bytes.count < count {
        guard let data = try handle.read(upToCount: count - bytes.count), !data.isEmpty else {
          break
        }
        bytes += data
      }
    } catch { throw RunLogError(error, path, "cannot read", isReading: true) }
    return bytes
  }
}
