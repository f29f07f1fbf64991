internal import Files
internal import Kernels
internal import Tensors

extension ElementType {
  /// As kernels compare it.
  var stored: StoredNumber {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float8e5m2: .float8e5m2
    case .float8e4m3: .float8e4m3
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8, .bool: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    }
  }
}

/// A tensor before and after, of one shape.
struct TensorPair: Sendable {
  let before: Tensor
  let after: Tensor

  /// The type whose units in the last place are counted; nil for truth values.
  ///
  /// Of two types it is the coarser one, to which the other side is rounded; nil where neither rounds to
  /// the other.
  var units: ElementType? {
    let types = Set([before.elementType, after.elementType])
    if types.count == 1 { return before.elementType == .bool ? nil : before.elementType }
    if types == [.float64, .float32] { return .float32 }
    guard types.isSubset(of: [.float32, .float16, .bfloat16]) else { return nil }
    // bfloat16 has fewer bits of mantissa than half precision.
    return types.contains(.bfloat16) ? .bfloat16 : .float16
  }

  /// A type in which elements are counted as they are after rounding: the units' where both sides aren't
  /// of it, and bfloat16 for singles.
  var rounded: ElementType? {
    let types = Set([before.elementType, after.elementType])
    if types == [.float32] { return .bfloat16 }
    return types.count == 2 ? units : nil
  }

  private var types: StoredDifference.Types {
    StoredDifference.Types(
      before: before.elementType.stored, after: after.elementType.stored, units: units?.stored,
      rounded: rounded == units ? nil : rounded?.stored)
  }

  /// Elements of a block that one thread compares.
  private static let blockSize = 1 << 17
  /// Blocks of a product with D at most, and elements of one at least: each has a vector of its own.
  private static let products = (most: 32, size: 1 << 18)
  /// Larger tensors let their memory go after each block, so that they are never there as a whole.
  private static let largest = 64 << 20

  /// Compares all elements, in blocks on all threads; the same bits for any number of them.
  func difference() -> StoredDifference {
    let blocks = blocks(of: Self.blockSize)
    let types = types
    let parts = Parallel.map(blocks.count) { index in
      var part = StoredDifference()
      withBytes(of: blocks[index]) { part = StoredDifference(before: $0, after: $1, types) }
      return part
    }
    var sum = StoredDifference()
    for (block, part) in zip(blocks, parts) {
      sum.add(part, at: block.lowerBound * before.rowSize)
    }
    return sum
  }

  /// The stable rank of the difference; nil where it isn't a matrix, nothing changed, or squares are beyond
  /// what numbers hold.
  ///
  /// - Parameters:
  ///   - difference: of all elements.
  ///   - mostSteps: of the iteration.
  /// - Returns: the ratio, with how well it is known.
  func stableRank(
    of difference: StoredDifference, mostSteps: Int = StableRank.mostSteps
  ) -> StableRank? {
    let columns = before.rowSize
    guard before.shape.count == 2, before.rowCount > 1, columns > 1, difference.largest > 0 else {
      return nil
    }
    // A power of two, which changes no digit; within singles, as their squares then are.
    let exponent = min(max(-Int(difference.largest.exponent), -126), 126)
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let count = before.elementCount
    let size = max(Self.products.size, (count + Self.products.most - 1) / Self.products.most)
    let blocks = blocks(of: size)
    let types = types
    return StableRank(
      squares: difference.squares.difference * scale * scale, columns: columns,
      mostSteps: mostSteps
    ) { vector in
      let singles = vector.map { Float($0) }
      let parts = Parallel.map(blocks.count) { index in
        var part: [Float] = []
        withBytes(of: blocks[index]) {
          part = DifferenceProduct.gram(
            before: $0, after: $1, types, columns: columns, scale: scale, vector: singles.span)
        }
        return part
      }
      var sum = [Double](repeating: 0, count: columns)
      for part in parts { for column in sum.indices { sum[column] += Double(part[column]) } }
      return sum
    }
  }

  /// Gives the memory of mapped elements back.
  func letGo() {
    before.expect(.later, ofRows: 0..<before.rowCount)
    after.expect(.later, ofRows: 0..<after.rowCount)
  }

  /// Rows in blocks of about so many elements, at least one row each.
  private func blocks(of size: Int) -> [Range<Int>] {
    let rows = before.rowCount
    let count = max(1, size / max(before.rowSize, 1))
    return stride(from: 0, to: rows, by: count).map { $0..<min($0 + count, rows) }
  }

  private func withBytes(of rows: Range<Int>, _ body: (RawSpan, RawSpan) -> Void) {
    before.withStoredBytes(rows: rows) { first in
      after.withStoredBytes(rows: rows) { second in body(first, second) }
    }
    if max(before.byteCount, after.byteCount) > Self.largest {
      before.expect(.later, ofRows: rows)
      after.expect(.later, ofRows: rows)
    }
  }
}
