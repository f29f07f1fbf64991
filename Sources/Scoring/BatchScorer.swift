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
    var scratch = WidenedMatrix()
    for first in stride(from: 0, to: predictions.count, by: Self.blockRows) {
      let block = Array(predictions[first..<min(first + Self.blockRows, predictions.count)])
      results += score(block, hidden: hidden, scratch: &scratch)
    }
    return results
  }

  private func score(
    _ block: [Prediction], hidden: [Hidden], scratch: inout WidenedMatrix
  ) -> [PositionStatistics] {
    let layout = LogitLayout(rows: block.count, models: models)
    var logits = FloatBuffer(uninitialized: layout.elementCount)
    for (index, model) in models.enumerated() {
      let rows = gather(block, from: hidden[index].states)
      for slice in layout.slices(of: index) {
        logits.withMutableSpan(slice.elements) { target in
          model.logits(
            rows.span, rows: block.count, vocabulary: slice.vocabulary, scratch: &scratch,
            into: &target)
        }
      }
    }
    let values = logits.span
    return Parallel.map(block.count) { row in
      statistics(of: row, target: block[row].target, in: values, layout)
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

  private func statistics(
    of row: Int, target: Int32, in logits: Span<Float>, _ layout: LogitLayout
  ) -> PositionStatistics {
    var accumulators = models.map { _ in
      DistributionAccumulator(target: target, topCount: topCount)
    }
    for index in models.indices {
      for slice in layout.slices(of: index) {
        accumulators[index].addFirstPass(
          logits.extracting(slice.elements(ofRow: row)), firstToken: slice.vocabulary.lowerBound)
      }
      for slice in layout.slices(of: index) {
        accumulators[index].addSecondPass(logits.extracting(slice.elements(ofRow: row)))
      }
    }
    let statistics = accumulators.map { $0.finish() }
    let changes = pairs.map { pair in
      var accumulator = PairAccumulator(
        beforeLogPartition: statistics[pair.before].logPartition,
        afterLogPartition: statistics[pair.after].logPartition)
      for (before, after) in zip(layout.slices(of: pair.before), layout.slices(of: pair.after)) {
        accumulator.add(
          before: logits.extracting(before.elements(ofRow: row)),
          after: logits.extracting(after.elements(ofRow: row)))
      }
      return accumulator.finish(before: statistics[pair.before], after: statistics[pair.after])
    }
    return PositionStatistics(models: statistics, pairs: changes)
  }
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
}
