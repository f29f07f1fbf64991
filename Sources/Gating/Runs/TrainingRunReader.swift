internal import Analysis
internal import RunLogs

/// Reads a training log for a gate: each of its columns is a metric, each step takes a prompt's place.
enum TrainingRunReader {
  static func run(_ log: TrainingLog, path: String) -> GateRun {
    var digest = Digest()
    for step in log.steps { digest.add(UInt64(bitPattern: Int64(step))) }
    for column in log.columns {
      digest.add(column.name)
      for value in column.values { digest.add(value.bitPattern) }
    }
    var run = GateRun(path: path, model: "", weights: "", evaluation: digest.text())
    for column in log.columns {
      guard let metric = GateMetric(rawValue: "training/" + column.name) else { continue }
      let samples = zip(log.steps, column.values).map { step, value in
        GateSample(prompt: name(step), sum: value, count: 1, marks: GateMarks())
      }
      if samples.contains(where: { $0.sum.isFinite }) {
        run.columns[metric] = GateColumn(samples: samples)
      } else {
        run.gaps[metric] = "no step has a number"
      }
    }
    for metric in GateMetric.known { run.gaps[metric] = "a training log has none" }
    return run
  }

  private static func name(_ step: Int) -> String { "step \(step)" }
}
