internal import Kernels
internal import TokenStatistics
internal import Transformer

/// What all models say about one position.
struct PositionStatistics: Sendable {
  /// In the order of the models; nil for one that lacks this token or one before it.
  var models: [DistributionStatistics?]
  /// In the order of the pairs; nil where one of both models has nothing to say.
  var pairs: [PairStatistics?]
}

/// Scores packed sequences under several models at once.
///
/// Logits exist for at most `blockRows` positions per model: the forward pass ends at the hidden
/// states, and head product and statistics follow block by block.
struct BatchScorer {
  /// Positions whose logits exist at once, per model.
  static let blockRows = 256
  /// Tokens of the vocabulary that one slice of logits covers.
  static let sliceSize = 3_072

  let models: [Transformer]
  /// Before and after, as indices of models.
  let pairs: [(before: Int, after: Int)]
  let topCount: Int
  /// Ids from here on are not tokens of all models.
  let sharedVocabulary: Int

  /// A scorer of models.
  ///
  /// - Parameters:
  ///   - models: in the order of the results.
  ///   - pairs: before and after, as indices of models.
  ///   - topCount: k.
  ///   - sharedVocabulary: nil for the smallest of the models' vocabularies.
  init(
    models: [Transformer], pairs: [(before: Int, after: Int)], topCount: Int,
    sharedVocabulary: Int? = nil
  ) {
    (self.models, self.pairs, self.topCount) = (models, pairs, topCount)
    self.sharedVocabulary =
      sharedVocabulary ?? models.map(\.configuration.vocabularySize).min() ?? 0
  }

  /// A model's hidden states of a batch's rows.
  final class Hidden: Sendable {
    /// `[rows, width]`.
    let values: FloatBuffer
    let width: Int

    init(_ values: consuming FloatBuffer, width: Int) {
      self.values = values
      self.width = width
    }
  }

  /// The same models in another precision, for what a replicate keeps.
  func replicate(_ compute: ComputeType) -> BatchScorer {
    let models = models.map { model in
      var model = model
      model.compute = compute
      return model
    }
    return BatchScorer(models: models, pairs: [], topCount: 1)
  }

  /// Texts ready to go through the models.
  func pack(_ texts: [TokenSequence]) -> PackedBatch {
    PackedBatch(texts, models: models.map(\.configuration))
  }

  /// One model's hidden states of a batch.
  ///
  /// - Parameters:
  ///   - batch: the texts.
  ///   - index: which model.
  ///   - blocks: only the first so many of the model's, to see how long they take; nil for all.
  ///   - pause: gets the share of the model's blocks that is done; what it throws ends the pass.
  /// - Returns: a row for each of the batch's.
  /// - Throws: `TransformerError`, and what `pause` throws.
  func hidden(
    of batch: PackedBatch, model index: Int, blocks: Int? = nil,
    pause: (Double) throws -> Void = { _ in }
  ) throws -> Hidden {
    let model = models[index]
    let count = Double(model.configuration.layerCount)
    let packed = batch.packed.known(to: model.configuration)
    let states = try model.hiddenStates(of: packed, blocks: blocks) {
      try pause(Double($0) / count)
    }
    let width = states.width
    return Hidden(states.release(), width: width)
  }

  /// The statistics of tokens 1… of each text, in order; the first token has none.
  func score(_ batch: PackedBatch) throws -> [PositionStatistics] {
    score(batch, hidden: try models.indices.map { try hidden(of: batch, model: $0) })
  }

  /// The same from hidden states that are there already, in the order of the models.
  func score(_ batch: PackedBatch, hidden: [Hidden]) -> [PositionStatistics] {
    let predictions = batch.predictions
    var results: [PositionStatistics] = []
    results.reserveCapacity(predictions.count)
    var scratch = ProductScratch()
    // Once for all blocks: fresh pages for each of them would cost a twentieth of the whole time.
    let most = LogitLayout(rows: min(predictions.count, Self.blockRows), models: models)
    var logits = FloatBuffer(uninitialized: most.elementCount)
    for first in stride(from: 0, to: predictions.count, by: Self.blockRows) {
      let block = Array(predictions[first..<min(first + Self.blockRows, predictions.count)])
      results += score(block, hidden: hidden, scratch: &scratch, logits: &logits)
    }
    return batch.byText(results)
  }

  private func score(
    _ block: [PackedBatch.Prediction], hidden: [Hidden], scratch: inout ProductScratch,
    logits: inout FloatBuffer
  ) -> [PositionStatistics] {
    let layout = LogitLayout(rows: block.count, models: models)
    var accumulators: [[DistributionAccumulator]] = []
    for (index, model) in models.enumerated() {
      let rows = gather(block, from: hidden[index].values, width: hidden[index].width)
      var sums = block.map {
        DistributionAccumulator(
          target: $0.target, topCount: topCount, precision: model.termPrecision)
      }
      for slice in layout.slices(of: index) {
        logits.withMutableSpan(slice.elements) { target in
          model.logits(
            rows.span, rows: block.count, vocabulary: slice.vocabulary, scratch: &scratch,
            into: &target)
        }
        // While the slice is in the caches.
        let values = logits.span
        Parallel.update(&sums) { row, sums in
          sums.addFirstPass(
            values.extracting(slice.elements(ofRow: row)), firstToken: slice.vocabulary.lowerBound)
        }
      }
      accumulators.append(sums)
    }
    let (values, firstPasses) = (logits.span, accumulators)
    return Parallel.map(block.count) { row in
      finish(firstPasses.map { $0[row] }, of: block[row], row: row, in: values, layout)
    }
  }

