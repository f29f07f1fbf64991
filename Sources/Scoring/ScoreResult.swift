internal import Foundation
package import Transformer

/// What `score` says of a log; Data/Schemas/score.schema.json says what the members are.
package struct ScoreResult: Encodable {
  let log: String
  let sequences: Int
  let tokens: Int
  let measured: Int
  let emptyResponses: Int
  let beyondContext: Int
  let beyondContextTokens: Int
  let masked: Int
  let beyondVocabulary: Int
  let notDecodingBack: Int
  let skippedLines: Int
  let doubledBeginnings: Int
  let tokenizer: String?

  /// Of a log at that path.
  package init(log: String, _ summary: Scorer.Summary, tokenizer: String?) {
    self.tokenizer = tokenizer
    doubledBeginnings = summary.doubledBeginningCount
    self.log = log
    sequences = summary.sequenceCount
    tokens = summary.tokenCount
    measured = summary.measuredCount
    emptyResponses = summary.emptyResponseCount
    beyondContext = summary.beyondContextCount
    beyondContextTokens = summary.beyondContextTokenCount
    masked = summary.maskedTokenCount
    beyondVocabulary = summary.beyondVocabularyCount
    notDecodingBack = summary.notDecodingBackCount
    skippedLines = summary.skippedLineCount
  }
}

extension Scorer.Summary {
  /// What was read and left out, for people.
  package var lines: [String] {
    let notes = [
      ("texts with an empty response", emptyResponseCount),
      (
        "texts longer than the context, whose last \(beyondContextTokenCount) tokens are not measured",
        beyondContextCount
      ),
      ("tokens of responses left out by response_mask", maskedTokenCount),
      (
        "texts with tokens that a model lacks, not measured for it from there on",
        beyondVocabularyCount
      ),
      ("texts whose ids do not decode back to the same string", notDecodingBackCount),
      (
        "warning: texts that begin with two beginning-of-sequence tokens (take it out of the prompts, "
          + "or add --bos never)", doubledBeginningCount
      ),
    ]
    return ["texts: \(sequenceCount), tokens: \(tokenCount), measured: \(measuredCount)"]
      + notes.filter { $0.1 > 0 }.map { "\($0.0): \($0.1)" }
  }
}

extension PrecisionDifference {
  /// One line for people about a model that was scored in two precisions.
  package func line(of checkpoint: Checkpoint, replicate: ComputeType?) -> String {
    func number(_ value: Double) -> String { String(format: "%.2g", value) }
    return "\(checkpoint.name): log-probabilities in \(replicate?.rawValue ?? "") less those in "
      + "\(checkpoint.model.compute.rawValue), nats: mean \(number(mean)), "
      + "RMS \(number(rootMeanSquare)), 99 % below \(number(quantile(0.99))), "
      + "largest \(number(largest))"
  }
}
