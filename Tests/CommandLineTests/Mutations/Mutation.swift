import Foundation
import TestSupport

/// Damage to a file: what disks, transfers, editors and other programs do to one.
enum Mutation {
  /// The bytes with one to three pieces of damage.
  static func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let isText = damaged.prefix(4_096).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
      if isText, Int.random(in: 0..<4, using: &generator) > 0 {
        replaceValue(in: &damaged, using: &generator)
      } else {
        change(&damaged, using: &generator)
      }
    }
    return damaged
  }

  /// Values that a program may not expect where a number, a string or a list was.
  private static let values = [
    "-1", "0", "1", "2", "3.5", "-0.0", "1e39", "-1e39", "1e308", "1e999", "NaN", "Infinity",
    "1e-400",
    "2147483648", "4294967295", "9223372036854775807", "-9223372036854775808",
    "123456789012345678901234567890", "null", "true", "false", "\"\"", "\"\\u0000\"", "\"\\ud800\"",
    "\"../x\"", "[]", "{}", "[[]]", "[0,0]", "{\"a\":1}", "\u{FEFF}", "~", "- a", "*a",
    "!!binary x",
  ].map { Array($0.utf8) }

  /// One JSON or YAML value, as far as a look at the bytes tells, becomes another; or a line goes.
  private static func replaceValue(
    in bytes: inout [UInt8], using generator: inout SeededGenerator
  ) {
    func isPart(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte & ~0x20)
        || [0x2D, 0x2E, 0x2B, 0x22, 0x5F].contains(byte)
    }
    guard let start = bytes.indices.randomElement(using: &generator) else { return }
    guard let first = bytes[start...].firstIndex(where: isPart) else { return }
    let end = bytes[first...].firstIndex { !isPart($0) } ?? bytes.count
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      // The whole line, twice or not at all.
      let lineStart = bytes[..<first].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let lineEnd = bytes[first...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      if Bool.random(using: &generator) {
        bytes.removeSubrange(lineStart..<lineEnd)
      } else {
        bytes.insert(contentsOf: bytes[lineStart..<lineEnd], at: lineStart)
      }
    default:
      let value = values.randomElement(using: &generator) ?? []
      bytes.replaceSubrange(first..<end, with: value)
    }
  }

  /// Numbers at the edges of their types, as little-endian bytes.
  private static let edges: [[UInt8]] =
    [0, 1, -1, 255, 65_535, Int64(Int32.max), Int64(UInt32.max), Int64.max, Int64.min, 1 << 40].map
  {
    little(UInt64(bitPattern: $0), 8)
  }
    + [Int32.max, Int32.min, -1].map { little(UInt64(UInt32(bitPattern: $0)), 4) }
    + [Float.nan, .infinity, -.infinity, 3.4e38, -3.4e38, .leastNonzeroMagnitude].map {
      little(UInt64($0.bitPattern), 4)
    }
    + [Double.nan, .infinity, 1e308, -1e308].map { little($0.bitPattern, 8) }

  private static func little(_ bits: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
  }

  private static func change(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let length = min(
      bytes.count - place, 1 << Int.random(in: 0..<10, using: &generator))
    let span = place..<place + length
    switch Int.random(in: 0..<9, using: &generator) {
    case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
    case 3: bytes.removeSubrange(span)
    case 4: bytes.insert(contentsOf: bytes[span], at: place)
    case 5: bytes.replaceSubrange(span, with: [UInt8](repeating: 0, count: length))
    case 6: bytes.removeSubrange(place...)
    case 7:
      let other = Int.random(in: 0...bytes.count - length, using: &generator)
      bytes.replaceSubrange(span, with: Array(bytes[other..<other + length]))
    default:
      let edge = edges.randomElement(using: &generator) ?? []
      // Numbers of binary formats are aligned to their size, mostly.
      let start = place / edge.count * edge.count
      guard start + edge.count <= bytes.count else { return }
      bytes.replaceSubrange(start..<start + edge.count, with: edge)
    }
  }
}
