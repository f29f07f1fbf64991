internal import Texts

/// verl's console log: `step:N - name:value - …` in lines of anything else.
///
/// Ray puts `(TaskRunner pid=…)` and colours before a line, progress bars end in carriage returns, and
/// newer versions print numpy's types.
enum ConsoleRows {
  private static let mark = Array("step:".utf8)

  /// Reads the lines of steps; all others are passed over.
  ///
  /// - Throws: `ImportFault` where no line is one of a step, and `TextError` where the file can't be read.
  static func table(_ path: String, pause: () throws -> Void) throws -> MetricTable {
    var table = MetricTable(path: path)
    var lines = try LineStream(
      path: path, longest: JSONRows.longestLine, checksFirstLine: false, pause: pause)
    while let line = try lines.next(pause: pause) {
      guard contains(line.bytes, mark) else { continue }
      for part in line.bytes.split(separator: 0x0D) {
        let text = String(decoding: withoutEscapes(part), as: UTF8.self)
        try read(text, into: &table, path: path, line: line.number)
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
    _ text: String, into table: inout MetricTable, path: String, line: Int
  ) throws(ImportFault) {
    guard let start = start(of: text) else { return }
    let parts = text[start...].split(separator: " - ", omittingEmptySubsequences: true)
    guard parts.count > 1, let step = Int(parts[0].dropFirst(5)), step >= 0 else { return }
    var values: [(name: String, value: Double)] = []
    for part in parts.dropFirst() {
      guard let found = value(of: part) else {
        let name = part.split(separator: ":").first.map(String.init) ?? String(part)
        table.leaveOut(
          NameList.shortened(name), "holds something else than a number, or is cut off")
        continue
      }
      values.append(found)
    }
    try table.add(step: step, values, place: "line \(line)")
  }

  /// Where `step:` and a number begin, as a word of their own.
  private static func start(of text: String) -> String.Index? {
    for range in text.ranges(of: "step:") {
      let before =
        range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
      let next = range.upperBound < text.endIndex ? text[range.upperBound] : " "
      // `training/global_step:` is a metric.
      if !before.isLetter, !before.isNumber, !"_/-".contains(before), next.isNumber {
        return range.lowerBound
      }
    }
    return nil
  }

  /// `name:value`; a name may have colons as well.
  private static func value(of part: Substring) -> (name: String, value: Double)? {
    for place in part.indices where part[place] == ":" {
      if let number = number(part[part.index(after: place)...]), place > part.startIndex {
        return (String(part[..<place]), number)
      }
    }
    return nil
  }

  /// A number as Python, numpy or PyTorch prints one.
  private static func number(_ text: Substring) -> Double? {
    var text = text
    if let repeated = text.firstRange(of: " [repeated ") { text = text[..<repeated.lowerBound] }
    while text.last?.isWhitespace ?? false { text.removeLast() }
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

  private static func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
    guard bytes.count >= pattern.count else { return false }
    for start in 0...(bytes.count - pattern.count) where bytes[start] == pattern[0] {
      if bytes[start..<(start + pattern.count)].elementsEqual(pattern) { return true }
    }
    return false
  }
}
