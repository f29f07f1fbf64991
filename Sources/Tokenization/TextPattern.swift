/// What is looked for in a text: a regular expression or a string, from left to right.
enum TextPattern: Equatable, Sendable {
  case expression(OnigurumaExpression)
  case text([UInt8])

  /// The matches in `bytes[piece]`, without overlaps; those of a text are never empty.
  func matches(in bytes: [UInt8], _ piece: Range<Int>) throws(TokenizerError) -> [Range<Int>] {
    switch self {
    case .text(let text):
      return Self.occurrences(of: text, in: bytes, piece)
    case .expression(let expression):
      do throws(OnigurumaExpression.Failure) {
        return try expression.matches(in: bytes, piece)
      } catch {
        throw .matchFailed(
          pattern: expression.pattern, byteCount: piece.count, reason: error.reason)
      }
    }
  }

  /// `bytes` with each match replaced, or nil if there is none.
  func replaced(in bytes: [UInt8], by content: [UInt8]) throws(TokenizerError) -> [UInt8]? {
    Self.replaced(try matches(in: bytes, bytes.indices), in: bytes, by: content)
  }

  /// `bytes` with each occurrence of `text` replaced, or nil if there is none.
  static func replaced(_ text: [UInt8], in bytes: [UInt8], by content: [UInt8]) -> [UInt8]? {
    replaced(occurrences(of: text, in: bytes, bytes.indices), in: bytes, by: content)
  }

  private static func replaced(
    _ matches: [Range<Int>], in bytes: [UInt8], by content: [UInt8]
  ) -> [UInt8]? {
    if matches.isEmpty { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + matches.count * content.count)
    var done = 0
    for match in matches {
      result += bytes[done..<match.lowerBound]
      result += content
      done = match.upperBound
    }
    return result + bytes[done...]
  }

  private static func occurrences(
    of text: [UInt8], in bytes: [UInt8], _ piece: Range<Int>
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
    guard let first = text.first else { return found }
    var position = piece.lowerBound
    let end = piece.upperBound - text.count
    while position <= end {
      if bytes[position] == first
        && (text.count == 1 || bytes[position..<position + text.count].elementsEqual(text))
      {
        found.append(position..<position + text.count)
        position += text.count
      } else {
        position += 1
      }
    }
    return found
  }
}

extension TextPattern {
  /// Reads `{"Regex": …}` or `{"String": …}`.
  init(_ value: FileValue) throws(TokenizerError) {
    if let expression = try value.optional("Regex") {
      self = .expression(try Self.expression(expression.string(), of: expression))
      return
    }
    let text = try value.required("String")
    let bytes = Array(try text.string().utf8)
    if bytes.isEmpty {
      throw text.unsupported("an empty pattern", fix: "remove that part from the file")
    }
    self = .text(bytes)
  }

  /// Compiles a pattern; `value` is its place.
  static func expression(
    _ pattern: String, of value: FileValue
  ) throws(TokenizerError) -> OnigurumaExpression {
    do throws(OnigurumaExpression.Failure) {
      return try OnigurumaExpression(pattern)
    } catch {
      throw value.invalid(
        "not a regular expression: \(error.reason)", fix: "fix the pattern in the file")
    }
  }
}
