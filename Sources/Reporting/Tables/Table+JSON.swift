internal import Analysis
internal import StatisticalInference

extension Table: Encodable {
  private enum CodingKeys: String, CodingKey { case title, caption, columns, rows }

  /// Columns with their units and definitions; rows by the columns' names, numbers as numbers.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(title, forKey: .title)
    try values.encode(caption, forKey: .caption)
    try values.encode(columns, forKey: .columns)
    try values.encode(
      rows.map { row in
        Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), row))
      }, forKey: .rows)
  }
}

extension Table.Column: Encodable {
  private enum CodingKeys: String, CodingKey { case name, unit, definition, format }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(unit, forKey: .unit)
    try values.encode(definition, forKey: .definition)
    try values.encode(format, forKey: .format)
  }
}

extension Table.Cell: Encodable {
  private struct Token: Encodable {
    let id: UInt32
    let text: TokenBytes?
  }

  /// A number, null where there is none, words, an estimate or a token.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .estimate(let estimate): try container.encode(estimate)
    case .count(let count): try container.encode(count)
    case .share(let number), .number(let number):
      try container.encode(number.flatMap { $0.isFinite ? $0 : nil })
    case .token(let bytes, let id):
      try container.encode(Token(id: id, text: bytes.map(TokenBytes.init)))
    case .text(let text): try container.encode(text)
    }
  }
}
