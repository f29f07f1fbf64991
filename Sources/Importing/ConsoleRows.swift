internal import Texts

/// verl's console log: `step:N - name:value - …` in lines of anything else.
///
/// Ray puts `(TaskRunner pid=…)` and colours before a line, progress bars end in carriage returns, and
/// newer versions print numpy's types. A log has hundreds of megabytes: all is done on bytes.
enum ConsoleRows {
  private static let mark = Array("step:".utf8)
  private static let separator = Array(" - ".utf8)
  private static let repeated = Array(" [repeated ".utf8)
  private static let colon = UInt8(ascii: ":")

  /// Reads the lines of steps; all others are passed over.
  ///
  /// - Throws: `ImportFault` where no line is one of a step, and `TextError` where the file can't be
  ///   read.
  static func table(_ path: String, pause: () throws -> Void) throws -> MetricTable {
    var table = MetricTable(path: path)
    var lines = try LineStream(
      path: path, longest: JSONRows.longestLine, checksFirstLine: false, pause: pause)
    while let line = try lines.next(pause: pause) {
      guard place(of: mark, in: line.bytes[...]) != nil else { continue }
      for part in line.bytes.split(separator: 0x0D) {
        try read(withoutEscapes(part)[...], into: &table, path: path, line: line.number)
      }
    }
    guard !table.steps.isEmpty else {
      throw ImportFault(
        path, nil,
        "is none of the known formats: \(ImportFormat.known); name its format with --format, or make "
          + "CSV or JSON lines of it and give --mapping")
    }
    return table
  }

  private static func read(
    _ text: ArraySlice<UInt8>, into table: inout MetricTable, path: String, line: Int
  ) throws(ImportFault) {
    guard let start = start(of: text) else { return }
    var rest = text[(start + mark.count)...]
    guard let step = Int(string(part(of: &rest))), step >= 0, !rest.isEmpty else { return }
    var values: [(name: String, value: Double)] = []
    while !rest.isEmpty {
      let part = part(of: &rest)
      if let found = value(of: part) {
        values.append(found)
      } else {
        let name = part.prefix { $0 != colon }
        table.leaveOut(
          NameList.shortened(string(name)), "holds something else than a number, or is cut off")
      }
    }
    try table.add(step: step, values, place: "line \(line)")
  }

  /// Where `step:` and a digit begin, as a word of their own.
  private static func start(of text: ArraySlice<UInt8>) -> Int? {
    var rest = text
    while let found = place(of: mark, in: rest) {
      let before = found > text.startIndex ? text[found - 1] : 0x20
      let end = found + mark.count
      // `training/global_step:` is a metric.
      if !isNamePart(before), end < text.endIndex, isDigit(text[end]) { return found }
      rest = text[end...]
    }
    return nil
  }

  /// What is before the next separator, which both are taken away.
  private static func part(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let end = place(of: separator, in: rest) else {
      defer { rest = [] }
      return rest
    }
    defer { rest = rest[(end + separator.count)...] }
    return rest[..<end]
  }

  /// `name:value`; a name may have colons as well.
  private static func value(of part: ArraySlice<UInt8>) -> (name: String, value: Double)? {
    for place in part.indices where part[place] == colon && place > part.startIndex {
      if let number = number(part[(place + 1)...]) { return (string(part[..<place]), number) }
    }
    return nil
  }

  /// A number as Python, numpy or PyTorch prints one.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    var bytes = bytes
    if let end = place(of: repeated, in: bytes) { bytes = bytes[..<end] }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    var text = string(bytes)[...]
    if text.last == ")", let open = text.firstIndex(of: "(") {
      let type = text[..<open]
      guard type.hasPrefix("np.") || type.hasPrefix("numpy.") || type == "tensor" else {
        return nil
      }
      text = text[text.index(after: open)...].dropLast()
      if type == "tensor", let comma = text.firstIndex(of: ",") { text = text[..<comma] }
    }
    return text == "None" ? .nan : Double(text)
  }

  /// The bytes without colours and other sequences of terminals: ESC [ … letter.
  private static func withoutEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == 0x1B else {
        result.append(bytes[index])
        index += 1
        continue
      }
      index += 1
      guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "[") else { continue }
      index += 1
      while index < bytes.endIndex, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
      index += 1
    }
    return result
  }

  private static func place(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    for start in bytes.startIndex...(bytes.endIndex - pattern.count)
    where bytes[start] == pattern[0] {
      if bytes[start..<(start + pattern.count)].elementsEqual(pattern) { return start }
    }
    return nil
  }

  private static func string(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Letters, digits, `_`, `/` and `-`, and what isn't ASCII.
  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x80...: true
    case UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
    default: isDigit(byte)
    }
  }
}
