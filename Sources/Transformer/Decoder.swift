internal import Kernels

/// Continues prompts token by token, many rows at once.
///
/// Keys and values are kept: a prompt's once for all rows that continue it, and each row's own. Rows
/// that are finished are left out of the next step, so a batch gets cheaper as it goes.
package final class Decoder {
  /// What a row goes on from, and how far it may get.
  package struct Row: Sendable {
    /// Which prompt it continues.
    package var prompt: Int
    /// How many of that prompt's tokens are before its own; nil for all.
    ///
    /// Attention looks back only, so texts that leave a prompt at several places share its keys.
    package var kept: Int?
    /// Most tokens that it can get.
    package var capacity: Int

    /// All parts given.
    package init(prompt: Int, kept: Int? = nil, capacity: Int) {
      (self.prompt, self.kept, self.capacity) = (prompt, kept, capacity)
    }
  }

  /// The model.
  package let model: Transformer
  private let rows: [Row]
  /// Rows of the packed prompts that each row continues.
  private let pasts: [Range<Int>]
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
  package convenience init(
    model: Transformer, prompts: [[Int32]], promptOfRow: [Int], capacity: Int
  ) throws(TransformerError) {
    try self.init(
      model: model, prompts: prompts,
      rows: promptOfRow.map { Row(prompt: $0, capacity: capacity) })
  }

  /// Runs the prompts, of which rows may keep only the first tokens.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - prompts: token ids, each at least one long.
  ///   - rows: to decode; one that keeps a part of its prompt begins with `step`.
  /// - Throws: as the other one.
  package init(
    model: Transformer, prompts: [[Int32]], rows: [Row]
  ) throws(TransformerError) {
    let contextLength = model.configuration.contextLength
    if prompts.contains(where: \.isEmpty) { throw .emptyPrompt }
    let longest = rows.reduce(prompts.map(\.count).max() ?? 0) {
      max($0, ($1.kept ?? prompts[$1.prompt].count) + $1.capacity)
    }
    guard longest <= contextLength else {
      throw .tooLong(count: longest, contextLength: contextLength)
    }
    let capacity = rows.map(\.capacity).max() ?? 0
    for scaling in model.configuration.ropes.map(\.scaling) {
      guard let limit = scaling.changesBeyond, longest > limit else { continue }
      throw .notContinuable(count: longest, limit: limit, scaling: scaling.name)
    }
    self.model = model
    self.rows = rows
    angles = model.configuration.rotaryAngles(upTo: longest)
    counts = Array(repeating: 0, count: rows.count)
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
    let sequences = states.sequences
    pasts = rows.map { row in sequences[row.prompt].prefix(row.kept ?? .max) }
    let hidden = states.width
    lastHidden = states.sequences.flatMap { sequence in
      let last = (sequence.upperBound - 1) * hidden
      return (0..<hidden).map { states.values[last + $0] }
    }
    cache = KeyValueCache(
      layers: layers, width: width, promptKeys: promptKeys, promptValues: promptValues,
      slots: rows.count, capacity: capacity)
  }

  /// Logits for the first token of rows that keep all of their prompts.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - body: gets `[rows, vocabulary]`.
  /// - Returns: what `body` returns.
  package func firstLogits<Result>(of rows: [Int], _ body: (Span<Float>) -> Result) -> Result {
    let hidden = model.configuration.hiddenSize
    let states = rows.flatMap { row in
      lastHidden[self.rows[row].prompt * hidden..<(self.rows[row].prompt + 1) * hidden]
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
      let prompt = pasts[row]
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
