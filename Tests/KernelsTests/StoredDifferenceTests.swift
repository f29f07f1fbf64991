import Kernels
import TestSupport
import Testing

/// Comparison of stored numbers against plain loops in Double and Int.
struct StoredDifferenceTests {
  /// A number of a format by its definition, nil if it isn't finite; and its place among all of them.
  static func number(_ bits: UInt64, _ type: StoredNumber) -> (value: Double, place: Int)? {
    switch type {
    case .float32:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      return value.isFinite ? (Double(value), place(Double(value), -126, 23)) : nil
    case .float16: return small(bits, exponentBits: 5, width: 16)
    case .bfloat16: return small(bits, exponentBits: 8, width: 16)
    case .float8e5m2: return small(bits, exponentBits: 5, width: 8)
    case .float8e4m3:
      // No infinities, and one NaN of each sign.
      if bits & 0x7F == 0x7F { return nil }
      return small(bits, exponentBits: 4, width: 8, hasInfinity: false)
    case .int8:
      let value = Int8(truncatingIfNeeded: bits)
      return (Double(value), Int(value))
    case .uint16:
      let value = UInt16(truncatingIfNeeded: bits)
      return (Double(value), Int(value))
    default: preconditionFailure("\(type)")
    }
  }

  private static func small(
    _ bits: UInt64, exponentBits: Int, width: Int, hasInfinity: Bool = true
  ) -> (value: Double, place: Int)? {
    let fraction = width - 1 - exponentBits
    let sign = bits >> UInt64(width - 1) & 1 == 1
    let exponent = Int(bits >> UInt64(fraction)) & (1 << exponentBits - 1)
    let mantissa = Int(bits) & (1 << fraction - 1)
    if hasInfinity, exponent == 1 << exponentBits - 1 { return nil }
    let bias = 1 << (exponentBits - 1) - 1
    let size = exponent == 0 ? mantissa : mantissa + 1 << fraction
    let unit = Double(sign: .plus, exponent: max(exponent, 1) - bias - fraction, significand: 1)
    let value = Double(size) * unit
    return (sign ? -value : value, place(sign ? -value : value, 1 - bias, fraction))
  }

  /// How many numbers of a format lie between 0 and a value, with its sign, from the value alone.
  private static func place(_ value: Double, _ least: Int, _ fraction: Int) -> Int {
    guard value != 0 else { return 0 }
    let size = value.magnitude
    let exponent = max(Int(size.exponent), least)
    let unit = Double(sign: .plus, exponent: exponent - fraction, significand: 1)
    // A number of 2ᶠ and more units; below the least normal one as many as it has.
    let steps = Int(size / unit) + (exponent - least) << fraction
    return value < 0 ? -steps : steps
  }

