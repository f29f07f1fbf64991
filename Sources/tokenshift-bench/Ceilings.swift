import Kernels
import Transformer

extension Ceilings {
  func multiplication(_ type: ComputeType) -> Double {
    type == .float32 ? multiplication : bfloat16Multiplication ?? multiplication
  }
}

/// What the machine can do at this moment, by the same means as the cases.
struct Ceilings: Encodable {
  /// Operations per second of the fastest large square product, all threads.
  let multiplication: Double
  /// The same in bfloat16, where the processor has an instruction for it, else nil.
  let bfloat16Multiplication: Double?
  /// Bytes per second read from memory, all threads.
  let memory: Double
  /// Bytes per second read from memory by one thread.
  let memoryOfOneThread: Double

  /// Shares of it are not finite.
  static let unknown = Ceilings(
    multiplication: .nan, bfloat16Multiplication: nil, memory: .nan, memoryOfOneThread: .nan)

  /// Best over sizes and repeats: a ceiling is not a typical value.
  static func measured(repeats: Int) -> Ceilings {
    let rates = [2_048, 3_072].map { size in
      let a = Matrix(count: size * size, seed: 1)
      let b = Matrix(count: size * size, seed: 2)
      let c = Matrix(zeros: size * size)
      let seconds = fastest(repeats) { repetition in
        a.vary(repetition)
        ProductCases.multiply(
          a.buffer, b.buffer, rows: size, inputSize: size, columns: 0..<size, into: &c.buffer)
        return c.sample(repetition)
      }
      return 2 * Double(size * size * size) / seconds
    }
    // 512 MiB: far larger than caches.
    let large = Matrix(count: 1 << 27, seed: 3)
    let bytes = 4 * Double(large.count)
    let all = fastest(repeats) { sum(large, pieces: 256, isParallel: true, varying: $0) }
    let one = fastest(repeats) { sum(large, pieces: 256, isParallel: false, varying: $0) }
    return Ceilings(
      multiplication: rates.max() ?? .nan,
      bfloat16Multiplication: MatrixMultiply.hasBFloat16Products
        ? bfloat16Rate(repeats: repeats) : nil,
      memory: bytes / all, memoryOfOneThread: bytes / one)
  }

  private static func bfloat16Rate(repeats: Int) -> Double {
    let size = 3_072
    let a = Matrix(count: size * size, seed: 1)
    let b = BFloat16Matrix(count: size * size, seed: 2)
    let c = Matrix(zeros: size * size)
    let seconds = fastest(repeats) { repetition in
      a.vary(repetition)
      ProductCases.multiply(
        a.buffer, b, rows: size, inputSize: size, columns: 0..<size, into: &c.buffer)
      return c.sample(repetition)
    }
    return 2 * Double(size * size * size) / seconds
  }

  private static func fastest(_ repeats: Int, _ body: (Int) -> Double) -> Double {
    var best = Double.infinity
    var checksum = 0.0
    for repetition in 0...repeats {
      let duration = ContinuousClock().measure { checksum += body(repetition) }
      if repetition > 0 { best = min(best, duration / .seconds(1)) }
    }
    return checksum.isNaN ? .nan : best
  }

  /// The sum of all bits as integers: unlike a sum of floats it vectorises in the order written.
  private static func sum(
    _ matrix: Matrix, pieces: Int, isParallel: Bool, varying repetition: Int
  ) -> Double {
    matrix.vary(repetition)
    return sum(matrix.buffer, pieces: pieces, isParallel: isParallel)
  }

  private static func sum(
    _ buffer: borrowing FloatBuffer, pieces: Int, isParallel: Bool
  ) -> Double {
    let elements = buffer.span
    let size = elements.count / pieces
    let sums =
      isParallel
      ? Parallel.map(pieces) { piece in sum(elements.extracting(piece * size..<(piece + 1) * size))
      }
      : (0..<pieces).map { piece in sum(elements.extracting(piece * size..<(piece + 1) * size)) }
    return Double(sums.reduce(0, &+))
  }

  private static func sum(_ elements: Span<Float>) -> UInt32 {
    var sum: UInt32 = 0
    for index in elements.indices { sum &+= elements[index].bitPattern }
    return sum
  }
}
