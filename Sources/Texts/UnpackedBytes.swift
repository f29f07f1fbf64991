internal import Decompression
internal import Foundation

/// A file's bytes, unpacked where it is packed; by its first bytes, whatever it is called.
package struct UnpackedBytes {
  private let path: String
  private var file: ByteStream
  private let unpacker: Decompressor?
  /// What was read to see what the file is.
  private var first: [UInt8] = []
  private var isAtEnd = false
  /// Bytes of the file that are read, as it lies on the disk.
  private(set) var fileOffset: UInt64 = 0

  /// All bytes of a small file.
  ///
  /// - Parameter path: the file.
  /// - Returns: what it holds, unpacked.
  /// - Throws: `TextError` if it can't be read or is damaged.
  package static func all(ofFile path: String) throws -> [UInt8] {
    var file = try UnpackedBytes(path: path, from: 0) {}
    var bytes: [UInt8] = []
    while let piece = try file.next() { bytes += piece }
    return bytes
  }

  /// Opens a file, and passes over bytes of what it unpacks to.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - offset: how many; in a packed file they have to be unpacked for that.
  ///   - pause: called now and then; what it throws ends it.
  /// - Throws: `TextError`, and what `pause` throws.
  init(path: String, from offset: UInt64, pause: () throws -> Void) throws {
    self.path = path
    file = try ByteStream(path: path)
    let start = try file.next() ?? Data()
    guard let format = CompressionFormat(signature: Array(start.prefix(8))) else {
      unpacker = nil
      if offset == 0 {
        first = Array(start)
      } else {
        file = try ByteStream(path: path, from: offset)
      }
      fileOffset = offset
      return
    }
    let unpacker = Decompressor(format)
    unpacker.append(start)
    self.unpacker = unpacker
    fileOffset = UInt64(start.count)
    var rest = offset
    while rest > 0 {
      try pause()
      guard let piece = try next() else { break }
      if piece.count > rest { first = Array(piece.dropFirst(Int(rest))) }
      rest -= min(rest, UInt64(piece.count))
    }
  }

  /// The next piece, of at most a megabyte; nil at the end.
  mutating func next() throws(TextError) -> [UInt8]? {
    if !first.isEmpty {
      defer { first = [] }
      if unpacker == nil { fileOffset += UInt64(first.count) }
      return first
    }
    guard let unpacker else {
      guard let piece = try file.next() else { return nil }
      fileOffset += UInt64(piece.count)
      return Array(piece)
    }
    while true {
      do throws(DecompressionError) {
        let piece = try unpacker.next()
        if !piece.isEmpty { return piece }
        if isAtEnd {
          try unpacker.finish()
          return nil
        }
      } catch {
        throw TextError(
          path, "\(error.reason), at byte \(error.byteOffset); make or fetch it again")
      }
      if let piece = try file.next() {
        fileOffset += UInt64(piece.count)
        unpacker.append(piece)
      } else {
        isAtEnd = true
      }
    }
  }
}
