internal import RunLogs

/// Which columns of a source are metrics of the dictionary, and which keep their own names.
struct MetricNames {
  /// Who named the columns.
  enum Convention {
    case trl
    case verl
    case llamaFactory
    /// Nobody that is known: only a mapping says what they are.
    case unknown
  }

  /// Ours, and where it comes from.
  struct Choice {
    var metric: TrainingMetric
    var source: String
    var isComplement = false
  }

  /// In the order of the dictionary.
  private(set) var choices: [Choice] = []
  /// What was decided by the numbers, and why.
  private(set) var notes: [String] = []

  private let table: MetricTable
  /// Names as their trainer logs them, without what a tracker puts before them, and the table's.
  private let sources: [String: String]

  /// Chooses for a table.
  ///
  /// - Throws: `ImportFault` where the mapping names a column that isn't there.
  init(
    of table: MetricTable, convention: Convention, mapping: ImportMapping?, path: String
  ) throws(ImportFault) {
    self.table = table
    sources = Dictionary(
      table.names.map { (convention == .trl ? Self.withoutTracker($0) : $0, $0) },
      uniquingKeysWith: { first, _ in first })
    for entry in mapping?.entries ?? [] {
      guard table.names.contains(entry.source) else {
        throw ImportFault(
          mapping?.path ?? path, "columns, \(entry.metric.rawValue)",
          "\(path) has no numbers under '\(NameList.shortened(entry.source))'; it has "
            + NameList.text(table.names))
      }
      choices.append(
        Choice(metric: entry.metric, source: entry.source, isComplement: entry.isComplement))
    }
    switch convention {
    case .trl: chooseTRL()
    case .verl: chooseVerl()
    case .llamaFactory:
      choose(.loss, "loss")
      for name in ["lr", "learning_rate"] { choose(.learningRate, name) }
      choose(.gradientNorm, "grad_norm")
    case .unknown: break
    }
    let order = Dictionary(
      uniqueKeysWithValues: TrainingMetric.allCases.enumerated().map { ($1, $0) })
    choices.sort { order[$0.metric, default: 0] < order[$1.metric, default: 0] }
  }

  /// Who named these columns, by names that others don't have.
  static func convention(of names: [String]) -> Convention {
    if names.contains(where: { $0.hasPrefix("actor/") || $0.hasPrefix("critic/") }) { return .verl }
    let bare = Set(names.map(withoutTracker))
    return bare.contains("loss") && bare.contains("learning_rate") ? .trl : .unknown
  }

  /// Hugging Face's callbacks for trackers put `train/` before what a trainer logs.
  static func withoutTracker(_ name: String) -> String {
    name.hasPrefix("train/") ? String(name.dropFirst("train/".count)) : name
  }

  private mutating func choose(_ metric: TrainingMetric, _ name: String, isComplement: Bool = false)
  {
    // The mapping was first, and a column is one thing.
    guard let source = sources[name],
      !choices.contains(where: { $0.metric == metric || $0.source == source })
    else { return }
    choices.append(Choice(metric: metric, source: source, isComplement: isComplement))
  }

  private func has(_ name: String) -> Bool { sources[name] != nil }

  private func values(_ name: String) -> [Double] {
    sources[name].map(table.values) ?? []
  }

  // MARK: verl

  private mutating func chooseVerl() {
    for metric in TrainingMetric.allCases {
      guard let foreign = metric.entry.verl else { continue }
      if metric == .temperedRolloutEntropy {
        // A mean over tokens can't be larger than the logarithm of any vocabulary.
        guard values(foreign.name).allSatisfy({ !($0 > Self.largestEntropy) }) else {
          notes.append(
            "\(foreign.name) is larger than any token's entropy: a sum over a sequence "
              + "(loss_agg_mode), kept under its own name")
          continue
        }
        if has(foreign.name) {
          notes.append(
            "\(foreign.name) is taken as the mean over tokens, verl's default; a mean of sequences' "
              + "means (loss_agg_mode) looks alike")
        }
      }
      choose(metric, foreign.name, isComplement: foreign.isComplement)
    }
    // Its trainer for SFT.
    choose(.loss, "train/loss")
  }

  /// ln 2²⁰ nats; vocabularies are smaller.
  private static let largestEntropy = 13.9

  // MARK: TRL

  private mutating func chooseTRL() {
    let hasRollouts = has("reward") && sources.keys.contains { $0.hasPrefix("completions/") }
    let general: Set<TrainingMetric> = [.loss, .gradientNorm, .learningRate]
    for metric in TrainingMetric.allCases {
      guard let foreign = metric.entry.trl, hasRollouts || general.contains(metric) else {
        continue
      }
      choose(metric, foreign.name, isComplement: foreign.isComplement)
    }
    if hasRollouts {
      chooseDeviation()
    } else if has("entropy") {
      // SFT's is at temperature 1 over labelled tokens; other trainers say nothing of theirs.
      let isSFT = has("mean_token_accuracy") && !sources.keys.contains { $0.hasPrefix("rewards/") }
      if isSFT {
        choose(.demonstrationEntropy, "entropy")
      } else {
        notes.append("entropy: neither of rollouts nor of SFT, kept under its own name")
      }
    }
  }

  /// `reward_std` is over the whole batch since TRL 1.x, before it was the mean of the groups': where one
  /// reward alone varies, its own deviation, which always was over the batch, tells which.
  private mutating func chooseDeviation() {
    guard has("reward_std") else { return }
    let parts = sources.keys.filter { $0.hasPrefix("rewards/") && $0.hasSuffix("/std") }
    let varying = parts.filter { values($0).contains { $0 > 0 } }
    let own = "reward_std: this TRL's version isn't known, kept under its own name"
    guard varying.count == 1, parts.allSatisfy({ !values($0).contains { !$0.isFinite } }) else {
      notes.append(own + "; several rewards vary, so that the numbers don't tell")
      return
    }
    let pairs = zip(values("reward_std"), values(varying[0])).filter { !$0.isNaN && !$1.isNaN }
    // With weights of 1 the reward is the sum of its parts.
    let means = parts.map { values(String($0.dropLast("std".count)) + "mean") }
    let isPlainSum = zip(values("reward"), table.steps.indices).allSatisfy { reward, row in
      let sum = means.reduce(0) { $0 + (row < $1.count ? $1[row] : .nan) }
      return reward.isNaN || Self.isEqual(sum, reward, scale: 1 + abs(reward))
    }
    guard isPlainSum, !pairs.isEmpty else {
      notes.append(own + "; the rewards have weights")
      return
    }
    if pairs.allSatisfy({ Self.isEqual($0, $1, scale: $1) }) {
      choose(.rewardDeviation, "reward_std")
      notes.append("reward_std equals \(varying[0]): it is over the whole batch")
    } else if pairs.allSatisfy({ $0 < $1 * (1 + Self.rounding) }) {
      choose(.groupRewardDeviation, "reward_std")
      notes.append("reward_std is below \(varying[0]): it is the mean within groups")
    } else {
      notes.append(own)
    }
  }

  /// TensorBoard keeps 24 bits, and means over entries are rounded once more.
  private static let rounding = 1e-5

  private static func isEqual(_ a: Double, _ b: Double, scale: Double) -> Bool {
    abs(a - b) <= rounding * max(abs(scale), 1e-3)
  }
}
