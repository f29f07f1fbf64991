/// What a verifier says about a response.
package struct Verification: Sendable, Equatable {
  /// Why a response gets its reward.
  package enum Reason: String, CaseIterable, Sendable {
    /// The right answer in the right place.
    case correct
    /// An answer, but another one.
    case wrongAnswer
    /// No marker of an answer.
    case noAnswer
    /// More than one marker: which of them counts would be a guess.
    case severalAnswers
    /// What follows the marker is no answer, or something follows the answer.
    case malformedAnswer
    /// Countdown: the given numbers aren't used as the rules say.
    case numbersMisused
    /// Countdown: the value can't be represented or doesn't exist (division by zero).
    case noValue
    /// The response was cut off.
    case unfinished
  }

  /// Why.
  package let reason: Reason
  /// 1 for a correct response, else 0.
  package var reward: Double { reason == .correct ? 1 : 0 }
  /// Whether the reward is 1.
  package var isCorrect: Bool { reason == .correct }

  package init(_ reason: Reason) { self.reason = reason }
}
