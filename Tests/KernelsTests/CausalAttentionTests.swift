import Kernels
import TestSupport
import Testing

@Suite struct CausalAttentionTests {
  typealias Heads = CausalAttention.Heads

  /// Lengths around the eight lanes and the blocks of 128 queries; an empty sequence between.
  static let cases: [(lengths: [Int], heads: Heads)] = [
    ([], Heads(queryCount: 1, keyValueCount: 1, dimension: 2)),
    ([1], Heads(queryCount: 1, keyValueCount: 1, dimension: 1)),
    ([7, 16, 17], Heads(queryCount: 4, keyValueCount: 2, dimension: 6)),
    ([3, 0, 1], Heads(queryCount: 3, keyValueCount: 1, dimension: 4)),
    ([129, 5], Heads(queryCount: 2, keyValueCount: 2, dimension: 3)),
    ([2, 257], Heads(queryCount: 2, keyValueCount: 1, dimension: 5)),
  ]

  @Test(arguments: cases, [1, 2] as [UInt64])
  func `packed sequences attend to their own past`(
    case: (lengths: [Int], heads: Heads), seed: UInt64
  ) {
    let input = Input(lengths: `case`.lengths, heads: `case`.heads, seed: seed)
    expectWithin(
      input.output(),
      Reference.attention(
        queries: input.queries, keys: input.keys, values: input.values,
        sequences: input.sequences, heads: input.heads))
  }

  /// Windows of one position, within a block, over several blocks, and longer than the text.
  static let settings = [
    CausalAttention.Settings(scale: 0.3), .init(scale: 0.5, window: 1),
    .init(scale: 0.5, window: 5), .init(scale: 1, window: 140), .init(scale: 0.5, window: 500),
    .init(scale: 1.5, softCap: 2), .init(scale: 1.5, window: 9, softCap: 1.25),
  ]

  @Test(arguments: settings, [[7, 16, 17], [3, 0, 1], [300, 5]])
  func `scale, window and cap are those asked for`(
    settings: CausalAttention.Settings, lengths: [Int]
  ) {
    let heads = Heads(queryCount: 4, keyValueCount: 2, dimension: 3)
    let input = Input(lengths: lengths, heads: heads, seed: 7)
    expectWithin(
      input.output(settings),
      Reference.attention(
        queries: input.queries, keys: input.keys, values: input.values,
        sequences: input.sequences, heads: heads, settings: settings))
  }

  @Test(arguments: settings)
  func `decoding the last position gives what the whole text gives`(
    settings: CausalAttention.Settings
  ) {
    let heads = Heads(queryCount: 4, keyValueCount: 2, dimension: 8)
    let (length, width, queryWidth) = (23, 16, 32)
    let input = Input(lengths: [length], heads: heads, seed: 8)
    let expected = Reference.attention(
      queries: input.queries, keys: input.keys, values: input.values,
      sequences: input.sequences, heads: heads, settings: settings)
    let last = (length - 1) * queryWidth..<length * queryWidth
    for promptCount in [0, 6, 20, 22] {
      let own = length - promptCount
      // After a slot of another row, and with room to spare.
      var (keys, values) = (
        [Float](repeating: 9, count: 60 * width), [Float](repeating: 9, count: 60 * width)
      )
      keys.replaceSubrange(
        30 * width..<(30 + own) * width, with: input.keys[(promptCount * width)...])
      values.replaceSubrange(
        30 * width..<(30 + own) * width, with: input.values[(promptCount * width)...])
      var output = [Float](repeating: .nan, count: queryWidth)
      var span = output.mutableSpan
      DecodingAttention.forward(
        queries: Array(input.queries[last]).span,
        promptKeys: Array(input.keys[..<(promptCount * width)]).span,
        promptValues: Array(input.values[..<(promptCount * width)]).span, keys: keys.span,
        values: values.span, capacity: 30,
        rows: [.init(prompt: 0..<promptCount, slot: 1, count: own)], heads: heads,
        settings: settings, into: &span)
      expectWithin(
        output,
        Bounded(values: Array(expected.values[last]), bounds: Array(expected.bounds[last])),
        "prompt of \(promptCount)")
    }
  }

  @Test func `the first position returns its own value`() {
    let input = Input(
      lengths: [9, 130], heads: Heads(queryCount: 4, keyValueCount: 2, dimension: 3), seed: 4)
    let output = input.output()
    for sequence in input.sequences {
      for head in 0..<4 {
        let from = sequence.lowerBound * 6 + head / 2 * 3
        let to = sequence.lowerBound * 12 + head * 3
        // One weight that is e⁰ = 1, the others 0: exact.
        #expect(Array(output[to..<to + 3]) == Array(input.values[from..<from + 3]))
      }
    }
  }

  @Test func `what comes later changes no bit of what came before`() {
    var input = Input(
      lengths: [40], heads: Heads(queryCount: 2, keyValueCount: 1, dimension: 8), seed: 5)
    let before = input.output()
    for index in 30 * 8..<40 * 8 { (input.keys[index], input.values[index]) = (50, -3) }
    let after = input.output()
    #expect(bits(Array(before[..<(30 * 16)])) == bits(Array(after[..<(30 * 16)])))
    #expect(before[30 * 16] != after[30 * 16])
  }

