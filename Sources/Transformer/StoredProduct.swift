internal import Kernels
internal import Tensors

/// In which precision a model multiplies.
package enum ComputeType: String, Sendable, CaseIterable, Codable {
  /// Weights widened exactly, products and sums in single precision.
  case float32 = "F32"
  /// Weights stored in bfloat16 multiplied as stored, by inputs rounded to bfloat16; sums, the
  /// residual stream, norms and attention in single precision. Weights stored otherwise as `float32`.
  case bfloat16 = "BF16"

  /// Whether this processor has an instruction for it.
  package var isNative: Bool { self == .float32 || MatrixMultiply.hasBFloat16Products }
}

extension Tensor {
  /// output = input · weightᵀ with some rows of this tensor as the weight.
  ///
  /// - Parameters:
  ///   - input: `[count, rowSize]`.
  ///   - count: Rows of input and output.
  ///   - rows: The rows of this tensor.
  ///   - compute: The precision.
  ///   - scratch: Memory kept between calls.
  ///   - mode: What happens to the output's previous contents.
  ///   - output: `[count, rows.count]`.
  func multiply(
    _ input: Span<Float>, count: Int, rows: Range<Int>, compute: ComputeType,
    scratch: inout ProductScratch, _ mode: MatrixMultiply.Output = .overwrite,
    into output: inout MutableSpan<Float>
  ) {
    let isDone = withStoredFloats(rows: rows) { weight in
      MatrixMultiply.linear(
        input, weight: weight, rows: count, inputSize: rowSize, outputSize: rows.count, mode,
        into: &output)
    }
    if isDone { return }
    withMappedBytes(rows: rows) { weight in
      if elementType == .bfloat16, compute == .bfloat16 {
        MatrixMultiply.linear(
          input, bfloat16: weight, rows: count, inputSize: rowSize, outputSize: rows.count, mode,
          scratch: &scratch, into: &output)
      } else {
        MatrixMultiply.linear(
          input, weight: weight, as: stored, rows: count, inputSize: rowSize,
          outputSize: rows.count, mode, into: &output)
      }
    }
  }

  private var stored: MatrixMultiply.Stored {
    switch elementType {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    default: preconditionFailure("\(elementType): the type is checked when weights are loaded")
    }
  }

  /// Rows as floats; the loader has let only widenable types through.
  func widen(rows: Range<Int>, into floats: inout MutableSpan<Float>) {
    do {
      try copyFloats(rows: rows, into: &floats)
    } catch {
      preconditionFailure("\(error): the type is checked when weights are loaded")
    }
  }
}
