internal import HDF5

extension TrainingLog {
  /// A response that the run sampled, with what its policy thought of each token.
  package struct RolloutRecord: Sendable, Equatable {
    /// Its name, unique in the run.
    package var id: String
    /// The name of its prompt; the responses of one group have the same.
    package var promptID: String
    /// Its number in the group.
    package var sample: Int
    /// The step that it was sampled for, from 1.
    package var step: Int
    /// Why it ended: "stop" or "length".
    package var finish: String
    /// 1 or 0.
    package var reward: Double
    /// What the objective gave it.
    package var advantage: Double
    /// The prompt's tokens.
    package var promptIDs: [UInt32]
    /// The response's tokens.
    package var responseIDs: [UInt32]
    /// Of the response's tokens at temperature 1, nats.
    package var logProbabilities: [Float]
    /// Of the response's tokens at the sampling temperature, nats.
    package var behaviorLogProbabilities: [Float]
    /// At the response's tokens, temperature 1, nats.
    package var entropies: [Float]

    /// All parts given; the last three are as long as the response.
    package init(
      id: String, promptID: String, sample: Int, step: Int, finish: String, reward: Double,
      advantage: Double, promptIDs: [UInt32], responseIDs: [UInt32], logProbabilities: [Float],
      behaviorLogProbabilities: [Float], entropies: [Float]
    ) {
      for values in [logProbabilities, behaviorLogProbabilities, entropies] {
        precondition(
          values.count == responseIDs.count,
          "\(responseIDs.count) tokens, \(values.count) values")
      }
      (self.id, self.promptID, self.sample, self.step) = (id, promptID, sample, step)
      (self.finish, self.reward, self.advantage) = (finish, reward, advantage)
      (self.promptIDs, self.responseIDs) = (promptIDs, responseIDs)
      self.logProbabilities = logProbabilities
      self.behaviorLogProbabilities = behaviorLogProbabilities
      self.entropies = entropies
    }
  }
}

// MARK: Writing

extension TrainingLog.RolloutRecord {
  /// Writes `/seq` and `/tok`; nothing if there are none, as in a run without rollouts.
  static func write(_ rollouts: [Self], to root: HDF5Group) throws(HDF5Error) {
    if rollouts.isEmpty { return }
    let counts = rollouts.map { Int64($0.promptIDs.count + $0.responseIDs.count) }
    var offsets: [Int64] = [0]
    for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
    func sequence<Scalar: HDF5Scalar>(
      _ name: String, _ values: [Scalar]
    ) throws(HDF5Error) {
      try write(values, .rollout(name, .sequence), to: root)
    }
    try sequence("offsets", offsets)
    try sequence("count", counts)
    try sequence("response_start", rollouts.map { Int64($0.promptIDs.count) })
    try sequence("sample_id", rollouts.map { Int64($0.sample) })
    try sequence("step", rollouts.map { Int64($0.step) })
    try sequence("reward", rollouts.map(\.reward))
    try sequence("advantage", rollouts.map(\.advantage))
    try HDF5ByteLists.create("seq/id", in: root).append(rollouts.map(\.id))
    try HDF5ByteLists.create("seq/prompt_id", in: root).append(rollouts.map(\.promptID))
    try HDF5ByteLists.create("seq/finish", in: root).append(rollouts.map(\.finish))
    try write(
      rollouts.flatMap { $0.promptIDs + $0.responseIDs }, .rollout("id", .token), to: root)
    try write(
      rollouts.flatMap { $0.promptIDs.map { _ in 0 as UInt8 } + $0.responseIDs.map { _ in 1 } },
      .rollout("mask", .token), to: root)
    for (name, values) in floats {
      let flat = rollouts.flatMap { $0.promptIDs.map { _ in Float.nan } + $0[keyPath: values] }
      try write(flat, .rollout(name, .token), to: root)
    }
  }

  private static var floats: [(String, KeyPath<Self, [Float]>)] {
    [
      ("logp", \.logProbabilities), ("behavior_logp", \.behaviorLogProbabilities),
      ("entropy", \.entropies),
    ]
  }

  private static func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ column: TokenLogColumn, to root: HDF5Group
  ) throws(HDF5Error) {
    let dataset = try root.createDataset(
      column.path(), of: column.elementType,
      layout: .init(chunkRows: max(min(values.count, 65_536), 1)))
    try dataset.append(values)
    try column.describe(dataset)
  }
}

// MARK: Reading

