internal import Foundation
internal import Kernels
internal import Safetensors

extension TrainingConfiguration {
  /// Reads a YAML file.
  ///
  /// - Parameters:
  ///   - path: the file; paths inside are relative to the working directory.
  ///   - overrides: `key=value`, which win over the file.
  /// - Throws: `TrainingError` naming file, line and key; for an unknown key the nearest one.
  public init(path: String, overrides: [String] = []) throws(TrainingError) {
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .file(path: path, reason: exists ? "can't be read as UTF-8" : "no such file")
    }
    try self.init(yaml: text, path: path, overrides: overrides)
  }

  /// Reads YAML text; `path` is named in messages.
  public init(
    yaml text: String, path: String, overrides: [String] = []
  ) throws(TrainingError) {
    let reader = try ConfigurationReader(yaml: text, path: path, overrides: overrides)
    guard let objective = try reader.choice(.objective, of: Objective.self) else {
      throw reader.error(.objective, "is missing")
    }
    guard let steps = try reader.integer(.steps, in: 1...10_000_000) else {
      throw reader.error(.steps, "is missing")
    }
    self.init(
      model: try reader.text(.model), output: try reader.text(.output), objective: objective,
      steps: steps)
    if let seed = try reader.integer(.seed, in: 0...Int.max) { self.seed = UInt64(seed) }
    if let count = try reader.integer(.batchTokens, in: 1...10_000_000) { batchTokens = count }
    optimizer = try Optimization(reader)
    demonstrations = try Demonstrations(reader, objective)
    rollouts = try Rollouts(reader, objective)
    checkpoints = try Checkpoints(reader)
  }
}

extension TrainingConfiguration.Optimization {
  fileprivate init(_ reader: ConfigurationReader) throws(TrainingError) {
    self.init()
    learningRate =
      try reader.number(.learningRate, "above 0 and below 1") { $0 > 0 && $0 < 1 } ?? learningRate
    warmUpSteps = try reader.integer(.warmUpSteps, in: 0...10_000_000) ?? warmUpSteps
    schedule =
      try reader.choice(.schedule, of: TrainingConfiguration.Schedule.self) ?? schedule
    adam.weightDecay = try reader.number(.weightDecay, "0 or more") { $0 >= 0 } ?? adam.weightDecay
    adam.beta1 = try reader.number(.beta1, "from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? adam.beta1
    adam.beta2 = try reader.number(.beta2, "from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? adam.beta2
    adam.epsilon = try reader.number(.epsilon, "above 0") { $0 > 0 } ?? adam.epsilon
    maximumGradientNorm =
      try reader.number(.maximumGradientNorm, "above 0") { $0 > 0 } ?? maximumGradientNorm
  }
}

extension TrainingConfiguration.Demonstrations {
  fileprivate init?(
    _ reader: ConfigurationReader, _ objective: TrainingConfiguration.Objective
  ) throws(TrainingError) {
    guard objective.usesDemonstrations else {
      try reader.refuse("demonstrations", objective)
      return nil
    }
    self.init(file: try reader.text(.demonstrationFile))
    perStep = try reader.integer(.demonstrationsPerStep, in: 1...1_000_000) ?? perStep
  }
}

extension TrainingConfiguration.Rollouts {
  fileprivate init?(
    _ reader: ConfigurationReader, _ objective: TrainingConfiguration.Objective
  ) throws(TrainingError) {
    guard objective.usesRollouts else {
      try reader.refuse("rollouts", objective)
      return nil
    }
    let task = try reader.choice(.rolloutTask, of: TaskName.self)
    switch (task, reader.has(.rolloutFile)) {
    case (nil, false): throw reader.error(.rolloutTask, "is missing (or rollouts.file)")
    case (_?, true): throw reader.error(.rolloutFile, "give this or rollouts.task, not both")
    case (let task?, false): self.init(source: .task(task))
    case (nil, true): self.init(source: .file(try reader.text(.rolloutFile)))
    }
    promptsPerStep = try reader.integer(.promptsPerStep, in: 1...1_000_000) ?? promptsPerStep
    samples = try reader.integer(.samples, in: 2...10_000) ?? samples
    maximumTokens = try reader.integer(.maximumTokens, in: 1...1_000_000) ?? maximumTokens
    temperature = try reader.number(.temperature, "above 0") { $0 > 0 } ?? temperature
    updates = try reader.integer(.updates, in: 1...1_000) ?? updates
  }
}

extension TrainingConfiguration.Checkpoints {
  /// Names of the two types in configurations.
  private enum PrecisionName: String, CaseIterable { case f32, bf16 }

  fileprivate init(_ reader: ConfigurationReader) throws(TrainingError) {
    self.init()
    every = try reader.integer(.checkpointsEvery, in: 0...10_000_000) ?? every
    if let name = try reader.choice(.checkpointPrecision, of: PrecisionName.self) {
      precision = name == .f32 ? .float32 : .bfloat16
    }
  }
}

extension ConfigurationReader {
  /// Throws if a group is given that the objective doesn't look at: it would mislead readers.
  fileprivate func refuse(
    _ group: String, _ objective: TrainingConfiguration.Objective
  ) throws(TrainingError) {
    for key in ConfigurationKey.allCases where key.group == group[...] && has(key) {
      throw error(key, "the objective '\(objective.rawValue)' has no \(group); remove the key")
    }
  }
}