  /// The hidden states of a block's rows, side by side.
  private func gather(
    _ block: [PackedBatch.Prediction], from hidden: borrowing FloatBuffer, width: Int
  ) -> FloatBuffer {
    var rows = FloatBuffer(uninitialized: block.count * width)
    let values = hidden.span
    for (index, prediction) in block.enumerated() {
      rows.withMutableSpan(index * width..<(index + 1) * width) { row in
        Widening.float32(
          values.extracting(prediction.row * width..<(prediction.row + 1) * width), into: &row)
      }
    }
    return rows
  }

  /// Second pass and pairs, slice by slice, so that each is read from memory once.
  private func finish(
    _ firstPasses: [DistributionAccumulator], of prediction: PackedBatch.Prediction, row: Int,
    in logits: Span<Float>, _ layout: LogitLayout
  ) -> PositionStatistics {
    var accumulators = firstPasses
    var changes = pairs.map { pair in
      PairAccumulator(
        beforeLogPartition: accumulators[pair.before].logPartition,
        afterLogPartition: accumulators[pair.after].logPartition,
        bucket: bucket(of: pair, accumulators.map(\.logPartition), row, logits, layout),
        precision: [pair.before, pair.after].contains { models[$0].termPrecision == .double }
          ? .double : .single)
    }
    for place in 0..<layout.sliceCount {
      for index in models.indices where place < layout.slices(of: index).count {
        accumulators[index].addSecondPass(
          logits.extracting(layout.slices(of: index)[place].elements(ofRow: row)))
      }
      for (index, pair) in pairs.enumerated() {
        let slices = (layout.slices(of: pair.before), layout.slices(of: pair.after))
        guard place < min(slices.0.count, slices.1.count) else { continue }
        let (before, after) = (slices.0[place], slices.1[place])
        // Slices begin at the same tokens; where one vocabulary ends, the other's slice is cut.
        let count = min(before.vocabulary.count, after.vocabulary.count)
        changes[index].add(
          before: logits.extracting(before.elements(ofRow: row)).extracting(first: count),
          after: logits.extracting(after.elements(ofRow: row)).extracting(first: count))
      }
    }
    let statistics = models.indices.map { index -> DistributionStatistics? in
      guard prediction.isKnown[index] else { return nil }
      var statistics = accumulators[index].finish()
      statistics.extraLogMass =
        logMass(
          of: index, sharedVocabulary..<layout.vocabularySize(of: index), row, logits, layout)
        - statistics.logPartition
      return statistics
    }
    return PositionStatistics(
      models: statistics,
      pairs: zip(pairs, changes).map { pair, change in
        guard let before = statistics[pair.before], let after = statistics[pair.after] else {
          return nil
        }
        return change.finish(before: before, after: after)
      })
  }

  /// What the larger of two vocabularies has beyond the smaller; nil for equal ones.
  private func bucket(
    of pair: (before: Int, after: Int), _ logPartitions: [Double], _ row: Int,
    _ logits: Span<Float>, _ layout: LogitLayout
  ) -> Bucket? {
    let sizes = (layout.vocabularySize(of: pair.before), layout.vocabularySize(of: pair.after))
    guard sizes.0 != sizes.1 else { return nil }
    let isAfter = sizes.1 > sizes.0
    let (larger, shared, whole) = (
      isAfter ? pair.after : pair.before, min(sizes.0, sizes.1), max(sizes.0, sizes.1)
    )
    let logPartition = logPartitions[larger]
    let extra = logMass(of: larger, shared..<whole, row, logits, layout)
    return Bucket(isAfter: isAfter, logMass: extra - logPartition) {
      logMass(of: larger, 0..<shared, row, logits, layout) - logPartition
    }
  }

  /// ln Σ e^z over some tokens of a model; −∞ for none.
  private func logMass(
    of model: Int, _ tokens: Range<Int>, _ row: Int, _ logits: Span<Float>, _ layout: LogitLayout
  ) -> Double {
    var mass = LogMass()
    for slice in layout.slices(of: model) {
      let part = slice.vocabulary.clamped(to: tokens)
      guard !part.isEmpty else { continue }
      let start = slice.elements(ofRow: row).lowerBound - slice.vocabulary.lowerBound
      mass.add(logits.extracting(start + part.lowerBound..<start + part.upperBound))
    }
    return mass.value
  }
}

extension Transformer {
  /// Logits of bfloat16 products are good to three digits: single precision is enough for their sums.
  fileprivate var termPrecision: TermPrecision { compute == .bfloat16 ? .single : .double }
}
