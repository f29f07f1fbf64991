internal import Foundation
package import RunLogs

/// Quantities of a study's runs along their training, by tokens of updates from base on.
package struct RunCurves {
  /// All runs that were measured.
  package let summary: StudySummary
  /// The log of a run; nil where it isn't there.
  let log: (StudyRun) throws -> TrainingLog?

  /// Both given.
  package init(summary: StudySummary, log: @escaping (StudyRun) throws -> TrainingLog?) {
    (self.summary, self.log) = (summary, log)
  }

  /// Between points of the grid on which seeds are averaged, tokens.
  static let spacing = 10_000.0

  /// What tokens are counted.
  package enum Tokens {
    /// Those of updates.
    case updates
    /// These and those that were sampled.
    case total

    /// Over which a seed's steps are averaged: some ten steps of the study's.
    var window: Double { self == .updates ? 20_000 : 40_000 }
  }

  /// What is logged at evaluations, of answers to the run's own held-out problems.
  package enum Evaluated {
    case accuracy, entropy

    func value(of point: LearningPoint) -> Double {
      switch self {
      case .accuracy: point.accuracy
      case .entropy: point.entropy ?? .nan
      }
    }

    var bounds: ClosedRange<Double> { self == .accuracy ? 0...1 : 0...Double.infinity }
  }

  // MARK: A run's place in its chain

  /// The run that a run starts from; nil for one that starts from random weights.
  private func parent(of run: StudyRun) -> StudyRun? {
    run.parent.flatMap { summary.run($0, seed: run.seed) }
  }

  /// Tokens of all runs before this one, but base; nil where they aren't known.
  package func offset(of run: StudyRun, _ tokens: Tokens) -> Double? {
    let measures: (StudyMeasure, StudyMeasure) =
      tokens == .updates ? (.chainTokens, .tokens) : (.chainTotalTokens, .totalTokens)
    let offset = run[measures.0] - run[measures.1]
    if offset.isFinite { return max(0, offset) }
    return run.parent == nil || run.parent == run.base ? 0 : nil
  }

  // MARK: Evaluations

  /// Evaluations of a run and of those that it starts from, after the last one of base, which stands at 0.
  ///
  /// - Parameters:
  ///   - quantity: what was evaluated.
  ///   - run: the last of them.
  ///   - isWhole: false to begin at the last evaluation of the run before.
  /// - Returns: nil where none were logged, or tokens aren't known.
  package func chain(_ quantity: Evaluated, of run: StudyRun, isWhole: Bool = true) -> TokenCurve? {
    guard !run.learning.isEmpty else { return nil }
    var points: [(x: Double, y: Double)] = []
    var current: StudyRun? = run
    while let now = current {
      // Base's own tokens don't count.
      let isBase = now.parent == nil && now.name != run.name
      guard let offset = isBase ? 0 : offset(of: now, .updates) else { return nil }
      let isLast = isBase || !isWhole && now.name != run.name
      points =
        now.learning.suffix(isLast ? 1 : now.learning.count).map {
          (offset + (isBase ? 0 : $0.tokens), quantity.value(of: $0))
        } + points
      current = isLast ? nil : parent(of: now)
    }
    return TokenCurve(seed: run.seed, x: points.map(\.x), y: points.map(\.y))
  }

  /// Evaluations over seeds; nil where no seed has any.
  ///
  /// - Parameters: as of `chain`.
  package func evaluations(
    _ quantity: Evaluated, of name: String, isWhole: Bool = true
  ) -> SeedCurves? {
    let runs = summary.runs(of: name)
    var curves = SeedCurves(
      name, runs.compactMap { chain(quantity, of: $0, isWhole: isWhole) }, spacing: Self.spacing,
      window: 0, within: quantity.bounds)
    curves?.stage = stage(of: name)
    return curves
  }

  /// Where the runs of a name go on from another one that isn't base, the mean over seeds; nil where they
  /// don't.
  private func stage(of name: String) -> Double? {
    let offsets = summary.runs(of: name).compactMap { offset(of: $0, .updates) }.filter { $0 > 0 }
    return offsets.isEmpty ? nil : offsets.reduce(0, +) / Double(offsets.count)
  }

  // MARK: Steps

  /// A metric of a run's steps, at the tokens before each: what a step logs of its rollouts or of its
  /// gradient is of the model before the step's update.
  ///
  /// - Returns: nil where the log, the metric or the count of tokens isn't there.
  /// - Throws: an error of the log.
  package func steps(
    _ metric: TrainingMetric, of run: StudyRun, by tokens: Tokens = .updates
  ) throws -> TokenCurve? {
    guard let offset = offset(of: run, tokens), let log = try log(run),
      let updated = log[.tokens], let values = log[metric]
    else { return nil }
    let sampled = log[.rolloutTokens]
    if tokens == .total, sampled == nil { return nil }
    var sum = offset
    let x = updated.indices.map { index in
      defer {
        sum += updated[index]
        if tokens == .total, let sampled, sampled[index].isFinite { sum += sampled[index] }
      }
      return sum
    }
    return TokenCurve(seed: run.seed, x: x, y: values)
  }

  /// A metric of steps over seeds; nil where no seed has it.
  ///
  /// - Parameters:
  ///   - metric: a column of the log.
  ///   - name: the runs'.
  ///   - tokens: what x counts.
  ///   - bounds: of the metric.
  ///   - isGeometric: whether means, over steps as over seeds, are of logarithms; values of zero and below
  ///     are left out then.
  /// - Returns: means on the grid, with their intervals.
  /// - Throws: an error of a log.
  package func steps(
    _ metric: TrainingMetric, of name: String, by tokens: Tokens = .updates,
    within bounds: ClosedRange<Double>, isGeometric: Bool = false
  ) throws -> SeedCurves? {
    let known = try summary.runs(of: name).compactMap { try steps(metric, of: $0, by: tokens) }
    let shown =
      isGeometric
      ? known.compactMap { TokenCurve(seed: $0.seed, x: $0.x, y: $0.y.map(Foundation.log)) } : known
    var curves = SeedCurves(
      name, shown, spacing: Self.spacing, window: tokens.window,
      within: isGeometric ? -Double.infinity...Double.infinity : bounds)
    if isGeometric { curves = curves?.mapped(Foundation.exp) }
    if tokens == .updates { curves?.stage = stage(of: name) }
    return curves
  }
}
