internal import Kernels

/// Continues prompts token by token, many rows at once.
///
/// Keys and values are kept: a prompt's once for all rows that continue it, and each row's own. Rows
/// that are finished are left out of the next step, so a batch gets cheaper as it goes.
package final class Decoder {
  /// The model.
  package let model: Transformer
  /// Most tokens that a row can get.
  package let capacity: Int
  /// Which prompt each row continues.
  package let promptOfRow: [Int]
  private let prompts: [Range<Int>]
  private var counts: [Int]
  private var cache: KeyValueCache
  private var scratch = ProductScratch()
  /// Angles of every position a row can get to.
  private let angles: LayerAngles
  /// Hidden states of each prompt's last position, `[prompts, hidden]`.
  private let lastHidden: [Float]

  /// Runs the prompts.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - prompts: token ids, each at least one long.
  ///   - promptOfRow: for each row to decode, the prompt it continues.
  ///   - capacity: most tokens a row will get.
  /// - Throws: `TransformerError` for an empty or too long prompt, or a token out of range.
  package init(
    model: Transformer, prompts: [[Int32]], promptOfRow: [Int], capacity: Int
  ) throws(TransformerError) {
    let contextLength = model.configuration.contextLength
    for prompt in prompts where prompt.count + capacity > contextLength || prompt.isEmpty {
      if prompt.isEmpty { throw .emptyPrompt }
      throw .tooLong(count: prompt.count + capacity, contextLength: contextLength)
    }
    let longest = (prompts.map(\.count).max() ?? 0) + capacity
    for scaling in model.configuration.ropes.map(\.scaling) {
      guard let limit = scaling.changesBeyond, longest > limit else { continue }
      throw .notContinuable(count: longest, limit: limit, scaling: scaling.name)
    }
    self.model = model
    self.capacity = capacity
    self.promptOfRow = promptOfRow
    angles = model.configuration.rotaryAngles(upTo: longest)
    counts = Array(repeating: 0, count: promptOfRow.count)
    let heads = model.configuration.heads
    let promptRows = prompts.reduce(0) { $0 + $1.count }
    let layers = model.configuration.layerCount
    let width = heads.keyValueCount * heads.dimension
    var promptKeys = FloatBuffer(uninitialized: layers * promptRows * width)
    var promptValues = FloatBuffer(uninitialized: layers * promptRows * width)
    let packed = PackedSequences(prompts)
    try model.configuration.check(packed)
    let blocks = model.configuration.layerCount
    let states = model.runBlocks(over: packed, blocks: blocks) { layer, activations in
      let place = layer * promptRows * width..<(layer + 1) * promptRows * width
      promptKeys.copy(activations.keys.span, into: place)
      promptValues.copy(activations.values.span, into: place)
    }
    self.prompts = states.sequences
    let hidden = states.width
    lastHidden = states.sequences.flatMap { sequence in
      let last = (sequence.upperBound - 1) * hidden
      return (0..<hidden).map { states.values[last + $0] }
    }
    cache = KeyValueCache(
      layers: layers, width: width, promptKeys: promptKeys, promptValues: promptValues,
      slots: promptOfRow.count, capacity: capacity)
  }

  /// Logits for the first token of rows, from their prompts.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - body: gets `[rows, vocabulary]`.
  /// - Returns: what `body` returns.
  package func firstLogits<Result>(of rows: [Int], _ body: (Span<Float>) -> Result) -> Result {
    let hidden = model.configuration.hiddenSize
    let states = rows.flatMap { row in
      lastHidden[promptOfRow[row] * hidden..<(promptOfRow[row] + 1) * hidden]
    }
    return withLogits(of: states.span, rows: rows.count, body)
  }

  /// Takes a token for each of some rows, and gives the logits for their next.
  ///
  /// - Parameters:
  ///   - tokens: one for each of `rows`.
  ///   - rows: which rows; no row twice.
  ///   - body: gets `[rows, vocabulary]`.
  /// - Returns: what `body` returns.
  package func step<Result>(
    _ tokens: [Int32], rows: [Int], _ body: (Span<Float>) -> Result
  ) -> Result {
    precondition(tokens.count == rows.count, "\(tokens.count) tokens for \(rows.count) rows")
    var positions: [Int32] = []
    var places: [DecodingAttention.Row] = []
    for row in rows {
      let prompt = prompts[promptOfRow[row]]
      positions.append(Int32(prompt.count + counts[row]))
      counts[row] += 1
      places.append(DecodingAttention.Row(prompt: prompt, slot: row, count: counts[row]))
    }
    var activations = Activations(
      segments: rows.indices.map { CausalAttention.Segment(rows: $0..<$0 + 1) },
      positions: positions,
      configuration: model.configuration)
    model.embed(tokens, into: &activations)
    let angles = angles.placed(at: positions)
    for (layer, block) in model.weights.blocks.enumerated() {
      model.project(block, angles: angles[layer], scratch: &scratch, &activations)
      cache.remember(layer: layer, places, activations)
      cache.attend(
        layer: layer, places, activations.queries, heads: model.configuration.heads,
        settings: model.configuration.attentionSettings(layer: layer), into: &activations.attended)
      model.addAttention(block, scratch: &scratch, &activations)
      model.feedForward(block, scratch: &scratch, &activations)
    }
    model.normalise(activations.residual, model.weights.finalNorm, into: &activations.normed)
    return withLogits(of: activations.normed.span, rows: rows.count, body)
  }

  private func withLogits<Result>(
    of hidden: Span<Float>, rows: Int, _ body: (Span<Float>) -> Result
  ) -> Result {
    let size = model.configuration.vocabularySize
    var logits = FloatBuffer(uninitialized: rows * size)
    var span = logits.mutableSpan
    model.logits(hidden, rows: rows, vocabulary: 0..<size, scratch: &scratch, into: &span)
    return body(logits.span)
  }
}
