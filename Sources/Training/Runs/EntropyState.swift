/// What a run remembers of entropy from step to step: the steered bonus, the running averages.
struct EntropyState: Sendable, Equatable {
  private let control: EntropyController?
  private let average: EntropyAverages?
  /// The entropy bonus; nil where nothing steers it.
  private(set) var bonus: EntropyController.State?
  /// The averages; nil before the first step, or where there are none.
  private(set) var averages: EntropyAverages.State?

  /// The state before the first step.
  init(_ configuration: TrainingConfiguration) {
    let objective = configuration.objective
    control =
      objective.usesGRPO || objective.isSRFT ? configuration.entropyControl.controller : nil
    average = configuration.objective.isSRFT ? configuration.entropyAverages : nil
    bonus = control.map { control in
      let start = configuration.configuredBonus
      let range = control.range
      return .init(coefficient: min(max(start, range.lowerBound), range.upperBound))
    }
  }

  /// Takes in the entropy of a step's rollouts, in nats.
  mutating func observe(_ entropy: Double) throws(ObjectiveError) {
    guard entropy.isFinite else { return }
    if let control, let old = bonus { bonus = try control.next(after: old, entropy: entropy) }
    if let average { averages = try average.next(after: averages, entropy: entropy) }
  }

  /// The objective with what this state says.
  func applied(to objective: RunObjective) -> RunObjective {
    var objective = objective
    if let bonus { objective = objective.with(entropyBonus: bonus.coefficient) }
    if let average, let averages {
      objective = objective.with(weightEntropy: average.drivingEntropy(averages))
    }
    return objective
  }

  // MARK: In a file

  /// The state as pairs of text that give the same bits when read back.
  var entries: [(key: String, value: String)] {
    var entries: [(key: String, value: String)] = []
    if let bonus { entries.append(("entropy_bonus", Self.text(bonus.coefficient))) }
    if let averages {
      entries += [
        ("entropy_fast", Self.text(averages.fast)), ("entropy_slow", Self.text(averages.slow)),
      ]
    }
    return entries
  }

  /// Takes back what `entries` gave.
  ///
  /// - Returns: whether all that is there are finite numbers.
  mutating func restore(_ value: (String) -> String?) -> Bool {
    let texts = ["entropy_bonus", "entropy_fast", "entropy_slow"].compactMap(value)
    guard texts.allSatisfy({ Self.number($0) != nil }) else { return false }
    if bonus != nil, let coefficient = value("entropy_bonus").flatMap(Self.number) {
      bonus = .init(coefficient: coefficient)
    }
    if average != nil, let fast = value("entropy_fast").flatMap(Self.number),
      let slow = value("entropy_slow").flatMap(Self.number)
    {
      var state = EntropyAverages.State(first: fast)
      state.slow = slow
      averages = state
    }
    return true
  }

  private static func text(_ value: Double) -> String { String(value.bitPattern, radix: 16) }

  private static func number(_ text: String) -> Double? {
    UInt64(text, radix: 16).map { Double(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
  }
}

extension TrainingConfiguration {
  /// The entropy bonus that the objective begins with.
  var configuredBonus: Double {
    (objective.isSRFT ? srft.entropyBonus : grpo.entropyBonus)?.coefficient ?? 0
  }
}
