import Files
import Foundation
import Kernels
import Tensors

/// The parts of a block that are no products, and the widening of stored weights.
enum LayerCases {
  static var all: [Case] {
    [
      attention(
        "demo 89 × 46", lengths: Array(repeating: 46, count: 89),
        heads: .init(queryCount: 4, keyValueCount: 2, dimension: 32)),
      attention(
        "Qwen2.5-0.5B 4 × 512", lengths: Array(repeating: 512, count: 4),
        heads: .init(queryCount: 14, keyValueCount: 2, dimension: 64)),
      normalisation("demo 4096×128", rows: 4_096, width: 128),
      normalisation("Qwen2.5-0.5B 2048×896", rows: 2_048, width: 896),
      rotation("demo 4096×128", rows: 4_096, headCount: 4, dimension: 32),
      rotation("Qwen2.5-0.5B 2048×896", rows: 2_048, headCount: 14, dimension: 64),
      activation("demo 4096×384", rows: 4_096, width: 384),
      activation("Qwen2.5-0.5B 2048×4864", rows: 2_048, width: 4_864),
      widening("demo 384×128", rows: 384, width: 128),
      widening("Qwen2.5-0.5B 4864×896", rows: 4_864, width: 896),
      widening("Qwen2.5-0.5B head 151936×896", rows: 151_936, width: 896),
    ]
  }

  /// Operations: products with the keys a query sees, and as many with the values.
  private static func attention(
    _ shape: String, lengths: [Int], heads: CausalAttention.Heads
  ) -> Case {
    let visible = lengths.reduce(0) { $0 + $1 * ($1 + 1) / 2 }
    let operations = 4 * visible * heads.queryCount * heads.dimension
    return Case(
      name: "attention, " + shape, work: .multiplication(operations: Double(operations))
    ) {
      var sequences: [Range<Int>] = []
      for length in lengths {
        let start = sequences.last?.upperBound ?? 0
        sequences.append(start..<start + length)
      }
      let rows = lengths.reduce(0, +)
      let queries = Matrix(count: rows * heads.queryCount * heads.dimension, seed: 1)
      let keys = Matrix(count: rows * heads.keyValueCount * heads.dimension, seed: 2)
      let values = Matrix(count: rows * heads.keyValueCount * heads.dimension, seed: 3)
      let output = Matrix(zeros: queries.count)
      return { iteration in
        queries.vary(iteration)
        attend(
          queries.buffer, keys.buffer, values.buffer, sequences, heads, into: &output.buffer)
        return output.sample(iteration)
      }
    }
  }

  /// Bytes: the input read, the output written.
  private static func normalisation(_ shape: String, rows: Int, width: Int) -> Case {
    Case(name: "RMS norm, " + shape, work: .memory(bytes: 8 * Double(rows * width))) {
      let input = Matrix(count: rows * width, seed: 1)
      let weight = Matrix(count: width, seed: 2)
      let output = Matrix(zeros: rows * width)
      return { iteration in
        input.vary(iteration)
        normalise(input.buffer, weight.buffer, rows: rows, into: &output.buffer)
        return output.sample(iteration)
      }
    }
  }

  /// Bytes: read and written in place.
  private static func rotation(
    _ shape: String, rows: Int, headCount: Int, dimension: Int
  ) -> Case {
    Case(
      name: "rotary embedding, " + shape,
      work: .memory(bytes: 8 * Double(rows * headCount * dimension))
    ) {
      let heads = Matrix(count: rows * headCount * dimension, seed: 1)
      let positions = (0..<rows).map { Int32($0 % 512) }
      let table = RotaryEmbedding.Table(
        positionCount: 512, headDimension: dimension, base: 10_000)
      return { iteration in
        heads.vary(iteration)
        heads.buffer.withMutableSpan(0..<heads.count) { elements in
          RotaryEmbedding.apply(
            to: &elements, positions: positions.span, headCount: headCount, table: table)
        }
        return heads.sample(iteration)
      }
    }
  }

  /// Bytes: two inputs read, the output written over one of them.
  private static func activation(_ shape: String, rows: Int, width: Int) -> Case {
    Case(name: "SwiGLU, " + shape, work: .memory(bytes: 12 * Double(rows * width))) {
      let gate = Matrix(count: rows * width, seed: 1)
      // Near 2, so that what is overwritten again and again neither grows nor becomes subnormal.
      let up = Matrix(count: rows * width, scale: 0.01, seed: 2)
      up.buffer.withMutableSpan(0..<up.count) { elements in
        for index in elements.indices { elements[index] += 2 }
      }
      return { iteration in
        gate.vary(iteration)
        activate(&gate.buffer, up.buffer, rows: rows, width: width)
        return gate.sample(iteration)
      }
    }
  }

  /// Widening of a mapped file, two bytes read and four written per element.
  private static func widening(_ shape: String, rows: Int, width: Int) -> Case {
    Case(name: "widening bf16, " + shape, work: .memory(bytes: 6 * Double(rows * width))) {
      let folder = FileManager.default.temporaryDirectory
      let place = folder.appending(path: "tokenshift-bench-\(UUID().uuidString)")
      // The lower byte of a bfloat16 is mantissa, the upper 0x3F: all finite.
      try Data(
        (0..<2 * rows * width).lazy.map { $0 % 2 == 0 ? UInt8(truncatingIfNeeded: $0) : 0x3F }
      )
      .write(to: place)
      let file = try MappedFile(path: place.path)
      try FileManager.default.removeItem(at: place)
      let tensor = Tensor(
        shape: [rows, width], elementType: .bfloat16, file: file, byteOffset: 0)
      let output = Matrix(zeros: rows * width)
      return { iteration in
        output.buffer.withMutableSpan(0..<output.count) { elements in
          RowBlocks.forEach(of: &elements, rows: rows, width: width, blockRows: 256) {
            block, part in
            // The type is one that widens, so this can't fail; a failure would show as zeros.
            try? tensor.copyFloats(rows: block, into: &part)
          }
        }
        return output.sample(iteration)
      }
    }
  }
}

// MARK: Kernels on whole buffers

extension LayerCases {
  private static func attend(
    _ queries: borrowing FloatBuffer, _ keys: borrowing FloatBuffer,
    _ values: borrowing FloatBuffer, _ sequences: [Range<Int>], _ heads: CausalAttention.Heads,
    into output: inout FloatBuffer
  ) {
    var span = output.mutableSpan
    CausalAttention.forward(
      queries: queries.span, keys: keys.span, values: values.span, sequences: sequences,
      heads: heads, into: &span)
  }

  private static func normalise(
    _ input: borrowing FloatBuffer, _ weight: borrowing FloatBuffer, rows: Int,
    into output: inout FloatBuffer
  ) {
    var span = output.mutableSpan
    RMSNorm.forward(input.span, weight: weight.span, epsilon: 1e-6, rows: rows, into: &span)
  }

  private static func activate(
    _ gate: inout FloatBuffer, _ up: borrowing FloatBuffer, rows: Int, width: Int
  ) {
    var span = gate.mutableSpan
    SwiGLU.forward(gate: &span, up: up.span, rows: rows, width: width)
  }
}
