internal import Foundation

/// Scratch and sums of one block of a `StoredDifference`.
@safe struct DifferenceWorker: ~Copyable {
  /// Elements that are compared at a time: all scratch of them stays in the processor's first caches.
  static let chunk = 1024

  private let types: StoredDifference.Types
  private(set) var result = StoredDifference()
  private let before = UnsafeMutablePointer<Double>.allocate(capacity: chunk)
  private let after = UnsafeMutablePointer<Double>.allocate(capacity: chunk)
  /// Bits of each side, where they aren't taken as they lie, and distances.
  private let scratch = (
    UnsafeMutableRawPointer.allocate(byteCount: 8 * chunk, alignment: 64),
    UnsafeMutableRawPointer.allocate(byteCount: 8 * chunk, alignment: 64),
    UnsafeMutableRawPointer.allocate(byteCount: 8 * chunk, alignment: 64)
  )

  init(_ types: StoredDifference.Types) { self.types = types }

  deinit {
    unsafe before.deallocate()
    unsafe after.deallocate()
    unsafe scratch.0.deallocate()
    unsafe scratch.1.deallocate()
    unsafe scratch.2.deallocate()
  }

  /// Adds at most `chunk` elements.
  ///
  /// - Parameters:
  ///   - a: numbers before.
  ///   - b: numbers after.
  ///   - count: of each.
  ///   - start: the index of the first one in the block.
  @unsafe mutating func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, count: Int, at start: Int
  ) {
    unsafe widen(a, b, count)
    guard !areFinite(count) else { return unsafe addFinite(a, b, count) }
    // The finite ones are moved together, and compared as if there were no others.
    let (widthA, widthB) = (types.before.byteCount, types.after.byteCount)
    let finite = (
      UnsafeMutableRawPointer.allocate(byteCount: widthA * count, alignment: 8),
      UnsafeMutableRawPointer.allocate(byteCount: widthB * count, alignment: 8)
    )
    defer {
      unsafe finite.0.deallocate()
      unsafe finite.1.deallocate()
    }
    var kept = 0
    for index in 0..<count {
      let isFinite = unsafe (before[index].isFinite, after[index].isFinite)
      if isFinite == (true, true) {
        unsafe (finite.0 + widthA * kept).copyMemory(from: a + widthA * index, byteCount: widthA)
        unsafe (finite.1 + widthB * kept).copyMemory(from: b + widthB * index, byteCount: widthB)
        kept += 1
        continue
      }
      if !isFinite.0 { result.notFinite.before += 1 }
      if !isFinite.1 { result.notFinite.after += 1 }
      result.firstNotFinite = result.firstNotFinite ?? start + index
    }
    unsafe widen(finite.0, finite.1, kept)
    unsafe addFinite(finite.0, finite.1, kept)
  }

  @unsafe private func widen(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) {
    unsafe types.before.widen(a, count: count, into: before)
    unsafe types.after.widen(b, count: count, into: after)
    // Whole vectors are read: what is behind the last number adds nothing.
    for index in count..<max(count, (count + 7) / 8 * 8) {
      unsafe (before[index], after[index]) = (0, 0)
    }
  }

  /// Whether all that was widened is: a number times 0 is 0, and NaN of those that aren't finite.
  ///
  /// False as well where a sum of two overflows; a closer look then finds them finite.
  private func areFinite(_ count: Int) -> Bool {
    var probe = Lanes.Doubles.zero
    for index in stride(from: 0, to: count, by: 8) {
      probe += unsafe (Self.lanes(before, index) + Self.lanes(after, index)) * 0
    }
    return !probe.sum().isNaN
  }

  @unsafe private mutating func addFinite(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int
  ) {
    result.count += count
    let isOneType = types.before == types.after
    if isOneType, unsafe memcmp(a, b, types.before.byteCount * count) == 0 {
      let sum = unsafe squares(of: before, count)
      result.squares.before += sum
      result.squares.after += sum
      if types.units != nil { result.distances[0] += count }
      return
    }
    addSquares(count)
    if let units = types.units, isOneType, units == types.before {
      let found = unsafe measure(a, b, count, units, talliesDistances: true)
      result.changed += found.apart
      result.turnedZeros += found.differing - found.apart
    } else {
      var changed = 0
      for index in 0..<count { changed &+= unsafe before[index] != after[index] ? 1 : 0 }
      result.changed += changed
      if let units = types.units {
        round(to: units, count)
        _ = unsafe measure(scratch.0, scratch.1, count, units, talliesDistances: true)
      }
    }
    if let rounded = types.rounded {
      round(to: rounded, count)
      let found = unsafe measure(scratch.0, scratch.1, count, rounded, talliesDistances: false)
      result.changedAfterRounding += found.apart
    }
  }

  // MARK: Sums

  private func squares(of numbers: UnsafeMutablePointer<Double>, _ count: Int) -> Double {
    var sum = Lanes.Doubles.zero
    for index in stride(from: 0, to: count, by: 8) {
      let lanes = unsafe Self.lanes(numbers, index)
      sum += lanes * lanes
    }
    return sum.sum()
  }

  private mutating func addSquares(_ count: Int) {
    var sums = (Lanes.Doubles.zero, Lanes.Doubles.zero, Lanes.Doubles.zero)
    var largest = Lanes.Doubles.zero
    for index in stride(from: 0, to: count, by: 8) {
      let (x, y) = unsafe (Self.lanes(before, index), Self.lanes(after, index))
      let difference = y - x
      sums.0 += x * x
      sums.1 += y * y
      sums.2 += difference * difference
      largest = Lanes.larger(largest, Lanes.larger(difference, -difference))
    }
    result.squares.before += sums.0.sum()
    result.squares.after += sums.1.sum()
    result.squares.difference += sums.2.sum()
    result.largest = max(result.largest, largest.max())
  }

  @inline(__always) @unsafe private static func lanes(
    _ pointer: UnsafeMutablePointer<Double>, _ index: Int
  ) -> Lanes.Doubles {
    unsafe UnsafeRawPointer(pointer + index).loadUnaligned(as: Lanes.Doubles.self)
  }

  // MARK: Units

  /// Rounds both sides into scratch.
  private func round(to type: StoredNumber, _ count: Int) {
    unsafe type.round(before, count: count, into: scratch.0)
    unsafe type.round(after, count: count, into: scratch.1)
  }

  /// Measures distances of numbers of one type.
  ///
  /// - Returns: how many have other bits, and how many of these a distance: −0 and +0 have none.
  @unsafe private mutating func measure(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int, _ type: StoredNumber,
    talliesDistances tallies: Bool
  ) -> (differing: Int, apart: Int) {
    switch type {
    case .float64:
      unsafe measure(a, b, count, tallies) { (x: UInt64, y) in UnitDistance.ofFloats(x, y) }
    case .float32:
      unsafe measure(a, b, count, tallies) { (x: UInt32, y) in UnitDistance.ofFloats(x, y) }
    case .float16, .bfloat16:
      unsafe measure(a, b, count, tallies) { (x: UInt16, y) in UnitDistance.ofFloats(x, y) }
    case .float8e5m2, .float8e4m3:
      unsafe measure(a, b, count, tallies) { (x: UInt8, y) in UnitDistance.ofFloats(x, y) }
    case .int64:
      unsafe measure(a, b, count, tallies) { (x: UInt64, y) in UnitDistance.ofIntegers(x, y) }
    case .int32:
      unsafe measure(a, b, count, tallies) { (x: UInt32, y) in UnitDistance.ofIntegers(x, y) }
    case .int16:
      unsafe measure(a, b, count, tallies) { (x: UInt16, y) in UnitDistance.ofIntegers(x, y) }
    case .int8:
      unsafe measure(a, b, count, tallies) { (x: UInt8, y) in UnitDistance.ofIntegers(x, y) }
    case .uint64:
      unsafe measure(a, b, count, tallies) { (x: UInt64, y) in UnitDistance.difference(x, y) }
    case .uint32:
      unsafe measure(a, b, count, tallies) { (x: UInt32, y) in UnitDistance.difference(x, y) }
    case .uint16:
      unsafe measure(a, b, count, tallies) { (x: UInt16, y) in UnitDistance.difference(x, y) }
    case .uint8:
      unsafe measure(a, b, count, tallies) { (x: UInt8, y) in UnitDistance.difference(x, y) }
    }
  }

  @inline(__always) @unsafe
  private mutating func measure<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int, _ tallies: Bool,
    distance: (Bits, Bits) -> Bits
  ) -> (differing: Int, apart: Int) {
    let width = MemoryLayout<Bits>.size
    let distances = unsafe scratch.2.assumingMemoryBound(to: Bits.self)
    var found = (differing: 0, apart: 0)
    // Counted in the numbers' own width, which vectorises: as many at a time as it holds.
    let most = Bits.bitWidth == 8 ? 128 : Self.chunk
    for start in stride(from: 0, to: count, by: most) {
      var (differing, apart): (Bits, Bits) = (0, 0)
      for index in start..<min(start + most, count) {
        let x = unsafe a.loadUnaligned(fromByteOffset: width &* index, as: Bits.self)
        let y = unsafe b.loadUnaligned(fromByteOffset: width &* index, as: Bits.self)
        let units = distance(x, y)
        unsafe distances[index] = units
        differing &+= x != y ? 1 : 0
        apart &+= units != 0 ? 1 : 0
      }
      found.differing += Int(differing)
      found.apart += Int(apart)
    }
    guard tallies else { return found }
    unsafe result.distances.withUnsafeMutableBufferPointer { tally in
      for index in 0..<count {
        let length = unsafe Bits.bitWidth &- distances[index].leadingZeroBitCount
        unsafe tally[length] &+= 1
      }
    }
    return found
  }
}

