internal import Kernels
internal import TokenStatistics
internal import Transformer

/// What all models say about one position.
struct PositionStatistics: Sendable {
  /// In the order of the models.
  var models: [DistributionStatistics]
  /// In the order of the pairs.
  var pairs: [PairStatistics]
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

  /// A position to score: the row that predicts, and the token that occurs next.
  private struct Prediction: Sendable {
    let row: Int
    let target: Int32
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
    for model in models { hidden.append(Hidden(try model.hiddenStates(of: sequences))) }
    var predictions: [Prediction] = []
    var start = 0
    for ids in sequences {
      for (offset, target) in ids.enumerated().dropFirst() {
        predictions.append(Prediction(row: start + offset - 1, target: target))
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
      finish(firstPasses.map { $0[row] }, row: row, in: values, layout)
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
    _ firstPasses: [DistributionAccumulator], row: Int, in logits: Span<Float>,
    _ layout: LogitLayout
  ) -> PositionStatistics {
    var accumulators = firstPasses
    var changes = pairs.map { pair in
      PairAccumulator(
        beforeLogPartition: accumulators[pair.before].logPartition,
        afterLogPartition: accumulators[pair.after].logPartition,
        precision: [pair.before, pair.after].contains { models[$0].termPrecision == .double }
          ? .double : .single)
    }
    for place in 0..<layout.sliceCount {
      for index in models.indices where place < layout.slices(of: index).count {
        accumulators[index].addSecondPass(
          logits.extracting(layout.slices(of: index)[place].elements(ofRow: row)))
      }
      for (index, pair) in pairs.enumerated() where place < layout.slices(of: pair.before).count {
        changes[index].add(
          before: logits.extracting(layout.slices(of: pair.before)[place].elements(ofRow: row)),
          after: logits.extracting(layout.slices(of: pair.after)[place].elements(ofRow: row)))
      }
    }
    let statistics = accumulators.map { $0.finish() }
    return PositionStatistics(
      models: statistics,
      pairs: zip(pairs, changes).map { pair, change in
        change.finish(before: statistics[pair.before], after: statistics[pair.after])
      })
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

  /// Of the model with most.
  var sliceCount: Int { slicesOfModels.map(\.count).max() ?? 0 }
}
