/// The Gaussian error linear unit in its tanh form,
/// gelu(x) = x/2 · (1 + tanh(u)) with u = √(2/π) (x + 0.044715 x³) (Hendrycks and Gimpel, 2016).
///
/// Computed as x / (1 + e⁻²ᵘ), which is the same number.
package enum GELU {
  /// Overwrites every element of `values` with its gelu.
  package static func forward(_ values: inout MutableSpan<Float>) {
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let x = values.baseAddress else { return }
      unsafe forward(x, count: values.count) { _, gelu in gelu }
    }
  }

  /// Overwrites `gate` with gelu(gate) · up; both `[rows, width]`.
  package static func forward(gate: inout MutableSpan<Float>, up: Span<Float>) {
    precondition(gate.count == up.count, "GELU: \(gate.count) and \(up.count) elements")
    unsafe gate.withUnsafeMutableBufferPointer { gate in
      unsafe up.withUnsafeBufferPointer { up in
        guard let g = gate.baseAddress, let u = up.baseAddress else { return }
        nonisolated(unsafe) let factors = unsafe u
        let whole = gate.count / 8 * 8
        unsafe forward(g, count: gate.count) { index, gelu in
          if index < whole { return unsafe gelu * Lanes.floats(factors + index) }
          return unsafe gelu * factors[index]
        }
      }
    }
  }

  /// The single factor after the last whole eight is in every lane.
  @inline(__always) @unsafe private static func forward(
    _ values: UnsafeMutablePointer<Float>, count: Int,
    _ finish: @Sendable (_ index: Int, _ gelu: Lanes.Floats) -> Lanes.Floats
  ) {
    nonisolated(unsafe) let values = unsafe values
    let whole = count / 8 * 8
    let blockSize = SwiGLU.blockSize
    Parallel.forEach((whole + blockSize - 1) / blockSize) { block in
      for index in stride(from: block * blockSize, to: min(whole, (block + 1) * blockSize), by: 8) {
        unsafe Lanes.store(finish(index, of(Lanes.floats(values + index))), to: values + index)
      }
    }
    for index in whole..<count {
      unsafe values[index] = finish(index, of(Lanes.Floats(repeating: values[index])))[0]
    }
  }

  /// −2u = x (a + b x²), a = −2 √(2/π), b = 0.044715 a.
  @inline(__always) private static func of(_ x: Lanes.Floats) -> Lanes.Floats {
    x / (1 + Lanes.exp(x * (x * x * -0.071_354_82 - 1.595_769_1)))
  }
}
