/// Reads one JSON text, strictly and in one pass: bytes in, a Swift value out.
struct JSONParser: ~Escapable {
  /// Deeper texts are refused whatever the caller says: each level is a call.
  static let deepestParse = 2048

  private let text: Span<UInt8>
  private let dialect: JSONDialect
  private let maximumDepth: Int
  /// Bytes that are read.
  private var position = 0

  @_lifetime(copy text)
  private init(_ text: Span<UInt8>, maximumDepth: Int, dialect: JSONDialect) {
    self.text = text
    self.dialect = dialect
    self.maximumDepth = min(maximumDepth, Self.deepestParse)
  }

  static func parse(
    _ text: Span<UInt8>, maximumDepth: Int, dialect: JSONDialect
  ) throws(JSONError) -> JSONValue {
    do throws(JSONError) {
      return try wholeText(text, maximumDepth: maximumDepth, dialect: dialect)
    } catch {
      var known = error
      let start = text.extracting(first: FileSignature.longest)
      known.signature = FileSignature(start: start.indices.map { start[$0] })
      throw known
    }
  }

  private static func wholeText(
    _ text: Span<UInt8>, maximumDepth: Int, dialect: JSONDialect
  ) throws(JSONError) -> JSONValue {
    guard !text.isEmpty else {
      throw JSONError(reason: "the text is empty", line: 1, column: 0, byteOffset: 0)
    }
    var parser = JSONParser(text, maximumDepth: maximumDepth, dialect: dialect)
    let value = try parser.value(depth: 0)
    guard parser.next() == nil else { throw parser.unexpected("end of file expected") }
    return value
  }

  // MARK: Values

