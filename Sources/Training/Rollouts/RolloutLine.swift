package import JSON

/// A sampled response as the JSON line that `score` reads: one format for all that sample.
///
/// `score` takes ids, prompt, sample, source, `correct`, `reward` and `finish`; all else is kept as
/// metadata. The log-probabilities are those of the tokens of the response, in nats.
package struct RolloutLine: Sendable {
  /// The response with its numbers.
  package var rollout: Rollout
  /// The prompt's name.
  package var promptID: String
  /// The prompt's tokens.
  package var promptIDs: [Int32]
  /// Who wrote it.
  package var source: String
  /// The prompt as text, if known.
  package var prompt: String?
  /// The response as text, if known.
  package var response: String?
  /// Whether it is correct, if known.
  package var isCorrect: Bool?
  /// More about it, in this order.
  package var notes: [JSONMember] = []

  /// A line without texts and notes.
  package init(_ rollout: Rollout, promptID: String, promptIDs: [Int32], source: String) {
    (self.rollout, self.promptID) = (rollout, promptID)
    (self.promptIDs, self.source) = (promptIDs, source)
  }

  /// The line's object.
  package var json: JSONValue {
    var members = [
      JSONMember(key: "id", value: .string("\(promptID)-\(source)-\(rollout.sample)")),
      JSONMember(key: "prompt_id", value: .string(promptID)),
      JSONMember(key: "sample_id", value: .integer(Int64(rollout.sample))),
      JSONMember(key: "source", value: .string(source)),
    ]
    if let prompt { members.append(JSONMember(key: "prompt", value: .string(prompt))) }
    if let response { members.append(JSONMember(key: "response", value: .string(response))) }
    members += [
      JSONMember(key: "prompt_ids", value: .ids(promptIDs)),
      JSONMember(key: "response_ids", value: .ids(rollout.tokenIDs)),
      JSONMember(key: "finish", value: .string(rollout.finish.rawValue)),
    ]
    if let isCorrect {
      members += [
        JSONMember(key: "correct", value: .bool(isCorrect)),
        JSONMember(key: "reward", value: .number(isCorrect ? 1 : 0)),
      ]
    }
    members += notes
    members += [
      JSONMember(key: "logprobs", value: .numbers(rollout.logProbabilities)),
      JSONMember(key: "behavior_logprobs", value: .numbers(rollout.behaviorLogProbabilities)),
      JSONMember(key: "entropies", value: .numbers(rollout.entropies)),
    ]
    return .object(members)
  }

  /// The line with its line end.
  package var text: String { json.serialized() + "\n" }
}

extension JSONValue {
  fileprivate static func ids(_ ids: [Int32]) -> JSONValue {
    .array(ids.map { .integer(Int64($0)) })
  }

  fileprivate static func numbers(_ values: [Double]) -> JSONValue {
    .array(values.map { .number($0) })
  }
}
