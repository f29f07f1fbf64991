internal import Files
internal import Foundation

/// What a file is that holds no JSON lines, and what makes such lines of it.
enum ForeignFormat {
  /// Throws if a file that begins with these bytes is known to be something else.
  static func check(_ start: [UInt8], path: String) throws(TextError) {
    guard let format = FileFormat(start: start), let fix = fix(of: format) else { return }
    throw TextError(path, "is \(format.words), not JSON lines; \(fix)")
  }

  /// Nil for what may begin a line, if only a bad one.
  private static func fix(of format: FileFormat) -> String? {
    switch format {
    case .gitLFSPointer: "run 'git lfs pull' in its folder"
    case .compressed(_, let program): "unpack it with \(program)"
    case .zip: "unpack it with unzip; if it is a spreadsheet, " + pandas("read_excel")
    case .parquet:
      "python -m tokenshift_recorder.parquet FILE --output texts.jsonl writes JSON lines"
    case .arrow: pandas("read_feather")
    case .arrowStream:
      "datasets.Dataset.from_file(FILE).to_json(\"texts.jsonl\") in Python writes JSON lines"
    case .hdf5: "give the texts that it was made from"
    case .text(let encoding):
      "convert it: iconv -f \(encoding) -t UTF-8 FILE > texts.jsonl"
    case .webPage: "download it again (after 'resolve', not 'blob', on the Hugging Face hub)"
    case .pickle, .gguf, .markedUTF8, .downloadMessage, .zeros: nil
    }
  }

  private static func pandas(_ reader: String) -> String {
    "pandas.\(reader)(FILE).to_json(\"texts.jsonl\", orient=\"records\", lines=True) in Python "
      + "writes JSON lines"
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
