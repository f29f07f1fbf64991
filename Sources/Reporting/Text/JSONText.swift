internal import Foundation

/// Results as JSON.
package enum JSONText {
  /// JSON with sorted keys, for people to read as well; a number that isn't finite is null, as what
  /// was not measured.
  ///
  /// - Throws: `EncodingError`.
  package static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Foundation can write such a number as a string only: as one that is in no data.
    let mark = UUID().uuidString
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      .replacing("\"\(mark)\"", with: "null")
    // A string for each scalar of a megabyte takes longer than all else.
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if VisibleText.isSteering(scalar), scalar != "\n" {
        scalars.append(contentsOf: escaped(scalar).unicodeScalars)
      } else {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// The encoder leaves characters as they are that a terminal obeys or that turn a line round.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
