/// Random numbers by counting: draw `d` of `(seed, stream, index)` is a pure function of the four.
///
/// The generator of problem 7 or of row 7 of a batch is made from its key, so what it gives doesn't
/// depend on which others were made before, on how many threads, or on where a run was resumed.
/// The function is Philox4x64-10 (Salmon and others, SC 2011); NumPy counts before it draws, so its
/// `Philox(key=[seed, stream], counter=[0, index, 0, 0])` gives these numbers from the fifth on.
/// Choices are made with the members below and not with the standard library's
/// `random(in:using:)`, whose way from bits to choices may change with the compiler.
package struct CounterGenerator: RandomNumberGenerator, Sendable {
  private let seed: UInt64
  private let stream: UInt64
  private let index: UInt64
  private var block: UInt64 = 0
  private var draws: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var used = 0

  /// The generator of one thing.
  ///
  /// - Parameters:
  ///   - seed: Of the run.
  ///   - stream: What the numbers are for; `StableHash.value(of:)` makes one of a name.
  ///   - index: Which of the things in that stream.
  package init(seed: UInt64, stream: UInt64, index: UInt64) {
    (self.seed, self.stream, self.index) = (seed, stream, index)
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    if used == 0 {
      draws = Self.philox((block, index, 0, 0), key: (seed, stream))
      block &+= 1
    }
    defer { used = (used + 1) & 3 }
    switch used {
    case 0: return draws.0
    case 1: return draws.1
    case 2: return draws.2
    default: return draws.3
    }
  }

  /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Whether something of that probability happens; 0 never does, 1 always.
  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// An integer in `0..<bound`, each equally likely (Lemire's method).
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "CounterGenerator: no integer is below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// An integer of a range, each equally likely.
  package mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// One of some elements, each equally likely.
  package mutating func element<Element>(of elements: [Element]) -> Element {
    elements[integer(below: elements.count)]
  }

  /// The elements in random order (Fisher and Yates), each order equally likely.
  package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for last in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(last, integer(in: 0...last))
    }
    return result
  }

  private static func philox(
    _ counter: (UInt64, UInt64, UInt64, UInt64), key: (UInt64, UInt64)
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    var (a, b, c, d) = counter
    var (k, l) = key
    for _ in 0..<10 {
      let left = a.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
      let right = c.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
      (a, b, c, d) = (right.high ^ b ^ k, right.low, left.high ^ d ^ l, left.low)
      k &+= 0x9E37_79B9_7F4A_7C15
      l &+= 0xBB67_AE85_84CA_A73B
    }
    return (a, b, c, d)
  }
}
