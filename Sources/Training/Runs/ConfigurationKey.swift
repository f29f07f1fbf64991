/// The keys of a configuration, groups joined by dots.
enum ConfigurationKey: String, CaseIterable {
  case model, output, objective, steps, seed
  case learningRate = "optimizer.learning-rate"
  case warmUpSteps = "optimizer.warm-up-steps"
  case schedule = "optimizer.schedule"
  case weightDecay = "optimizer.weight-decay"
  case beta1 = "optimizer.beta1"
  case beta2 = "optimizer.beta2"
  case epsilon = "optimizer.epsilon"
  case maximumGradientNorm = "optimizer.maximum-gradient-norm"
  case demonstrationFile = "demonstrations.file"
  case demonstrationsPerStep = "demonstrations.per-step"
  case rolloutTask = "rollouts.task"
  case rolloutFile = "rollouts.file"
  case promptsPerStep = "rollouts.prompts-per-step"
  case samples = "rollouts.samples"
  case maximumTokens = "rollouts.maximum-tokens"
  case temperature = "rollouts.temperature"
  case updates = "rollouts.updates"
  case checkpointsEvery = "checkpoints.every"
  case checkpointPrecision = "checkpoints.precision"
  case batchTokens = "batch-tokens"

  /// The group's name, nil at the top.
  var group: Substring? {
    let parts = rawValue.split(separator: ".")
    return parts.count == 2 ? parts[0] : nil
  }

  /// Names of groups.
  static let groups = Set(allCases.compactMap(\.group))

  /// The key whose name, with or without its group, takes the fewest edits.
  static func nearest(to name: String) -> ConfigurationKey {
    func distance(to key: ConfigurationKey) -> Int {
      let own = key.rawValue.split(separator: ".").last.map(String.init) ?? key.rawValue
      return min(EditDistance.between(name, key.rawValue), EditDistance.between(name, own))
    }
    return allCases.min { distance(to: $0) < distance(to: $1) } ?? .model
  }
}

/// Levenshtein's distance: insertions, deletions and replacements.
enum EditDistance {
  static func between(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    var row = Array(0...second.count)
    for (index, byte) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in second.enumerated() {
        let replaced = diagonal + (byte == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
