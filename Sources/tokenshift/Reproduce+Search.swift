import ArgumentParser
import Study

extension Reproduce {
  /// `--search`: each learning rate of the file, and what came of it.
  func search(_ plan: StudyPlan) throws {
    let search = try RateSearch(plan, folder: output)
    if let trial {
      guard let trial = RateSearch.Trial(trial) else {
        throw ValidationError("--trial: write NAME@RATE@SEED")
      }
      try search.run(trial, train: train)
      return
    }
    if dryRun {
      for trial in search.rounds.joined() { try Terminal.printResult("\(trial)") }
      return
    }
    for round in search.rounds {
      // What isn't there yet can't be asked of a later round: it starts from this one's best.
      let open = try round.filter { try !search.isDone($0) }
      if jobs > 1, open.count > 1 {
        if let failure = try StudyJobs(count: jobs).run(open.map(task)) { throw failure }
      } else {
        for trial in open { try search.run(trial, train: train) }
      }
    }
    let report = try search.report()
    try verbosity.report(
      report.lines(width: Terminal.tableWidth), json: report, path: output + "/rates.json")
  }

  private func task(_ trial: RateSearch.Trial) -> StudyJobs.Task {
    StudyJobs.Task(
      label: "\(trial)",
      arguments: [study, "--output", output, "--search", "--trial", "\(trial)"]
        + (verbosity.isQuiet ? ["--quiet"] : []))
  }
}
