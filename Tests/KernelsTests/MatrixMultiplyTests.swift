import Kernels
import TestSupport
import Testing

@Suite struct MatrixMultiplyTests {
  /// Around the vector widths, around the tiles of 256 rows and 768 columns, and nothing at all.
  static let sizes = [
    (rows: 0, input: 7, output: 5), (1, 1, 1), (1, 769, 17), (7, 16, 17), (16, 255, 7),
    (17, 17, 769), (255, 7, 17), (257, 16, 7), (257, 3, 770), (513, 1, 16), (5, 33, 0),
  ]

  @Test(arguments: sizes, [1, 2] as [UInt64])
  func `a linear layer is the product with the transposed weight`(
    size: (rows: Int, input: Int, output: Int), seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let input = random.normals(size.rows * size.input)
    let weight = random.normals(size.output * size.input)
    // NaN shows an element that wasn't overwritten.
    var output = [Float](repeating: .nan, count: size.rows * size.output)
    linear(input, weight, size, .overwrite, &output)
    expectWithin(
      output,
      Reference.linear(
        input, weight, rows: size.rows, inputSize: size.input, outputSize: size.output))
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `accumulating adds to what is there`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let size = (rows: 17, input: 33, output: 7)
    let input = random.normals(size.rows * size.input)
    let weight = random.normals(size.output * size.input)
    let before = random.normals(size.rows * size.output)
    var output = before
    linear(input, weight, size, .accumulate, &output)
    var expected = Reference.linear(
      input, weight, rows: size.rows, inputSize: size.input, outputSize: size.output)
    for index in before.indices {
      expected.values[index] += Double(before[index])
      // One more term, and the rounding of the last sum.
      expected.bounds[index] +=
        gamma(2) * (abs(Double(before[index])) + abs(expected.values[index]))
    }
    expectWithin(output, expected)
  }

  @Test func `products of small whole numbers are exact`() {
    let size = (rows: 3, input: 2, output: 2)
    var output = [Float](repeating: .nan, count: 6)
    linear([1, 2, 3, 4, 5, 6], [10, 1, 0, -1], size, .overwrite, &output)
    #expect(output == [12, -2, 34, -4, 56, -6])
  }

  @Test func `a product of another shape is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let input: [Float] = [1, 2, 3]
      var output: [Float] = [0]
      var span = output.mutableSpan
      MatrixMultiply.linear(
        input.span, weight: input.span, rows: 1, inputSize: 2, outputSize: 1, into: &span)
    }
  }

  @Test func `the core that OpenBLAS chose has a name`() {
    #expect(!MatrixMultiply.coreName.isEmpty)
  }

  private func linear(
    _ input: [Float], _ weight: [Float], _ size: (rows: Int, input: Int, output: Int),
    _ mode: MatrixMultiply.Output, _ output: inout [Float]
  ) {
    var span = output.mutableSpan
    MatrixMultiply.linear(
      input.span, weight: weight.span, rows: size.rows, inputSize: size.input,
      outputSize: size.output, mode, into: &span)
  }
}
