internal import Foundation
internal import Texts

/// Comma-separated values as RFC 4180 has them: a header, a record per row, quotes where needed.
enum CSVRows {
  /// Reads a table of metrics.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - stepName: the column that holds the step; rows where it is empty are counted.
  ///   - wanted: columns that must hold numbers; text in others is listed.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Returns: what the rows hold.
  /// - Throws: `ImportFault`, and `TextError` where the file can't be read.
  static func table(
    _ path: String, stepName: String, wanted: Set<String>, pause: () throws -> Void
  ) throws -> MetricTable {
    var records = try CSVRecords(path: path, pause: pause)
    guard let header = try records.next(pause: pause) else {
      throw ImportFault(path, nil, "is empty; give a table with a header")
    }
    let names = header.cells
    guard names.count <= MetricTable.mostColumns else {
      throw ImportFault(
        path, "line 1",
        "has \(names.count) columns, more than the \(MetricTable.mostColumns) of a log of metrics; "
          + "keep those that you need")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw ImportFault(
        path, "line 1", "names the column '\(NameList.shortened(name))' twice; rename one of them")
    }
    guard let stepColumn = names.firstIndex(of: stepName) else {
      throw ImportFault(
        path, "line 1",
        "has no column '\(stepName)', which the mapping names as the step; it has "
          + NameList.text(names))
    }
    var table = MetricTable(path: path)
    while let record = try records.next(pause: pause) {
      let place = "line \(record.line)"
      guard record.cells.count == names.count else {
        throw ImportFault(
          path, place,
          "has \(record.cells.count) cells, the header \(names.count); a file that broke off lacks "
            + "some: remove the line")
      }
      let cell = record.cells[stepColumn]
      guard !isMissing(cell) else {
        table.rowsWithoutStep += 1
        for (name, cell) in zip(names, record.cells) where !isMissing(cell) && Double(cell) == nil {
          table.leaveOut(name, "holds text, no number")
        }
        continue
      }
      guard let step = Double(cell).flatMap(Step.whole) else {
        throw ImportFault(
          path, place,
          "'\(stepName)' is '\(NameList.shortened(cell))', no whole number from 0 on; repair it or "
            + "name another column")
      }
      var values: [(name: String, value: Double)] = []
      for (index, cell) in record.cells.enumerated() where index != stepColumn {
        if isMissing(cell) {
          values.append((names[index], .nan))
        } else if let number = Double(cell) {
          values.append((names[index], number))
        } else if wanted.contains(names[index]) {
          throw ImportFault(
            path, place,
            "'\(names[index])' is '\(NameList.shortened(cell))', no number; repair it or leave the "
              + "column out of the mapping")
        } else {
          table.leaveOut(names[index], "holds text, no number")
        }
      }
      try table.add(step: step, values, place: place)
    }
    return table
  }

  /// What tables of Python programs have where there is no value.
  static func isMissing(_ cell: String) -> Bool {
    ["", "nan", "null", "none", "na", "n/a"].contains(cell.lowercased())
  }
}

/// The records of a file, one after the other.
struct CSVRecords {
  struct Record {
    var cells: [String]
    /// Where it begins, from 1.
    var line: Int
  }

  private let path: String
  private var lines: LineStream

  init(path: String, pause: () throws -> Void) throws {
    self.path = path
    lines = try LineStream(
      path: path, longest: JSONRows.longestLine, checksFirstLine: false, pause: pause)
  }

  /// The next record; nil at the end.
  ///
  /// A cell in quotes may go over several lines.
  mutating func next(pause: () throws -> Void) throws -> Record? {
    guard let line = try lines.next(pause: pause) else { return nil }
    var bytes = line.bytes
    var isOpen = Self.opensQuote(bytes)
    while isOpen {
      guard bytes.count <= JSONRows.longestLine, let more = try lines.next(pause: pause) else {
        throw ImportFault(
          path, "line \(line.number)", "opens a quote that nothing closes; close it"
        )
      }
      bytes += [0x0A] + more.bytes
      isOpen = !Self.opensQuote(more.bytes)
    }
    return Record(cells: try cells(bytes, line: line.number), line: line.number)
  }

  /// Whether there is an odd number of quotes: two in a row stand for one.
  private static func opensQuote(_ bytes: [UInt8]) -> Bool {
    bytes.count { $0 == UInt8(ascii: "\"") } % 2 == 1
  }

  private func cells(_ bytes: [UInt8], line: Int) throws(ImportFault) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var (isInQuotes, wasQuoted) = (false, false)
    func close() throws(ImportFault) {
      guard let text = String(validating: cell, as: UTF8.self) else {
        throw ImportFault(
          path, "line \(line)", "cell \(cells.count + 1) is not UTF-8; convert the file with iconv")
      }
      // Around what isn't in quotes spaces are for people.
      cells.append(wasQuoted ? text : text.trimmingCharacters(in: .whitespaces))
      (cell, wasQuoted) = ([], false)
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isInQuotes && index < bytes.count && bytes[index] == byte:
        cell.append(byte)
        index += 1
      case UInt8(ascii: "\""):
        isInQuotes.toggle()
        wasQuoted = true
      case UInt8(ascii: ",") where !isInQuotes: try close()
      case 0x0D where !isInQuotes && index == bytes.count: break
      default: cell.append(byte)
      }
    }
    try close()
    return cells
  }
}

/// Names in messages.
enum NameList {
  /// The first few, and how many more there are.
  static func text(_ names: [String]) -> String {
    let shown = names.prefix(12).map { shortened($0) }.joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }

  /// A text that is cut where nobody reads on.
  static func shortened(_ text: String) -> String {
    text.count > 60 ? text.prefix(60) + "…" : text
  }
}
