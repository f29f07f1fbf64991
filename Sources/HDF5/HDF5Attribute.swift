internal import CHDF5

/// The value of an attribute: one number, one string, or a list of them.
package enum HDF5Attribute: Equatable, Sendable {
  case string(String)
  case integer(Int64)
  /// 32-bit, as `_FillValue` has to be for a column of `Float`.
  case float(Float)
  case double(Double)
  case strings([String])
  case integers([Int64])
  case doubles([Double])
}

extension HDF5Attribute: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral
{
  /// A string.
  package init(stringLiteral value: String) { self = .string(value) }
  /// A 64-bit integer.
  package init(integerLiteral value: Int64) { self = .integer(value) }
  /// A 64-bit floating-point number.
  package init(floatLiteral value: Double) { self = .double(value) }
}

extension HDF5Object {
  /// Writes an attribute, over one of the same name.
  ///
  /// Strings are stored with a fixed length, as UTF-8 with zeros after it: those of variable length
  /// lie in a global heap, which has no checksum. h5py reads them as `bytes`. Values of more than
  /// 2,048 bytes, which the format would keep without a checksum too, and strings with a zero byte,
  /// become a dataset: of a group the member `@name`, of a dataset `/path@name` beside it. A string
  /// is its bytes there, a list of strings `bytes` and `offsets` (`HDF5ByteLists`).
  /// - Throws: `HDF5Error`.
  package func setAttribute(_ name: String, to value: HDF5Attribute) throws(HDF5Error) {
    try removeAttribute(name)
    if !value.fitsAttribute {
      try writeBeside(name, value)
      return
    }
    try withObject(name, while: .writing) { (_, id, failure) throws(HDF5Error) in
      switch value {
      case .string(let text): try write([text], name, to: id, rank: 0, failure)
      case .strings(let texts): try write(texts, name, to: id, rank: 1, failure)
      case .integer(let number): try write([number], name, to: id, rank: 0, failure)
      case .integers(let numbers): try write(numbers, name, to: id, rank: 1, failure)
      case .float(let number): try write([number], name, to: id, rank: 0, failure)
      case .double(let number): try write([number], name, to: id, rank: 0, failure)
      case .doubles(let numbers): try write(numbers, name, to: id, rank: 1, failure)
      }
    }
  }

  /// Reads an attribute; nil if there is none of that name.
  ///
  /// - Throws: `HDF5Error`; `.wrongType` if it is no string, integer or floating-point number.
  package func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    let found = try withObject(name, while: .reading) {
      (open, object, failure) throws(HDF5Error) -> HDF5Attribute? in
      let found = unsafe H5Aexists(object, name)
      guard found >= 0 else { throw failure() }
      guard found > 0 else { return nil }
      let id = unsafe H5Aopen(object, name, chdf5_default())
      return try withHandle(id, closing: H5Aclose, or: failure()) {
        (id) throws(HDF5Error) -> HDF5Attribute in
        try withHandle(H5Aget_type(id), closing: H5Tclose, or: failure()) {
          (type) throws(HDF5Error) -> HDF5Attribute in
          let raw = try RawFile(open.id, path: file.path, object: path + "@" + name)
          let reader = AttributeReader(
            id: id, type: type, mostBytes: open.isWriting ? .max : raw.size, failure: failure)
          return try reader.value { (count) throws(HDF5Error) in
            let references = try file.header(of: path, in: open.id, raw)
              .attribute(name, byteCount: count * (8 + raw.addressBytes))
            return try open.heap.strings(references, count: count)
          }
        }
      }
    }
    return if let found { found } else { try readBeside(name) }
  }

  /// Opens the object; `failure` gives the error for a call that just failed on the attribute.
  func withObject<Result: Sendable>(
    _ name: String, while attempt: Attempt,
    _ body: (inout OpenFile, hid_t, @escaping () -> HDF5Error) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    let place = path + "@" + name
    return try file.withOpen(path) { (open) throws(HDF5Error) -> Result in
      guard path == "/" || HDF5Group.exists(path, in: open.id) else {
        throw HDF5Error(.missingObject, file: file.path, object: path, "no such object")
      }
      try file.check(path, in: &open)
      let failure = { file.failure(place, while: attempt) }
      return try withHandle(
        unsafe H5Oopen(open.id, path, chdf5_default()), closing: H5Oclose, or: failure()
      ) { (id) throws(HDF5Error) -> Result in try body(&open, id, failure) }
    }
  }

  private func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ name: String, to object: hid_t, rank: Int, _ failure: () -> HDF5Error
  ) throws(HDF5Error) {
    let type = Scalar.elementType
    try create(name, of: type.stored, count: rank == 0 ? nil : values.count, on: object, failure) {
      (id) throws(HDF5Error) in
      if values.isEmpty { return }
      let code = unsafe values.withUnsafeBytes { bytes in
        unsafe H5Awrite(id, type.native, bytes.baseAddress)
      }
      guard code >= 0 else { throw failure() }
    }
  }

  private func write(
    _ values: [String], _ name: String, to object: hid_t, rank: Int, _ failure: () -> HDF5Error
  ) throws(HDF5Error) {
    // The format has no strings of no bytes.
    let width = max(values.map(\.utf8.count).max() ?? 0, 1)
    let bytes = values.flatMap { value in
      Array(value.utf8) + Array(repeating: 0, count: width - value.utf8.count)
    }
    try withHandle(chdf5_string(width), closing: H5Tclose, or: failure()) {
      (type) throws(HDF5Error) in
      try create(name, of: type, count: rank == 0 ? nil : values.count, on: object, failure) {
        (id) throws(HDF5Error) in
        if values.isEmpty { return }
        let code = unsafe bytes.withUnsafeBytes { unsafe H5Awrite(id, type, $0.baseAddress) }
        guard code >= 0 else { throw failure() }
      }
    }
  }

  private func create(
    _ name: String, of type: hid_t, count: Int?, on object: hid_t, _ failure: () -> HDF5Error,
    _ body: (hid_t) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    let space =
      if let count { unsafe H5Screate_simple(1, [hsize_t(count)], nil) } else {
        H5Screate(H5S_SCALAR)
      }
    try withHandle(space, closing: H5Sclose, or: failure()) { (space) throws(HDF5Error) in
      let id = unsafe H5Acreate2(object, name, type, space, chdf5_default(), chdf5_default())
      try withHandle(id, closing: H5Aclose, or: failure(), body)
    }
  }
}
