internal import JSON

/// Some rollouts of a step, as JSON lines that `score` reads.
struct RolloutSamples {
  /// The file's name in a checkpoint's folder.
  static let fileName = "rollouts.jsonl"
  /// How many are kept, whole groups or not.
  private static let count = 16

  private var text = ""

  /// None.
  init() {}

  /// The first rollouts of a step: ids, reward, log-probabilities and entropies of each token.
  init(_ sampled: StepSampler.Step, step: Int) {
    // A batch has its rollouts first, in the sampler's order.
    let rows = zip(sampled.rollouts, sampled.batch.rows).prefix(Self.count)
    text = rows.map { Self.line($0, $1, step: step).serialized() + "\n" }.joined()
  }

  /// The file's bytes; nil if there is nothing to write.
  var bytes: [UInt8]? { text.isEmpty ? nil : Array(text.utf8) }

  private static func line(
    _ rollout: Rollout, _ row: UpdateBatch.Row, step: Int
  ) -> JSONValue {
    func ids(_ ids: [Int32]) -> JSONValue { .array(ids.map { .integer(Int64($0)) }) }
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    let prompt = "step-\(step)-\(rollout.prompt)"
    let members: [(String, JSONValue)] = [
      ("id", .string("\(prompt)-\(rollout.sample)")), ("prompt_id", .string(prompt)),
      ("sample_id", .integer(Int64(rollout.sample))), ("source", .string("policy")),
      ("step", .integer(Int64(step))), ("prompt_ids", ids(row.promptIDs)),
      ("response_ids", ids(rollout.tokenIDs)), ("finish", .string(rollout.finish.rawValue)),
      ("reward", .number(row.reward)), ("advantage", .number(row.advantage)),
      ("logprobs", numbers(rollout.logProbabilities)),
      ("behavior_logprobs", numbers(rollout.behaviorLogProbabilities)),
      ("entropies", numbers(rollout.entropies)),
    ]
    return .object(members.map { JSONMember(key: $0.0, value: $0.1) })
  }
}
