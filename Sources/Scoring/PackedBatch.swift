internal import Transformer

/// A batch's texts as rows, and what is to be predicted from these rows.
///
/// A prompt that several texts share has its rows once, and so are predictions inside it made once;
/// the response's first token is predicted anew for each text, from one row.
struct PackedBatch: Sendable {
  /// A position to score: the row that predicts, and the token that occurs next.
  struct Prediction: Sendable {
    let row: Int
    let target: Int32
    /// Whether each model has this token and all before it.
    let isKnown: [Bool]
    /// The text that it was made for.
    let text: Int
    /// The token's place in that text.
    let token: Int
    /// What is added to its logit by whoever plants changes.
    var shift: Float = 0
    /// Whether the token counts as one of that text's response.
    let isResponse: Bool
  }

  let packed: PackedSequences
  /// Each once.
  private(set) var predictions: [Prediction]
  /// For each text, which predictions are those of its tokens 1…, in two stretches: the shared
  /// prompt's and its own.
  private let places: [(shared: Range<Int>, own: Range<Int>)]

  /// Packs texts, of each what fits into the shortest context.
  ///
  /// - Parameters:
  ///   - texts: prompt and response.
  ///   - models: that all texts go through.
  init(_ texts: [TokenSequence], models: [TransformerConfiguration]) {
    let contextLength = models.map(\.contextLength).min() ?? 0
    let inputs = texts.map { $0.inputs(contextLength: contextLength) }
    packed = PackedSequences(
      inputs.map(\.ids), promptLengths: inputs.map(\.promptLength), sharing: PromptSharing(models))
    var predictions: [Prediction] = []
    var places: [(Range<Int>, Range<Int>)] = []
    // Where the predictions of the text that begins at a row start.
    var starts: [Int: Int] = [:]
    for (index, (sequence, text)) in zip(texts, packed.texts).enumerated() {
      let ids = sequence.ids
      let reach = sequence.reach(contextLength: contextLength)
      let ends = models.map { model in
        ids.firstIndex { $0 >= model.vocabularySize } ?? ids.count
      }
      let first = predictions.count
      for token in max(text.prefix.count, 1)..<max(reach, text.prefix.count, 1) {
        predictions.append(
          Prediction(
            row: text.row(ofToken: token - 1), target: ids[token],
            isKnown: ends.map { token < $0 }, text: index, token: token,
            isResponse: sequence.isCounted(token)))
      }
      if text.prefix.isEmpty { starts[text.rows.lowerBound] = first }
      let shared = text.prefix.isEmpty ? 0 : starts[text.prefix.lowerBound] ?? 0
      places.append(
        (shared..<shared + max(text.prefix.count - 1, 0), first..<predictions.count))
    }
    self.predictions = predictions
    self.places = places
  }

  /// The same with changes of logits, where a response's tokens are predicted.
  func shifted(by shift: (_ text: Int, _ token: Int) -> Float) -> PackedBatch {
    var result = self
    for index in predictions.indices where predictions[index].isResponse {
      result.predictions[index].shift = shift(predictions[index].text, predictions[index].token)
    }
    return result
  }

  /// The number of texts.
  var textCount: Int { places.count }

  /// What was found for the predictions, laid out text by text: for tokens 1… of each.
  func byText<Value>(_ found: [Value]) -> [Value] {
    places.flatMap { found[$0.shared] + found[$0.own] }
  }
}
