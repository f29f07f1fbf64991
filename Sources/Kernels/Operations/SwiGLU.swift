/// The gate of a Llama-style feed-forward layer: silu(gate) · up, silu(x) = x / (1 + e⁻ˣ).
package enum SwiGLU {
  /// Elements of one piece of work.
  static let blockSize = 8192

  /// Overwrites `gate` with silu(gate) · up; both `[rows, width]`.
  package static func forward(
    gate: inout MutableSpan<Float>, up: Span<Float>, rows: Int, width: Int
  ) {
    precondition(
      gate.count == up.count && gate.count == rows * width,
      "SwiGLU: \(gate.count) and \(up.count) elements are not \(rows) × \(width)")
    unsafe gate.withUnsafeMutableBufferPointer { gate in
      unsafe up.withUnsafeBufferPointer { up in
        guard let g = gate.baseAddress, let u = up.baseAddress else { return }
        unsafe forward(g, u, count: gate.count, into: g)
      }
    }
  }

  /// output = silu(gate) · up, with the gate kept for the backward pass; all `[rows, width]`.
  package static func forward(
    gate: Span<Float>, up: Span<Float>, into output: inout MutableSpan<Float>
  ) {
    precondition(
      gate.count == up.count && gate.count == output.count,
      "SwiGLU: \(gate.count), \(up.count) and \(output.count) elements")
    unsafe gate.withUnsafeBufferPointer { gate in
      unsafe up.withUnsafeBufferPointer { up in
        unsafe output.withUnsafeMutableBufferPointer { output in
          guard let g = gate.baseAddress, let u = up.baseAddress, let o = output.baseAddress else {
            return
          }
          unsafe forward(g, u, count: gate.count, into: o)
        }
      }
    }
  }

  /// The output may be the gate.
  @unsafe private static func forward(
    _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, count: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (gate, up, output) = unsafe (gate, up, output)
    Parallel.forEach((count + blockSize - 1) / blockSize) { block in
      let end = min(count, (block + 1) * blockSize)
      let whole = block * blockSize + (end - block * blockSize) / 8 * 8
      for index in stride(from: block * blockSize, to: whole, by: 8) {
        let x = unsafe Lanes.floats(gate + index)
        let y = unsafe x / (1 + Lanes.exp(-x)) * Lanes.floats(up + index)
        unsafe Lanes.store(y, to: output + index)
      }
      for index in whole..<end {
        let x = unsafe gate[index]
        let e = Lanes.exp(SIMD8(repeating: -x))[0]
        unsafe output[index] = x / (1 + e) * up[index]
      }
    }
  }
}
