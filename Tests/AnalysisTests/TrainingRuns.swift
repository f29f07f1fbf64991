import Analysis
import RunLogs

/// Made-up training runs with the configuration that `train` records.
enum TrainingRuns {
  static func yaml(
    objective: String = "grpo", seed: Int, output: String, model: String = "base",
    rate: Double = 1e-4
  ) -> String {
    """
    model: '\(model)'
    output: '\(output)'
    objective: \(objective)
    seed: \(seed)
    optimizer:
      learning-rate: \(rate)
      schedule: constant

    """
  }

  static func log(
    _ columns: [String: [Double]], yaml: String?, definition: String = "a mean"
  ) -> TrainingLog {
    let count = columns.values.first?.count ?? 0
    return TrainingLog(
      steps: count == 0 ? [] : Array(1...count),
      columns: columns.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, definition: definition, unit: "1", values: $0.value)
      }, attributes: yaml.map { ["configuration": $0] } ?? [:])
  }

  static func run(
    _ path: String, objective: String = "grpo", seed: Int = 0, model: String = "base",
    rate: Double = 1e-4, label: String? = nil, _ columns: [String: [Double]] = ["reward": [0, 1]]
  ) -> TrainingRun {
    TrainingRun(
      path: path, folderName: path.split(separator: "/").last.map(String.init) ?? path,
      label: label,
      log: log(
        columns,
        yaml: yaml(objective: objective, seed: seed, output: path, model: model, rate: rate)))
  }
}
