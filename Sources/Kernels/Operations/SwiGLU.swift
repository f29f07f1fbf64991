/// The gate of a Llama-style feed-forward layer: silu(gate) · up, silu(x) = x / (1 + e⁻ˣ).
public enum SwiGLU {
  /// Overwrites `gate` with silu(gate) · up; both `[rows, width]`.
  public static func forward(
    gate: inout MutableSpan<Float>, up: Span<Float>, rows: Int, width: Int
  ) {
    precondition(
      gate.count == up.count && gate.count == rows * width,
      "SwiGLU: \(gate.count) and \(up.count) elements are not \(rows) × \(width)")
    RowBlocks.forEach(of: &gate, rows: rows, width: width, blockRows: 64) { block, elements in
      let start = block.lowerBound * width
      let count = elements.count
      let whole = count / 8 * 8
      unsafe elements.withUnsafeMutableBufferPointer { elements in
        unsafe up.withUnsafeBufferPointer { up in
          guard let gate = elements.baseAddress, let up = up.baseAddress else { return }
          for index in stride(from: 0, to: whole, by: 8) {
            let x = unsafe Lanes.floats(gate + index)
            let u = unsafe Lanes.floats(up + start + index)
            unsafe Lanes.store(x / (1 + Lanes.exp(-x)) * u, to: gate + index)
          }
        }
      }
      for index in whole..<count {
        let x = elements[index]
        let e = Lanes.exp(SIMD8(repeating: -x))[0]
        elements[index] = x / (1 + e) * up[start + index]
      }
    }
  }
}
