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
      for index in stride(from: 0, to: whole, by: 8) {
        var x = SIMD8<Float>()
        var u = SIMD8<Float>()
        for lane in 0..<8 {
          x[lane] = elements[index + lane]
          u[lane] = up[start + index + lane]
        }
        let y = x / (1 + Lanes.exp(-x)) * u
        for lane in 0..<8 { elements[index + lane] = y[lane] }
      }
      for index in whole..<count {
        let x = elements[index]
        let e = Lanes.exp(SIMD8(repeating: -x))[0]
        elements[index] = x / (1 + e) * up[start + index]
      }
    }
  }
}
