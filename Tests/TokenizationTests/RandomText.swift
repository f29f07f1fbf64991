import TestSupport

/// Strings of all scalars, with a liking for what tokenizers find difficult.
enum RandomText {
  private static let ranges: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0x20...0x7E, 0...0x2FF, 0x300...0x36F, 0x900...0xDFF, 0x1100...0x11FF,
    0x2000...0x206F, 0xAC00...0xD7A3, 0xF900...0xFB4F, 0x1D100...0x1D1FF, 0...0x10FFFF,
  ]

  static func string(using generator: inout SeededGenerator, maximumCount: Int = 40) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...maximumCount, using: &generator) {
      let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
      let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator))
      text.append(scalar ?? " ")
    }
    return String(text)
  }
}
