import Files
import Foundation
import Tensors
import TestSupport
import Testing

struct TensorReadingTests {
  /// A tensor over a file with these bytes, after `padding` bytes that do not belong to it.
  static func mapped<Result>(
    _ bytes: [UInt8], shape: [Int], _ type: ElementType, padding: Int = 0,
    _ body: (Tensor) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "bytes").path
      try Data([UInt8](repeating: 0xFF, count: padding) + bytes).write(to: URL(filePath: path))
      let file = try MappedFile(path: path)
      return try body(
        Tensor(shape: shape, elementType: type, file: file, byteOffset: padding))
    }
  }

  static func littleEndian<Bits: FixedWidthInteger>(_ values: [Bits]) -> [UInt8] {
    values.flatMap { value in
      (0..<Bits.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Bits($0 * 8)) }
    }
  }

  @Test(arguments: [0, 1, 3])
  func `rows are copied from where they are`(padding: Int) throws {
    let values = (0..<12).map { Float($0) - 2.25 }
    try Self.mapped(
      Self.littleEndian(values.map(\.bitPattern)), shape: [4, 3], .float32, padding: padding
    ) { tensor in
      #expect(try tensor.floats() == values)
      var rows = [Float](repeating: -1, count: 6)
      var span = rows.mutableSpan
      try tensor.copyFloats(rows: 1..<3, into: &span)
      #expect(rows == Array(values[3..<9]))
    }
  }

  @Test func `rows of floats in memory are copied too`() throws {
    let tensor = Tensor(shape: [2, 2, 2], floats: [0, 1, 2, 3, 4, 5, 6, 7])
    var rows = [Float](repeating: -1, count: 4)
    var span = rows.mutableSpan
    try tensor.copyFloats(rows: 1..<2, into: &span)
    #expect(rows == [4, 5, 6, 7])
    #expect(tensor.rowCount == 2)
    #expect(try Tensor(shape: [], floats: [2.5]).floats() == [2.5])
  }

  @Test func `a scalar is one row and an empty tensor has none`() throws {
    try Self.mapped(Self.littleEndian([0xC020 as UInt16]), shape: [], .bfloat16) { tensor in
      #expect(tensor.rowCount == 1)
      let floats = try tensor.floats()
      #expect(floats == [-2.5])
    }
    try Self.mapped([], shape: [0, 3], .float16) { tensor in
      #expect(tensor.rowCount == 0)
      let floats = try tensor.floats()
      #expect(floats.isEmpty)
    }
  }

  @Test(arguments: ElementType.allCases.filter { !$0.isWidenable })
  func `other types are refused by name`(type: ElementType) throws {
    try Self.mapped([UInt8](repeating: 0, count: 16), shape: [16 / type.byteCount], type) {
      let tensor = $0
      let error = try #require(throws: TensorError.self) { try tensor.floats() }
      #expect(error == .notWidenable(type))
      #expect(error.description.hasPrefix("stored as \(type.rawValue), which is not read"))
    }
  }

  @Test(
    arguments: [
      (ElementType.float64, [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]), (.float32, [0, 0, 0x80, 0xFF]),
      (.float32, [1, 0, 0x80, 0x7F]), (.float16, [0, 0x7C]), (.float16, [1, 0xFE]),
      (.bfloat16, [0x80, 0x7F]), (.bfloat16, [0xC0, 0xFF]), (.float8e5m2, [0x7C]),
      (.float8e4m3, [0xFF]),
    ] as [(ElementType, [UInt8])])
  func `the first infinity or NaN is found in the stored type`(
    type: ElementType, pattern: [UInt8]
  ) throws {
    // 10,000 elements: more than two blocks of the search, the last one incomplete. 0x3B in every
    // byte is finite in each of the types.
    let count = 10_000
    let finite = [UInt8](repeating: 0x3B, count: count * type.byteCount)
    try Self.mapped(finite, shape: [count], type, padding: 1) {
      #expect($0.firstNonFiniteIndex() == nil)
    }
    for positions in [[0], [4095, 4096], [4096], [8191, 9000], [9999]] {
      var bytes = finite
      for position in positions {
        let start = position * type.byteCount
        bytes.replaceSubrange(start..<start + type.byteCount, with: pattern)
      }
      try Self.mapped(bytes, shape: [count], type, padding: 1) {
        #expect($0.firstNonFiniteIndex() == positions[0])
        // Pieces smaller than a block, a page, and the tensor.
        for piece in [8, 4_096, 40_000] {
          #expect($0.firstNonFiniteIndex(lettingGoEvery: piece) == positions[0])
        }
      }
    }
  }

  @Test func `integers are always finite and floats in memory are searched`() throws {
    try Self.mapped([UInt8](repeating: 0xFF, count: 16), shape: [4], .int32) {
      #expect($0.firstNonFiniteIndex() == nil)
    }
    #expect(Tensor(shape: [3], floats: [1, -.infinity, .nan]).firstNonFiniteIndex() == 1)
    #expect(
      Tensor(shape: [2], floats: [.greatestFiniteMagnitude, -0]).firstNonFiniteIndex() == nil)
  }
}
