extension SwiGLU {
  /// Backward pass of y = silu(gate) · up, in place.
  ///
  /// With σ = 1 / (1 + e^−gate): dGate = dy · up · σ (1 + gate (1 − σ)), dUp = dy · gate · σ. The
  /// output itself is what the following layer's weight gradient needs, so it is made again here,
  /// where the exponential is at hand.
  ///
  /// - Parameters:
  ///   - gate: `[rows, width]`: gate before, dGate after.
  ///   - up: `[rows, width]`: up before, dUp after.
  ///   - dOutput: `[rows, width]`: dy before, y after.
  package static func backward(
    gate: inout MutableSpan<Float>, up: inout MutableSpan<Float>,
    dOutput: inout MutableSpan<Float>
  ) {
    let count = gate.count
    precondition(
      up.count == count && dOutput.count == count,
      "SwiGLU backward: \(count), \(up.count) and \(dOutput.count) elements")
    unsafe gate.withUnsafeMutableBufferPointer { gate in
      unsafe up.withUnsafeMutableBufferPointer { up in
        unsafe dOutput.withUnsafeMutableBufferPointer { dOutput in
          nonisolated(unsafe) let (g, u) = (gate.baseAddress, up.baseAddress)
          nonisolated(unsafe) let d = dOutput.baseAddress
          Parallel.forEach((count + blockSize - 1) / blockSize) { block in
            guard let g = unsafe g, let u = unsafe u, let d = unsafe d else { return }
            let start = block * blockSize
            unsafe backward(g + start, u + start, d + start, min(blockSize, count - start))
          }
        }
      }
    }
  }

  @unsafe private static func backward(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>,
    _ dOutput: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    let whole = count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      let (g, u) = unsafe (Lanes.floats(gate + index), Lanes.floats(up + index))
      let result = gradients(gate: g, up: u, dOutput: unsafe Lanes.floats(dOutput + index))
      unsafe Lanes.store(result.dGate, to: gate + index)
      unsafe Lanes.store(result.dUp, to: up + index)
      unsafe Lanes.store(result.output, to: dOutput + index)
    }
    for index in whole..<count {
      let result = unsafe gradients(
        gate: Lanes.Floats(repeating: gate[index]), up: Lanes.Floats(repeating: up[index]),
        dOutput: Lanes.Floats(repeating: dOutput[index]))
      unsafe gate[index] = result.dGate[0]
      unsafe up[index] = result.dUp[0]
      unsafe dOutput[index] = result.output[0]
    }
  }

  @inline(__always) private static func gradients(
    gate: Lanes.Floats, up: Lanes.Floats, dOutput: Lanes.Floats
  ) -> (dGate: Lanes.Floats, dUp: Lanes.Floats, output: Lanes.Floats) {
    let denominator = 1 + Lanes.exp(-gate)
    let sigmoid = 1 / denominator
    // The same bits as the forward pass has.
    let silu = gate / denominator
    let slope = sigmoid * (1 + gate * (1 - sigmoid))
    return (dOutput * up * slope, dOutput * silu, silu * up)
  }
}
