internal import CHDF5

/// Reads one open attribute; lives inside the library's lock.
struct AttributeReader {
  let id: hid_t
  let type: hid_t
  /// More can't be in the file.
  let mostBytes: UInt64
  let failure: () -> HDF5Error

  /// - Parameter variableStrings: reads so many strings of variable length, which the library's own
  ///   reader isn't trusted with.
  /// - Returns: the number, the string, or the list of them.
  /// - Throws: `HDF5Error`; `.wrongType` for another type or more values than the file can hold.
  func value(
    variableStrings: (Int) throws(HDF5Error) -> [String]
  ) throws(HDF5Error) -> HDF5Attribute {
    let count = try elementCount()
    if H5Tget_class(type) == H5T_STRING {
      let texts =
        try H5Tis_variable_str(type) > 0
        ? variableStrings(count.number) : fixedStrings(count)
      return try count.isScalar ? .string(first(texts)) : .strings(texts)
    }
    guard let form = NumberForm(type), form != NumberForm.unsigned64 else {
      throw wrongType("holds no string, integer or floating-point number")
    }
    if !form.isFloat {
      let values = try numbers(count, as: Int64.self)
      return try count.isScalar ? .integer(first(values)) : .integers(values)
    }
    guard form.byteCount <= 8 else { throw wrongType("holds \(form), more than 64 bits") }
    if count.isScalar, form.byteCount == 4 {
      return try .float(first(numbers(count, as: Float.self)))
    }
    let values = try numbers(count, as: Double.self)
    return try count.isScalar ? .double(first(values)) : .doubles(values)
  }

  private struct Count {
    let number: Int
    let isScalar: Bool
  }

  private func elementCount() throws(HDF5Error) -> Count {
    try withHandle(H5Aget_space(id), closing: H5Sclose, or: failure()) {
      (space) throws(HDF5Error) -> Count in
      let rank = H5Sget_simple_extent_ndims(space)
      guard rank == 0 || rank == 1 else { throw wrongType("has \(rank) axes, not 0 or 1") }
      let count = H5Sget_simple_extent_npoints(space)
      // An attribute lives in its object's header or heap; millions of values are no attribute.
      let elementBytes = max(UInt64(H5Tget_size(type)), 1)
      guard (0...1 << 24).contains(count), UInt64(count) <= mostBytes / elementBytes else {
        throw wrongType("claims \(count) values, more than the file can hold")
      }
      return Count(number: Int(count), isScalar: rank == 0 && count == 1)
    }
  }

  private func wrongType(_ message: String) -> HDF5Error {
    let known = failure()
    return HDF5Error(.wrongType, file: known.file, object: known.object, message)
  }

  private func first<Value>(_ values: [Value]) throws(HDF5Error) -> Value {
    guard let value = values.first else { throw failure() }
    return value
  }

  private func numbers<Scalar: HDF5Scalar>(
    _ count: Count, as type: Scalar.Type
  ) throws(HDF5Error) -> [Scalar] {
    var values = [Scalar](repeating: .zero, count: count.number)
    if values.isEmpty { return [] }
    let code = unsafe values.withUnsafeMutableBytes { buffer in
      unsafe H5Aread(id, type.elementType.native, buffer.baseAddress)
    }
    guard code >= 0 else { throw failure() }
    return values
  }

  private func fixedStrings(_ count: Count) throws(HDF5Error) -> [String] {
    try withHandle(chdf5_fixed_string(type), closing: H5Tclose, or: failure()) {
      (memory) throws(HDF5Error) -> [String] in
      let width = Int(H5Tget_size(memory))
      guard width > 0, width <= 1 << 20, count.number * width <= 1 << 28 else {
        throw wrongType("claims \(count.number) strings of \(width) bytes")
      }
      var bytes = [UInt8](repeating: 0, count: count.number * width)
      if bytes.isEmpty { return [] }
      let code = unsafe bytes.withUnsafeMutableBytes { unsafe H5Aread(id, memory, $0.baseAddress) }
      guard code >= 0 else { throw failure() }
      return (0..<count.number).map { index in
        let text = bytes[index * width..<(index + 1) * width].prefix { $0 != 0 }
        return String(decoding: text, as: UTF8.self)
      }
    }
  }
}

extension NumberForm {
  /// Its upper half fits no `Int64`.
  static let unsigned64 = NumberForm(isFloat: false, isSigned: false, byteCount: 8)
}
