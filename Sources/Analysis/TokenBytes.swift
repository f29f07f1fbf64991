/// A token's bytes; in JSON the text they are, or its closest where they are no UTF-8.
public struct TokenBytes: Sendable, Equatable, Encodable {
  /// The bytes.
  public let values: [UInt8]

  /// Wraps bytes.
  public init(_ values: [UInt8]) { self.values = values }

  /// Writes the text, with U+FFFD for what is none.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: values, as: UTF8.self))
  }
}
