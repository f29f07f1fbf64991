/// Single scalars at the ends of a range of valid UTF-8 that starts and ends between scalars.
enum UTF8Scalars {
  /// The scalar at the range's start with its size in bytes; nil if the range is empty.
  static func first(
    in bytes: [UInt8], _ range: Range<Int>
  ) -> (scalar: Unicode.Scalar, size: Int)? {
    guard let lead = range.first.map({ bytes[$0] }) else { return nil }
    let size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = size == 1 ? UInt32(lead) : UInt32(lead) & (0x7F >> UInt32(size))
    for offset in range.dropFirst().prefix(size - 1) {
      value = value << 6 | UInt32(bytes[offset] & 0x3F)
    }
    return Unicode.Scalar(value).map { ($0, size) }
  }

  /// The scalar at the range's end with its size in bytes; nil if the range is empty.
  static func last(
    in bytes: [UInt8], _ range: Range<Int>
  ) -> (scalar: Unicode.Scalar, size: Int)? {
    var start = range.upperBound - 1
    while start > range.lowerBound, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return range.isEmpty ? nil : first(in: bytes, start..<range.upperBound)
  }

  /// How many scalars valid UTF-8 has.
  static func count(_ bytes: [UInt8]) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

  /// Where the white space that ends at `end` starts.
  static func startOfSpace(before end: Int, in bytes: [UInt8], from start: Int) -> Int {
    var end = end
    while let (scalar, size) = last(in: bytes, start..<end), scalar.properties.isWhitespace {
      end -= size
    }
    return end
  }

  /// Where the white space that starts at `start` ends.
  static func endOfSpace(after start: Int, in bytes: [UInt8], to end: Int) -> Int {
    var start = start
    while let (scalar, size) = first(in: bytes, start..<end), scalar.properties.isWhitespace {
      start += size
    }
    return start
  }
}

extension Unicode.Scalar {
  /// What `\w` means in Unicode's recommendation for regular expressions: letters, marks, digits,
  /// connectors and joiners.
  var isWordCharacter: Bool {
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default:
      return false
    }
  }

  /// Whether the category is one of the three for numbers.
  var isNumeric: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }
}
