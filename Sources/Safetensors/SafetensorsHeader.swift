import Files
import JSON
import Tensors

/// The header of one file, parsed and checked against the file's size.
struct SafetensorsHeader {
  /// What the header says of one tensor; the range is relative to the data.
  struct Declaration {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  /// The reference implementation's own bound: a longer header is an attack or a mistake.
  static let longestHeader: UInt64 = 100_000_000
  /// A header is an object of objects with lists of integers: three levels.
  static let deepestNesting = 3

  /// Where the data starts in the file.
  let dataOffset: Int
  /// Sorted by where they lie; together they cover the data exactly.
  let tensors: [Declaration]
  let metadata: [(key: String, value: String)]

  init(of file: MappedFile) throws(SafetensorsError) {
    let reader = HeaderReader(path: file.path)
    let members = try reader.members(of: file)
    dataOffset = 8 + Int(file.littleEndianUInt64(at: 0))
    let dataSize = file.byteCount - dataOffset
    let end = members.compactMap { $0.value["data_offsets"]?.arrayValue?.last?.integerValue }.max()
    let missing = max(0, Int(end ?? 0) - dataSize)
    var tensors: [Declaration] = []
    var metadata: [(key: String, value: String)] = []
    for member in members {
      if member.hasKey("__metadata__") {
        metadata = try reader.metadata(member.value)
      } else {
        tensors.append(try reader.declaration(of: member, dataSize: dataSize, missing: missing))
      }
    }
    // An empty tensor may share its offset with the next one and then comes first.
    tensors.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Coverage(path: file.path, dataOffset: dataOffset, dataSize: dataSize).check(tensors)
    self.tensors = tensors
    self.metadata = metadata
  }
}

/// The bytes before the data: their length, their text, and the members of the JSON object.
struct HeaderReader {
  let path: String

  /// What the file is instead, if it is of another kind, says more than the rule that it breaks.
  func members(of file: MappedFile) throws(SafetensorsError) -> [JSONMember] {
    do throws(SafetensorsError) {
      return try checkedMembers(of: file)
    } catch {
      let start = (0..<min(FileSignature.longest, file.byteCount)).map { file.byte(at: $0) }
      guard let signature = FileSignature(start: start) else { throw error }
      throw fault("is \(signature.kind)", fix: signature.fix)
    }
  }

  private func checkedMembers(of file: MappedFile) throws(SafetensorsError) -> [JSONMember] {
    guard file.byteCount >= 8 else {
      throw fault(
        "is \(file.byteCount) bytes long, a safetensors file has at least 8",
        fix: SafetensorsError.copyAgain)
    }
    let length = file.littleEndianUInt64(at: 0)
    guard length <= SafetensorsHeader.longestHeader else {
      throw fault(
        "header of \(length) bytes is longer than \(SafetensorsHeader.longestHeader)", at: 0)
    }
    guard Int(length) <= file.byteCount - 8 else {
      throw fault(
        "header of \(length) bytes does not fit into a file of \(file.byteCount)", at: 0,
        fix: SafetensorsError.copyAgain)
    }
    guard length > 0, file.byte(at: 8) == UInt8(ascii: "{") else {
      throw fault("header does not start with '{'", at: 8)
    }
    do throws(JSONError) {
      let header = try JSONValue(
        parsing: file.bytes.extracting(8..<8 + Int(length)),
        maximumDepth: SafetensorsHeader.deepestNesting)
      // The first byte makes it an object.
      return header.objectValue ?? []
    } catch {
      throw fault("header is \(error)", at: 8 + error.byteOffset)
    }
  }

  func metadata(_ value: JSONValue) throws(SafetensorsError) -> [(key: String, value: String)] {
    guard let members = value.objectValue else {
      throw fault("__metadata__ is not a map of strings")
    }
    var metadata: [(key: String, value: String)] = []
    for member in members {
      guard let text = member.value.stringValue else {
        let key = SafetensorsError.quoted(member.key)
        throw fault("__metadata__ has a value that is not a string under \(key)")
      }
      metadata.append((key: member.key, value: text))
    }
    return metadata
  }

  func fault(
    _ reason: String, tensor: String? = nil, at byteOffset: Int? = nil,
    fix: String = SafetensorsError.saveAgain
  ) -> SafetensorsError {
    SafetensorsError(
      path: path, tensor: tensor, byteOffset: byteOffset, reason: reason, fix: fix)
  }
}
