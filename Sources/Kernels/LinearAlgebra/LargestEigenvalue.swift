/// The largest eigenvalue of a symmetric matrix that is only known by its products with vectors.
///
/// Power iteration that keeps its steps (Lanczos, 1950): of all vectors v, Av, A²v … the one is taken
/// that A stretches most, which needs some 20 products where the last vector alone needs hundreds. Steps
/// are made orthogonal to all earlier ones, twice, so that rounding doesn't repeat an eigenvalue.
package struct LargestEigenvalue: Sendable, Equatable {
  /// What was found; never above the largest eigenvalue but for rounding.
  package let value: Double
  /// ‖A u − value · u‖ / value: that near to it, relatively, is an eigenvalue.
  package let residual: Double
  /// Products that were made.
  package let steps: Int

  /// Iterates until the residual is at most `tolerance`, or `mostSteps` products are made.
  ///
  /// - Parameters:
  ///   - start: a vector that isn't 0 and isn't orthogonal to the eigenvector, as a random one; its
  ///     count is the matrix's size.
  ///   - tolerance: of the residual.
  ///   - mostSteps: at least 1.
  ///   - multiply: A times a vector; A has no negative eigenvalue.
  package init(
    start: [Double], tolerance: Double, mostSteps: Int, multiply: ([Double]) -> [Double]
  ) {
    precondition(!start.isEmpty && mostSteps > 0, "LargestEigenvalue: nothing to iterate")
    var steps = [Self.scaled(start, by: 1 / Self.norm(start))]
    var (diagonal, beside) = ([Double](), [Double]())
    while true {
      var next = multiply(steps[steps.count - 1])
      diagonal.append(Self.product(steps[steps.count - 1], next))
      for _ in 0..<2 {
        for step in steps { Self.subtract(Self.product(step, next), times: step, from: &next) }
      }
      let size = Self.norm(next)
      let (value, last) = Self.largest(diagonal, beside)
      let residual = value > 0 ? size * last / value : 0
      // A step that is all rounding has no direction: the space is exhausted.
      let isExhausted = steps.count == start.count || size <= 1e-14 * value
      if residual <= tolerance || isExhausted || steps.count == mostSteps {
        (self.value, self.residual) = (value, isExhausted ? min(residual, tolerance) : residual)
        self.steps = steps.count
        return
      }
      beside.append(size)
      steps.append(Self.scaled(next, by: 1 / size))
    }
  }

  /// The largest eigenvalue of a symmetric tridiagonal matrix, and the size of the last component of its
  /// eigenvector of length 1.
  static func largest(_ diagonal: [Double], _ beside: [Double]) -> (value: Double, last: Double) {
    let count = diagonal.count
    // Gershgorin's bounds, halved until no number lies between.
    var (low, high) = (diagonal.max() ?? 0, -Double.infinity)
    for row in 0..<count {
      let radius = (row > 0 ? abs(beside[row - 1]) : 0) + (row < count - 1 ? abs(beside[row]) : 0)
      high = max(high, diagonal[row] + radius)
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if isAbove(middle, diagonal, beside) { high = middle } else { low = middle }
    }
    // From the last component up, the way in which they grow.
    var (component, below) = (1.0, 0.0)
    var squares = 1.0
    for row in stride(from: count - 1, to: 0, by: -1) where beside[row - 1] != 0 {
      let coupling = row < count - 1 ? beside[row] * below : 0
      (component, below) = (
        ((high - diagonal[row]) * component - coupling) / beside[row - 1], component
      )
      squares += component * component
    }
    return (high, 1 / squares.squareRoot())
  }

  /// Whether a number lies above all eigenvalues: all pivots of T − x are negative (Sturm).
  private static func isAbove(_ x: Double, _ diagonal: [Double], _ beside: [Double]) -> Bool {
    var pivot = diagonal[0] - x
    for row in 1..<max(diagonal.count, 1) {
      guard pivot < 0 else { return false }
      pivot = diagonal[row] - x - beside[row - 1] * beside[row - 1] / pivot
    }
    return pivot < 0
  }

  // MARK: Vectors

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
        var sums = Lanes.Doubles.zero
        let whole = a.count / 8 * 8
        for index in stride(from: 0, to: whole, by: 8) {
          sums += unsafe lanes(first + index) * lanes(second + index)
        }
        var sum = sums.sum()
        for index in whole..<a.count { sum += unsafe first[index] * second[index] }
        return sum
      }
    }
  }

  @inline(__always) @unsafe
  private static func lanes(_ pointer: UnsafePointer<Double>) -> Lanes.Doubles {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.Doubles.self)
  }

  private static func norm(_ a: [Double]) -> Double { product(a, a).squareRoot() }

  private static func scaled(_ a: [Double], by factor: Double) -> [Double] {
    a.map { $0 * factor }
  }

  private static func subtract(_ factor: Double, times a: [Double], from b: inout [Double]) {
    let count = b.count
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeMutableBufferPointer { b in
        for index in 0..<count { unsafe b[index] -= factor * a[index] }
      }
    }
  }
}
