internal import Foundation
internal import RunLogs

/// Runs of one configuration but for seed and output, or runs that the user calls the same.
public struct TrainingCondition: Sendable, Equatable {
  /// Short, and no other condition's.
  public let label: String
  /// What was minimised; empty if the log doesn't say.
  public let objective: String
  /// In the order given.
  public let runs: [TrainingRun]
  /// Keys in which runs that the user joined differ, beside seed and output.
  public let differingKeys: [String]

  /// Joins runs to conditions, in the order of their first runs.
  ///
  /// Where a value is a path into another given run's output, such as the model of a second stage,
  /// that run's condition stands for it: stages that differ only in their seeds stay together.
  ///
  /// - Throws: `TrainingRunError`.
  public static func group(_ runs: [TrainingRun]) throws(TrainingRunError) -> [TrainingCondition] {
    for run in runs where run.log.steps.isEmpty { throw .noSteps(path: run.path) }
    try checkDefinitions(runs)
    let keys = runs.map { ConditionKey(of: $0, among: runs).text }
    try checkSeeds(runs, keys)
    var groups: [(key: String, runs: [TrainingRun])] = []
    for (run, own) in zip(runs, keys) {
      // A run without a configuration is a condition of its own.
      let key = run.label.map { "label " + $0 } ?? (own.isEmpty ? "path " + run.path : own)
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].runs.append(run)
      } else {
        groups.append((key, [run]))
      }
    }
    let labels = ConditionLabels.labels(of: groups.map(\.runs))
    return zip(groups, labels).map { group, label in
      TrainingCondition(
        label: label, objective: group.runs[0].configuration["objective"] ?? "", runs: group.runs,
        differingKeys: ConditionKey.differing(group.runs, among: runs))
    }
  }

  /// A name must mean one thing in a figure.
  private static func checkDefinitions(_ runs: [TrainingRun]) throws(TrainingRunError) {
    var known: [String: (definition: String, path: String)] = [:]
    for run in runs {
      for column in run.log.columns {
        let definition = "\(column.definition) [\(column.unit)]"
        if let first = known[column.name], first.definition != definition {
          throw .definitionsDiffer(metric: column.name, first.path, run.path)
        }
        known[column.name] = known[column.name] ?? (definition, run.path)
      }
    }
  }

  /// A run that counts twice would make a band too narrow.
  private static func checkSeeds(
    _ runs: [TrainingRun], _ keys: [String]
  ) throws(TrainingRunError) {
    var seen: [String: String] = [:]
    for (run, key) in zip(runs, keys) {
      let name = key.isEmpty ? run.path : key + "\nseed " + (run.configuration["seed"] ?? "")
      if let first = seen.updateValue(run.path, forKey: name) { throw .sameRun(first, run.path) }
    }
  }
}

/// A run's configuration without what seeds change.
private struct ConditionKey {
  private(set) var values: [(key: String, value: String)]

  var text: String { values.map { "\($0.key): \($0.value)" }.joined(separator: "\n") }

  init(of run: TrainingRun, among runs: [TrainingRun], depth: Int = 0) {
    let own = run.configuration["output"]
    values = run.configuration.values.filter { !["seed", "output"].contains($0.key) }
    // Deeper than any chain of stages: two runs may name each other by mistake.
    guard depth < 16 else { return }
    for index in values.indices {
      let value = values[index].value
      for other in runs {
        guard let output = other.configuration["output"], !output.isEmpty, output != own,
          value.hasPrefix(output + "/")
        else { continue }
        let stage = ConditionKey(of: other, among: runs, depth: depth + 1).text
        values[index].value = "{" + stage + "}" + value.dropFirst(output.count)
        break
      }
    }
  }

  /// Keys whose values aren't the same in all runs.
  static func differing(_ joined: [TrainingRun], among runs: [TrainingRun]) -> [String] {
    let all = joined.map { ConditionKey(of: $0, among: runs).values }
    var keys: [String] = []
    for (key, _) in all.joined() where !keys.contains(key) { keys.append(key) }
    return keys.filter { key in
      Set(all.map { $0.filter { $0.key == key }.map(\.value) }).count > 1
    }
  }
}

/// Names for conditions: the user's, else the objective where it tells them apart, else folders.
private enum ConditionLabels {
  static func labels(of groups: [[TrainingRun]]) -> [String] {
    let given = groups.map { $0[0].label }
    let choices = [
      groups.map { $0[0].configuration["objective"] ?? "" },
      groups.map { stem($0.map(\.folderName)) },
      groups.map { $0[0].folderName },
      groups.map { $0[0].path },
    ]
    for names in choices {
      let labels = zip(given, names).map { $0 ?? $1 }
      if Set(labels).count == labels.count, !labels.contains("") { return labels }
    }
    let last = zip(given, choices[1]).map { $0 ?? $1 }
    return last.indices.map { index in
      let earlier = last[..<index].count { $0 == last[index] }
      return earlier == 0 && !last[index].isEmpty
        ? last[index] : "\(last[index].isEmpty ? "run" : last[index]) (\(earlier + 1))"
    }
  }

  /// What names of one condition share at their start, without the number of a seed:
  /// `rl-1` and `rl-2` are `rl`, `rl-seed1` alone is `rl`.
  static func stem(_ names: [String]) -> String {
    guard let first = names.first else { return "" }
    var shared = first
    for name in names.dropFirst() { shared = shared.commonPrefix(with: name) }
    if names.count == 1, let digits = shared.firstMatch(of: /[-_.](seed[-_.]?)?[0-9]+$/) {
      shared = String(shared[..<digits.range.lowerBound])
    }
    if names.count > 1, let rest = shared.firstMatch(of: /[-_.](seed|s)?[-_.]?[0-9]*$/) {
      shared = String(shared[..<rest.range.lowerBound])
    }
    while let last = shared.last, "-_./".contains(last) { shared.removeLast() }
    return shared.isEmpty ? first : shared
  }
}
