/// A quantity that belongs to a token.
package enum ObjectiveQuantity: String, Sendable {
  /// log π of the policy in training.
  case policyLogProb = "policy's log-probability"
  /// log π of whoever wrote the token.
  case behaviorLogProb = "behaviour policy's log-probability"
  /// log π before the first update on the batch.
  case oldPolicyLogProb = "old policy's log-probability"
  /// log π of the frozen reference.
  case referenceLogProb = "reference's log-probability"
  /// Entropy of the policy.
  case entropy = "entropy"
  /// A divergence over the whole vocabulary.
  case divergence = "divergence"

  /// How far a value may be on the wrong side of 0 by rounding in f32 over a vocabulary.
  static let slack = 1e-3

  /// Throws unless a value is one that this quantity can have.
  func check(_ value: Double, sequence: Int, token: Int) throws(ObjectiveError) {
    if value.isNaN { throw .notANumber(self, sequence: sequence, token: token) }
    if value.isInfinite { throw .infinite(self, sequence: sequence, token: token) }
    let isPossible =
      switch self {
      case .entropy, .divergence: value >= -Self.slack
      default: value <= Self.slack
      }
    if !isPossible { throw .impossible(self, value, sequence: sequence, token: token) }
  }
}

/// A quantity that belongs to a whole response.
package enum SequenceQuantity: String, Sendable {
  /// The verifier's verdict.
  case reward = "reward"
  /// The reward after the baseline.
  case advantage = "advantage"
}

/// Why an objective has no value; tokens count from 0 at the start of the response.
package enum ObjectiveError: Error, Equatable, CustomStringConvertible {
  /// A token's value is NaN.
  case notANumber(ObjectiveQuantity, sequence: Int, token: Int)
  /// A token's value is infinite; a log-probability of −∞ says that the token can't occur.
  case infinite(ObjectiveQuantity, sequence: Int, token: Int)
  /// A log-probability is above 0, or an entropy or divergence below.
  case impossible(ObjectiveQuantity, Double, sequence: Int, token: Int)
  /// exp(policy − other) is too large for a Double.
  case explodingRatio(to: ObjectiveQuantity, logRatio: Double, sequence: Int, token: Int)
  /// The objective needs an array that the batch lacks.
  case missing(ObjectiveQuantity)
  /// A reward or an advantage is NaN or infinite.
  case badSequence(SequenceQuantity, sequence: Int)
  /// A setting has no meaning.
  case badSetting(name: String, value: Double, allowed: String)

  /// One line: where, what, and the fix.
  package var description: String {
    switch self {
    case .notANumber(let quantity, let sequence, let token):
      """
      sequence \(sequence), token \(token): the \(quantity.rawValue) is NaN; the forward pass \
      diverged, so go back to the last checkpoint with a lower learning rate
      """
    case .infinite(let quantity, let sequence, let token):
      """
      sequence \(sequence), token \(token): the \(quantity.rawValue) is infinite; leave the \
      token out of the mask, or look for overflowing logits
      """
    case .impossible(let quantity, let value, let sequence, let token):
      """
      sequence \(sequence), token \(token): the \(quantity.rawValue) is \(value), which none can \
      be; check which array is passed
      """
    case .explodingRatio(let quantity, let logRatio, let sequence, let token):
      """
      sequence \(sequence), token \(token): the log-ratio to the \(quantity.rawValue) is \
      \(logRatio), too large for its exponential; take fewer steps per batch or a lower rate
      """
    case .missing(let quantity):
      "the batch has no \(quantity.rawValue), which this objective needs; pass the array"
    case .badSequence(let quantity, let sequence):
      "sequence \(sequence): the \(quantity.rawValue) is not a finite number; fix the verifier"
    case .badSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)"
    }
  }
}
