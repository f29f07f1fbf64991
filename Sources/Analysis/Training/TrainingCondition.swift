internal import Foundation
internal import RunLogs

/// Runs of one configuration but for seed and output, or runs that the user calls the same.
package struct TrainingCondition: Sendable, Equatable {
  /// Short, and no other condition's.
  package let label: String
  /// What was minimised; empty if the log doesn't say.
  package let objective: String
  /// In the order given.
  package let runs: [TrainingRun]
  /// Keys in which runs that the user joined differ, beside seed and output.
  package let differingKeys: [String]

  /// Joins runs to conditions, in the order of their first runs.
  ///
  /// Two paths count as equal if they are so but for the runs' own seeds (`seed-1/base/final` and
  /// `seed-2/base/final` of seeds 1 and 2), or lead into the outputs of runs of one condition: so
  /// second stages stay together, each from its own seed's model.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - mixesDefinitions: whether entropies at different temperatures of sampling may stand side by side.
  /// - Returns: each run in one of them.
  /// - Throws: `TrainingRunError`.
  package static func group(
    _ runs: [TrainingRun], mixesDefinitions: Bool = false
  ) throws(TrainingRunError) -> [TrainingCondition] {
    for run in runs where run.log.steps.isEmpty { throw .noSteps(path: run.path) }
    try checkDefinitions(runs)
    if !mixesDefinitions { try checkTemperatures(runs) }
    let keys = runs.map { ConditionKey(of: $0, among: runs) }
    try checkSeeds(runs, keys)
    let groups = members(runs, keys)
    let labels = ConditionLabels.labels(of: groups.map { $0.map { runs[$0] } })
    return zip(groups, labels).map { group, label in
      TrainingCondition(
        label: label, objective: runs[group[0]].configuration["objective"] ?? "",
        runs: group.map { runs[$0] }, differingKeys: ConditionKey.differing(group.map { keys[$0] }))
    }
  }

  /// Indices of runs that belong together; what is like a third is alike.
  private static func members(_ runs: [TrainingRun], _ keys: [ConditionKey]) -> [[Int]] {
    var first = Array(runs.indices)
    for index in runs.indices {
      for other in runs.indices.prefix(index) where first[other] != first[index] {
        let areAlike =
          if let label = runs[index].label {
            label == runs[other].label
          } else {
            runs[other].label == nil && keys[index].isAlike(keys[other])
          }
        guard areAlike else { continue }
        let (kept, gone) = (min(first[index], first[other]), max(first[index], first[other]))
        for known in runs.indices where first[known] == gone { first[known] = kept }
      }
    }
    return Set(first).sorted().map { start in runs.indices.filter { first[$0] == start } }
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

  /// An entropy at one temperature is another quantity than one at another.
  private static func checkTemperatures(_ runs: [TrainingRun]) throws(TrainingRunError) {
    let metric = TrainingMetric.temperedRolloutEntropy.rawValue
    let tempered = runs.filter { $0.column(metric) != nil }
    guard let first = tempered.first else { return }
    for run in tempered.dropFirst() where run.samplingTemperature != first.samplingTemperature {
      throw .temperaturesDiffer(
        first.path, first.samplingTemperature, run.path, run.samplingTemperature)
    }
  }

  /// A run that counts twice would make a band too narrow.
  private static func checkSeeds(
    _ runs: [TrainingRun], _ keys: [ConditionKey]
  ) throws(TrainingRunError) {
    for (index, run) in runs.enumerated() {
      for other in runs.indices.prefix(index) {
        let isSame =
          run.path == runs[other].path
          || (keys[index].hasSameValues(as: keys[other])
            && run.configuration["seed"] == runs[other].configuration["seed"])
        if isSame { throw .sameRun(runs[other].path, run.path) }
      }
    }
  }
}

/// A run's configuration without what seeds change.
private struct ConditionKey {
  /// Names with dots and values as written; those of paths into another run's output have that run's
  /// key in the place of the output.
  private let values: [(key: String, value: String)]
  /// The same with `{seed}` for the run's own seed in paths.
  private let seeded: [(key: String, value: String)]

  init(of run: TrainingRun, among runs: [TrainingRun]) {
    values = Self.values(of: run, among: runs, depth: 0)
    let seed = run.configuration["seed"] ?? ""
    seeded = values.map { ($0.key, Self.withoutSeed(seed, $0.value)) }
  }

  private static func values(
    of run: TrainingRun, among runs: [TrainingRun], depth: Int
  ) -> [(key: String, value: String)] {
    let own = run.configuration["output"]
    var values = run.configuration.values.filter { !["seed", "output"].contains($0.key) }
    // Deeper than any chain of stages: two runs may name each other by mistake.
    guard depth < 16 else { return values }
    for index in values.indices {
      let value = values[index].value
      for other in runs {
        guard let output = other.configuration["output"], !output.isEmpty, output != own,
          value.hasPrefix(output + "/")
        else { continue }
        let seed = other.configuration["seed"] ?? ""
        let stage = Self.values(of: other, among: runs, depth: depth + 1)
          .map { "\($0.key): \(Self.withoutSeed(seed, $0.value))" }.joined(separator: "\n")
        values[index].value = "{" + stage + "}" + value.dropFirst(output.count)
        break
      }
    }
    return values
  }

  /// A path whose parts end in the run's seed, as `runs/seed-1/base` or `runs/sft_1`, with `{seed}`
  /// there; anything else as it is.
  private static func withoutSeed(_ seed: String, _ value: String) -> String {
    guard value.contains("/"), !seed.isEmpty else { return value }
    return value.split(separator: "/", omittingEmptySubsequences: false).map { part in
      guard part.hasSuffix(seed) else { return String(part) }
      let rest = part.dropLast(seed.count)
      let isNumber = rest.hasSuffix("seed") || rest.last.map { "-_.".contains($0) } ?? false
      return isNumber ? rest + "{seed}" : String(part)
    }.joined(separator: "/")
  }

  /// Whether two runs differ in seeds only; one without a configuration is like no other.
  func isAlike(_ other: ConditionKey) -> Bool {
    hasSameValues(as: other)
      || (!seeded.isEmpty && seeded.elementsEqual(other.seeded, by: ==))
  }

  func hasSameValues(as other: ConditionKey) -> Bool {
    !values.isEmpty && values.elementsEqual(other.values, by: ==)
  }

  /// Names whose values aren't the same in all, whether with or without seeds.
  static func differing(_ joined: [ConditionKey]) -> [String] {
    var names: [String] = []
    for (name, _) in joined.flatMap(\.values) where !names.contains(name) { names.append(name) }
    func isOne(_ part: KeyPath<ConditionKey, [(key: String, value: String)]>, _ name: String)
      -> Bool
    {
      Set(joined.map { $0[keyPath: part].filter { $0.key == name }.map(\.value) }).count == 1
    }
    return names.filter { !isOne(\.values, $0) && !isOne(\.seeded, $0) }
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
    if names.count > 1, Set(names).count == 1 { return first }
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
