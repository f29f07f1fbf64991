internal import Foundation

extension TokenizerRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case digest, specialIDs, bytes, lengths, model, lackingCounts
  }

  /// Decodes what `encode` wrote.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    digest = try fields.decode(String.self, forKey: .digest)
    specialIDs = try fields.decode([Int].self, forKey: .specialIDs)
    model = try fields.decodeIfPresent(String.self, forKey: .model)
    lackingCounts =
      try fields.decodeIfPresent([String: Int].self, forKey: .lackingCounts) ?? [:]
    guard let bytes = try fields.decodeIfPresent(Data.self, forKey: .bytes) else { return }
    let lengths = try fields.decode([Int].self, forKey: .lengths)
    var rest = [UInt8](bytes)[...]
    var tokens: [[UInt8]] = []
    for length in lengths {
      guard length >= 0, length <= rest.count else {
        throw DecodingError.dataCorruptedError(
          forKey: .lengths, in: fields, debugDescription: "the lengths don't match the bytes")
      }
      tokens.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    self.tokens = tokens
  }

  /// Encodes the tokens as one blob and lengths: a vocabulary has 100,000 of them.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(digest, forKey: .digest)
    try fields.encode(specialIDs, forKey: .specialIDs)
    try fields.encodeIfPresent(model, forKey: .model)
    if !lackingCounts.isEmpty { try fields.encode(lackingCounts, forKey: .lackingCounts) }
    guard let tokens else { return }
    try fields.encode(Data(tokens.joined()), forKey: .bytes)
    try fields.encode(tokens.map(\.count), forKey: .lengths)
  }
}
