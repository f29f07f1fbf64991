internal import Reporting
internal import StatisticalInference

extension StudyRegime {
  /// Why methods can't be told apart in a study, with what to change; empty where they can, or where the
  /// runs that tell aren't there.
  package func faults(of summary: StudySummary) -> [String] {
    var faults: [String] = []
    if let estimate = summary.estimate(.accuracy, of: imitation),
      !accuracy.contains(estimate.value)
    {
      let isHigh = estimate.value > accuracy.upperBound
      faults.append(
        "\(imitation) reaches an accuracy of \(Number.percent(estimate.value)), outside of "
          + "\(Number.percent(accuracy.lowerBound)) to \(Number.percent(accuracy.upperBound)): "
          + (isHigh
            ? "take a harder task, fewer demonstrations or a smaller model"
            : "take an easier task, more demonstrations or a larger budget"))
    }
    if let estimate = summary.estimate(.firstDegenerateGroups, of: reinforced),
      estimate.value > degenerateGroups
    {
      faults.append(
        "\(reinforced) begins with \(Number.percent(estimate.value)) degenerate groups, more than "
          + "\(Number.percent(degenerateGroups)), so that hardly any group teaches it anything: take a "
          + "harder task, an earlier start or more samples of each prompt")
    }
    return faults
  }

  /// Second stages that had little left to learn, with why; these are compared all the same.
  package func cautions(of summary: StudySummary) -> [String] {
    summary.names.compactMap { name in
      guard name != reinforced, let run = summary.runs.first(where: { $0.name == name }),
        run.parent != run.base, let estimate = summary.estimate(.firstDegenerateGroups, of: name),
        estimate.value > degenerateGroups
      else { return nil }
      return
        "\(name) begins with \(Number.percent(estimate.value)) degenerate groups, more than "
        + "\(Number.percent(degenerateGroups)): where it ends is more its start's doing than its own"
    }
  }
}
