internal import JSON
internal import RunLogs
internal import Tokenization

/// Some rollouts of a step, as JSON lines that `score` reads.
struct RolloutSamples {
  /// How many are kept of a step, whole groups or not.
  private static let count = 16
  /// Of how many steps one has its rollouts kept.
  private static let interval = 10

  /// The lines, one after the other.
  private(set) var text = ""

  /// None.
  init() {}

  /// The first rollouts of a step.
  init(_ sampled: StepSampler.Step, step: Int, _ tokenizer: Tokenizer) {
    // A batch has its rollouts first, in the sampler's order.
    let rows = zip(sampled.rollouts, sampled.batch.rows).prefix(Self.count)
    text = rows.map { rollout, row in
      var line = RolloutLine(
        rollout, promptID: "step-\(step)-\(rollout.prompt)", promptIDs: row.promptIDs,
        source: "policy")
      line.prompt = tokenizer.decode(row.promptIDs, skipSpecialTokens: true)
      line.response = tokenizer.decode(
        rollout.tokenIDs, skipSpecialTokens: true, after: row.promptIDs.last)
      line.notes = [
        JSONMember(key: "step", value: .integer(Int64(step))),
        JSONMember(key: "reward", value: .number(row.reward)),
        JSONMember(key: "advantage", value: .number(row.advantage)),
      ]
      return line.text
    }.joined()
  }

  /// Whether a run keeps rollouts of a step: the first and the last, each tenth, and all that have a
  /// checkpoint.
  static func isKept(step: Int, of configuration: TrainingConfiguration) -> Bool {
    step == 1 || step == configuration.steps || step % interval == 0
      || configuration.checkpoints.isDue(atStep: step)
  }
}

extension TrainingLog.RolloutRecord {
  /// What a line says; nil if it is none of `RolloutSamples`.
  init?(parsing line: some Sequence<UInt8>) {
    guard let value = try? JSONValue(parsing: Array(line)),
      let id = value["id"]?.stringValue, let promptID = value["prompt_id"]?.stringValue,
      let sample = value["sample_id"]?.integerValue, let step = value["step"]?.integerValue,
      let finish = value["finish"]?.stringValue, let promptIDs = value["prompt_ids"]?.tokenIDs,
      let responseIDs = value["response_ids"]?.tokenIDs,
      let logProbabilities = value["logprobs"]?.floats,
      let behavior = value["behavior_logprobs"]?.floats,
      let entropies = value["entropies"]?.floats,
      [logProbabilities, behavior, entropies].allSatisfy({ $0.count == responseIDs.count })
    else { return nil }
    self.init(
      id: id, promptID: promptID, sample: Int(sample), step: Int(step), finish: finish,
      reward: value["reward"]?.doubleValue ?? .nan,
      advantage: value["advantage"]?.doubleValue ?? .nan, promptIDs: promptIDs,
      responseIDs: responseIDs, logProbabilities: logProbabilities,
      behaviorLogProbabilities: behavior, entropies: entropies)
  }

  /// The step of a line; nil if it is no line of ours.
  static func step(of line: some Sequence<UInt8>) -> Int? {
    (try? JSONValue(parsing: Array(line)))?["step"]?.integerValue.map { Int($0) }
  }
}

extension JSONValue {
  fileprivate var tokenIDs: [UInt32]? {
    guard let values = arrayValue else { return nil }
    let ids = values.compactMap { $0.integerValue.flatMap { UInt32(exactly: $0) } }
    return ids.count == values.count ? ids : nil
  }

  fileprivate var floats: [Float]? { arrayValue?.map { Float($0.doubleValue ?? .nan) } }
}
