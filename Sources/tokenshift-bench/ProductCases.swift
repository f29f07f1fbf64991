import Kernels
import Transformer

/// Products of layers and heads.
enum ProductCases {
  static var all: [Case] {
    [
      linear("demo 4096×128×128", rows: 4_096, input: 128, output: 128),
      linear("demo 4096×128×384", rows: 4_096, input: 128, output: 384),
      linear("demo 4096×384×128", rows: 4_096, input: 384, output: 128),
      linear("demo head 256×128×1024", rows: 256, input: 128, output: 1_024),
      linear("Qwen2.5-0.5B 2048×896×896", rows: 2_048, input: 896, output: 896),
      linear("Qwen2.5-0.5B 2048×896×128", rows: 2_048, input: 896, output: 128),
      linear("Qwen2.5-0.5B 2048×896×4864", rows: 2_048, input: 896, output: 4_864),
      linear("Qwen2.5-0.5B 2048×4864×896", rows: 2_048, input: 4_864, output: 896),
      head("Qwen2.5-0.5B head 256×896×151936", rows: 256, input: 896, vocabulary: 151_936),
      bfloat16("demo 4096×128×384", rows: 4_096, input: 128, output: 384),
      bfloat16("Qwen2.5-0.5B 2048×896×896", rows: 2_048, input: 896, output: 896),
      bfloat16("Qwen2.5-0.5B 2048×896×128", rows: 2_048, input: 896, output: 128),
      bfloat16("Qwen2.5-0.5B 2048×896×4864", rows: 2_048, input: 896, output: 4_864),
      bfloat16("Qwen2.5-0.5B 2048×4864×896", rows: 2_048, input: 4_864, output: 896),
      bfloat16(
        "Qwen2.5-0.5B head 256×896×151936", rows: 256, input: 896, output: 151_936,
        sliceSize: 3_072),
    ]
  }

  /// Rows × input × output.
  private static func linear(_ shape: String, rows: Int, input: Int, output: Int) -> Case {
    Case(
      name: "linear, " + shape,
      work: .multiplication(operations: 2 * Double(rows * input * output))
    ) {
      let a = Matrix(count: rows * input, seed: 1)
      let weight = Matrix(count: output * input, seed: 2)
      let result = Matrix(zeros: rows * output)
      return { iteration in
        a.vary(iteration)
        multiply(
          a.buffer, weight.buffer, rows: rows, inputSize: input, columns: 0..<output,
          into: &result.buffer)
        return result.sample(iteration)
      }
    }
  }

  /// Weights in bfloat16, multiplied as stored; slice by slice of the output, as scoring does it.
  private static func bfloat16(
    _ shape: String, rows: Int, input: Int, output: Int, sliceSize: Int? = nil
  ) -> Case {
    Case(
      name: "linear bf16, " + shape,
      work: .multiplication(operations: 2 * Double(rows * input * output), .bfloat16)
    ) {
      let a = Matrix(count: rows * input, seed: 1)
      let weight = BFloat16Matrix(count: output * input, seed: 2)
      let result = Matrix(zeros: rows * output)
      return { iteration in
        a.vary(iteration)
        for first in stride(from: 0, to: output, by: sliceSize ?? output) {
          multiply(
            a.buffer, weight, rows: rows, inputSize: input,
            columns: first..<min(first + (sliceSize ?? output), output), into: &result.buffer)
        }
        return result.sample(iteration)
      }
    }
  }

  /// As scoring does it: slice by slice of the vocabulary, each slice's logits kept.
  private static func head(_ shape: String, rows: Int, input: Int, vocabulary: Int) -> Case {
    Case(
      name: "linear, " + shape,
      work: .multiplication(operations: 2 * Double(rows * input * vocabulary))
    ) {
      let sliceSize = 3_072
      let a = Matrix(count: rows * input, seed: 1)
      let weight = Matrix(count: vocabulary * input, seed: 2)
      let logits = Matrix(zeros: rows * vocabulary)
      return { iteration in
        a.vary(iteration)
        for first in stride(from: 0, to: vocabulary, by: sliceSize) {
          let last = min(first + sliceSize, vocabulary)
          multiply(
            a.buffer, weight.buffer, rows: rows, inputSize: input, columns: first..<last,
            into: &logits.buffer)
        }
        return logits.sample(iteration)
      }
    }
  }

  /// The product with some rows of the weight, which are columns of the output; that holds slices
  /// of columns one after the other.
  static func multiply(
    _ a: borrowing FloatBuffer, _ weight: borrowing FloatBuffer, rows: Int, inputSize size: Int,
    columns: Range<Int>, into output: inout FloatBuffer
  ) {
    let part = weight.span.extracting(columns.lowerBound * size..<columns.upperBound * size)
    let input = a.span
    output.withMutableSpan(rows * columns.lowerBound..<rows * columns.upperBound) { target in
      MatrixMultiply.linear(
        input, weight: part, rows: rows, inputSize: size, outputSize: columns.count,
        into: &target)
    }
  }

  static func multiply(
    _ a: borrowing FloatBuffer, _ weight: BFloat16Matrix, rows: Int, inputSize size: Int,
    columns: Range<Int>, into output: inout FloatBuffer
  ) {
    let patterns = weight.patterns
    let part = patterns.span.extracting(
      columns.lowerBound * size..<columns.upperBound * size)
    let input = a.span
    output.withMutableSpan(rows * columns.lowerBound..<rows * columns.upperBound) { target in
      MatrixMultiply.linear(
        input, bfloat16: part, rows: rows, inputSize: size, outputSize: columns.count,
        scratch: &weight.scratch, into: &target)
    }
  }
}
