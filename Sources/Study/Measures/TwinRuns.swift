extension StudySummary {
  /// Runs that are the same in every number of the seeds they share, with what that means: a setting that was
  /// thought to do something doesn't, and is no second ablation.
  ///
  /// Only of runs with a base; a study's, that is. Copies of anybody's checkpoints say nothing of settings.
  package var twins: [String] {
    let runs = names.map { name in
      Dictionary(self.runs(of: name).map { ($0.seed, $0.untimed) }) { first, _ in first }
    }
    let pairs = names.indices.flatMap { first in
      names.indices.dropFirst(first + 1).map { (first, $0) }
    }
    return pairs.compactMap { first, second in
      let seeds = runs[first].keys.filter { runs[second][$0] != nil }.sorted()
      let isAlike = seeds.allSatisfy { seed in
        guard let one = runs[first][seed], let other = runs[second][seed] else { return false }
        return one.base != nil && one[.klRunBase].isFinite && one.values == other.values
          && one.splits == other.splits
      }
      guard isAlike, !seeds.isEmpty else { return nil }
      let which = seeds.map { "\($0)" }.joined(separator: ", ")
      return
        "\(names[first]) and \(names[second]) are alike in every number of seed \(which): what sets them "
        + "apart has no effect"
    }
  }
}

extension StudyRun {
  /// Without what no two trainings have alike.
  package var untimed: StudyRun {
    var run = self
    run[.seconds] = .nan
    return run
  }
}
