package import StatisticalInference

/// What a run's cost is counted in.
package enum BudgetAxis: Sendable, CaseIterable {
  /// Tokens of updates.
  case updates
  /// Tokens of updates and sampled ones.
  case updatesAndSamples

  /// All that was spent on a run and on those that it starts from, but base; NaN where it isn't known.
  func spent(on run: StudyRun) -> Double {
    switch self {
    case .updates: run[.chainTokens]
    case .updatesAndSamples: run[.chainTotalTokens]
    }
  }

  /// What had been spent at an evaluation, with what the runs before cost.
  func spent(on run: StudyRun, at point: LearningPoint) -> Double {
    switch self {
    case .updates: point.tokens + run[.chainTokens] - run[.tokens]
    case .updatesAndSamples:
      (point.totalTokens ?? .nan) + run[.chainTotalTokens] - run[.totalTokens]
    }
  }
}

extension StudySummary {
  /// The largest budget that every run but a base reached in every seed, of those with evaluations; a run that
  /// others start from needn't reach it, as half of a run.
  ///
  /// - Returns: tokens; nil where no run has evaluations, or a run's cost isn't known.
  package func commonBudget(_ axis: BudgetAxis) -> Double? {
    let parents = Set(runs.compactMap(\.parent))
    let spent = runs.filter {
      $0.base != nil && !parents.contains($0.name) && !$0.learning.isEmpty
    }.map { axis.spent(on: $0) }
    guard let least = spent.min(), !spent.contains(where: \.isNaN) else { return nil }
    return least
  }

  /// A run's held-out accuracy at its last evaluation that cost no more than a budget.
  ///
  /// - Returns: over seeds; nil where a seed has no such evaluation.
  package func accuracy(
    at budget: Double, _ axis: BudgetAxis, of name: String
  ) -> Estimate? {
    let runs = runs(of: name)
    let values = runs.compactMap { run in
      run.learning.last { axis.spent(on: run, at: $0) <= budget }?.accuracy
    }
    guard !values.isEmpty, values.count == runs.count else { return nil }
    return .mean(ofSeeds: values, within: 0...1)
  }
}
