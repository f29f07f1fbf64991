/// The norm of all gradients together, and clipping to it.
package enum GradientNorm {
  private static let blockSize = 16_384

  /// √Σ g²; NaN or infinite if any gradient is.
  package static func euclidean(_ gradients: Span<Float>) -> Double {
    innerProduct(gradients, gradients).squareRoot()
  }

  /// Σ a b, added up in Double over fixed blocks in their order; NaN or infinite if any factor is.
  package static func innerProduct(_ a: Span<Float>, _ b: Span<Float>) -> Double {
    precondition(a.count == b.count, "\(a.count) gradients and \(b.count)")
    let sums = Parallel.map((a.count + blockSize - 1) / blockSize) { block in
      var sum = Lanes.Doubles.zero
      let start = block * blockSize
      let count = min(blockSize, a.count - start)
      unsafe a.withUnsafeBufferPointer { a in
        unsafe b.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          let whole = count / 8 * 8
          for index in stride(from: start, to: start + whole, by: 8) {
            unsafe sum += Lanes.load(a + index) * Lanes.load(b + index)
          }
          for index in start + whole..<start + count {
            unsafe sum[0] += Double(a[index]) * Double(b[index])
          }
        }
      }
      return sum.sum()
    }
    return sums.reduce(0, +)
  }

  /// The factor that brings gradients of this norm to at most `largest`, as PyTorch has it:
  /// min(1, largest / (norm + 10⁻⁶)).
  package static func clippingFactor(norm: Double, largest: Double) -> Double {
    min(1, largest / (norm + 1e-6))
  }

  /// Multiplies every gradient by `factor`.
  package static func scale(_ gradients: inout MutableSpan<Float>, by factor: Float) {
    RowBlocks.forEach(of: &gradients, rows: gradients.count, width: 1, blockRows: blockSize) {
      _, elements in
      for index in elements.indices { elements[index] *= factor }
    }
  }
}
