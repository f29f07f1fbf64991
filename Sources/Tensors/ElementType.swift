/// How one element of a tensor is stored.
///
/// Raw values are the names that safetensors uses.
package enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case float32 = "F32"
  /// IEEE 754 half precision.
  case float16 = "F16"
  /// The upper half of a single: 8 bits of exponent, 7 of mantissa.
  case bfloat16 = "BF16"
  /// IEEE 754 double precision.
  case float64 = "F64"
  /// Signed integers.
  case int8 = "I8"
  /// Signed integers.
  case int16 = "I16"
  /// Signed integers.
  case int32 = "I32"
  /// Signed integers.
  case int64 = "I64"
  /// Unsigned integers.
  case uint8 = "U8"
  /// Unsigned integers.
  case uint16 = "U16"
  /// Unsigned integers.
  case uint32 = "U32"
  /// Unsigned integers.
  case uint64 = "U64"
  /// One byte per truth value.
  case bool = "BOOL"
  /// 8-bit float, 5 bits of exponent.
  case float8e5m2 = "F8_E5M2"
  /// 8-bit float, 4 bits of exponent.
  case float8e4m3 = "F8_E4M3"

  /// Bytes per element.
  package var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e5m2, .float8e4m3: 1
    }
  }

  /// Whether `Tensor.copyFloats` can widen it: the types that checkpoints keep weights in.
  package var isWidenable: Bool {
    switch self {
    case .float32, .float16, .bfloat16: true
    default: false
    }
  }
}
