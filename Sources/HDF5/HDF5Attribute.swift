internal import CHDF5

/// The value of an attribute: one number, one string, or a list of them.
public enum HDF5Attribute: Equatable, Sendable {
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
  public init(stringLiteral value: String) { self = .string(value) }
  /// A 64-bit integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A 64-bit floating-point number.
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension HDF5Object {
  /// Writes an attribute, over one of the same name.
  ///
  /// Strings are stored as variable-length UTF-8, which h5py reads as `str`.
  /// - Throws: `HDF5Error`; `.badValue` for a string with a zero byte, and for lists above 64 kB.
  public func setAttribute(_ name: String, to value: HDF5Attribute) throws(HDF5Error) {
    try withObject(name, while: .writing) { (id, failure) throws(HDF5Error) in
      if unsafe H5Aexists(id, name) > 0 { unsafe H5Adelete(id, name) }
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
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    try withObject(name, while: .reading) { (object, failure) throws(HDF5Error) -> HDF5Attribute? in
      let found = unsafe H5Aexists(object, name)
      guard found >= 0 else { throw failure() }
      guard found > 0 else { return nil }
      let id = unsafe H5Aopen(object, name, chdf5_default())
      return try withHandle(id, closing: H5Aclose, or: failure()) {
        (id) throws(HDF5Error) -> HDF5Attribute in
        try withHandle(H5Aget_type(id), closing: H5Tclose, or: failure()) {
          (type) throws(HDF5Error) -> HDF5Attribute in
          try AttributeReader(id: id, type: type, failure: failure).value()
        }
      }
    }
  }

  /// Opens the object; `failure` gives the error for a call that just failed on the attribute.
  private func withObject<Result: Sendable>(
    _ name: String, while attempt: Attempt,
    _ body: (hid_t, @escaping () -> HDF5Error) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    let place = path + "@" + name
    return try file.withOpen(path) { (open) throws(HDF5Error) -> Result in
      guard path == "/" || HDF5Group.exists(path, in: open.id) else {
        throw HDF5Error(.missingObject, file: file.path, object: path, "no such object")
      }
      let failure = { file.failure(place, while: attempt) }
      return try withHandle(
        unsafe H5Oopen(open.id, path, chdf5_default()), closing: H5Oclose, or: failure()
      ) { (id) throws(HDF5Error) -> Result in try body(id, failure) }
    }
  }

  private func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ name: String, to object: hid_t, rank: Int, _ failure: () -> HDF5Error
  ) throws(HDF5Error) {
    let type = Scalar.elementType
    // An object's header holds 64 kB; the library's own message for it is hard to read.
    guard values.count * type.byteCount < 64_000 else {
      throw HDF5Error(
        .badValue, file: file.path, object: path + "@" + name,
        "\(values.count) numbers are too many for an attribute")
    }
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
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for value in values {
      starts.append(bytes.count)
      bytes += value.utf8
      bytes.append(0)
    }
    guard bytes.count(where: { $0 == 0 }) == values.count, values.count < 4_000 else {
      throw HDF5Error(
        .badValue, file: file.path, object: path + "@" + name,
        "a string with a zero byte, or 4,000 strings or more, can't be an attribute")
    }
    try withHandle(chdf5_string(H5T_CSET_UTF8), closing: H5Tclose, or: failure()) {
      (type) throws(HDF5Error) in
      try create(name, of: type, count: rank == 0 ? nil : values.count, on: object, failure) {
        (id) throws(HDF5Error) in
        if values.isEmpty { return }
        let code = unsafe bytes.withUnsafeBytes { buffer in
          let pointers = unsafe starts.map { start in unsafe buffer.baseAddress?.advanced(by: start)
          }
          return unsafe pointers.withUnsafeBytes { unsafe H5Awrite(id, type, $0.baseAddress) }
        }
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
