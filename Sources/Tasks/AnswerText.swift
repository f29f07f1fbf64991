/// Finds and reads the answer in the bytes of a response.
///
/// A response has exactly one marker; what follows it, up to white space, is the answer and the end.
/// So a response that hedges with several answers, or rambles on, earns nothing.
enum AnswerText {
  /// The bytes after the only marker, trimmed; a verdict if there is none or more than one.
  ///
  /// - Parameters:
  ///   - response: Any bytes.
  ///   - markers: Each a run of bytes that opens an answer.
  ///   - endOfText: Taken off the end once, if it is there.
  /// - Returns: The marker with the answer, or a verdict.
  static func find(
    in response: [UInt8], markers: [String], endOfText: String
  ) -> Found {
    var body = response[...]
    if !endOfText.isEmpty, body.reversed().starts(with: endOfText.utf8.reversed()) {
      body = body.dropLast(endOfText.utf8.count)
    }
    var found: (marker: String, answer: ArraySlice<UInt8>)?
    for marker in markers {
      let pattern = Array(marker.utf8)
      var start = body.startIndex
      while let place = firstPlace(of: pattern, in: body[start...]) {
        if found != nil { return .verdict(Verification(.severalAnswers)) }
        start = place + pattern.count
        found = (marker, body[start...])
      }
    }
    guard let found else { return .verdict(Verification(.noAnswer)) }
    return .answer(marker: found.marker, Array(trimmed(found.answer)))
  }

  enum Found {
    case answer(marker: String, [UInt8])
    case verdict(Verification)
  }

  /// Without spaces, tabs and line ends around.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }

  /// Patterns here have no repeating prefix but `####`; starting anew one byte on is linear enough:
  /// the pattern is never longer than four bytes.
  private static func firstPlace(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= pattern.count, !pattern.isEmpty else { return nil }
    for start in bytes.startIndex...(bytes.endIndex - pattern.count)
    where bytes[start] == pattern[0] {
      if bytes[start..<start + pattern.count].elementsEqual(pattern) { return start }
    }
    return nil
  }
}

/// A decimal number as text in one spelling, so that numbers of any length can be compared.
package enum DecimalText {
  /// What people write around numbers.
  package enum Style {
    /// A sign and digits.
    case integer
    /// Also a dollar sign, commas between digits, a fraction, and dots at the end.
    case everyday
  }

  /// The number's spelling without needless zeros and signs, nil if the bytes are no number.
  package static func normalized(_ bytes: [UInt8], _ style: Style) -> [UInt8]? {
    var rest = bytes[...]
    var isNegative = takeSign(&rest) ?? false
    if style == .everyday {
      if rest.first == UInt8(ascii: "$") {
        rest.removeFirst()
        if let sign = takeSign(&rest) {
          // Two signs are no number.
          if rest.startIndex - bytes.startIndex > 2 { return nil }
          isNegative = sign
        }
      }
      while rest.last == UInt8(ascii: ".") { rest.removeLast() }
    }
    guard let whole = takeWhole(&rest, commas: style == .everyday) else { return nil }
    var fraction: ArraySlice<UInt8> = []
    if style == .everyday, rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst()
      rest = []
      guard fraction.allSatisfy(AnswerText.isDigit) else { return nil }
      while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    }
    guard rest.isEmpty else { return nil }
    var digits = whole[...]
    while digits.count > 1, digits.first == UInt8(ascii: "0") { digits.removeFirst() }
    let magnitude = fraction.isEmpty ? Array(digits) : digits + [UInt8(ascii: ".")] + fraction
    let isZero = magnitude == [UInt8(ascii: "0")]
    return isNegative && !isZero ? [UInt8(ascii: "-")] + magnitude : magnitude
  }

  private static func takeSign(_ rest: inout ArraySlice<UInt8>) -> Bool? {
    guard let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
      return nil
    }
    rest.removeFirst()
    return first == UInt8(ascii: "-")
  }

  /// The digits up to a dot or the end; a comma must have digits on both sides.
  private static func takeWhole(_ rest: inout ArraySlice<UInt8>, commas: Bool) -> [UInt8]? {
    var digits: [UInt8] = []
    var wasComma = true
    while let byte = rest.first {
      if AnswerText.isDigit(byte) {
        digits.append(byte)
        wasComma = false
      } else if commas, byte == UInt8(ascii: ","), !wasComma {
        wasComma = true
      } else {
        break
      }
      rest.removeFirst()
    }
    return digits.isEmpty || wasComma ? nil : digits
  }
}
