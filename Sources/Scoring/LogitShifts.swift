/// Changes of single logits that no weights make: planted, to see whether verdicts find them.
///
/// They are added to a model's logits as soon as these exist, so that all that follows is what follows
/// any change: sums, divergences, the log, its readers. Rows of the output head can't do that: what they
/// add depends on the position. The log doesn't say that something was planted: it isn't one to keep.
package struct LogitShifts: Sendable {
  /// The model whose logits are changed.
  package let model: String
  private let values: [Float]
  private let starts: [Int]

  /// - Parameters:
  ///   - model: whose logits are changed.
  ///   - values: what is added to the logit of each token at its own position, nats; of prompts' tokens
  ///     it is 0.
  ///   - starts: the place in `values` of each text's first token.
  package init(of model: String, values: [Float], starts: [Int]) {
    (self.model, self.values, self.starts) = (model, values, starts)
  }

  /// What is added to the logit of a token, counted from its text's first one.
  func shift(text: Int, token: Int) -> Float { values[starts[text] + token] }
}
