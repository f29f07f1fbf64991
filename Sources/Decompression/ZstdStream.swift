import CZstd

/// The bridge to libzstd.
@safe final class ZstdStream: CompressedStream {
  let skipsZeros = false
  private let state = unsafe ZSTD_createDStream()

  deinit { unsafe ZSTD_freeDStream(state) }

  func unpack(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], atMost limit: Int
  ) -> UnpackingStep {
    guard let state = unsafe state else { return UnpackingStep(consumed: 0, fault: "no memory") }
    var code = 0
    var consumed = 0
    let room = limit - output.count
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, produced in
      unsafe input.withUnsafeBufferPointer { source in
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var to = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: room, pos: 0)
        code = unsafe ZSTD_decompressStream(state, &to, &from)
        (consumed, produced) = unsafe (from.pos, to.pos)
      }
    }
    output += piece
    var step = UnpackingStep(consumed: consumed)
    if ZSTD_isError(code) != 0 {
      step.fault = unsafe String(cString: ZSTD_getErrorName(code))
    } else {
      step.hasEnded = code == 0
    }
    return step
  }
}
