import Decompression
import Foundation
import TestSupport
import Testing

/// Files that gzip and zstd packed, piece by piece.
struct DecompressorTests {
  private static let text =
    "{\"id\": \"a\", \"prompt_ids\": [1, 2], \"response_ids\": [3, 4, 5]}\n"
    + "{\"id\": \"é\", \"prompt_ids\": [6], \"response_ids\": [7, 8]}\n"

  private static func packed(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: Places.fixture("texts/\(name)"))))
  }

  /// Everything that comes out when the bytes go in `size` at a time.
  private static func unpack(_ bytes: [UInt8], by size: Int) throws -> [UInt8] {
    let format = try #require(CompressionFormat(signature: bytes))
    let stream = Decompressor(format)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      stream.append(bytes[start..<min(start + size, bytes.count)])
      while true {
        let piece = try stream.next()
        if piece.isEmpty { break }
        output += piece
      }
    }
    try stream.finish()
    return output
  }

  @Test(
    arguments: ["two.gz", "two.zst", "members.gz", "frames.zst"], [1, 2, 7, 64, 100_000])
  func `what was packed comes out, however the bytes come in`(name: String, size: Int) throws {
    #expect(try Self.unpack(Self.packed(name), by: size) == Array(Self.text.utf8))
  }

  @Test func `a megabyte comes out at a time, of what unpacks to much more`() throws {
    let bytes = try Self.packed("endless.zst")
    let stream = Decompressor(.zstd)
    stream.append(bytes)
    var (count, most) = (0, 0)
    while true {
      let piece = try stream.next()
      if piece.isEmpty { break }
      (count, most) = (count + piece.count, max(most, piece.count))
    }
    try stream.finish()
    #expect(count == 300_000_000)
    #expect(most == 1 << 20)
  }

  @Test(arguments: ["two.gz", "two.zst"])
  func `a file that was cut anywhere is said to be cut`(name: String) throws {
    let bytes = try Self.packed(name)
    for count in 8..<bytes.count {
      let error = #expect(throws: DecompressionError.self) {
        _ = try Self.unpack(Array(bytes[..<count]), by: 16)
      }
      #expect(error?.description.contains("cut") == true, "\(count): \(error?.description ?? "")")
    }
  }

  @Test(arguments: ["two.gz", "two.zst"])
  func `no damaged byte changes what comes out without an error`(name: String) throws {
    let bytes = try Self.packed(name)
    let expected = Array(Self.text.utf8)
    for place in 4..<bytes.count {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        // Both formats have checksums over what they hold; a few flags and times mean nothing.
        if let found = try? Self.unpack(damaged, by: 1_000) { #expect(found == expected) }
      }
    }
  }

  @Test(arguments: ["two.gz", "two.zst"])
  func `something else after the packed bytes is refused`(name: String) throws {
    let bytes = try Self.packed(name) + Array("{\"prompt\": 1}".utf8)
    let error = #expect(throws: DecompressionError.self) { _ = try Self.unpack(bytes, by: 50) }
    #expect(error?.reason.contains("follows") == true)
  }

  @Test func `other bytes are no packed ones`() {
    for bytes: [UInt8] in [[], [0x1F], [0x1F, 0x8B], Array("{\"a\"".utf8), [0x50, 0x4B, 3, 4]] {
      #expect(CompressionFormat(signature: bytes) == nil)
    }
  }
}
