import Kernels
import Testing

@Suite struct FloatBufferTests {
  @Test func `elements are written and read back`() {
    var buffer = FloatBuffer(repeating: 2.5, count: 17)
    #expect(buffer.count == 17)
    #expect((0..<17).allSatisfy { buffer[$0] == 2.5 })
    var span = buffer.mutableSpan
    for index in span.indices { span[index] = Float(index) }
    buffer[3] = -1
    #expect(buffer.span[16] == 16)
    #expect(buffer[3] == -1)
  }

  @Test func `a buffer of nothing is allowed`() {
    let buffer = FloatBuffer(uninitialized: 0)
    #expect(buffer.span.count == 0)
  }

  @Test func `an index outside is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(repeating: 0, count: 3)[3] }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(repeating: 0, count: 3)[-1] }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(uninitialized: -1) }
  }
}

@Suite struct RowBlocksTests {
  @Test(arguments: [0, 1, 7, 16, 17, 257], [1, 2, 16, 300])
  func `every row is in one block that has its elements`(rows: Int, blockRows: Int) {
    let width = 3
    var matrix = (0..<rows * width).map { Float($0) }
    var span = matrix.mutableSpan
    RowBlocks.forEach(of: &span, rows: rows, width: width, blockRows: blockRows) {
      range, elements in
      // Adding 1,000 times the row shows a row that is visited twice, or by the wrong block.
      for row in range {
        for column in 0..<width {
          elements[(row - range.lowerBound) * width + column] += Float(1000 * (row + 1))
        }
      }
    }
    #expect(matrix == (0..<rows * width).map { Float($0 + 1000 * ($0 / width + 1)) })
  }

  @Test func `blocks have at most as many rows as asked for`() {
    var matrix = [Float](repeating: 0, count: 10)
    var span = matrix.mutableSpan
    RowBlocks.forEach(of: &span, rows: 10, width: 1, blockRows: 4) { range, elements in
      for index in elements.indices { elements[index] = Float(range.count) }
    }
    #expect(matrix == [4, 4, 4, 4, 4, 4, 4, 4, 2, 2])
  }

  @Test func `elements that are no rows are a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      var matrix: [Float] = [1, 2, 3]
      var span = matrix.mutableSpan
      RowBlocks.forEach(of: &span, rows: 2, width: 2, blockRows: 1) { _, _ in }
    }
  }
}
