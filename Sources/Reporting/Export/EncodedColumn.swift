internal import RunLogs

/// The fields of a column, written one after the other.
struct EncodedColumn {
  private(set) var bytes: [UInt8] = []
  /// Field i is `bytes[ends[i]..<ends[i + 1]]`.
  private(set) var ends = [0]

  /// Writes some rows of a column.
  ///
  /// - Parameters:
  ///   - values: of the column.
  ///   - rows: which of them.
  ///   - width: numbers for each row; nil for one that isn't a list.
  ///   - lead: before each field.
  ///   - writer: how.
  ///   - tokens: texts of tokens.
  init(
    _ values: ExportValues, rows: some Collection<Int>, width: Int?, lead: [UInt8],
    _ writer: FieldWriter, _ tokens: TokenFields
  ) {
    ends.reserveCapacity(rows.count + 1)
    bytes.reserveCapacity(rows.count * (lead.count + 12 * (width ?? 1)))
    /// One loop for each type of number: this is where all the time goes.
    func each(_ append: (Int, inout [UInt8]) -> Void) {
      for row in rows {
        bytes.append(contentsOf: lead)
        if !values.isMissing.isEmpty, values.isMissing[row] {
          Self.appendMissing(width, to: &bytes, writer)
        } else if let width {
          Self.appendList(row * width..<(row + 1) * width, to: &bytes, writer, append)
        } else {
          append(row, &bytes)
        }
        ends.append(bytes.count)
      }
    }
    switch values.content {
    case .strings(let texts): each { writer.append(texts[$0], to: &$1) }
    case .tokens(let ids): each { tokens.append(ids[$0], to: &$1) }
    case .numbers(.bytes(let numbers)): each { writer.append(Int(numbers[$0]), to: &$1) }
    case .numbers(.ids(let numbers)): each { writer.append(Int(numbers[$0]), to: &$1) }
    case .numbers(.counts(let numbers)): each { writer.append(Int(numbers[$0]), to: &$1) }
    case .numbers(.floats(let numbers)): each { writer.append(numbers[$0], to: &$1) }
    case .numbers(.doubles(let numbers)): each { writer.append(numbers[$0], to: &$1) }
    }
  }

  /// A field.
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[ends[index]..<ends[index + 1]] }

  /// The fields of two columns with the same rows, one behind the other.
  func joined(with other: Self) -> Self {
    var joined = self
    (joined.bytes, joined.ends) = ([], [0])
    joined.bytes.reserveCapacity(bytes.count + other.bytes.count)
    for index in 0..<ends.count - 1 {
      joined.bytes.append(contentsOf: self[index])
      joined.bytes.append(contentsOf: other[index])
      joined.ends.append(joined.bytes.count)
    }
    return joined
  }

  /// Several columns in CSV, an array in JSON.
  private static func appendList(
    _ range: Range<Int>, to bytes: inout [UInt8], _ writer: FieldWriter,
    _ append: (Int, inout [UInt8]) -> Void
  ) {
    if writer.format == .jsonl { bytes.append(UInt8(ascii: "[")) }
    for index in range {
      if index > range.lowerBound { bytes.append(UInt8(ascii: ",")) }
      append(index, &bytes)
    }
    if writer.format == .jsonl { bytes.append(UInt8(ascii: "]")) }
  }

  private static func appendMissing(
    _ width: Int?, to bytes: inout [UInt8], _ writer: FieldWriter
  ) {
    writer.appendMissing(to: &bytes)
    if writer.format == .csv, let width, width > 1 {
      bytes += [UInt8](repeating: UInt8(ascii: ","), count: width - 1)
    }
  }
}

/// Tokens as fields, each worked out once.
final class TokenFields {
  private let writer: FieldWriter
  private let bytes: (UInt32) -> [UInt8]?
  private var known: [UInt32: [UInt8]] = [:]

  init(_ writer: FieldWriter, _ bytes: @escaping (UInt32) -> [UInt8]?) {
    (self.writer, self.bytes) = (writer, bytes)
  }

  /// The token's text as `TokenText.flowing` has it, missing where it isn't known.
  func append(_ id: UInt32, to target: inout [UInt8]) {
    if let field = known[id] {
      target.append(contentsOf: field)
      return
    }
    var field: [UInt8] = []
    if let text = Self.text(bytes(id), id) {
      writer.append(text, to: &field)
    } else {
      writer.appendMissing(to: &field)
    }
    known[id] = field
    target.append(contentsOf: field)
  }

  /// Nil where no tokenizer says what the token is.
  static func text(_ bytes: [UInt8]?, _ id: UInt32) -> String? {
    guard let bytes, !bytes.isEmpty else { return nil }
    return TokenText.flowing(bytes, id: id)
  }
}