  @Test func `a packed sequence has the same bits as alone`() {
    let heads = Heads(queryCount: 2, keyValueCount: 1, dimension: 8)
    let packed = Input(lengths: [20, 31, 9], heads: heads, seed: 6)
    var alone = Input(lengths: [31], heads: heads, seed: 6)
    let rows = packed.sequences[1]
    alone.queries = Array(packed.queries[rows.lowerBound * 16..<rows.upperBound * 16])
    alone.keys = Array(packed.keys[rows.lowerBound * 8..<rows.upperBound * 8])
    alone.values = Array(packed.values[rows.lowerBound * 8..<rows.upperBound * 8])
    let part = packed.output()[rows.lowerBound * 16..<rows.upperBound * 16]
    #expect(bits(Array(part)) == bits(alone.output()))
  }

  /// Prefixes below, at and above a block of queries and a window, and a continuation of nothing.
  @Test(arguments: settings, [(5, [3, 0, 9]), (1, [130, 2]), (133, [1, 131]), (9, [7])])
  func `a sequence that goes on from another's rows sees them as its own past`(
    settings: CausalAttention.Settings, lengths: (prefix: Int, own: [Int])
  ) {
    let heads = Heads(queryCount: 4, keyValueCount: 2, dimension: 3)
    let (prefix, own) = lengths
    // The first text has two rows more than the others share.
    let shared = Input(lengths: [prefix + 2] + own, heads: heads, seed: 9)
    var output = [Float](repeating: .nan, count: shared.queries.count)
    var span = output.mutableSpan
    CausalAttention.forward(
      queries: shared.queries.span, keys: shared.keys.span, values: shared.values.span,
      segments: shared.sequences.enumerated().map { index, rows in
        CausalAttention.Segment(rows: rows, prefix: index == 0 ? 0..<0 : 0..<prefix)
      }, heads: heads, settings: settings, into: &span)
    for rows in shared.sequences.dropFirst() {
      func whole(_ values: [Float], _ width: Int) -> [Float] {
        Array(
          values[..<(prefix * width)] + values[rows.lowerBound * width..<rows.upperBound * width])
      }
      let expected = Reference.attention(
        queries: whole(shared.queries, 12), keys: whole(shared.keys, 6),
        values: whole(shared.values, 6), sequences: [0..<prefix + rows.count], heads: heads,
        settings: settings)
      expectWithin(
        Array(output[rows.lowerBound * 12..<rows.upperBound * 12]),
        Bounded(
          values: Array(expected.values[(prefix * 12)...]),
          bounds: Array(expected.bounds[(prefix * 12)...])))
    }
  }

  @Test(arguments: [CausalAttention.Settings(scale: 0.3), .init(scale: 0.5, window: 50)])
  func `what goes on from a prefix has the bits of a whole text`(
    settings: CausalAttention.Settings
  ) {
    let heads = Heads(queryCount: 2, keyValueCount: 1, dimension: 64)
    for prefix in Array(stride(from: 8, to: 131, by: 3)) + [63, 64, 128] {
      for own in [1, 20, 70] {
        // The text that has the prefix is of another length.
        let input = Input(lengths: [prefix + 5, own], heads: heads, seed: 3)
        var output = [Float](repeating: .nan, count: input.queries.count)
        var span = output.mutableSpan
        CausalAttention.forward(
          queries: input.queries.span, keys: input.keys.span, values: input.values.span,
          segments: [
            .init(rows: input.sequences[0]), .init(rows: input.sequences[1], prefix: 0..<prefix),
          ], heads: heads, settings: settings, into: &span)
        var whole = Input(lengths: [prefix + own], heads: heads, seed: 3)
        let (first, rows) = (prefix + 5, input.sequences[1])
        func text(_ values: [Float], _ width: Int) -> [Float] {
          Array(values[..<(prefix * width)])
            + Array(values[rows.lowerBound * width..<rows.upperBound * width])
        }
        whole.queries = text(input.queries, 128)
        whole.keys = text(input.keys, 64)
        whole.values = text(input.values, 64)
        #expect(
          bits(Array(output[(first * 128)...]))
            == bits(Array(whole.output(settings)[(prefix * 128)...])),
          "prefix \(prefix), own \(own)")
      }
    }
  }

  @Test func `scores far apart choose one value`() {
    // Scores 0 and 1000·1/√1: the softmax must not overflow.
    var output: [Float] = [.nan, .nan]
    var span = output.mutableSpan
    CausalAttention.forward(
      queries: [1, 1000].span, keys: [0, 1].span, values: [5, 7].span, sequences: [0..<2],
      heads: Heads(queryCount: 1, keyValueCount: 1, dimension: 1), into: &span)
    #expect(output == [5, 7])
  }

  @Test func `heads that can not be shared are a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = CausalAttention.Heads(queryCount: 3, keyValueCount: 2, dimension: 4)
    }
  }

  /// Random queries, keys and values of packed sequences.
  struct Input {
    let heads: Heads
    let sequences: [Range<Int>]
    var queries: [Float]
    var keys: [Float]
    var values: [Float]

    init(lengths: [Int], heads: Heads, seed: UInt64) {
      self.heads = heads
      var random = SeededGenerator(seed: seed)
      var end = 0
      sequences = lengths.map { length in
        end += length
        return end - length..<end
      }
      queries = random.normals(end * heads.queryCount * heads.dimension, deviation: 2)
      keys = random.normals(end * heads.keyValueCount * heads.dimension)
      values = random.normals(end * heads.keyValueCount * heads.dimension)
    }

    func output(_ settings: CausalAttention.Settings? = nil) -> [Float] {
      var output = [Float](repeating: .nan, count: queries.count)
      var span = output.mutableSpan
      CausalAttention.forward(
        queries: queries.span, keys: keys.span, values: values.span, sequences: sequences,
        heads: heads, settings: settings, into: &span)
      return output
    }
  }
}
