internal import CHDF5

/// Reads one open attribute; lives inside the library's lock.
struct AttributeReader {
  let id: hid_t
  let type: hid_t
  let failure: () -> HDF5Error

  func value() throws(HDF5Error) -> HDF5Attribute {
    let count = try elementCount()
    if H5Tget_class(type) == H5T_STRING {
      let texts = try H5Tis_variable_str(type) > 0 ? variableStrings(count) : fixedStrings(count)
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
      guard (0...1 << 24).contains(count) else { throw wrongType("claims \(count) values") }
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

  private func variableStrings(_ count: Count) throws(HDF5Error) -> [String] {
    if count.number == 0 { return [] }
    return try withHandle(chdf5_string(H5Tget_cset(type)), closing: H5Tclose, or: failure()) {
      (memory) throws(HDF5Error) -> [String] in
      var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count.number)
      let code = unsafe pointers.withUnsafeMutableBytes { buffer in
        unsafe H5Aread(id, memory, buffer.baseAddress)
      }
      defer {
        for index in unsafe pointers.indices { unsafe H5free_memory(pointers[index]) }
      }
      guard code >= 0 else { throw failure() }
      return unsafe pointers.map { pointer in
        if let pointer = unsafe pointer { unsafe String(cString: pointer) } else { "" }
      }
    }
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
