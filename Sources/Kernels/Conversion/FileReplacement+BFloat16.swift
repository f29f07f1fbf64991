package import Files

extension FileReplacement {
  /// Appends floats rounded to bfloat16, 2 bytes each.
  /// - Throws: as for bytes.
  package mutating func appendBfloat16(_ floats: Span<Float>) throws(FileError) {
    let blockSize = 65_536
    for start in stride(from: 0, to: floats.count, by: blockSize) {
      let block = floats.extracting(start..<min(start + blockSize, floats.count))
      var halves = [UInt16](repeating: 0, count: block.count)
      var span = halves.mutableSpan
      Narrowing.bfloat16(block, into: &span)
      try append(unsafe halves.span.bytes)
    }
  }
}
