import JSON
import Tensors

extension HeaderReader {
  /// Checks what the header says of one tensor: exactly dtype, shape and data_offsets, that agree.
  ///
  /// - Parameters:
  ///   - member: the tensor's name and description.
  ///   - dataSize: bytes after the header.
  ///   - missing: how many more the header speaks of.
  /// - Returns: what it says.
  /// - Throws: `SafetensorsError` at the first rule that is broken.
  func declaration(
    of member: JSONMember, dataSize: Int, missing: Int
  ) throws(SafetensorsError) -> SafetensorsHeader.Declaration {
    let name = member.key
    guard let fields = member.value.objectValue else {
      throw fault("is not described by an object", tensor: name)
    }
    let known = ["dtype", "shape", "data_offsets"]
    if let extra = fields.first(where: { field in !known.contains { field.hasKey($0) } }) {
      throw fault("has an unknown field \(SafetensorsError.quoted(extra.key))", tensor: name)
    }
    if let missing = known.first(where: { member.value[$0] == nil }) {
      throw fault("has no \(missing)", tensor: name)
    }
    let elementType = try elementType(member.value["dtype"], tensor: name)
    let shape = try lengths(member.value["shape"], field: "shape", tensor: name)
    let offsets = try lengths(member.value["data_offsets"], field: "data_offsets", tensor: name)
    guard offsets.count == 2 else {
      throw fault("data_offsets has \(offsets.count) numbers instead of 2", tensor: name)
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end else {
      throw fault("data_offsets [\(begin), \(end)] end before they begin", tensor: name)
    }
    guard end <= dataSize else {
      throw fault(
        "data_offsets [\(begin), \(end)] reach past the \(dataSize) bytes of data", tensor: name,
        fix: SafetensorsError.lacks(missing))
    }
    guard let byteCount = byteCount(of: shape, elementType) else {
      throw fault("shape \(shape) overflows", tensor: name)
    }
    guard byteCount == end - begin else {
      throw fault(
        "shape \(shape) of \(elementType.rawValue) takes \(byteCount) bytes, but data_offsets "
          + "[\(begin), \(end)] hold \(end - begin)", tensor: name)
    }
    return SafetensorsHeader.Declaration(
      name: name, elementType: elementType, shape: shape, begin: begin, end: end)
  }

  private func elementType(
    _ value: JSONValue?, tensor: String
  ) throws(SafetensorsError) -> ElementType {
    guard let spelling = value?.stringValue else {
      throw fault("dtype is not a string", tensor: tensor)
    }
    let bytes = Array(spelling.utf8)
    guard let type = ElementType.allCases.first(where: { Array($0.rawValue.utf8) == bytes }) else {
      throw fault(
        "dtype \(SafetensorsError.quoted(spelling)) is not supported", tensor: tensor,
        fix: "save it with one of " + ElementType.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return type
  }

  private func lengths(
    _ value: JSONValue?, field: String, tensor: String
  ) throws(SafetensorsError) -> [Int] {
    guard let elements = value?.arrayValue else {
      throw fault("\(field) is not a list", tensor: tensor)
    }
    var lengths: [Int] = []
    lengths.reserveCapacity(elements.count)
    for element in elements {
      guard let length = element.integerValue, length >= 0 else {
        throw fault(
          "\(field) holds \(element.excerpt), which is no integer from 0 on", tensor: tensor)
      }
      lengths.append(Int(length))
    }
    return lengths
  }

  /// Size in bytes, nil on overflow.
  ///
  /// Zeros are left out of the overflow check's product: `[0, 2⁴⁰, 2⁴⁰]` is refused too, since the
  /// length of one of its rows is no number.
  private func byteCount(of shape: [Int], _ elementType: ElementType) -> Int? {
    var product = elementType.byteCount
    for length in shape where length > 0 {
      let (next, overflows) = product.multipliedReportingOverflow(by: length)
      if overflows { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }
}

extension JSONValue {
  /// The value as text for a message, cut if long.
  fileprivate var excerpt: String {
    switch self {
    case .array: "a list"
    case .object: "an object"
    case .string(let text): SafetensorsError.quoted(text)
    default: serialized()
    }
  }
}
