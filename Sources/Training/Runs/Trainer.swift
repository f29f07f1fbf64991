internal import Foundation
internal import Kernels
internal import Safetensors
public import Transformer

/// One run: batches, gradients, steps, checkpoints, a log.
///
/// Two runs of one configuration on one machine give the same weights and the same log but for
/// times, whatever the number of threads.
public struct Trainer: ~Copyable {
  /// What the run does.
  public let configuration: TrainingConfiguration
  /// The policy as it is.
  public private(set) var parameters: TransformerParameters
  /// Where the last checkpoint is.
  public private(set) var lastCheckpoint: String?

  private let start: StartingModel
  private let sampler: StepSampler
  private let update: PolicyUpdate
  private var pass: TrainingPass
  private var gradients: TransformerGradients
  private var optimizer: Optimizer
  private var samples = RolloutSamples()

  /// Reads model, tokenizer and data, so that what doesn't fit is found before any work is done.
  ///
  /// - Throws: an error of the part that is wrong, naming file, place and mend.
  public init(_ configuration: TrainingConfiguration) throws {
    // All that may throw comes first: what can't be copied can't be half made.
    let start = try StartingModel(directory: configuration.model)
    try start.checkTrainable()
    let sampler = try StepSampler(configuration, start)
    (self.configuration, self.start, self.sampler) = (configuration, start, sampler)
    update = PolicyUpdate(
      objective: sampler.objective, temperature: configuration.rollouts?.temperature ?? 1,
      batchTokens: configuration.batchTokens)
    parameters = TransformerParameters(start.model)
    pass = TrainingPass(start.model.configuration)
    gradients = TransformerGradients(parameters.layout)
    optimizer = Optimizer(
      parameters.layout, settings: configuration.optimizer.adam,
      largestNorm: configuration.optimizer.maximumGradientNorm)
  }

  /// What would be trained, in lines for people.
  public var plan: [String] {
    var lines = [
      "\(configuration.objective.rawValue), \(configuration.steps) steps, seed "
        + "\(configuration.seed)",
      "model \(configuration.model): \(start.model.configuration.family.rawValue), "
        + "\(parameters.layout.parameterCount) parameters",
    ]
    if let demonstrations = configuration.demonstrations {
      lines.append(
        "demonstrations \(demonstrations.file): \(sampler.demonstrationCount), "
          + "\(demonstrations.perStep) a step")
    }
    if let rollouts = configuration.rollouts {
      let source =
        switch rollouts.source {
        case .task(let name): "task \(name.rawValue)"
        case .file(let path): "\(path) (\(sampler.filePromptCount) prompts)"
        }
      lines.append(
        "rollouts of \(source): \(rollouts.promptsPerStep) prompts × \(rollouts.samples) a step, "
          + "at most \(rollouts.maximumTokens) tokens, temperature \(rollouts.temperature)")
    }
    let optimization = configuration.optimizer
    lines.append(
      "AdamW, learning rate \(optimization.learningRate) (\(optimization.schedule.rawValue), "
        + "\(optimization.warmUpSteps) steps of warm-up), norm ≤ "
        + "\(optimization.maximumGradientNorm)")
    return lines
  }

  /// Runs all steps, or those behind the last checkpoint.
  ///
  /// - Parameters:
  ///   - resuming: whether to go on with a run that was stopped; weights and log are then those of a
  ///     run that wasn't, to the last bit but for times. Without a checkpoint it starts anew.
  ///   - observe: sees each step and checkpoint; what it throws ends the run.
  /// - Returns: the folder of the last checkpoint.
  /// - Throws: `TrainingError.diverged` on NaN; the last good checkpoint is kept.
  public mutating func run(
    resuming: Bool = false, observe: (TrainingEvent) throws -> Void
  ) throws -> String {
    let folder = RunFolder(path: configuration.output)
    try folder.prepare(configuration, resuming: resuming)
    let done = resuming ? folder.lastResumableStep() ?? 0 : 0
    var journal = try TrainingJournal(path: folder.journal, after: done)
    if done > 0 {
      try TrainingState.read(folder.state(of: done), into: &parameters, &optimizer)
      lastCheckpoint = folder.checkpoint(done)
    }
    for step in stride(from: done + 1, through: configuration.steps, by: 1) {
      let record = try finite(step) { trainer throws in try trainer.step(step) }
      try journal.append(record)
      try observe(.step(record))
      let every = configuration.checkpoints.every
      if every > 0, step % every == 0 {
        try save(folder.checkpoint(step), withState: true, folder, journal)
        folder.removeStates(before: step)
        try observe(.checkpoint(step: step, path: folder.checkpoint(step)))
      }
    }
    try save(folder.final, withState: false, folder, journal)
    try observe(.checkpoint(step: configuration.steps, path: folder.final))
    return folder.final
  }

