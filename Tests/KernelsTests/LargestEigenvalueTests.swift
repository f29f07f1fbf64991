import Kernels
import TestSupport
import Testing

struct LargestEigenvalueTests {
  /// All eigenvalues of a symmetric matrix by Jacobi's rotations.
  static func eigenvalues(_ matrix: [[Double]]) -> [Double] {
    var a = matrix
    let count = a.count
    for _ in 0..<30 {
      for p in 0..<count {
        for q in (p + 1)..<max(count, p + 1) where abs(a[p][q]) > 1e-300 {
          let ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (ratio < 0 ? -1.0 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          let s = t * c
          for k in 0..<count {
            let (x, y) = (a[k][p], a[k][q])
            (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<count {
            let (x, y) = (a[p][k], a[q][k])
            (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
          }
        }
      }
    }
    return (0..<count).map { a[$0][$0] }.sorted()
  }

  @Test(arguments: UInt64(1)...20)
  func `it is the largest of all eigenvalues`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let size = 1 + Int(generator.next() % 24)
    let rank = 1 + Int(generator.next() % 24)
    let factor = (0..<rank).map { _ in (0..<size).map { _ in generator.normal() } }
    let matrix = (0..<size).map { row in
      (0..<size).map { column in factor.reduce(0) { $0 + $1[row] * $1[column] } }
    }
    let largest = Self.eigenvalues(matrix).last ?? 0
    let start = (0..<size).map { _ in generator.normal() }
    let found = LargestEigenvalue(start: start, tolerance: 1e-6, mostSteps: 100) { vector in
      matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    // In exact arithmetic |value − an eigenvalue| ≤ 1e-6 · value; both ways round at 1e-13.
    expectClose(found.value, largest, relative: 1e-6, "seed \(seed)")
    #expect(found.value <= largest * (1 + 1e-12), "seed \(seed)")
    #expect(found.residual <= 1e-6 && found.steps <= size, "seed \(seed)")
  }

  @Test func `too few steps leave a residual, and a value below`() {
    // Eigenvalues so close that two products can't tell them apart.
    let values = (0..<200).map { 1 + Double($0) / 200 }
    let start = values.map { _ in 1.0 }
    let found = LargestEigenvalue(start: start, tolerance: 1e-6, mostSteps: 2) { vector in
      zip(values, vector).map { $0 * $1 }
    }
    #expect(found.steps == 2 && found.residual > 1e-2)
    #expect(found.value < 1.9 && found.value > 1.5)
    let more = LargestEigenvalue(start: start, tolerance: 1e-6, mostSteps: 200) { vector in
      zip(values, vector).map { $0 * $1 }
    }
    expectClose(more.value, 1.995, relative: 1e-6)
  }
}