extension TrainingLog.RolloutRecord {
  /// Reads what `write` wrote; none from a log of schema 1.0.
  ///
  /// - Throws: `RunLogError`, `.damaged` if the columns contradict each other.
  static func read(from root: HDF5Group) throws(RunLogError) -> [Self] {
    let columns = try translating { () throws(HDF5Error) -> (isThere: Bool, columns: Columns?) in
      guard try root.exists("seq"), try root.exists("tok") else { return (false, nil) }
      // Lengths first: one that isn't the others' may be of any size.
      return (true, try Columns.haveOneLength(root) ? Columns(root) : nil)
    }
    guard columns.isThere else { return [] }
    guard let columns = columns.columns, columns.isConsistent else {
      throw RunLogError(.damaged, root.file.path, "/seq and /tok: columns of unequal length")
    }
    try columns.checkRanges(root.file.path)
    return try columns.ids.indices.map { index throws(RunLogError) in
      guard let rollout = columns.rollout(index) else {
        throw RunLogError(
          .damaged, root.file.path, "/seq/offsets: rollout \(index) has no tokens of its own")
      }
      return rollout
    }
  }

  private struct Columns {
    let offsets: [Int]
    let starts: [Int]
    let samples: [Int64]
    let steps: [Int64]
    let rewards: [Double]
    let advantages: [Double]
    let ids: [String]
    let promptIDs: [String]
    let finishes: [String]
    let tokens: [UInt32]
    let logProbabilities: [Float]
    let behaviorLogProbabilities: [Float]
    let entropies: [Float]

    init(_ root: HDF5Group) throws(HDF5Error) {
      offsets = try root.dataset("seq/offsets").read(as: Int64.self).map(Int.init)
      starts = try root.dataset("seq/response_start").read(as: Int64.self).map(Int.init)
      samples = try root.dataset("seq/sample_id").read(as: Int64.self)
      steps = try root.dataset("seq/step").read(as: Int64.self)
      rewards = try root.dataset("seq/reward").read(as: Double.self)
      advantages = try root.dataset("seq/advantage").read(as: Double.self)
      ids = try HDF5ByteLists("seq/id", in: root).readStrings()
      promptIDs = try HDF5ByteLists("seq/prompt_id", in: root).readStrings()
      finishes = try HDF5ByteLists("seq/finish", in: root).readStrings()
      tokens = try root.dataset("tok/id").read(as: UInt32.self)
      logProbabilities = try root.dataset("tok/logp").read(as: Float.self)
      behaviorLogProbabilities = try root.dataset("tok/behavior_logp").read(as: Float.self)
      entropies = try root.dataset("tok/entropy").read(as: Float.self)
    }

    /// Whether the datasets have the lengths that the ids have.
    static func haveOneLength(_ root: HDF5Group) throws(HDF5Error) -> Bool {
      let ends = try root.dataset("seq/offsets").shape()
      let tokens = try root.dataset("tok/id").shape()
      guard ends.count == 1, ends[0] > 0 else { return false }
      for name in ["response_start", "sample_id", "step", "reward", "advantage"]
      where try root.dataset("seq/" + name).shape() != [ends[0] - 1] { return false }
      for name in ["id", "prompt_id", "finish"]
      where try root.dataset("seq/\(name)/offsets").shape() != ends { return false }
      for name in ["logp", "behavior_logp", "entropy"]
      where try root.dataset("tok/" + name).shape() != tokens { return false }
      return true
    }

    func checkRanges(_ path: String) throws(RunLogError) {
      func check<Scalar: HDF5Scalar>(
        _ values: [Scalar], _ name: String, _ place: TokenLogColumn.Scope
      ) throws(RunLogError) {
        let column = TokenLogColumn.rollout(name, place)
        try column.check(values, path, column.path())
      }
      try check(logProbabilities, "logp", .token)
      try check(behaviorLogProbabilities, "behavior_logp", .token)
      try check(entropies, "entropy", .token)
      try check(steps, "step", .sequence)
    }

    var isConsistent: Bool {
      let perSequence = [
        starts.count, samples.count, steps.count, rewards.count, advantages.count, promptIDs.count,
        finishes.count, offsets.count - 1,
      ]
      let perToken = [logProbabilities.count, behaviorLogProbabilities.count, entropies.count]
      return offsets.first == 0 && offsets.last == tokens.count
        && perSequence.allSatisfy { $0 == ids.count }
        && perToken.allSatisfy { $0 == tokens.count }
    }

    func rollout(_ index: Int) -> TrainingLog.RolloutRecord? {
      let (start, end) = (offsets[index], offsets[index + 1])
      guard start >= 0, start <= end, end <= tokens.count, (0...end - start).contains(starts[index])
      else { return nil }
      let response = start + starts[index]..<end
      return TrainingLog.RolloutRecord(
        id: ids[index], promptID: promptIDs[index], sample: Int(samples[index]),
        step: Int(steps[index]), finish: finishes[index], reward: rewards[index],
        advantage: advantages[index], promptIDs: Array(tokens[start..<response.lowerBound]),
        responseIDs: Array(tokens[response]),
        logProbabilities: Array(logProbabilities[response]),
        behaviorLogProbabilities: Array(behaviorLogProbabilities[response]),
        entropies: Array(entropies[response]))
    }
  }
}
