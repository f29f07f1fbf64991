internal import Transformer

/// Where the logits of a block lie: model by model, and within a model slice by slice of the
/// vocabulary, each `[rows, slice]`, so that one head product writes one slice.
struct LogitLayout: Sendable {
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
