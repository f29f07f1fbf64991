internal import Foundation

/// What a file is that holds no JSON lines, by how it begins.
enum FileSignature {
  /// Formats by their first bytes, with what makes JSON lines of them.
  private static let formats: [(bytes: [UInt8], name: String, fix: String)] = [
    (Array("PAR1".utf8), "a Parquet file", pandas("read_parquet")),
    (Array("ARROW1".utf8), "an Arrow file", pandas("read_feather")),
    (
      [0xFF, 0xFF, 0xFF, 0xFF], "an Arrow stream",
      "datasets.Dataset.from_file(FILE).to_json(\"texts.jsonl\") in Python writes JSON lines"
    ),
    (
      Array("PK\u{3}\u{4}".utf8), "a zip archive or a spreadsheet",
      "unpack it with unzip; " + pandas("read_excel")
    ),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "give the texts that it was made from"),
    (Array("BZh".utf8), "packed with bzip2", "unpack it with bunzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "packed with xz", "unpack it with unxz"),
    ([0x04, 0x22, 0x4D, 0x18], "packed with lz4", "unpack it with unlz4"),
    (
      Array("version https://git-lfs".utf8), "a pointer of git-lfs, not the file",
      "run git lfs pull"
    ),
  ]

  private static func pandas(_ reader: String) -> String {
    "pandas.\(reader)(FILE).to_json(\"texts.jsonl\", orient=\"records\", lines=True) in Python "
      + "writes JSON lines"
  }

  /// Throws if a file that begins with these bytes is known to be something else.
  static func check(_ start: [UInt8], path: String) throws(TextError) {
    if let encoding = encoding(of: start) {
      throw TextError(
        path,
        "is \(encoding), not UTF-8; convert it: iconv -f \(encoding) -t UTF-8 FILE > texts.jsonl")
    }
    for format in formats where start.starts(with: format.bytes) {
      throw TextError(path, "is \(format.name), not JSON lines; \(format.fix)")
    }
  }

  /// Throws if the first line of text is known to begin something else.
  static func checkFirstLine(_ start: [UInt8], path: String) throws(TextError) {
    let isMarked = start.starts(with: [0xEF, 0xBB, 0xBF])
    let text = start.dropFirst(isMarked ? 3 : 0).drop(while: isSpace)
    let inside = text.dropFirst().drop(while: isSpace)
    switch text.first {
    case UInt8(ascii: "[") where inside.isEmpty || inside.first == UInt8(ascii: "{"):
      throw TextError(
        path, line: 1,
        "begins a JSON array; write one JSON object per line: jq -c '.[]' FILE > texts.jsonl")
    case UInt8(ascii: "{") where text.dropFirst().first.map(isLineEnd) ?? false:
      throw TextError(
        path, line: 1,
        "begins an object of several lines; write one JSON object per line: "
          + "jq -c . FILE > texts.jsonl")
    case UInt8(ascii: "{"), nil: return
    default: try checkIsNoTable(text, path: path)
    }
  }

  /// The encoding that a byte order mark or NUL bytes around ASCII tell.
  private static func encoding(of start: [UInt8]) -> String? {
    if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) {
      return "UTF-32"
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard start.count >= 4 else { return nil }
    let isNUL = start.prefix(4).map { $0 == 0 }
    if isNUL == [false, true, false, true] { return "UTF-16LE" }
    if isNUL == [true, false, true, false] { return "UTF-16BE" }
    return nil
  }

  /// A first line of column names, with commas or tabs, of which one is a field of texts.
  private static func checkIsNoTable(
    _ text: ArraySlice<UInt8>, path: String
  ) throws(TextError) {
    let header = text.prefix { !isLineEnd($0) }.prefix(4_096)
    for (separator, name) in [(UInt8(ascii: ","), "CSV"), (0x09, "a table with tabs")] {
      let names = header.split(separator: separator).map { column in
        String(decoding: column, as: UTF8.self).trimmingCharacters(in: ["\"", " "])
      }
      let known = TextFields.Field.allCases.map(\.rawValue) + TextFields.otherNames
      guard names.count > 1, names.contains(where: known.contains) else { continue }
      let argument = separator == 0x09 ? ", sep=\"\\t\"" : ""
      throw TextError(
        path, line: 1,
        "looks like \(name), not JSON lines; pandas.read_csv(FILE\(argument)).to_json("
          + "\"texts.jsonl\", orient=\"records\", lines=True) in Python writes JSON lines")
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D ~= byte) }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
