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
  /// Rows of one text, at most, that are gone through slice by slice, so that what a slice's tokens gain
  /// and lose is added up in the caches.
  static let segmentRows = 16

  let models: [Transformer]
  /// Before and after, as indices of models.
  let pairs: [(before: Int, after: Int)]
  let topCount: Int
  /// Ids from here on are not tokens of all models.
  let sharedVocabulary: Int
  /// Whether to add up what tokens gain and lose in probability.
  let keepsMovedMass: Bool
  /// The model whose logits the predictions' shifts are added to; nil for none.
  var shiftedModel: Int?

  /// A scorer of models.
  ///
  /// - Parameters:
  ///   - models: in the order of the results.
  ///   - pairs: before and after, as indices of models.
  ///   - topCount: k.
  ///   - sharedVocabulary: nil for the smallest of the models' vocabularies.
  ///   - keepsMovedMass: whether to add up what tokens gain and lose in probability.
  init(
    models: [Transformer], pairs: [(before: Int, after: Int)], topCount: Int,
    sharedVocabulary: Int? = nil, keepsMovedMass: Bool = false
  ) {
    (self.models, self.pairs, self.topCount) = (models, pairs, topCount)
    self.keepsMovedMass = keepsMovedMass
    self.sharedVocabulary =
      sharedVocabulary ?? models.map(\.configuration.vocabularySize).min() ?? 0
  }

  /// What was found for a batch.
  struct Found: Sendable {
    /// Of tokens 1… of each text, in order; the first token has none.
    var positions: [PositionStatistics] = []
    /// `[pairs][texts]`; no pairs where it isn't kept.
    var moved: [[MovedMassList]] = []
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
    var scorer = BatchScorer(
      models: models, pairs: pairs, topCount: 1, sharedVocabulary: sharedVocabulary)
    scorer.shiftedModel = shiftedModel
    return scorer
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

  /// The statistics of a batch.
  func score(_ batch: PackedBatch) throws -> Found {
    score(batch, hidden: try models.indices.map { try hidden(of: batch, model: $0) })
  }

  /// The same from hidden states that are there already, in the order of the models.
  func score(_ batch: PackedBatch, hidden: [Hidden]) -> Found {
    let collector = keepsMovedMass && !pairs.isEmpty ? collector(for: batch) : nil
    let predictions = batch.predictions
    var results: [PositionStatistics] = []
    results.reserveCapacity(predictions.count)
    var scratch = ProductScratch()
    // Once for all blocks: fresh pages for each of them would cost a twentieth of the whole time.
    let most = LogitLayout(rows: min(predictions.count, Self.blockRows), models: models)
    var logits = FloatBuffer(uninitialized: most.elementCount)
    for first in stride(from: 0, to: predictions.count, by: Self.blockRows) {
      let block = Array(predictions[first..<min(first + Self.blockRows, predictions.count)])
      results += score(
        block, hidden: hidden, collector, scratch: &scratch, logits: &logits)
    }
    return Found(positions: batch.byText(results), moved: collector?.lists ?? [])
  }

  private func score(
    _ block: [PackedBatch.Prediction], hidden: [Hidden], _ collector: MovedMassCollector?,
    scratch: inout ProductScratch, logits: inout FloatBuffer
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
          if index == shiftedModel { Self.shift(block, slice, &target) }
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
    let segments = segments(of: block)
    var results: [PositionStatistics] = []
    results.reserveCapacity(block.count)
    let step = min(collector?.segmentsAtOnce ?? segments.count, segments.count)
    for first in stride(from: 0, to: segments.count, by: step) {
      let found = Parallel.map(min(step, segments.count - first)) { index in
        let rows = segments[first + index]
        return finish(
          rows, firstPasses.map { $0[rows] }, of: block[rows], in: values, layout, collector)
      }
      for segment in found { results += segment }
    }
    return results
  }

  /// Adds planted changes to the logits of a slice, `[rows, slice]`.
  private static func shift(
    _ block: [PackedBatch.Prediction], _ slice: LogitLayout.Slice,
    _ logits: inout MutableSpan<Float>
  ) {
    for (row, prediction) in block.enumerated() where prediction.shift != 0 {
      let token = Int(prediction.target)
      guard slice.vocabulary.contains(token) else { continue }
      logits[row * slice.vocabulary.count + token - slice.vocabulary.lowerBound] +=
        prediction.shift
    }
  }

  /// Rows that are worked on by one thread: some of one text where they are added up, else single ones.
  private func segments(of block: [PackedBatch.Prediction]) -> [Range<Int>] {
    guard keepsMovedMass else { return block.indices.map { $0..<$0 + 1 } }
    var segments: [Range<Int>] = []
    for row in block.indices {
      if let last = segments.last, last.count < Self.segmentRows,
        block[last.lowerBound].text == block[row].text
      {
        segments[segments.count - 1] = last.lowerBound..<row + 1
      } else {
        segments.append(row..<row + 1)
      }
    }
    return segments
  }

  /// For all texts of a batch.
  private func collector(for batch: PackedBatch) -> MovedMassCollector {
    let predictions = batch.predictions
    var segmentCounts = [Int](repeating: 0, count: batch.textCount)
    for first in stride(from: 0, to: predictions.count, by: Self.blockRows) {
      let block = Array(predictions[first..<min(first + Self.blockRows, predictions.count)])
      for rows in segments(of: block) where block[rows].contains(where: \.isResponse) {
        segmentCounts[block[rows.lowerBound].text] += 1
      }
    }
    let positions = pairs.map { pair in
      var counts = [Int](repeating: 0, count: batch.textCount)
      for prediction in predictions where prediction.isCounted(pair) {
        counts[prediction.text] += 1
      }
      return counts
    }
    return MovedMassCollector(
      segmentCounts: segmentCounts, positions: positions,
      vocabularies: Self.movedVocabularies(models.map(\.configuration), pairs))
  }

  /// Tokens that both models of each pair have.
  static func movedVocabularies(
    _ models: [TransformerConfiguration], _ pairs: [(before: Int, after: Int)]
  ) -> [Int] {
    pairs.map { min(models[$0.before].vocabularySize, models[$0.after].vocabularySize) }
  }

  /// The hidden states of a block's rows, side by side.
  func gather(
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

  /// Second pass and pairs of some rows, slice by slice, so that each is read from memory once.
  ///
  /// - Parameters:
  ///   - rows: of the block.
  ///   - firstPasses: `[models][rows]`.
  ///   - predictions: of the rows.
  ///   - logits: of the block.
  ///   - layout: of the logits.
  ///   - collector: gets what tokens gain and lose; nil if nobody asks.
  /// - Returns: one for each row.
  private func finish(
    _ rows: Range<Int>, _ firstPasses: [ArraySlice<DistributionAccumulator>],
    of predictions: ArraySlice<PackedBatch.Prediction>, in logits: Span<Float>,
    _ layout: LogitLayout, _ collector: MovedMassCollector?
  ) -> [PositionStatistics] {
    // [rows][models], [rows][pairs].
    var accumulators = rows.map { row in firstPasses.map { $0[row] } }
    var changes = zip(rows, accumulators).map { row, models in
      pairAccumulators(models.map(\.logPartition), row, logits, layout)
    }
    let counts = predictions.contains { $0.isResponse }
    var moved = counts ? collector?.take() ?? [] : []
    for place in 0..<layout.sliceCount {
      for (index, row) in rows.enumerated() {
        for model in models.indices where place < layout.slices(of: model).count {
          accumulators[index][model].addSecondPass(
            logits.extracting(layout.slices(of: model)[place].elements(ofRow: row)))
        }
        for (number, pair) in pairs.enumerated() {
          let slices = (layout.slices(of: pair.before), layout.slices(of: pair.after))
          guard place < min(slices.0.count, slices.1.count) else { continue }
          // Slices begin at the same tokens; where one vocabulary ends, the other's slice is cut.
          let tokens = slices.0[place].vocabulary.clamped(to: slices.1[place].vocabulary)
          let before = logits.extracting(slices.0[place].elements(ofRow: row))
            .extracting(first: tokens.count)
          let after = logits.extracting(slices.1[place].elements(ofRow: row))
            .extracting(first: tokens.count)
          if !moved.isEmpty, predictions[row].isCounted(pair) {
            changes[index][number].add(
              before: before, after: after, firstToken: tokens.lowerBound, moved: &moved[number])
          } else {
            changes[index][number].add(before: before, after: after)
          }
        }
      }
    }
    if !moved.isEmpty { collector?.add(moved, ofText: predictions[rows.lowerBound].text) }
    return rows.enumerated().map { index, row in
      statistics(
        accumulators[index], changes[index], of: predictions[row], row: row, in: logits, layout)
    }
  }

  private func pairAccumulators(
    _ logPartitions: [Double], _ row: Int, _ logits: Span<Float>, _ layout: LogitLayout
  ) -> [PairAccumulator] {
    pairs.map { pair in
      PairAccumulator(
        beforeLogPartition: logPartitions[pair.before],
        afterLogPartition: logPartitions[pair.after],
        bucket: bucket(of: pair, logPartitions, row, logits, layout),
        precision: [pair.before, pair.after].contains { models[$0].termPrecision == .double }
          ? .double : .single)
    }
  }

  /// What all passes over a row give.
  private func statistics(
    _ accumulators: [DistributionAccumulator], _ changes: [PairAccumulator],
    of prediction: PackedBatch.Prediction, row: Int, in logits: Span<Float>, _ layout: LogitLayout
  ) -> PositionStatistics {
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

extension PackedBatch.Prediction {
  /// Whether it is one of the response's that both models of a pair have.
  fileprivate func isCounted(_ pair: (before: Int, after: Int)) -> Bool {
    isResponse && isKnown[pair.before] && isKnown[pair.after]
  }
}

extension Transformer {
  /// Logits of bfloat16 products are good to three digits: single precision is enough for their sums.
  fileprivate var termPrecision: TermPrecision { compute == .bfloat16 ? .single : .double }
}