/// Distances of stored numbers in units in the last place; beside their loop, so that builds file by file
/// specialise them, too.
///
/// The bits of a finite number, read as sign and size, are mapped to integers in the order of the values:
/// k(x) = ±size, so that neighbours differ by 1, denormals among them, and −0 and +0 are both 0. The
/// distance is |k(x) − k(y)|; through zero it counts all numbers on the way. Of integers it is |x − y|.
private enum UnitDistance {
  /// Distances of bits of floats, whose highest bit is the sign.
  @inline(__always) static func ofFloats<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    difference(key(x), key(y))
  }

  /// k(x), moved by half of all bit patterns to be positive.
  @inline(__always) private static func key<Bits: FixedWidthInteger & UnsignedInteger>(
    _ bits: Bits
  ) -> Bits {
    let sign: Bits = 1 << Bits(Bits.bitWidth - 1)
    return bits >= sign ? sign &- (bits &- sign) : sign &+ bits
  }

  /// Distances of bits of integers with a sign.
  @inline(__always) static func ofIntegers<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    let sign: Bits = 1 << Bits(Bits.bitWidth - 1)
    return difference(x ^ sign, y ^ sign)
  }

  /// |x − y|.
  @inline(__always) static func difference<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    x > y ? x &- y : y &- x
  }
}
