internal import Files
internal import Foundation
internal import Tasks

extension TrainingConfiguration {
  /// Reads a YAML file.
  ///
  /// - Parameters:
  ///   - path: the file; paths inside are relative to the working directory.
  ///   - overrides: `key=value`, which win over the file.
  /// - Throws: `TrainingError` naming file, line and key; for an unknown key the nearest one.
  package init(path: String, overrides: [String] = []) throws(TrainingError) {
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      let kind = FileIdentity(path)?.kind
      throw .file(
        path: path,
        reason: kind == .folder
          ? "is a folder; name the configuration, a file like its config.yaml"
          : kind == nil ? "no such file" : "can't be read as UTF-8")
    }
    try self.init(yaml: text, path: path, overrides: overrides)
  }

  /// Reads YAML text; `path` is named in messages.
  package init(
    yaml text: String, path: String, overrides: [String] = []
  ) throws(TrainingError) {
    let reader = try TrainingConfigurationReader(yaml: text, path: path, overrides: overrides)
    for key in ["output", "objective", "steps"] where !reader.has(key) {
      throw reader.error(key, "is missing")
    }
    guard let objective = try reader.choice("objective", of: Objective.self) else {
      throw reader.error("objective", "is missing")
    }
    self.init(model: nil, output: "", objective: objective, steps: 1)
    if objective == .srftReleasedCode {
      // It divides by the longest response, which the file may set.
      let length = try reader.integer("rollouts.maximum-tokens", in: 1...1_000_000)
      srft = .releasedCode(maximumResponseLength: length ?? rollouts.maximumTokens)
    }
    for field in ConfigurationField.all {
      if reader.has(field.key), !field.applies(self) { throw field.refusal(self, reader) }
      try field.read(reader, &self)
    }
    try checkSources(reader)
  }

  /// The configuration with all its values as YAML; reading it gives the same configuration.
  package var yaml: String {
    var lines: [String] = []
    var group: String?
    for field in ConfigurationField.all where field.applies(self) {
      guard let text = field.text(self) else { continue }
      if field.group != group, let name = field.group { lines.append(name + ":") }
      group = field.group
      lines.append((group == nil ? "" : "  ") + field.name + ": " + text)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// All keys with what they mean and can be, for people; a line each, groups separated.
  package static var keyDescriptions: [(key: String, allowed: String, definition: String)] {
    ConfigurationField.all.map { ($0.key, $0.allowed, $0.definition) }
  }

  /// Throws unless each part that the run needs has one source.
  private func checkSources(_ reader: TrainingConfigurationReader) throws(TrainingError) {
    if objective.usesDemonstrations {
      try Self.check(
        ("demonstrations.file", demonstrations.file != nil),
        ("demonstrations.task", demonstrations.task != nil), reader)
    }
    if objective.usesRollouts {
      try Self.check(
        ("rollouts.file", rollouts.file != nil), ("rollouts.task", rollouts.task != nil), reader)
    }
    if objective.isSRFT, let demonstrated = demonstrations.task, let asked = rollouts.task,
      demonstrated != asked
    {
      throw reader.error(
        "demonstrations.task",
        "is \(demonstrated.rawValue), rollouts.task is \(asked.rawValue); their groups are joined, "
          + "so they have to be the same")
    }
    if objective == .onPolicyDistillation, reference == nil {
      throw reader.error("reference", "is missing: the folder of the teacher that opd learns from")
    }
    if objective.usesRollouts, rollouts.miniBatches > rollouts.promptsPerStep {
      throw reader.error(
        "rollouts.mini-batches",
        "is \(rollouts.miniBatches), more than the \(rollouts.promptsPerStep) prompts of a step; each "
          + "part takes whole groups")
    }
    if entropyControl.minimum > entropyControl.maximum {
      throw reader.error("entropy-control.minimum", "is above entropy-control.maximum")
    }
    if entropyControl.target != nil, entropyControl.law == .logarithmic,
      entropyControl.minimum == 0, configuredBonus == 0
    {
      throw reader.error(
        "entropy-control.minimum",
        "is 0, and so is \(objective.isSRFT ? "srft" : "grpo").entropy-bonus; the logarithmic law multiplies, and 0 stays 0: set one "
          + "of them above it")
    }
    if model == nil {
      guard newModel.task != nil || newModel.tokenizer != nil else {
        throw reader.error("model", "is missing (or new-model.task, to start from random weights)")
      }
      try Self.check(
        ("new-model.tokenizer", newModel.tokenizer != nil),
        ("new-model.task", newModel.task != nil), reader)
      if newModel.task?.needsFile == true {
        throw reader.error(
          "new-model.task", "has no characters of its own; name a folder as new-model.tokenizer")
      }
    }
    if taskFile == nil, let name = taskNames.first(where: \.needsFile) {
      throw reader.error("task-file", "is missing: the problems of \(name.rawValue)")
    }
    if evaluation.every > 0, evaluatedTask == nil {
      throw reader.error("evaluation.task", "is missing")
    }
    if let last = checkpoints.at.last, last > steps {
      throw reader.error("checkpoints.at", "has \(last), beyond the \(steps) of 'steps'")
    }
    if gate.isSet, evaluation.every == 0 {
      throw reader.error("evaluation.every", "is missing: the gate looks at evaluations")
    }
  }

  private static func check(
    _ first: (key: String, isGiven: Bool), _ second: (key: String, isGiven: Bool),
    _ reader: TrainingConfigurationReader
  ) throws(TrainingError) {
    switch (first.isGiven, second.isGiven) {
    case (false, false): throw reader.error(second.key, "is missing (or \(first.key))")
    case (true, true): throw reader.error(first.key, "give this or \(second.key), not both")
    case (true, false), (false, true): break
    }
  }
}

extension ConfigurationField {
  /// Why a key that means nothing in this run is refused: it would mislead readers.
  fileprivate func refusal(
    _ configuration: TrainingConfiguration, _ reader: TrainingConfigurationReader
  ) -> TrainingError {
    let objective = configuration.objective
    let siblings = Self.all.filter { $0.group == group }
    guard let group, !siblings.contains(where: { $0.applies(configuration) }) else {
      return reader.error(key, "has no effect beside the other keys; remove it")
    }
    if group == "new-model" {
      return reader.error(key, "the run starts from 'model'; remove one of both")
    }
    return reader.error(
      key, "the objective '\(objective.rawValue)' has no \(group); remove the key")
  }
}