  /// One step, from 1: a batch, its updates.
  ///
  /// - Throws: `TrainingError`, `ObjectiveError` or `TransformerError`; then no weight is changed by
  ///   the update that failed.
  public mutating func step(_ step: Int) throws -> StepRecord {
    let began = ContinuousClock.now
    var record = StepRecord(step: step)
    let batch = try sample(step, &record)
    record[.tokens] = Double(batch.tokenCount)
    record[.learningRate] = configuration.schedule.rate(atStep: step)
    var ratios = ObjectiveDiagnostics()
    for index in 0..<(configuration.rollouts?.updates ?? 1) {
      gradients.clear()
      let summary = try update.accumulate(
        batch, parameters, keeping: &pass, into: &gradients)
      let norm = optimizer.step(&parameters, &gradients, rate: record[.learningRate])
      guard norm.isFinite, summary.terms.sum.isFinite else {
        throw TrainingError.diverged(
          step: step, reason: norm.isFinite ? "the loss is NaN" : "the gradient's norm is \(norm)",
          checkpoint: lastCheckpoint)
      }
      ratios.merge(summary.diagnostics)
      if index == 0 { record.add(summary, configuration) }
      record[.gradientNorm] = norm
    }
    record.addRatios(ratios)
    record[.seconds] = (ContinuousClock.now - began) / .seconds(1)
    return record
  }

  private mutating func sample(_ step: Int, _ record: inout StepRecord) throws -> UpdateBatch {
    // Built before the closure: it must not capture what can't be copied.
    let policy = configuration.rollouts == nil ? start.model : try parameters.transformer()
    var sampled = try sampler.step(step) { policy }
    let outcomes = try sampled.batch.assignAdvantages(sampler.objective)
    if !sampled.rollouts.isEmpty {
      let groups = Set(sampled.rollouts.map(\.prompt))
      record.add(
        sampled.rollouts, rewards: sampled.rewards,
        outcomes: outcomes.filter { groups.contains($0.key) }.map(\.value))
    }
    samples = RolloutSamples(sampled, step: step)
    return sampled.batch
  }

  /// Gives errors that tell of NaN the number of the step and the last good checkpoint.
  private mutating func finite(
    _ step: Int, _ body: (inout Trainer) throws -> StepRecord
  ) throws -> StepRecord {
    do {
      return try body(&self)
    } catch let error as ObjectiveError {
      throw TrainingError.diverged(step: step, reason: "\(error)", checkpoint: lastCheckpoint)
    } catch let error as TransformerError {
      guard case .notFinite = error else { throw error }
      throw TrainingError.diverged(step: step, reason: "\(error)", checkpoint: lastCheckpoint)
    }
  }

  /// Writes a checkpoint and the log so far; the folder appears complete or not at all.
  private mutating func save(
    _ path: String, withState: Bool, _ folder: RunFolder, _ journal: TrainingJournal
  ) throws {
    let temporary = path + ".partial"
    try? FileManager.default.removeItem(atPath: temporary)
    do {
      try write(to: temporary, withState: withState)
    } catch {
      // On a full disk half a checkpoint is in the way.
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
    // The log first: a checkpoint promises that the steps before it are in the log.
    try journal.publish(
      as: folder.log, configuration, parameterCount: parameters.layout.parameterCount)
    // Left by a run that was stopped between this checkpoint's folder and its successor's.
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: temporary, toPath: path)
    lastCheckpoint = path
  }

  private func write(to path: String, withState: Bool) throws {
    let writer = CheckpointWriter(
      precision: configuration.checkpoints.precision,
      extraConfiguration: start.configurationMembers, tokenizerFolder: start.directory)
    try writer.write(parameters, to: path)
    if let bytes = samples.bytes {
      try Data(bytes).write(to: URL(filePath: path + "/" + RolloutSamples.fileName))
    }
    if withState {
      try TrainingState.write(parameters, optimizer, to: path + "/" + TrainingState.fileName)
    }
  }
}
