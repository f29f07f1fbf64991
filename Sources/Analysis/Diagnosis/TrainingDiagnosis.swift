import Foundation
package import RunLogs

/// What went wrong in a training run, by its log: every detector on the column that it is about.
///
/// Columns are found by the dictionary's names, which imported logs have too; what the dictionary lacks
/// (`other/NAME`) isn't looked at.
package struct TrainingDiagnosis: Sendable, Equatable {
  /// What makes a failure a warning.
  package enum Relief: String, Sendable, Codable {
    /// The run's last levels took three quarters of the change back, or its groups are alive again.
    case recovered
    /// Entropy fell while the reward rose above all that it was before: that is also how a task is learned.
    case rewardRose = "reward-rose"
  }

  /// Something found.
  package struct Finding: Sendable, Equatable {
    /// What found it.
    package let detector: Detector
    /// The column's name.
    package let column: String
    /// The number of the step at which it began.
    package let step: Int
    /// The level before; NaN where there is none.
    package let before: Double
    /// The level after, or the value itself.
    package let after: Double
    /// How large it is: a factor for changes of entropy, length and gap and for spikes, the share lost for
    /// rewards, the mean share of dead groups, the ratio of variances, the number of losses lost.
    package let size: Double
    /// The least size that counts.
    package let leastSize: Double
    /// What is compared with the threshold: change over scale, factor, lower bound, p-value; NaN for losses.
    package let statistic: Double
    /// What chance alone exceeds with the level's probability; a p-value stays below its.
    package let threshold: Double
    /// Why it is a warning where its detector fails a run; nil if it fails it.
    package var relief: Relief?

    /// What it is worth.
    package var severity: Detector.Severity {
      detector.severity == .fails && relief != nil ? .warns : detector.severity
    }
  }

  /// What became of one detector.
  package enum Outcome: Sendable, Equatable {
    /// It fired.
    case found(Finding)
    /// It looked and found nothing.
    case nothing
    /// Its twin over the whole run found the same change.
    case saidBy(Detector)
    /// The column has too few finite values.
    case notEnoughSteps(Int, needed: Int)
    /// The log has no such column, or no number in it.
    case notMeasured
  }

  /// One detector with its column and outcome.
  package struct Check: Sendable, Equatable {
    package let detector: Detector
    /// The column looked at; if the log has none, the one that it would be.
    package let column: String
    package let outcome: Outcome
  }

  /// How often each detector may be wrong over all looks at a run.
  package static let level = 0.01

  /// In the order of `Detector.allCases`.
  package let checks: [Check]
  /// How many times the run is looked at in all.
  package let looks: Int

  /// Looks through a log.
  ///
  /// - Parameters:
  ///   - log: a whole run, or what there is of it.
  ///   - looks: how many times the run is looked at in all while it grows, this one included: each look may
  ///     be wrong with 1 %/looks, so that all of them are with at most 1 %. Say the number before the first.
  package init(of log: TrainingLog, looks: Int = 1) {
    var thresholds = ChangeThresholds()
    self.init(of: log, looks: looks, thresholds: &thresholds)
  }

  /// The same with thresholds that earlier logs needed.
  package init(of log: TrainingLog, looks: Int = 1, thresholds: inout ChangeThresholds) {
    precondition(looks > 0, "\(looks) looks")
    self.looks = looks
    var checks: [Check] = []
    for detector in Detector.allCases {
      if let twin = detector.lateTwin, checks.contains(where: { $0.detector == twin && $0.isFound })
      {
        let column = LogColumn(of: detector, in: log)
        checks.append(.init(detector: detector, column: column.name, outcome: .saidBy(twin)))
        continue
      }
      checks.append(
        Self.check(detector, in: log, level: Self.level / Double(looks), &thresholds))
    }
    self.checks = checks
  }

  /// What was found: first what fails, then warnings.
  package var findings: [Finding] {
    let all = checks.compactMap(\.finding)
    return [Detector.Severity.fails, .warns, .tells].flatMap { severity in
      all.filter { $0.severity == severity }
    }
  }

  /// Whether something found is worse than a warning.
  package var fails: Bool { findings.contains { $0.severity == .fails } }
}

extension TrainingDiagnosis.Check {
  /// What it found.
  package var finding: TrainingDiagnosis.Finding? {
    if case .found(let finding) = outcome { finding } else { nil }
  }

  fileprivate var isFound: Bool { finding != nil }
}

/// The finite values of the column that a detector looks at.
private struct LogColumn {
  let name: String
  /// All values; nil if there is no such column or nothing in it.
  let all: [Double]?
  /// The finite ones with their rows.
  let rows: [Int]
  let values: [Double]

  init(of detector: Detector, in log: TrainingLog) {
    let names = detector.metrics.map(\.rawValue)
    let columns = names.compactMap { name in log.columns.first { $0.name == name } }
    let column = columns.first { $0.values.contains { !$0.isNaN } }
    name = column?.name ?? names[0]
    all = column?.values
    let values = column?.values ?? []
    // A gradient norm of 0 has no logarithm: nothing was learned there.
    let isPositive = detector == .gradientSpike
    rows = values.indices.filter { values[$0].isFinite && (!isPositive || values[$0] > 0) }
    self.values = rows.map { values[$0] }
  }
}

