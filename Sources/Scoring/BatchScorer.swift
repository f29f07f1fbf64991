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

  /// A position to score: the row that predicts, and the token that occurs next.
  private struct Prediction: Sendable {
    let row: Int
    let target: Int32
    /// Whether each model has this token and all before it.
    let isKnown: [Bool]
  }

  private final class Hidden: Sendable {
    let states: Transformer.HiddenStates
    init(_ states: consuming Transformer.HiddenStates) { self.states = states }
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

  /// The statistics of tokens 1… of each sequence, in order; the first token has none.
  func score(_ sequences: [[Int32]]) throws(TransformerError) -> [PositionStatistics] {
    var hidden: [Hidden] = []
    for model in models {
      hidden.append(Hidden(try model.hiddenStates(of: sequences.map { known($0, to: model) })))
    }
    var predictions: [Prediction] = []
    var start = 0
    for ids in sequences {
      let ends = models.map { model in
        ids.firstIndex { $0 >= model.configuration.vocabularySize } ?? ids.count
      }
      for (offset, target) in ids.enumerated().dropFirst() {
        predictions.append(
          Prediction(
            row: start + offset - 1, target: target, isKnown: ends.map { offset < $0 }))
      }
      start += ids.count
    }
    var results: [PositionStatistics] = []
    results.reserveCapacity(predictions.count)
    var scratch = ProductScratch()
    for first in stride(from: 0, to: predictions.count, by: Self.blockRows) {
      let block = Array(predictions[first..<min(first + Self.blockRows, predictions.count)])
      results += score(block, hidden: hidden, scratch: &scratch)
    }
    return results
  }

  /// The ids with others in place of those that the model lacks: attention looks back only, so that
  /// what comes before them is not touched, and what comes behind is not used.
  private func known(_ ids: [Int32], to model: Transformer) -> [Int32] {
    let size = model.configuration.vocabularySize
    return ids.contains { $0 >= size } ? ids.map { $0 < size ? $0 : 0 } : ids
  }

  private func score(
    _ block: [Prediction], hidden: [Hidden], scratch: inout ProductScratch
  ) -> [PositionStatistics] {
    let layout = LogitLayout(rows: block.count, models: models)
    var logits = FloatBuffer(uninitialized: layout.elementCount)
    var accumulators: [[DistributionAccumulator]] = []
    for (index, model) in models.enumerated() {
      let rows = gather(block, from: hidden[index].states)
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
    _ block: [Prediction], from states: borrowing Transformer.HiddenStates
  ) -> FloatBuffer {
    let width = states.width
    var rows = FloatBuffer(uninitialized: block.count * width)
    let values = states.values
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
    _ firstPasses: [DistributionAccumulator], of prediction: Prediction, row: Int,
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

/// Where the logits of a block lie: model by model, and within a model slice by slice of the
/// vocabulary, each `[rows, slice]`, so that one head product writes one slice.
private struct LogitLayout: Sendable {
  struct Slice: Sendable {
    let vocabulary: Range<Int>
    /// In the block's buffer.
    let elements: Range<Int>

    func elements(ofRow row: Int) -> Range<Int> {
      let start = elements.lowerBound + row * vocabulary.count
      return start..<start + vocabulary.count
    }
  }

  private let slicesOfModels: [[Slice]]
  let elementCount: Int

  init(rows: Int, models: [Transformer]) {
    var offset = 0
    slicesOfModels = models.map { model in
      let size = model.configuration.vocabularySize
      return stride(from: 0, to: size, by: BatchScorer.sliceSize).map { first in
        let vocabulary = first..<min(first + BatchScorer.sliceSize, size)
        let start = offset
        offset += rows * vocabulary.count
        return Slice(vocabulary: vocabulary, elements: start..<offset)
      }
    }
    elementCount = offset
  }

  func slices(of model: Int) -> [Slice] { slicesOfModels[model] }

  func vocabularySize(of model: Int) -> Int {
    slicesOfModels[model].last?.vocabulary.upperBound ?? 0
  }
  /// Of the model with most.
  var sliceCount: Int { slicesOfModels.map(\.count).max() ?? 0 }
}
