/// Exact conversion of stored weights to Float.
///
/// The bytes need no alignment: tensors in a file start where they start. All three loops run at
/// the speed of memory (half precision through the processor's own conversion).
package enum Widening {
  /// Copies single-precision numbers: `destination.count` of them, 4 bytes each.
  package static func float32(_ bytes: RawSpan, into destination: inout MutableSpan<Float>) {
    requireSize(bytes, elementSize: 4, count: destination.count)
    unsafe destination.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe target.copyMemory(from: source)
      }
    }
  }

  /// Copies floats that are in memory already.
  package static func float32(_ floats: Span<Float>, into destination: inout MutableSpan<Float>) {
    unsafe float32(floats.bytes, into: &destination)
  }

  /// Widens half-precision numbers: `destination.count` of them, 2 bytes each.
  ///
  /// Every value is exact, subnormal ones too; a signalling NaN may become a quiet one.
  package static func float16(_ bytes: RawSpan, into destination: inout MutableSpan<Float>) {
    let count = destination.count
    requireSize(bytes, elementSize: 2, count: count)
    // Without an address there is nothing to widen; asked in the loop, it would not vectorise.
    unsafe destination.withUnsafeMutableBufferPointer { targets in
      unsafe bytes.withUnsafeBytes { sources in
        guard let target = targets.baseAddress, let source = sources.baseAddress else { return }
        for index in 0..<count {
          let half = unsafe source.loadUnaligned(fromByteOffset: 2 &* index, as: Float16.self)
          unsafe target[index] = Float(half)
        }
      }
    }
  }

  /// Widens bfloat16 numbers: `destination.count` of them, 2 bytes each.
  ///
  /// The bits become the upper half of the Float, so that nothing changes, not even a NaN.
  package static func bfloat16(_ bytes: RawSpan, into destination: inout MutableSpan<Float>) {
    let count = destination.count
    requireSize(bytes, elementSize: 2, count: count)
    // Without an address there is nothing to widen; asked in the loop, it would not vectorise.
    unsafe destination.withUnsafeMutableBufferPointer { targets in
      unsafe bytes.withUnsafeBytes { sources in
        guard let target = targets.baseAddress, let source = sources.baseAddress else { return }
        for index in 0..<count {
          let upper = unsafe source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)
          unsafe target[index] = Float(bitPattern: UInt32(upper) << 16)
        }
      }
    }
  }

  private static func requireSize(_ bytes: RawSpan, elementSize: Int, count: Int) {
    precondition(
      bytes.byteCount == elementSize * count,
      "Widening: \(bytes.byteCount) bytes do not hold \(count) elements of \(elementSize) bytes")
  }
}