extension TrainingDiagnosis {
  private static func check(
    _ detector: Detector, in log: TrainingLog, level: Double, _ thresholds: inout ChangeThresholds
  ) -> Check {
    let column = LogColumn(of: detector, in: log)
    func outcome() -> Outcome {
      if detector == .nonFiniteLoss { return lostLoss(in: log, column) }
      guard column.all != nil else { return .notMeasured }
      guard column.values.count >= detector.leastSteps else {
        return .notEnoughSteps(column.values.count, needed: detector.leastSteps)
      }
      let finding: Finding?
      if let question = detector.question {
        finding = change(detector, question, in: log, column, level: level, &thresholds)
      } else {
        switch detector {
        case .deadGroups, .solved: finding = groups(detector, in: log, column, level: level)
        case .gradientSpike: finding = spike(in: log, column, level: level)
        default: finding = plateau(in: log, column, level: level)
        }
      }
      return finding.map(Outcome.found) ?? .nothing
    }
    return Check(detector: detector, column: column.name, outcome: outcome())
  }

  private static func change(
    _ detector: Detector, _ question: SustainedChange.Question, in log: TrainingLog,
    _ column: LogColumn, level: Double, _ thresholds: inout ChangeThresholds
  ) -> Finding? {
    let change = SustainedChange(column.values, question, level: level, thresholds: &thresholds)
    guard let onset = change.onset, let threshold = change.threshold else { return nil }
    let leastSize =
      switch question.least {
      case .factor(let factor): factor
      case .share(let share): share
      }
    let isLoss = detector == .entropyCollapse || detector == .earlyEntropyCollapse
    let relief: Relief? =
      change.isRecovered
      ? .recovered
      : isLoss && rewardRose(in: log, since: column.rows[onset]) ? .rewardRose : nil
    return Finding(
      detector: detector, column: column.name, step: log.steps[column.rows[onset]],
      before: change.before, after: change.after, size: change.size, leastSize: leastSize,
      statistic: change.statistic, threshold: threshold, relief: relief)
  }

  /// Whether the mean reward since a row is above its best level before, the mean of two blocks; above the
  /// first if there are none.
  private static func rewardRose(in log: TrainingLog, since row: Int) -> Bool {
    let rewards = log[.reward] ?? []
    guard row < rewards.count else { return false }
    let width = 2 * BlockMeans.width(ofSteps: rewards.count)
    let earlier = BlockMeans(rewards[..<row].filter(\.isFinite), width: width).means
    let since = rewards[row...].filter(\.isFinite)
    guard let best = earlier.max() ?? rewards.first(where: \.isFinite), !since.isEmpty else {
      return false
    }
    return since.reduce(0, +) / Double(since.count) > best
  }

  private static func groups(
    _ detector: Detector, in log: TrainingLog, _ column: LogColumn, level: Double
  ) -> Finding? {
    let reward = log[.reward]
    let isShare = reward?.allSatisfy { $0.isNaN || ($0 >= 0 && $0 <= 1) } ?? false
    let rewards = isShare ? reward.map { values in column.rows.map { values[$0] } } : nil
    let groups = DeadGroups(column.values, rewards: rewards, level: level)
    guard let stretch = detector == .solved ? groups.solved : groups.dead else { return nil }
    return Finding(
      detector: detector, column: column.name, step: log.steps[column.rows[stretch.index]],
      before: .nan, after: stretch.share, size: stretch.share, leastSize: DeadGroups.limit,
      statistic: stretch.lower, threshold: DeadGroups.leastLower,
      relief: detector == .deadGroups && groups.isAliveAtEnd ? .recovered : nil)
  }

  private static func spike(
    in log: TrainingLog, _ column: LogColumn, level: Double
  ) -> Finding? {
    let spike = Spike(column.values, level: level)
    guard spike.isFound else { return nil }
    let value = column.values[spike.index]
    return Finding(
      detector: .gradientSpike, column: column.name, step: log.steps[column.rows[spike.index]],
      before: value / spike.factor, after: value, size: spike.factor, leastSize: Spike.leastFactor,
      statistic: spike.factor, threshold: spike.threshold)
  }

  private static func plateau(
    in log: TrainingLog, _ column: LogColumn, level: Double
  ) -> Finding? {
    let plateau = Plateau(column.values)
    guard plateau.isFound(level: level) else { return nil }
    return Finding(
      detector: .plateau, column: column.name, step: log.steps[column.rows[plateau.half]],
      before: .nan, after: .nan, size: plateau.ratio, leastSize: Plateau.leastRatio,
      statistic: plateau.probability, threshold: level)
  }

  /// The first loss that is none: of the total also where it is missing, of its terms, which a step may
  /// lack, only where it is infinite.
  private static func lostLoss(in log: TrainingLog, _ column: LogColumn) -> Outcome {
    var found: (name: String, loss: LostLoss, value: Double)?
    var isMeasured = false
    for losses in log.columns where losses.name.hasPrefix(TrainingMetric.loss.rawValue) {
      guard TrainingMetric(rawValue: losses.name) != nil,
        losses.values.contains(where: { !$0.isNaN })
      else { continue }
      isMeasured = true
      guard
        let loss = LostLoss(losses.values, in: log, countsMissing: losses.name == column.name)
      else { continue }
      if loss.index < found?.loss.index ?? .max {
        found = (losses.name, loss, losses.values[loss.index])
      }
    }
    guard let found else { return isMeasured ? .nothing : .notMeasured }
    return .found(
      Finding(
        detector: .nonFiniteLoss, column: found.name, step: log.steps[found.loss.index],
        before: .nan, after: found.value, size: Double(found.loss.count), leastSize: 1,
        statistic: .nan, threshold: .nan))
  }
}
