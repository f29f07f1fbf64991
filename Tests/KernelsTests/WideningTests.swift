import Kernels
import Testing

struct WideningTests {
  static let allPatterns = (0...UInt16.max).map { $0 }

  /// All 65,536 patterns through one of the kernels.
  static func widened(_ kernel: (RawSpan, inout MutableSpan<Float>) -> Void) -> [Float] {
    let patterns = allPatterns
    var result = [Float](repeating: 0, count: patterns.count)
    var span = result.mutableSpan
    kernel(unsafe patterns.span.bytes, &span)
    return result
  }

  /// A number by its definition: sign, biased exponent and mantissa of a 16-bit format.
  static func value(_ pattern: UInt16, exponentBits: Int) -> Double {
    let mantissaBits = 15 - exponentBits
    let sign: Double = pattern >> 15 == 1 ? -1 : 1
    let exponent = Int(pattern >> UInt16(mantissaBits)) & (1 << exponentBits - 1)
    let mantissa = Double(Int(pattern) & (1 << mantissaBits - 1))
    let bias = 1 << (exponentBits - 1) - 1
    let unit = power(of: 2, -mantissaBits)
    if exponent == 1 << exponentBits - 1 { return mantissa == 0 ? sign * .infinity : .nan }
    if exponent == 0 { return sign * mantissa * unit * power(of: 2, 1 - bias) }
    return sign * (1 + mantissa * unit) * power(of: 2, exponent - bias)
  }

  static func power(of base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= base }
    return exponent < 0 ? 1 / result : result
  }

  @Test func `every half-precision number widens to its value`() {
    let widened = Self.widened { Widening.float16($0, into: &$1) }
    for pattern in Self.allPatterns {
      let (actual, expected) = (
        widened[Int(pattern)], Self.value(pattern, exponentBits: 5)
      )
      let isSame =
        expected.isNaN
        ? actual.isNaN : Double(actual) == expected && actual.sign == expected.sign
      #expect(isSame, "pattern \(pattern): \(actual) is not \(expected)")
    }
  }

  @Test func `every bfloat16 number widens to its value and keeps its bits`() {
    let widened = Self.widened { Widening.bfloat16($0, into: &$1) }
    for pattern in Self.allPatterns {
      let (actual, expected) = (
        widened[Int(pattern)], Self.value(pattern, exponentBits: 8)
      )
      let isSame =
        expected.isNaN
        ? actual.isNaN : Double(actual) == expected && actual.sign == expected.sign
      #expect(isSame, "pattern \(pattern): \(actual) is not \(expected)")
      #expect(actual.bitPattern == UInt32(pattern) << 16)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 5])
  func `bytes of any alignment are read`(offset: Int) {
    let numbers: [Float] = [1, -2.5, .pi, 0x1p-149]
    let bytes =
      [UInt8](repeating: 0xEE, count: offset)
      + numbers.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt32(8 * $0)) }
      }
    let span = unsafe bytes.span.bytes
    let tail = span.extracting(offset..<bytes.count)
    var floats = [Float](repeating: 0, count: 4)
    var target = floats.mutableSpan
    Widening.float32(tail, into: &target)
    #expect(floats == numbers)

    var brains = [Float](repeating: 0, count: 8)
    var brainTarget = brains.mutableSpan
    Widening.bfloat16(tail, into: &brainTarget)
    // The upper half of each float, as a bfloat16, is the float with its lower half cut off.
    for (index, number) in numbers.enumerated() {
      #expect(brains[2 * index + 1].bitPattern == number.bitPattern & 0xFFFF_0000)
    }
  }

  @Test func `a size that does not fit is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let bytes: [UInt8] = [0, 0, 0]
      var floats: [Float] = [0]
      var span = floats.mutableSpan
      Widening.float16(unsafe bytes.span.bytes, into: &span)
    }
  }

  @Test func `an empty list widens to nothing`() {
    let bytes: [UInt8] = []
    var floats: [Float] = []
    var span = floats.mutableSpan
    Widening.float32(unsafe bytes.span.bytes, into: &span)
    Widening.float16(unsafe bytes.span.bytes, into: &span)
    Widening.bfloat16(unsafe bytes.span.bytes, into: &span)
    #expect(floats.isEmpty)
  }
}
