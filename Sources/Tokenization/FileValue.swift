internal import Files
import Foundation
import JSON

/// A value of a JSON file together with its place, so that a complaint can name both.
struct FileValue {
  /// Where a value stands, kept as steps: a path's text is only needed for a complaint.
  private indirect enum JSONPath {
    case wholeFile
    case member(of: JSONPath, key: String)
    case element(of: JSONPath, index: Int)

    var path: String {
      switch self {
      case .wholeFile: "the whole file"
      case .member(.wholeFile, let key): key
      case .member(let parent, let key): "\(parent.path).\(key)"
      case .element(let parent, let index): "\(parent.path)[\(index)]"
      }
    }
  }

  let file: String
  private let place: JSONPath
  private let value: JSONValue

  /// Where the value stands, such as `model.merges[3]`.
  var path: String { place.path }

  /// Reads a file's bytes.
  static func bytes(ofFile path: String) throws(TokenizerError) -> [UInt8] {
    do {
      return try [UInt8](Data(contentsOf: URL(filePath: path)))
    } catch CocoaError.fileReadNoSuchFile {
      throw .unreadable(file: path, reason: "no such file; give the folder of a checkpoint")
    } catch {
      if let reason = fault(ofFile: path) {
        throw .unreadable(file: path, reason: reason, fault: .device)
      }
      let kind = try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey])
      let isFolder = kind?.isDirectory == true
      throw .unreadable(
        file: path, reason: isFolder ? "it is a folder" : "no permission, or it is no plain file")
    }
  }

  /// The system's word for a disk that fails or memory that ends; nil for another reason, or none.
  private static func fault(ofFile path: String) -> String? {
    do {
      // Tried again: what reads whole files doesn't hand on why it could not.
      _ = try FileHandle(forReadingAtPath: path)?.read(upToCount: 1)
      return nil
    } catch {
      let known = FileError(error, path: path)
      return known.fault.isMachine ? known.reason : nil
    }
  }

  init(
    parsing bytes: [UInt8], file: String, dialect: JSONDialect = .strict
  ) throws(TokenizerError) {
    do throws(JSONError) {
      self.init(
        file: file, place: .wholeFile, value: try JSONValue(parsing: bytes, dialect: dialect))
    } catch {
      throw .malformed(file: file, reason: error.description)
    }
  }

  private init(file: String, place: JSONPath, value: JSONValue) {
    self.file = file
    self.place = place
    self.value = value
  }

  // MARK: Complaints

  /// The value is wrong.
  func invalid(_ found: String, fix: String) -> TokenizerError {
    .invalid(file: file, path: path, found: found, fix: fix)
  }

  /// The value asks for something that isn't implemented.
  func unsupported(_ found: String, fix: String) -> TokenizerError {
    .unsupported(file: file, path: path, found: found, fix: fix)
  }

  private func mismatch(_ expected: String) -> TokenizerError {
    invalid("\(kind) where \(expected) belongs", fix: "write the file again with tokenizers")
  }

  private var kind: String {
    switch value {
    case .null: "null"
    case .bool: "a truth value"
    case .integer(let number): "the number \(number)"
    case .number(let number): "the number \(number)"
    case .otherNumber(let text): "the number \(text)"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  // MARK: Parts

  /// A member that may be missing; `null` counts as missing.
  func optional(_ key: String) throws(TokenizerError) -> FileValue? {
    guard case .object = value else { throw mismatch("an object") }
    guard let member = value[key], member != .null else { return nil }
    return FileValue(file: file, place: .member(of: place, key: key), value: member)
  }

  func required(_ key: String) throws(TokenizerError) -> FileValue {
    if let member = try optional(key) { return member }
    throw invalid("\(key) is missing", fix: "write the file again with tokenizers")
  }

  func elements() throws(TokenizerError) -> [FileValue] {
    guard case .array(let elements) = value else { throw mismatch("an array") }
    return elements.enumerated().map { index, element in
      FileValue(file: file, place: .element(of: place, index: index), value: element)
    }
  }

  func members() throws(TokenizerError) -> [(key: String, value: FileValue)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map { member in
      (
        member.key,
        FileValue(
          file: file, place: .member(of: place, key: member.key), value: member.value)
      )
    }
  }

  /// The elements without their places, for lists of many: `elements` makes one for a complaint.
  func plainElements() throws(TokenizerError) -> [JSONValue] {
    guard case .array(let elements) = value else { throw mismatch("an array") }
    return elements
  }

  /// The members without their places, for objects with many: `member` makes one for a complaint.
  func plainMembers() throws(TokenizerError) -> [(key: String, value: JSONValue)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map { ($0.key, $0.value) }
  }

  /// A member, which may be `null`.
  func member(_ key: String) throws(TokenizerError) -> FileValue {
    guard let member = value[key] else { return try required(key) }
    return FileValue(file: file, place: .member(of: place, key: key), value: member)
  }

  /// The same place with these members instead of its own of the same names.
  func replacing(_ members: [JSONMember]) -> FileValue {
    guard case .object(let own) = value else { return self }
    let kept = own.filter { member in !members.contains { $0.hasKey(member.key) } }
    return FileValue(file: file, place: place, value: .object(kept + members))
  }

  /// The same place with these members in one of its own.
  func replacing(membersOf key: String, by members: [JSONMember]) -> FileValue {
    guard let member = try? optional(key) else { return self }
    return replacing([JSONMember(key: key, value: member.replacing(members).value)])
  }

  var isNull: Bool { if case .null = value { true } else { false } }

  var isTrue: Bool { value.boolValue == true }

  /// Whether this is nothing, or a text, a list or an object without content.
  var isEmpty: Bool {
    switch value {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    case .bool, .integer, .number, .otherNumber: false
    }
  }

  var isArray: Bool { value.arrayValue != nil }

  var isObject: Bool { value.objectValue != nil }

  var isString: Bool { value.stringValue != nil }

  func string() throws(TokenizerError) -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  func boolean() throws(TokenizerError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  func number() throws(TokenizerError) -> Double {
    guard let number = value.doubleValue else { throw mismatch("a number") }
    return number
  }

  /// A number of things.
  func count() throws(TokenizerError) -> Int {
    guard case .integer(let number) = value, let count = Int32(exactly: number), count >= 0 else {
      throw mismatch("a number from 0 on")
    }
    return Int(count)
  }

  /// A token's number, at least 0 and small enough for a table.
  func tokenIdentifier() throws(TokenizerError) -> Int32 {
    guard case .integer(let number) = value else { throw mismatch("a token id") }
    guard (0..<Int64(Self.identifierLimit)).contains(number) else {
      throw invalid(
        "the token id \(number) is not in 0..<\(Self.identifierLimit)",
        fix: "write the file again with tokenizers")
    }
    return Int32(number)
  }

  /// Ten times the largest vocabulary known: a table over all ids stays below 1 GB.
  private static let identifierLimit = 10_000_000

  /// A truth value that may be missing.
  func flag(_ key: String, default value: Bool) throws(TokenizerError) -> Bool {
    try optional(key)?.boolean() ?? value
  }
}
