internal import StatisticalInference

/// What one prompt adds to a metric's harm.
package struct PromptHarm: Sendable, Equatable {
  package let prompt: String
  /// The prompt's own mean X/N, the mean over baselines where there are several; nil of a distance.
  package let baseline: Double?
  package let candidate: Double
  /// Its part in the harm times the number of prompts, so that the mean over prompts is the harm; worse is
  /// positive, and where both directions are worse, what goes the way of the whole.
  package let part: Double
}

extension GateMeasure {
  /// The prompts that all runs have and measured, those that add most to the harm first.
  ///
  /// Of a ratio R = ΣX/ΣN a prompt's part is R + (X − R N)/N̄, as in `GateEffect`; of a bounded value it is
  /// X/N. Its part in the harm is that of the candidate less the mean over baselines.
  ///
  /// - Parameter worse: the rule's.
  /// - Returns: equal parts in the order of their prompts; empty where no prompt is in all runs.
  package func harms(_ worse: GateRule.Direction) -> [PromptHarm] {
    let runs = baselines + [candidate]
    let places = runs.map { run in
      Dictionary(uniqueKeysWithValues: zip(run.prompts, run.prompts.indices))
    }
    let rows = candidate.prompts.compactMap { prompt -> (prompt: String, places: [Int])? in
      let found = places.compactMap { $0[prompt] }
      guard found.count == runs.count,
        zip(runs, found).allSatisfy({ $0.isMeasured($1) })
      else { return nil }
      return (prompt, found)
    }
    guard !rows.isEmpty else { return [] }
    let linear = runs.enumerated().map { index, run in
      var sums = MatchedPrompts.RunSums()
      sums.sums = rows.map { run.sums[$0.places[index]] }
      sums.counts = rows.map { run.counts[$0.places[index]] }
      return (sums: sums, linear: GateEffect.Linear(sums, metric.kind))
    }
    let count = Double(baselines.count)
    let changes = rows.indices.map { row in
      let parts = linear.map { $0.linear.value + $0.linear.parts[row] }
      return parts[baselines.count]
        - (baselines.isEmpty ? 0 : parts.dropLast().reduce(0, +) / count)
    }
    let isDown =
      worse == .lower || (worse == .both && changes.reduce(0, +) < 0)
    let harms = rows.enumerated().map { row, prompt in
      let means = linear.map { $0.sums.sums[row] / $0.sums.counts[row] }
      return PromptHarm(
        prompt: prompt.prompt,
        baseline: baselines.isEmpty ? nil : means.dropLast().reduce(0, +) / count,
        candidate: means[baselines.count], part: isDown ? -changes[row] : changes[row])
    }
    return harms.enumerated().sorted {
      ($1.element.part, $0.offset) < ($0.element.part, $1.offset)
    }.map(\.element)
  }
}
