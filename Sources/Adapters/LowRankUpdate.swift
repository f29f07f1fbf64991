internal import Files
internal import Kernels
internal import Tensors

/// What an adapter adds to one matrix: scale · left · rightᵀ.
///
/// A linear layer's `[output, input]` takes B on the left and Aᵀ on the right; one stored as
/// `[input, output]`, and an embedding, take Aᵀ on the left and B on the right.
package struct LowRankUpdate: Sendable {
  /// `[rows, rank]`.
  package let left: [Float]
  /// `[columns, rank]`.
  package let right: [Float]
  package let rank: Int
  package let scale: Float
  /// Whether the update is rounded to the stored type before it is added, as peft does it for
  /// embeddings.
  let isRoundedFirst: Bool

  /// The update of a matrix from A `[rank, input]` and B `[output, rank]`, row-major.
  init(
    a: [Float], b: [Float], rank: Int, scale: Float, isTransposed: Bool, isRoundedFirst: Bool
  ) {
    let turned = Self.transposed(a, rows: rank)
    (left, right) = isTransposed ? (turned, b) : (b, turned)
    (self.rank, self.scale, self.isRoundedFirst) = (rank, scale, isRoundedFirst)
  }

  /// `[rows, columns]` of the matrix that it fits.
  package var shape: [Int] { [left.count / rank, right.count / rank] }

  /// W + scale · left · rightᵀ in single precision, rounded once to the type that W is stored in.
  ///
  /// - Parameters:
  ///   - base: W, of `shape`, in F32, F16 or BF16.
  ///   - name: for messages.
  /// - Returns: a matrix of the same type.
  /// - Throws: `FileError` if memory ends.
  func merged(into base: Tensor, named name: String) throws(FileError) -> Tensor {
    let columns = base.rowSize
    let type = base.elementType
    return try Tensor(shape: base.shape, elementType: type, named: name) { rows, floats in
      var update = FloatBuffer(uninitialized: rows.count * columns)
      var span = update.mutableSpan
      MatrixMultiply.linear(
        left.span.extracting(rows.lowerBound * rank..<rows.upperBound * rank), weight: right.span,
        rows: rows.count, inputSize: rank, outputSize: columns, into: &span)
      do { try base.copyFloats(rows: rows, into: &floats) } catch {
        preconditionFailure("\(error): the type is checked when the adapter is opened")
      }
      for index in floats.indices {
        let change = span[index] * scale
        floats[index] += isRoundedFirst ? Self.rounded(change, to: type) : change
      }
    }
  }

  private static func rounded(_ value: Float, to type: ElementType) -> Float {
    switch type {
    case .float16: return Float(Float16(value))
    case .bfloat16:
      var half = [UInt16(0)]
      var span = half.mutableSpan
      Narrowing.bfloat16([value].span, into: &span)
      return Float(bitPattern: UInt32(half[0]) << 16)
    default: return value
    }
  }

  private static func transposed(_ matrix: [Float], rows: Int) -> [Float] {
    let columns = matrix.count / max(rows, 1)
    var result = [Float](repeating: 0, count: matrix.count)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
    }
    return result
  }
}
