internal import RunLogs

extension TrainingLogImport {
  /// What was read and what became of it, in lines for people.
  package var summary: [String] {
    var lines = ["format: \(format.rawValue), \(format.words)"]
    if let first = log.steps.first, let last = log.steps.last {
      lines.append("steps: \(log.steps.count), \(first) to \(last)")
    }
    let known = columns.filter(\.isKnown)
    lines.append("metrics of the dictionary: \(known.isEmpty ? "none" : "\(known.count)")")
    for column in known {
      let missing = log.steps.count - column.measured
      lines.append(
        "  \(column.name) ← \(column.source)"
          + (missing > 0 ? ", not measured at \(missing) steps" : ""))
    }
    let others = columns.filter { !$0.isKnown }.map(\.source)
    if !others.isEmpty {
      lines.append("kept as other/NAME: \(others.count): " + NameList.text(others))
    }
    if !leftOut.isEmpty {
      lines.append("not imported: \(leftOut.count)")
      lines += leftOut.prefix(12).map { "  \(NameList.shortened($0.name)): \($0.reason)" }
      if leftOut.count > 12 {
        lines.append("  and \(leftOut.count - 12) more; --json has them all")
      }
    }
    if repeatedSteps > 0 {
      lines.append("steps that occur more than once, of which the last counts: \(repeatedSteps)")
    }
    if rowsWithoutStep > 0 { lines.append("rows without a step, left out: \(rowsWithoutStep)") }
    if let aggregation { lines.append("values: \(aggregation)") }
    lines += notes.map { "note: " + $0 }
    return lines
  }
}
