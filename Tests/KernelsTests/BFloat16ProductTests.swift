import Kernels
import TestSupport
import Testing

/// Products with weights as checkpoints store them.
@Suite struct BFloat16ProductTests {
  /// Around multiples of 32 rows, tiles of 256 rows and 512 columns, and nothing at all.
  static let sizes = [
    (rows: 0, input: 7, output: 5), (1, 1, 1), (1, 769, 17), (7, 16, 17), (33, 255, 64),
    (32, 17, 769), (257, 16, 7), (289, 130, 1030), (5, 33, 0),
  ]
  /// Whether the processor's instruction is used: both ways where it has one.
  static let ways = MatrixMultiply.hasBFloat16Products ? [false, true] : [false]

  @Test(arguments: sizes, ways)
  func `a layer in bfloat16 is the product of the rounded numbers`(
    size: (rows: Int, input: Int, output: Int), isNative: Bool
  ) {
    var random = SeededGenerator(seed: 31)
    let input = random.normals(size.rows * size.input)
    let weight = Self.rounded(random.normals(size.output * size.input))
    // Products of two bfloat16 are exact in single precision; the sums have its bound.
    let expected = Reference.linear(
      Self.widened(Self.rounded(input)), Self.widened(weight), rows: size.rows,
      inputSize: size.input, outputSize: size.output)
    var output = [Float](repeating: .nan, count: size.rows * size.output)
    linear(input, weight, size, .overwrite, isNative, &output)
    expectWithin(output, expected)
    // Added to: one rounding more, of the sum of both.
    let before = random.normals(size.rows * size.output)
    var sum = before
    linear(input, weight, size, .accumulate, isNative, &sum)
    var total = expected
    for index in before.indices {
      total.values[index] += Double(before[index])
      total.bounds[index] += gamma(2) * (abs(Double(before[index])) + abs(total.values[index]))
    }
    expectWithin(sum, total)
  }

  @Test(.enabled(if: MatrixMultiply.hasBFloat16Products), arguments: [128, 896, 4864])
  func `an element's bits depend on its row and column alone`(width: Int) {
    var random = SeededGenerator(seed: 32)
    let (rows, outputs) = (300, 200)
    let input = random.normals(rows * width)
    let weight = Self.rounded(random.normals(outputs * width))
    var whole = [Float](repeating: .nan, count: rows * outputs)
    linear(input, weight, (rows, width, outputs), .overwrite, true, &whole)
    for part in [0..<1, 0..<299, 17..<50, 40..<296, 299..<300] {
      let some = Array(input[part.lowerBound * width..<part.upperBound * width])
      var output = [Float](repeating: .nan, count: part.count * outputs)
      linear(some, weight, (part.count, width, outputs), .overwrite, true, &output)
      #expect(
        bits(output) == bits(Array(whole[part.lowerBound * outputs..<part.upperBound * outputs])))
    }
  }

  @Test(arguments: sizes)
  func `a weight widened tile by tile gives the bits of one widened first`(
    size: (rows: Int, input: Int, output: Int)
  ) {
    var random = SeededGenerator(seed: 33)
    let input = random.normals(size.rows * size.input)
    let numbers = random.normals(size.output * size.input)
    let halves = numbers.map { Float16($0).bitPattern }
    check(input, Self.widened(Self.rounded(numbers)), Self.bytes(Self.rounded(numbers)), .bfloat16)
    check(input, halves.map { Float(Float16(bitPattern: $0)) }, Self.bytes(halves), .float16)
    check(input, numbers, Self.bytes(numbers.map(\.bitPattern)), .float32)

    func check(
      _ input: [Float], _ weight: [Float], _ stored: [UInt8], _ type: MatrixMultiply.Stored
    ) {
      let before = random.normals(size.rows * size.output)
      for mode in [MatrixMultiply.Output.overwrite, .accumulate] {
        var (expected, actual) = (before, before)
        var expectedSpan = expected.mutableSpan
        MatrixMultiply.linear(
          input.span, weight: weight.span, rows: size.rows, inputSize: size.input,
          outputSize: size.output, mode, into: &expectedSpan)
        var actualSpan = actual.mutableSpan
        MatrixMultiply.linear(
          input.span, weight: unsafe stored.span.bytes.extracting(droppingFirst: 1), as: type,
          rows: size.rows, inputSize: size.input, outputSize: size.output, mode, into: &actualSpan)
        #expect(bits(actual) == bits(expected), "\(type)")
      }
    }
  }

  @Test func `a weight of another size is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let input: [Float] = [1, 2]
      var output: [Float] = [0]
      var span = output.mutableSpan
      var scratch = ProductScratch()
      MatrixMultiply.linear(
        input.span, bfloat16: [1 as UInt16].span, rows: 1, inputSize: 2, outputSize: 1,
        scratch: &scratch, into: &span)
    }
  }

  private func linear(
    _ input: [Float], _ weight: [UInt16], _ size: (rows: Int, input: Int, output: Int),
    _ mode: MatrixMultiply.Output, _ isNative: Bool, _ output: inout [Float]
  ) {
    var scratch = ProductScratch()
    var span = output.mutableSpan
    MatrixMultiply.linear(
      input.span, bfloat16: weight.span, rows: size.rows, inputSize: size.input,
      outputSize: size.output, mode, isNative: isNative, scratch: &scratch, into: &span)
  }

  /// To the nearest bfloat16, halves to even: by the definition, through the distance to both.
  static func rounded(_ values: [Float]) -> [UInt16] {
    values.map { value in
      let lower = UInt16(value.bitPattern >> 16)
      let (a, b) = (widened([lower])[0], widened([lower + 1])[0])
      let (down, up) = (abs(value - a), abs(b - value))
      return down < up || (down == up && lower.isMultiple(of: 2)) ? lower : lower + 1
    }
  }

  static func widened(_ patterns: [UInt16]) -> [Float] {
    patterns.map { Float(bitPattern: UInt32($0) << 16) }
  }

  /// Little-endian, one byte of something else in front: no element is aligned.
  private static func bytes<Bits: FixedWidthInteger>(_ patterns: [Bits]) -> [UInt8] {
    [0xFF]
      + patterns.flatMap { pattern in
        (0..<Bits.bitWidth / 8).map { UInt8(truncatingIfNeeded: pattern >> Bits(8 * $0)) }
      }
  }
}
