import Foundation
import Safetensors
import Tensors
import TestSupport
import Testing

struct SafetensorsFuzzTests {
  /// Opens the bytes and reads everything; true if that worked, false if it was refused.
  static func reads(_ bytes: [UInt8], at path: String) throws -> Bool {
    try Data(bytes).write(to: URL(filePath: path))
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(path: path)
    } catch {
      #expect(!error.description.contains { $0.isNewline }, "\(error)")
      return false
    }
    for entry in file.entries {
      _ = entry.tensor.firstNonFiniteIndex()
      if entry.tensor.elementType.isWidenable {
        #expect(try entry.tensor.floats().count == entry.tensor.elementCount)
      }
    }
    return true
  }

  static func original() throws -> [UInt8] {
    [UInt8](
      try Data(
        contentsOf: URL(filePath: Places.fixture("safetensors/all-types.safetensors"))))
  }

  @Test func `every truncation is refused`() throws {
    let bytes = try Self.original()
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "cut.safetensors").path
      #expect(try Self.reads(bytes, at: path))
      for count in 0..<bytes.count {
        let isRead = try Self.reads(Array(bytes.prefix(count)), at: path)
        #expect(!isRead, "cut to \(count) bytes")
      }
    }
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func `flipped bits are refused or read, never a trap`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bytes = try Self.original()
    var refusals = 0
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "flipped.safetensors").path
      for _ in 0..<500 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let position = Int.random(in: 0..<damaged.count, using: &generator)
          damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        if try !Self.reads(damaged, at: path) { refusals += 1 }
      }
    }
    // Most of the file is header, where hardly a bit is free.
    #expect(refusals > 250)
  }

  @Test(arguments: [21, 22] as [UInt64])
  func `replaced digits and copied pieces are refused or read, never a trap`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bytes = try Self.original()
    let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) && $0 > 8 }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "changed.safetensors").path
      for _ in 0..<500 {
        var damaged = bytes
        let digit = digits.randomElement(using: &generator) ?? 9
        damaged[digit] = UInt8.random(in: 45...57, using: &generator)
        if Bool.random(using: &generator) {
          let start = Int.random(in: 8..<bytes.count - 8, using: &generator)
          let target = Int.random(in: 8..<bytes.count - 8, using: &generator)
          damaged.replaceSubrange(target..<target + 8, with: bytes[start..<start + 8])
        }
        _ = try Self.reads(damaged, at: path)
      }
    }
  }
}
