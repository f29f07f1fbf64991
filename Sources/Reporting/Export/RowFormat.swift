/// How rows are written.
package enum RowFormat: String, Sendable, CaseIterable, Encodable {
  /// Comma-separated values as RFC 4180 has them, a header line first; lines end in a line feed.
  case csv
  /// A JSON object on each line.
  case jsonl

  /// By the ending of a file's name; nil for another one.
  package init?(path: String) {
    guard let known = Self.allCases.first(where: { path.lowercased().hasSuffix("." + $0.rawValue) })
    else { return nil }
    self = known
  }
}

/// Writes the fields of rows as bytes.
///
/// Numbers are the shortest decimals that give the same bits back. What is not measured is an empty
/// field, in JSON null. JSON has no infinite numbers: they are null, too.
struct FieldWriter {
  let format: RowFormat
  /// Whether text is shown by a terminal, which must not obey it.
  var isForTerminal = false

  /// Before a column's field: what parts it from the one before, in JSON also its name.
  func lead(_ name: String, isFirst: Bool) -> [UInt8] {
    switch format {
    case .csv: return isFirst ? [] : [UInt8(ascii: ",")]
    case .jsonl:
      var bytes = [UInt8(ascii: isFirst ? "{" : ",")]
      append(name, to: &bytes)
      return bytes + [UInt8(ascii: ":")]
    }
  }

  /// After a row.
  var rowEnd: [UInt8] { Array((format == .csv ? "\n" : "}\n").utf8) }

  /// The names of columns on a line; none in JSON, where each row has them.
  func header(_ names: [String]) -> [UInt8] {
    guard format == .csv else { return [] }
    var bytes: [UInt8] = []
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(name, to: &bytes)
    }
    return bytes + rowEnd
  }

  func appendMissing(to bytes: inout [UInt8]) {
    if format == .jsonl { bytes += Self.null }
  }

  @inline(__always)
  func append<Number: BinaryFloatingPoint & CustomStringConvertible>(
    _ number: Number, to bytes: inout [UInt8]
  ) {
    guard number.isFinite else {
      if format == .jsonl {
        bytes += Self.null
      } else if number.isInfinite {
        bytes += Array((number < 0 ? "-inf" : "inf").utf8)
      }
      return
    }
    bytes.append(contentsOf: number.description.utf8)
  }

  func append(_ number: Int, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Text in quotes, in CSV only where it needs them.
  func append(_ text: String, to bytes: inout [UInt8]) {
    if format == .jsonl { return appendJSON(text, to: &bytes) }
    let text = isForTerminal ? VisibleText.escaped(text) : text
    guard text.utf8.contains(where: Self.needsQuotes) else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
  }

  /// What a terminal obeys is spelled out, which every reader of JSON undoes.
  private func appendJSON(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
      } else if VisibleText.isSteering(scalar) {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          bytes += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        }
      } else {
        bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let null = Array("null".utf8)
}

/// Why something can't be exported: what, and what is known instead.
package struct ExportError: Error, Equatable, CustomStringConvertible {
  /// One line.
  package let description: String

  init(_ description: String) { self.description = description }
}
