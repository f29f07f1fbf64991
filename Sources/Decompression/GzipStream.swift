import CZlib

/// The bridge to zlib.
@safe final class GzipStream: CompressedStream {
  let skipsZeros = true
  /// zlib keeps the address of its state, so the state must not move.
  private let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let isReady: Bool

  init() {
    unsafe state.initialize(to: z_stream())
    isReady = unsafe zlib_begin_gzip(state) == Z_OK
  }

  deinit {
    if isReady { unsafe inflateEnd(state) }
    unsafe state.deallocate()
  }

  func unpack(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], atMost limit: Int
  ) -> UnpackingStep {
    guard isReady else { return UnpackingStep(consumed: 0, fault: "no memory") }
    let count = min(input.count, 1 << 30)
    var code = Z_OK
    let room = limit - output.count
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, produced in
      code = unsafe input.withUnsafeBufferPointer { source in
        // zlib only reads there.
        unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe state.pointee.avail_in = UInt32(count)
        unsafe state.pointee.next_out = buffer.baseAddress
        unsafe state.pointee.avail_out = UInt32(room)
        return unsafe inflate(state, Z_NO_FLUSH)
      }
      produced = room - Int(unsafe state.pointee.avail_out)
    }
    output += piece
    var step = UnpackingStep(consumed: count - Int(unsafe state.pointee.avail_in))
    switch code {
    case Z_STREAM_END:
      step.hasEnded = true
      unsafe inflateReset(state)
    case Z_OK, Z_BUF_ERROR: break
    default:
      step.fault = unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib \(code)"
    }
    return step
  }
}