  /// The byte that the next token begins with; nil at the end.
  private mutating func next() -> UInt8? {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case let byte: return byte
      }
    }
    return nil
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < text.count ? text[position + distance] : nil
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard let byte = next() else { throw unexpected("unexpected token") }
    switch byte {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t") where takes("true"): return .bool(true)
    case UInt8(ascii: "f") where takes("false"): return .bool(false)
    case UInt8(ascii: "n") where takes("null"): return .null
    case UInt8(ascii: "N") where dialect == .python && takes("NaN"): return .otherNumber("NaN")
    case UInt8(ascii: "I") where dialect == .python && takes("Infinity"):
      return .otherNumber("Infinity")
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ":"):
      throw unexpected("unexpected token")
    default: throw unexpected("invalid token")
    }
  }

  /// Whether this word stands here, and no longer one; it is read then.
  private mutating func takes(_ word: String) -> Bool {
    let length = word.utf8.count
    guard wordLength == length else { return false }
    for (index, letter) in word.utf8.enumerated() where text[position + index] != letter {
      return false
    }
    position += length
    return true
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    if next() == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth + 1))
      switch next() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return .array(elements)
      default: throw unexpected("']' expected")
      }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var members: [JSONMember] = []
    var keys = KeySet()
    if next() == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      guard next() == UInt8(ascii: "\"") else {
        throw unexpected("string or '}' expected")
      }
      let start = position
      let key = try string()
      if !keys.insert(key, after: members) {
        let shown = shortened(start..<position)
        throw fault("duplicate object key near '\(shown)'", at: position)
      }
      guard next() == UInt8(ascii: ":") else { throw unexpected("':' expected") }
      position += 1
      members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
      switch next() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        return .object(members)
      default: throw unexpected("'}' expected")
      }
    }
  }

  /// Reads an opening bracket.
  private mutating func enter(_ depth: Int) throws(JSONError) {
    position += 1
    guard depth < maximumDepth else {
      throw fault("arrays and objects nest deeper than \(maximumDepth)", at: position)
    }
  }

  // MARK: Numbers

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = peek() == UInt8(ascii: "-")
    if isNegative { position += 1 }
    if isNegative, dialect == .python, takes("Infinity") { return .otherNumber("-Infinity") }
    var magnitude: UInt64 = 0
    var isTooLarge = false
    let firstDigit = position
    while let digit = digit() {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      isTooLarge = isTooLarge || overflow || carry
      magnitude = sum
    }
    let count = position - firstDigit
    guard count == 1 || (count > 1 && text[firstDigit] != UInt8(ascii: "0")) else {
      throw invalidNumber(start)
    }
    var isInteger = true
    if peek() == UInt8(ascii: ".") {
      position += 1
      isInteger = false
      try digits(of: start)
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      position += 1
      isInteger = false
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
      try digits(of: start)
    }
    if isInteger && !isTooLarge {
      if magnitude <= UInt64(Int64.max) {
        return .integer(isNegative ? -Int64(magnitude) : Int64(magnitude))
      }
      if isNegative && magnitude == Int64.min.magnitude { return .integer(.min) }
    }
    let written = try checkedString(start..<position)
    if !isInteger, let number = Double(written), number.isFinite { return .number(number) }
    return .otherNumber(written)
  }

  private mutating func digit() -> UInt8? {
    guard let byte = peek(), case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return nil }
    position += 1
    return byte - UInt8(ascii: "0")
  }

  /// Reads one digit or more.
  private mutating func digits(of start: Int) throws(JSONError) {
    guard digit() != nil else { throw invalidNumber(start) }
    while digit() != nil {}
  }

  private mutating func invalidNumber(_ start: Int) -> JSONError {
    position = start
    return unexpected("invalid token")
  }

  // MARK: Strings

  /// Reads a string, whose opening quote is here.
  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") {
        let value = try checkedString(start..<position)
        position += 1
        return value
      }
      if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
      if byte < 0x20 { break }
      position += 1
    }
    throw unfinished(start)
  }

  /// The rest of a string, at its first escape.
  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var value = try checkedString(start..<position)
    var done = position
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") {
        value += try checkedString(done..<position)
        position += 1
        return value
      }
      if byte < 0x20 { break }
      if byte != UInt8(ascii: "\\") {
        position += 1
        continue
      }
      value += try checkedString(done..<position)
      value.unicodeScalars.append(try escape())
      done = position
    }
    throw unfinished(done)
  }

  /// Why a string ends here without its quote; bytes before it that are no UTF-8 come first.
  private func unfinished(_ start: Int) -> JSONError {
    do throws(JSONError) {
      _ = try checkedString(start..<position)
    } catch {
      return error
    }
    guard let byte = peek() else {
      return fault("premature end of input in a string", at: text.count)
    }
    return control(byte)
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    let letter = peek(1)
    position = min(position + 2, text.count)
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
      if unit < 0xDC00, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
        position += 2
        let low = try codeUnit()
        if case 0xDC00...0xDFFF = low,
          let scalar = Unicode.Scalar(
            0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        {
          return scalar
        }
      }
      throw fault("invalid Unicode '\(shortened(start..<position))'", at: position)
    default: throw fault("invalid escape", at: position)
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        byte < 0x80
      else { throw fault("invalid escape", at: min(position + 1, text.count)) }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  /// Bytes of the text as a string, if they are UTF-8.
  private func checkedString(_ range: Range<Int>) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: text.extracting(range)))
    } catch {
      throw notUTF8(at: range.lowerBound + error.byteOffsets.lowerBound)
    }
  }

  // MARK: Faults

  private func notUTF8(at offset: Int) -> JSONError {
    let byte = String(text[offset], radix: 16)
    return fault("unable to decode byte 0x\(byte) (not UTF-8)", at: offset + 1)
  }

  private func control(_ byte: UInt8) -> JSONError {
    let reason =
      switch byte {
      case 0: "a raw NUL byte, which no JSON text holds"
      case 0x0A: "unexpected newline in a string"
      default: "control character 0x\(String(byte, radix: 16)) in a string"
      }
    return fault(reason, at: position + 1)
  }

  /// What was expected here, with what is here instead.
  private func unexpected(_ expected: String) -> JSONError {
    guard let byte = peek() else { return fault("\(expected) near end of file", at: text.count) }
    if byte == 0 { return control(byte) }
    var length = max(wordLength, 1)
    if byte >= 0x80 {
      // A whole character.
      while let more = peek(length), more & 0xC0 == 0x80, length < 4 { length += 1 }
      do {
        _ = try UTF8Span(validating: text.extracting(position..<position + length))
      } catch {
        return notUTF8(at: position + error.byteOffsets.lowerBound)
      }
    }
    let range = position..<position + length
    let hint =
      ["NaN", "Infinity", "-Infinity"].contains(shortened(range))
      ? ", which Python writes and JSON doesn't have" : ""
    return fault("\(expected) near '\(shortened(range))'\(hint)", at: range.upperBound)
  }

  /// Letters, digits and signs from here on: what may be a misspelled number or word.
  private var wordLength: Int {
    var length = 0
    while let byte = peek(length) {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        length += 1
      default: return length
      }
    }
    return length
  }

  /// A part of the text for a message: on one line, and not long.
  private func shortened(_ range: Range<Int>) -> String {
    let most = 40
    let bytes = range.prefix(most).map { text[$0] }
    let shown = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.properties.isWhitespace && scalar != " "
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
    return range.count > most ? shown + "…" : shown
  }

  /// An error after the first `byteOffset` bytes; line and column are counted from them.
  private func fault(_ reason: String, at byteOffset: Int) -> JSONError {
    var (line, column) = (1, 0)
    for offset in 0..<byteOffset {
      let byte = text[offset]
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 0
      } else if byte & 0xC0 != 0x80 {
        // Continuation bytes of UTF-8 are no new character.
        column += 1
      }
    }
    return JSONError(reason: reason, line: line, column: column, byteOffset: byteOffset)
  }
}
