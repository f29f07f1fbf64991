internal import Files
internal import Kernels
internal import Tensors

/// The rows of a batch, sorted by the experts that they go through.
///
/// Each choice of a row has a slot; slots lie expert by expert, and an expert's in the order of rows.
/// They are cut into pieces, one product each, and into waves of pieces, by their numbers alone: the
/// same bits for any number of threads.
struct ExpertRows {
  /// Some of an expert's slots.
  struct Piece: Sendable {
    let expert: Int
    let slots: Range<Int>
  }

  /// Most slots of a piece: as many rows as one tile of a product has.
  private static let pieceRows = 256
  /// Most slots of a wave: what their rows take is there at once.
  private static let waveRows = 4096

  let choice: ExpertChoice
  /// `[slots]`.
  let rowOfSlot: [Int32]
  /// `[rows, usedCount]`.
  let slotOfChoice: [Int32]
  let waves: [[Piece]]

  init(_ choice: ExpertChoice, expertCount: Int) {
    var starts = [Int](repeating: 0, count: expertCount + 1)
    for expert in choice.experts { starts[Int(expert) + 1] += 1 }
    for expert in 0..<expertCount { starts[expert + 1] += starts[expert] }
    var next = starts
    var rowOfSlot = [Int32](repeating: 0, count: choice.experts.count)
    slotOfChoice = choice.experts.enumerated().map { index, expert in
      let slot = next[Int(expert)]
      next[Int(expert)] += 1
      rowOfSlot[slot] = Int32(index / choice.usedCount)
      return Int32(slot)
    }
    var waves: [[Piece]] = []
    for expert in 0..<expertCount {
      for slots in Self.pieces(starts[expert]..<starts[expert + 1]) {
        let piece = Piece(expert: expert, slots: slots)
        if let first = waves.last?.first, slots.upperBound - first.slots.lowerBound <= Self.waveRows
        {
          waves[waves.count - 1].append(piece)
        } else {
          waves.append([piece])
        }
      }
    }
    (self.choice, self.rowOfSlot, self.waves) = (choice, rowOfSlot, waves)
  }

  /// Of about equal size: each product reads the expert's weights anew.
  private static func pieces(_ slots: Range<Int>) -> [Range<Int>] {
    let count = (slots.count + pieceRows - 1) / pieceRows
    return (0..<count).map { index in
      slots.lowerBound + slots.count * index / count..<slots.lowerBound + slots.count * (index + 1)
        / count
    }
  }

  /// Experts that have rows, in their order.
  var used: [Int] {
    waves.joined().reduce(into: []) { used, piece in
      if used.last != piece.expert { used.append(piece.expert) }
    }
  }

  /// Floats that a layer of experts needs beside the activations, at most.
  ///
  /// - Parameters:
  ///   - rows: of the batch.
  ///   - hidden: width of the residual stream.
  ///   - experts: of the layer.
  ///   - isRounded: whether inputs are rounded to bfloat16.
  /// - Returns: an upper bound, whatever the router chooses.
  static func floats(
    rows: Int, hidden: Int, _ experts: DecoderOptions.Experts, isRounded: Bool
  ) -> Int {
    let slots = min(waveRows, rows * experts.usedCount)
    // Inputs and outputs, gate and up.
    let perSlot = 2 * hidden + 2 * experts.width + (isRounded ? max(hidden, experts.width) / 2 : 0)
    // Logits; expert, share, row and place of each choice, the first two also in pieces.
    return slots * perSlot + rows * (experts.count + 6 * experts.usedCount)
  }
}

extension Transformer {
  /// residual += Σ share · expert(normed) over the experts that each row goes through.
  ///
  /// Weights of experts without rows are not touched, so that those that lie in files aren't read.
  func apply(_ weights: ExpertWeights, scratch: inout ProductScratch, _ x: inout Activations) {
    guard let experts = configuration.options.experts, x.rows > 0 else { return }
    var logits = FloatBuffer(uninitialized: x.rows * experts.count)
    weights.router.apply(to: x.normed, compute, scratch: &scratch, into: &logits)
    let rows = ExpertRows(
      ExpertChoice(
        logits: logits.span, expertCount: experts.count, usedCount: experts.usedCount,
        normalisesShares: experts.normalisesShares), expertCount: experts.count)
    if releasesWeights {
      for projection in rows.used.flatMap({ weights.layers[$0].projections }) {
        projection.weight.expect(.soon, ofRows: projection.rows)
      }
    }
    for wave in rows.waves {
      guard let first = wave.first, let last = wave.last else { continue }
      let slots = first.slots.lowerBound..<last.slots.upperBound
      var outputs = FloatBuffer(uninitialized: slots.count * configuration.hiddenSize)
      run(wave, of: rows, weights, x.normed, into: &outputs)
      var residual = x.residual.mutableSpan
      rows.choice.add(
        outputs.span, slots: slots, slotOfChoice: rows.slotOfChoice, to: &residual)
    }
  }

  /// Each slot's row through its expert, `[slots, hidden]`.
  private func run(
    _ wave: [ExpertRows.Piece], of rows: ExpertRows, _ weights: ExpertWeights,
    _ input: borrowing FloatBuffer, into outputs: inout FloatBuffer
  ) {
    let (hidden, start) = (configuration.hiddenSize, wave[0].slots.lowerBound)
    let (source, rowOfSlot) = (input.span, rows.rowOfSlot)
    var span = outputs.mutableSpan
    let blocks = wave.map { $0.slots.lowerBound - start..<$0.slots.upperBound - start }
    RowBlocks.forEach(of: &span, width: hidden, blocks: blocks) { index, output in
      let (layer, slots) = (weights.layers[wave[index].expert], wave[index].slots)
      var scratch = ProductScratch()
      var gathered = FloatBuffer(uninitialized: slots.count * hidden)
      for (place, slot) in slots.enumerated() {
        let row = Int(rowOfSlot[slot])
        gathered.copy(
          source.extracting(row * hidden..<(row + 1) * hidden),
          into: place * hidden..<(place + 1) * hidden)
      }
      let width = layer.gate.outputSize
      var gate = FloatBuffer(uninitialized: slots.count * width)
      var up = FloatBuffer(uninitialized: slots.count * width)
      layer.gate.apply(to: gathered, compute, scratch: &scratch, into: &gate)
      layer.up?.apply(to: gathered, compute, scratch: &scratch, into: &up)
      activate(&gate, up, width: width)
      layer.down.weight.multiply(
        gate.span, count: slots.count, rows: layer.down.rows, compute: compute, scratch: &scratch,
        into: &output)
    }
  }
}
