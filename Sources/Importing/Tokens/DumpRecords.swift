internal import JSON
internal import Texts

/// One JSON value of a file, with its place for messages.
struct DumpRecord {
  var value: JSONValue
  let path: String
  /// "line 3", and the element after it where a record has many.
  var place: String

  /// What is wrong with the record or with something in it.
  func fault(_ what: String? = nil, _ reason: String) -> ImportFault {
    ImportFault(path, what.map { "\(place), \($0)" } ?? place, reason)
  }
}

/// How deep in brackets a place of a JSON text is.
private struct Nesting {
  private var depth = 0
  private(set) var isInString = false
  private var isEscaped = false

  /// Where the outermost bracket closes; nil if the bytes end before that.
  mutating func end(in bytes: [UInt8], from start: Int) -> Int? {
    let span = bytes.span
    for index in start..<span.count {
      let byte = span[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
    }
    return nil
  }
}

/// The objects of a file, one after the other: on lines of their own, over several lines, in one array, or
/// in server-sent events ("data: {…}").
///
/// Memory is one object and one line.
struct DumpRecords {
  /// Bytes of one object.
  static let longestRecord = 64 << 20

  enum Layout: Equatable {
    case objects, array, events
  }

  private let path: String
  private let longest: Int
  private var lines: LineStream
  private var line: [UInt8] = []
  private var lineNumber = 0
  /// Bytes of the line that are read.
  private var cursor = 0
  private var isAtEnd = false
  private var arrayIsClosed = false
  private(set) var layout = Layout.objects
  private var hasBegun = false

  /// - Throws: `TextError` if the file can't be read.
  init(path: String, longest: Int = longestRecord, pause: () throws -> Void) throws {
    (self.path, self.longest) = (path, longest)
    // An array may be on one line.
    lines = try LineStream(path: path, checksFirstLine: false, pause: pause)
  }

  /// The next object; nil at the end.
  ///
  /// In events `null` stands for "[DONE]".
  ///
  /// - Throws: `ImportFault` with the line, `TextError` where the file can't be read.
  mutating func next(pause: () throws -> Void) throws -> DumpRecord? {
    if !hasBegun { try begin(pause) }
    if layout == .events { return try nextEvent(pause) }
    guard try skipToObject(pause) else { return nil }
    let start = lineNumber
    let bytes = try object(pause)
    return try parsed(bytes, startingAt: start)
  }

  private mutating func begin(_ pause: () throws -> Void) throws {
    hasBegun = true
    guard try nextLine(pause) else { return }
    while cursor < line.count, Self.isBlank(line[cursor]) { cursor += 1 }
    let rest = line[cursor...]
    let starts = ["data:", "event:", "id:", "retry:", ":"]
    if starts.contains(where: { rest.starts(with: Array($0.utf8)) }) {
      layout = .events
    } else if rest.first == UInt8(ascii: "[") {
      layout = .array
      cursor += 1
    }
  }

  private mutating func nextLine(_ pause: () throws -> Void) throws -> Bool {
    cursor = 0
    guard !isAtEnd, let next = try lines.next(pause: pause) else {
      (isAtEnd, line) = (true, [])
      return false
    }
    (line, lineNumber) = (next.bytes, next.number)
    return true
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  private func parsed(_ bytes: [UInt8], startingAt start: Int) throws(ImportFault) -> DumpRecord {
    do throws(JSONError) {
      let value = try JSONValue(parsing: bytes, dialect: .python)
      return DumpRecord(value: value, path: path, place: "line \(start)")
    } catch {
      throw ImportFault(
        path, "line \(start + error.line - 1)", "column \(error.column): \(error.reason); repair it"
      )
    }
  }

  // MARK: Objects

  /// Moves to the next opening brace; false at the end.
  private mutating func skipToObject(_ pause: () throws -> Void) throws -> Bool {
    var comesAfterComma = false
    while true {
      while cursor < line.count {
        let byte = line[cursor]
        switch byte {
        case _ where Self.isBlank(byte): break
        case UInt8(ascii: ",") where layout == .array && !arrayIsClosed && !comesAfterComma:
          comesAfterComma = true
        case UInt8(ascii: "]") where layout == .array && !arrayIsClosed && !comesAfterComma:
          arrayIsClosed = true
        case UInt8(ascii: "{") where !arrayIsClosed: return true
        default:
          throw ImportFault(
            path, "line \(lineNumber)",
            "has something between its objects, or no object; give one JSON object per line, or one "
              + "array of them")
        }
        cursor += 1
      }
      guard try nextLine(pause) else {
        guard layout != .array || arrayIsClosed else {
          throw ImportFault(
            path, "line \(lineNumber)",
            "the array isn't closed, so the file broke off; get it again, or close it with ']'")
        }
        return false
      }
    }
  }

  /// The bytes of the object that begins here.
  private mutating func object(_ pause: () throws -> Void) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var state = Nesting()
    let start = lineNumber
    var number = lineNumber
    while true {
      let begin = cursor
      if let end = state.end(in: line, from: begin) {
        cursor = end
        bytes += line[begin..<end]
        try check(bytes.count, start)
        return bytes
      }
      bytes += line[begin...]
      // A line that broke off within a string is never whole, and JSON lines begin anew below it.
      guard !state.isInString, try nextLine(pause) else {
        throw ImportFault(
          path, "line \(number)",
          start == number
            ? "broke off; if a program was stopped while it wrote this line, remove it: sed "
              + "\(number)d FILE > whole.jsonl"
            : "the object that begins in line \(start) broke off; get the file again")
      }
      bytes += Array(repeating: 0x0A, count: lineNumber - number)
      number = lineNumber
      try check(bytes.count, start)
    }
  }

  private func check(_ count: Int, _ start: Int) throws(ImportFault) {
    guard count <= longest else {
      throw ImportFault(
        path, "line \(start)",
        "begins an object of more than \(longest >> 20) MiB, or one that doesn't end; write an object "
          + "per response")
    }
  }

  // MARK: Events

  private mutating func nextEvent(_ pause: () throws -> Void) throws -> DumpRecord? {
    while cursor < line.count || !isAtEnd {
      if cursor >= line.count {
        guard try nextLine(pause) else { return nil }
      }
      var rest = line[cursor...].drop(while: Self.isBlank)
      cursor = line.count
      let others = ["event:", "id:", "retry:", ":"]
      if others.contains(where: { rest.starts(with: Array($0.utf8)) }) { continue }
      // llama.cpp writes what went wrong under "error:".
      let isError = rest.starts(with: Array("error:".utf8))
      guard isError || rest.starts(with: Array("data:".utf8)) else {
        throw ImportFault(
          path, "line \(lineNumber)",
          "is no event of a stream, which begins with 'data:'; keep streams and other answers in "
            + "files of their own")
      }
      rest = rest.dropFirst(isError ? 6 : 5).drop(while: Self.isBlank)
      while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
      if rest.elementsEqual("[DONE]".utf8) {
        return DumpRecord(value: .null, path: path, place: "line \(lineNumber)")
      }
      var record = try parsed(Array(rest), startingAt: lineNumber)
      if isError { record.value = .object([JSONMember(key: "error", value: record.value)]) }
      guard record.value.objectValue != nil else {
        throw record.fault(nil, "is an event without a JSON object; remove the line")
      }
      return record
    }
    return nil
  }
}
