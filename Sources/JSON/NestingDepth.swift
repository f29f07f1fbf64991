/// Finds where a text nests too deeply, so that the message can say so.
///
/// Called only once a text is known to be too deep; the parser itself doesn't say where.
enum NestingDepth {
  /// Bytes up to and with the first bracket that opens level `maximum + 1`.
  static func excess(in bytes: [UInt8], maximum: Int) -> Int {
    var depth = 0
    var (isInString, isEscaped) = (false, false)
    for (offset, byte) in bytes.enumerated() {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      if depth > maximum { return offset + 1 }
    }
    return bytes.count
  }
}

extension JSONError {
  /// An error after the first `byteOffset` bytes of a text; line and column are counted from them.
  init(reason: String, byteOffset: Int, of bytes: [UInt8]) {
    let prefix = bytes.prefix(byteOffset)
    let lineStart = prefix.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    self.init(
      reason: reason,
      line: 1 + prefix.count { $0 == UInt8(ascii: "\n") },
      // Continuation bytes of UTF-8 are no new character.
      column: prefix[lineStart...].count { $0 & 0xC0 != 0x80 },
      byteOffset: byteOffset)
  }
}
