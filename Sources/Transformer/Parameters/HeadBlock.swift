internal import Kernels

/// The rows whose logits exist at one time.
struct HeadBlock: ~Copyable {
  let vocabulary: Int
  /// Fixed by the vocabulary alone, so that results don't depend on the number of threads: about
  /// eight million logits, but no more than 2,048 rows, and 128 for the matrix multiply's sake.
  let rows: Int
  /// `[rows, hidden size]`.
  var hidden = FloatBuffer(uninitialized: 0)
  /// `[rows, vocabulary]`.
  var logits: FloatBuffer
  private var referenceLogits = FloatBuffer(uninitialized: 0)
  private var scratch = ProductScratch()

  init(vocabulary: Int) {
    self.vocabulary = vocabulary
    rows = max(128, min(2048, 1 << 23 / max(vocabulary, 1)))
    logits = FloatBuffer(uninitialized: rows * vocabulary)
  }

  mutating func prepare(width: Int, _ hasReference: Bool) {
    if hidden.count < rows * width { hidden = FloatBuffer(uninitialized: rows * width) }
    if hasReference && referenceLogits.count == 0 {
      referenceLogits = FloatBuffer(uninitialized: rows * vocabulary)
    }
  }

  /// Copies the rows that predict `tokens`.
  mutating func gather(_ source: Span<Float>, width: Int, _ tokens: ArraySlice<Int>) {
    hidden.withMutableSpan(0..<tokens.count * width) { hidden in
      RowBlocks.forEach(of: &hidden, rows: tokens.count, width: width, blockRows: 64) {
        rows, elements in
        for row in rows {
          let start = (tokens[tokens.startIndex + row] - 1) * width
          let target = (row - rows.lowerBound) * width
          for column in 0..<width { elements[target + column] = source[start + column] }
        }
      }
    }
  }

  private mutating func gather(
    _ states: borrowing Transformer.HiddenStates, _ tokens: ArraySlice<Int>
  ) {
    gather(states.values, width: states.width, tokens)
  }

  /// The reference's logits of the rows that predict `tokens`; the rows gathered before are lost.
  mutating func gather(_ reference: ReferenceStates, _ tokens: ArraySlice<Int>) {
    let rows = tokens.count
    gather(reference.hidden, tokens)
    Self.multiply(
      hidden, rows, vocabulary, reference.transformer, &scratch, into: &referenceLogits)
  }

  private static func multiply(
    _ hidden: borrowing FloatBuffer, _ rows: Int, _ vocabulary: Int, _ reference: Transformer,
    _ scratch: inout ProductScratch, into output: inout FloatBuffer
  ) {
    let hidden = hidden.span.extracting(first: rows * reference.configuration.hiddenSize)
    output.withMutableSpan(0..<rows * vocabulary) {
      reference.logits(
        hidden, rows: rows, vocabulary: 0..<vocabulary, scratch: &scratch, into: &$0)
    }
  }

  mutating func divide(_ range: Range<Int>, by temperature: Double, alsoReference: Bool) {
    let factor = Float(1 / temperature)
    logits.withMutableSpan(range) { GradientNorm.scale(&$0, by: factor) }
    if alsoReference {
      referenceLogits.withMutableSpan(range) { GradientNorm.scale(&$0, by: factor) }
    }
  }

  /// The reference's logits, empty for 0 rows.
  @_lifetime(borrow self)
  func reference(rows: Int) -> Span<Float> {
    referenceLogits.span.extracting(first: rows * vocabulary)
  }

  /// Turns the logits into their gradients.
  mutating func differentiate(
    _ range: Range<Int>, _ targets: [Int32], _ derivatives: [LogitGradient.Derivatives],
    hasReference: Bool, scale: Double
  ) {
    Self.differentiate(
      &logits, range, referenceLogits, 0..<(hasReference ? range.count : 0), targets, derivatives,
      vocabulary, scale)
  }

  private static func differentiate(
    _ logits: inout FloatBuffer, _ range: Range<Int>, _ reference: borrowing FloatBuffer,
    _ referenceRange: Range<Int>, _ targets: [Int32],
    _ derivatives: [LogitGradient.Derivatives], _ vocabulary: Int, _ scale: Double
  ) {
    let reference = reference.span.extracting(referenceRange)
    logits.withMutableSpan(range) {
      LogitGradient.backward(
        &$0, reference: reference, targets: targets.span, derivatives: derivatives.span,
        vocabulary: vocabulary, scale: scale)
    }
  }
}
