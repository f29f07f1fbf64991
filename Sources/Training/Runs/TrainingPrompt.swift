package import Tasks

/// A prompt to sample responses to, and how they are judged.
package struct TrainingPrompt: Sendable {
  /// Names its random numbers.
  package let key: String
  /// The prompt's tokens.
  package let ids: [Int32]
  /// What a response is checked against.
  package let problem: Problem

  package init(key: String, ids: [Int32], problem: Problem) {
    (self.key, self.ids, self.problem) = (key, ids, problem)
  }
}

/// A response to imitate.
struct Demonstration: Sendable {
  let key: String
  let promptIDs: [Int32]
  /// With the end token.
  let responseIDs: [Int32]
  /// What rollouts of the same prompt are checked against; nil if nothing says it.
  var problem: Problem?
  /// Whether the problem's answer comes from elsewhere than the response: only then can it be wrong.
  var hasOwnAnswer = true
  /// log-probability of each token of the response under whoever wrote it, nats; empty if not known.
  var teacherLogProbs: [Double] = []
  /// Whether each token of the response is learned from; nil if all are.
  var mask: [Bool]?
}

/// Lines of a file in an order that is another one in each pass over it.
struct ShuffledLines: Sendable {
  let count: Int
  let seed: UInt64
  let stream: String

  /// The lines of one step: `perStep` of them, going on where the step before (from 0) ended.
  func lines(ofStep step: Int, perStep: Int) -> [Int] {
    var orders: [Int: [Int]] = [:]
    return (step * perStep..<(step + 1) * perStep).map { place in
      let epoch = place / count
      let order = orders[epoch] ?? order(of: epoch)
      orders[epoch] = order
      return order[place % count]
    }
  }

  private func order(of epoch: Int) -> [Int] {
    var generator = CounterGenerator(
      seed: seed, stream: StableHash.value(of: stream), index: UInt64(epoch))
    return generator.shuffled(Array(0..<count))
  }
}
