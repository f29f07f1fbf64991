extension MappedFile {
  /// The 8 bytes from `byteOffset` as an unsigned little-endian integer.
  package func littleEndianUInt64(at byteOffset: Int) -> UInt64 {
    precondition(
      byteOffset >= 0 && byteOffset <= byteCount - 8,
      "MappedFile: 8 bytes at \(byteOffset) do not lie in \(byteCount) bytes")
    return unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: byteOffset, as: UInt64.self))
  }

  /// The byte at `byteOffset`.
  package func byte(at byteOffset: Int) -> UInt8 {
    precondition(
      byteOffset >= 0 && byteOffset < byteCount,
      "MappedFile: byte \(byteOffset) does not lie in \(byteCount) bytes")
    return unsafe bytes.unsafeLoad(fromByteOffset: byteOffset, as: UInt8.self)
  }
}
