internal import CHDF5

/// The types of number that a dataset of ours holds, all little-endian in the file.
package enum HDF5ElementType: String, Sendable, CaseIterable {
  case float32, float64, uint8, uint32, int32, int64

  /// Bytes of one element.
  package var byteCount: Int {
    switch self {
    case .uint8: 1
    case .float32, .uint32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// The library's name for the type in the file; to be used under the lock.
  var stored: hid_t {
    switch self {
    case .float32: chdf5_float32()
    case .float64: chdf5_float64()
    case .uint8: chdf5_uint8()
    case .uint32: chdf5_uint32()
    case .int32: chdf5_int32()
    case .int64: chdf5_int64()
    }
  }

  /// The library's name for the type in memory; to be used under the lock.
  var native: hid_t {
    switch self {
    case .float32: chdf5_native_float32()
    case .float64: chdf5_native_float64()
    case .uint8: chdf5_native_uint8()
    case .uint32: chdf5_native_uint32()
    case .int32: chdf5_native_int32()
    case .int64: chdf5_native_int64()
    }
  }

  var form: NumberForm {
    switch self {
    case .float32, .float64: NumberForm(isFloat: true, isSigned: true, byteCount: byteCount)
    case .int32, .int64: NumberForm(isFloat: false, isSigned: true, byteCount: byteCount)
    case .uint8, .uint32: NumberForm(isFloat: false, isSigned: false, byteCount: byteCount)
    }
  }
}

/// A number type of a file, ours or not.
struct NumberForm: Equatable, CustomStringConvertible {
  let isFloat: Bool
  let isSigned: Bool
  let byteCount: Int

  /// The form of a stored type; nil if it isn't a plain number.
  init?(_ type: hid_t) {
    let kind = H5Tget_class(type)
    guard kind == H5T_FLOAT || kind == H5T_INTEGER else { return nil }
    isFloat = kind == H5T_FLOAT
    isSigned = isFloat || H5Tget_sign(type) == H5T_SGN_2
    byteCount = Int(H5Tget_size(type))
  }

  init(isFloat: Bool, isSigned: Bool, byteCount: Int) {
    self.isFloat = isFloat
    self.isSigned = isSigned
    self.byteCount = byteCount
  }

  /// Whether every value of this form is a value of `other`.
  func fits(_ other: NumberForm) -> Bool {
    guard isFloat == other.isFloat else { return false }
    if isSigned == other.isSigned { return byteCount <= other.byteCount }
    return other.isSigned && byteCount < other.byteCount
  }

  var description: String {
    "\(isFloat ? "float" : isSigned ? "int" : "uint")\(8 * byteCount)"
  }
}

/// A Swift number that an HDF5 dataset can hold.
///
/// The six types below are all there are; conforming another one cannot work.
package protocol HDF5Scalar: BitwiseCopyable, Sendable, AdditiveArithmetic {
  /// The type in the file.
  static var elementType: HDF5ElementType { get }
}

extension Float: HDF5Scalar {
  /// 32-bit IEEE.
  package static let elementType = HDF5ElementType.float32
}

extension Double: HDF5Scalar {
  /// 64-bit IEEE.
  package static let elementType = HDF5ElementType.float64
}

extension UInt8: HDF5Scalar {
  /// 8-bit unsigned.
  package static let elementType = HDF5ElementType.uint8
}

extension UInt32: HDF5Scalar {
  /// 32-bit unsigned.
  package static let elementType = HDF5ElementType.uint32
}

extension Int32: HDF5Scalar {
  /// 32-bit signed.
  package static let elementType = HDF5ElementType.int32
}

extension Int64: HDF5Scalar {
  /// 64-bit signed.
  package static let elementType = HDF5ElementType.int64
}