  private static func bytes(_ bits: [UInt64], _ type: StoredNumber) -> [UInt8] {
    bits.flatMap { bits in
      (0..<type.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    }
  }

  static func compare(
    _ before: [UInt64], _ after: [UInt64], _ types: StoredDifference.Types
  ) -> StoredDifference {
    let (first, second) = (bytes(before, types.before), bytes(after, types.after))
    return unsafe StoredDifference(before: first.span.bytes, after: second.span.bytes, types)
  }

  static let types: [StoredNumber] = [
    .float32, .float16, .bfloat16, .float8e5m2, .float8e4m3, .int8, .uint16,
  ]

  @Test(arguments: types)
  func `counts and sums are those of plain loops`(type: StoredNumber) {
    for seed in UInt64(1)...12 {
      var generator = SeededGenerator(seed: seed)
      // Not a whole number of chunks or of vectors; some elements equal, some a step apart, others any
      // bits, not finite ones among them.
      let count = Int(generator.next() % 3000)
      let before = (0..<count).map { _ in generator.next() >> (64 - 8 * UInt64(type.byteCount)) }
      let after = before.map { bits in
        switch generator.next() % 4 {
        case 0: bits
        case 1: bits ^ 1
        default: generator.next() >> (64 - 8 * UInt64(type.byteCount))
        }
      }
      let found = Self.compare(before, after, .init(before: type, after: type, units: type))
      var expected = StoredDifference()
      for (index, pair) in zip(before, after).enumerated() {
        let (a, b) = (Self.number(pair.0, type), Self.number(pair.1, type))
        guard let a, let b else {
          expected.notFinite.before += a == nil ? 1 : 0
          expected.notFinite.after += b == nil ? 1 : 0
          expected.firstNotFinite = expected.firstNotFinite ?? index
          continue
        }
        expected.count += 1
        expected.changed += a.value != b.value ? 1 : 0
        expected.turnedZeros += a.value == 0 && b.value == 0 && pair.0 != pair.1 ? 1 : 0
        let distance = abs(a.place - b.place)
        expected.distances[Int.bitWidth - distance.leadingZeroBitCount] += 1
        expected.squares.before += a.value * a.value
        expected.squares.after += b.value * b.value
        expected.squares.difference += (b.value - a.value) * (b.value - a.value)
        expected.largest = max(expected.largest, abs(b.value - a.value))
      }
      // Sums of 3,000 squares in another order: 3,000 · 2⁻⁵³ = 4e-13 of them.
      for (a, b) in [
        (found.squares.before, expected.squares.before),
        (found.squares.after, expected.squares.after),
        (found.squares.difference, expected.squares.difference),
      ] {
        expectClose(a, b, relative: 4e-13, "\(type), seed \(seed)")
      }
      expected.squares = found.squares
      #expect(found == expected, "\(type), seed \(seed)")
    }
  }

  @Test func `a step of every half is one unit, through zero as well`() {
    // All finite numbers in order, −0 left out: 0x8000 is +0's equal.
    for (type, end) in [(StoredNumber.float16, 0x7C00), (.bfloat16, 0x7F80)] {
      let negative = (0x8001..<0x8000 + end).reversed().map { UInt64($0) }
      let ordered = negative + (0..<end).map { UInt64($0) }
      let found = Self.compare(
        Array(ordered.dropLast()), Array(ordered.dropFirst()),
        .init(before: type, after: type, units: type))
      #expect(found.distances[1] == ordered.count - 1 && found.changed == ordered.count - 1)
      let zeros = Self.compare(
        [0, 0x8000, 0], [0x8000, 0, 0], .init(before: type, after: type, units: type))
      #expect(zeros.changed == 0 && zeros.turnedZeros == 2 && zeros.distances[0] == 3)
      // From the smallest number of one sign to that of the other it is two.
      let across = Self.compare([0x8001], [1], .init(before: type, after: type, units: type))
      #expect(across.distances[2] == 1)
    }
  }

  @Test func `singles are compared after rounding to bfloat16, halves to even`() {
    // 1, and numbers above it up to the next bfloat16, 1 + 2⁻⁷: half of it rounds down, to even.
    let one: UInt64 = 0x3F80_0000
    let after: [UInt64] = [
      0x3F80_0000, 0x3F80_0001, 0x3F80_8000, 0x3F80_8001, 0x3F81_0000, 0x3F81_8000,
    ]
    let found = Self.compare(
      after.map { _ in one }, after,
      .init(before: .float32, after: .float32, units: .float32, rounded: .bfloat16))
    #expect(found.changed == 5 && found.changedAfterRounding == 3)
    // Rounded to the units of bfloat16: 0, 0, 0, 1, 1, and 1.5 rounds to the even 2.
    let mixed = Self.compare(
      after.map { _ in 0x3F80 }, after, .init(before: .bfloat16, after: .float32, units: .bfloat16))
    #expect(mixed.changed == 5)
    #expect(Array(mixed.distances[..<3]) == [3, 2, 1])
  }

  @Test func `parts of a tensor add up`() {
    var generator = SeededGenerator(seed: 5)
    let before = (0..<4096).map { _ in generator.next() >> 48 }
    var after = before
    for index in stride(from: 3, to: 4096, by: 7) { after[index] = generator.next() >> 48 }
    let types = StoredDifference.Types(before: .bfloat16, after: .bfloat16, units: .bfloat16)
    let whole = Self.compare(before, after, types)
    var sum = StoredDifference()
    for start in stride(from: 0, to: 4096, by: 1024) {
      let part = start..<start + 1024
      sum.add(Self.compare(Array(before[part]), Array(after[part]), types), at: start)
    }
    #expect(sum == whole && whole.firstNotFinite != nil)
  }

  @Test(arguments: [(1, 1), (1, 9), (7, 1), (13, 31), (40, 8), (5, 100)])
  func `products with the difference are those of a plain loop`(rows: Int, columns: Int) {
    for (seed, types) in [
      (1, .init(before: .float32, after: .float32, units: nil)),
      (2, .init(before: .bfloat16, after: .bfloat16, units: nil)),
      (3, .init(before: .float16, after: .float16, units: nil)),
      (4, .init(before: .bfloat16, after: .float32, units: nil)),
    ] as [(UInt64, StoredDifference.Types)] {
      var generator = SeededGenerator(seed: seed)
      func bits(_ type: StoredNumber, _ value: Float) -> UInt64 {
        switch type {
        case .float32: UInt64(value.bitPattern)
        case .float16: UInt64(Float16(value).bitPattern)
        default: UInt64(value.bitPattern >> 16)
        }
      }
      let count = rows * columns
      let first = generator.normals(count)
      var before = first.map { bits(types.before, $0) }
      var after = generator.normals(count).map { bits(types.after, $0) }
      // A row that stays, and an element that is no number.
      if types.before == types.after, rows > 4 {
        for column in 0..<columns { after[columns + column] = before[columns + column] }
      }
      before[0] = types.before == .float32 ? 0x7FC0_0000 : 0x7FC0
      let vector = generator.normals(columns)
      let (a, b) = (Self.bytes(before, types.before), Self.bytes(after, types.after))
      let scale = 0.25
      let found = unsafe DifferenceProduct.gram(
        before: a.span.bytes, after: b.span.bytes, types, columns: columns, scale: scale,
        vector: vector.span)
      var expected = [Double](repeating: 0, count: columns)
      for row in 0..<rows {
        let difference = (0..<columns).map { column in
          let index = row * columns + column
          guard let x = Self.number(before[index], types.before),
            let y = Self.number(after[index], types.after)
          else { return 0.0 }
          return (y.value - x.value) * scale
        }
        let weight = zip(difference, vector).reduce(0) { $0 + $1.0 * Double($1.1) }
        for column in 0..<columns { expected[column] += weight * difference[column] }
      }
      // Sums of 140 products in single precision, of a size of at most 10 each.
      expectClose(
        found, expected.map { Float($0) }, absolute: 140 * 10 * 6e-8, relative: 1e-5,
        "\(rows) × \(columns), seed \(seed)")
    }
  }
}
