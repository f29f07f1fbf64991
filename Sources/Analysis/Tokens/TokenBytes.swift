/// A token's bytes; in JSON the text they are, or its closest where they are no UTF-8.
package struct TokenBytes: Sendable, Equatable, Encodable {
  /// The bytes.
  package let values: [UInt8]

  /// Wraps bytes.
  package init(_ values: [UInt8]) { self.values = values }

  /// Writes the text, with U+FFFD for what is none.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: values, as: UTF8.self))
  }
}
