internal import Files
internal import Foundation
internal import Kernels
internal import RunLogs
internal import Safetensors
internal import StatisticalInference
package import Transformer

/// One run: batches, gradients, steps, checkpoints, a log.
///
/// Two runs of one configuration on one machine give the same weights and the same log but for
/// times, whatever the number of threads.
package struct Trainer: ~Copyable {
  /// What the run does.
  package let configuration: TrainingConfiguration
  /// The policy as it is.
  package private(set) var parameters: TransformerParameters
  /// Where the last checkpoint is.
  package private(set) var lastCheckpoint: String?
  /// Whether an evaluation has shown what the gate asks for; nil without a gate.
  package private(set) var gateIsMet: Bool?

  private let start: StartingModel
  private var sampler: StepSampler
  private let reference: Transformer
  /// The reference as a policy, where the loss takes its log-probabilities of rollouts.
  private let frozen: FrozenPolicy?
  private let update: PolicyUpdate
  private var pass: TrainingPass
  private var gradients: TransformerGradients
  private var optimizer: Optimizer
  private let imitation: ImitationOptimizer?
  private var entropy: EntropyState
  private var samples = RolloutSamples()
  /// Of all updates so far.
  private var tokens = 0
  /// Whether an update of the step that is going on has moved the weights.
  private var hasMoved = false

  /// Reads model, tokenizer and data, so that what doesn't fit is found before any work is done.
  ///
  /// - Throws: an error of the part that is wrong, naming file, place and fix.
  ///
  /// - Parameters:
  ///   - configuration: what the run does.
  ///   - files: more that is read and must not be written over, say the configuration's own file.
  package init(_ configuration: TrainingConfiguration, reading files: [String] = []) throws {
    try RunFolder(path: configuration.output).check(configuration, reading: files)
    // All that may throw comes first: what can't be copied can't be half made.
    let start = try StartingModel(of: configuration)
    try start.checkTrainable()
    let sampler = try StepSampler(configuration, start)
    let reference = try start.reference(
      configuration.reference, ignoresRemoteCode: configuration.ignoresRemoteCode)
    (self.configuration, self.start, self.sampler) = (configuration, start, sampler)
    self.reference = reference
    frozen = sampler.objective.takesReferenceLogProbs ? FrozenPolicy(reference) : nil
    update = PolicyUpdate(
      objective: sampler.objective, temperature: configuration.rollouts.temperature,
      batchTokens: configuration.batchTokens, confidence: configuration.confidence,
      reference: reference)
    parameters = TransformerParameters(start.model)
    pass = TrainingPass(start.model.configuration)
    gradients = TransformerGradients(parameters.layout)
    optimizer = Optimizer(
      parameters.layout, settings: configuration.optimizer.adam,
      largestNorm: configuration.optimizer.maximumGradientNorm)
    imitation =
      configuration.optimizer.imitationLearningRate == nil
      ? nil : ImitationOptimizer(parameters.layout, configuration.optimizer)
    entropy = EntropyState(configuration)
    gateIsMet = configuration.gate.isSet ? false : nil
  }

  /// What would be trained, in lines for people.
  package var plan: [String] {
    let optimization = configuration.optimizer
    let own = optimization.imitationLearningRate.map { ", \($0) for SFT" } ?? ""
    return [
      "\(configuration.objective.rawValue), \(configuration.steps) steps, seed "
        + "\(configuration.seed)",
      "\(configuration.model.map { "model " + $0 } ?? "a new model"): "
        + "\(start.model.configuration.family.rawValue), \(parameters.layout.parameterCount) "
        + "parameters",
      sampler.demonstrationSummary, sampler.promptSummary,
      "AdamW, learning rate \(optimization.learningRate)\(own) "
        + "(\(optimization.schedule.rawValue), \(optimization.warmUpSteps) steps of warm-up), "
        + "norm ≤ \(optimization.maximumGradientNorm)",
    ].compactMap { $0 }
  }

  /// Runs all steps, or those after the last checkpoint, until the gate is met.
  ///
  /// - Parameters:
  ///   - resuming: whether to go on with a run that was stopped; weights and log are then those of a
  ///     run that wasn't, to the last bit but for times. Without a checkpoint it starts anew.
  ///   - observe: sees each step and checkpoint; what it throws ends the run, a
  ///     `TrainingInterruption` after a step leaves a checkpoint of that step to go on from.
  /// - Returns: the folder of the last checkpoint.
  /// - Throws: `TrainingError.diverged` on NaN; the last good checkpoint is kept.
  package mutating func run(
    resuming: Bool = false, observe: (TrainingEvent) throws -> Void
  ) throws -> String {
    let folder = RunFolder(path: configuration.output)
    try folder.create()
    try folder.prepare(configuration, resuming: resuming)
    // Only now: a run that is refused leaves nothing in a folder of somebody's.
    return try folder.whileLocked { try run(folder, resuming: resuming, observe: observe) }
  }

  /// Whether a run's folder has a checkpoint from which the run goes on.
  package static func canResume(_ output: String) -> Bool {
    RunFolder(path: output).lastResumableStep() != nil
  }

  /// Changes files of a run in which no process trains meanwhile; its folder is made where there is none.
  ///
  /// - Throws: `TrainingError` where one trains there, an error of the folder, and what `change` throws.
  package static func whileLocked(_ output: String, _ change: () throws -> Void) throws {
    let folder = RunFolder(path: output)
    try folder.create()
    try folder.whileLocked(change)
  }

  private mutating func run(
    _ folder: RunFolder, resuming: Bool, observe: (TrainingEvent) throws -> Void
  ) throws -> String {
    // Not kept from before a stop: the same model and seed give the same ones.
    let own = try sampler.sampleOwn { try observe(.sampling(done: $0, wanted: $1)) }
    if let own { try folder.write(own, to: folder.demonstrations) }
    let done = resuming ? folder.lastResumableStep() ?? 0 : 0
    var journal = try TrainingJournal(folder, after: done)
    if done > 0 {
      try TrainingState.read(
        folder.state(of: done), into: &parameters, &optimizer, imitation, &entropy)
      lastCheckpoint = folder.checkpoint(done)
      // A kill may have come before this.
      folder.removeStates(before: done)
      for record in journal.records { look(at: record) }
    }
    var last = done
    while last < configuration.steps, !isFinished {
      last += 1
      let record: StepRecord
      do { record = try step(last) } catch {
        throw try explained(error, step: last, folder, journal)
      }
      look(at: record)
      let isKept = isFinished || RolloutSamples.isKept(step: last, of: configuration)
      do { try journal.append(record, isKept ? samples : RolloutSamples()) } catch {
        throw TrainingError.stopping(error, atStep: last, checkpoint: lastCheckpoint)
      }
      do { try observe(.step(record)) } catch let interruption as TrainingInterruption {
        try save(folder.checkpoint(last), last, withState: true, folder, journal)
        folder.removeStates(before: last)
        throw interruption
      }
      if configuration.checkpoints.isDue(atStep: last) {
        try save(folder.checkpoint(last), last, withState: true, folder, journal)
        folder.removeStates(before: last)
        try observe(.checkpoint(step: last, path: folder.checkpoint(last)))
      }
    }
    try save(folder.final, last, withState: false, folder, journal)
    try observe(.checkpoint(step: last, path: folder.final))
    return folder.final
  }

  /// Whether gate or budget end the run.
  private var isFinished: Bool {
    gateIsMet == true || (configuration.tokenBudget > 0 && tokens >= configuration.tokenBudget)
  }

  private mutating func look(at record: StepRecord) {
    tokens += Int(record[.tokens])
    if configuration.gate.isMet(by: record) { gateIsMet = true }
  }

  /// One step, from 1: a batch, its updates, and where it is due an evaluation.
  ///
  /// - Throws: `TrainingError`, `ObjectiveError` or `TransformerError`; then no weight is changed by
  ///   the update that failed.
  package mutating func step(_ step: Int) throws -> StepRecord {
    let began = ContinuousClock.now
    hasMoved = false
    var record = StepRecord(step: step)
    let batch = try sample(step, &record)
    let updates = configuration.objective.usesRollouts ? configuration.rollouts.updates : 1
    record[.tokens] = Double(updates * batch.tokenCount)
    record[.learningRate] = configuration.schedule.rate(atStep: step)
    if let schedule = configuration.imitationSchedule {
      record[.imitationLearningRate] = schedule.rate(atStep: step)
    }
    try entropy.observe(record[.rolloutEntropy])
    record.add(entropy)
    var update = update
    update.objective = entropy.applied(to: update.objective)
    var ratios = ObjectiveDiagnostics()
    let every = configuration.diagnostics.termGradientsEvery
    if every > 0, (step - 1) % every == 0 {
      let terms = try TermGradients(of: batch, update, parameters, keeping: &pass)
      record.values.merge(terms.values) { $1 }
    }
    let parts = batch.miniBatches(configuration.rollouts.miniBatches)
    for index in 0..<updates {
      var whole: PolicyUpdate.Summary?
      for part in parts {
        let summary = try self.update(part, update, step: step, &record)
        ratios.merge(summary.diagnostics)
        whole = whole?.merging(summary) ?? summary
      }
      if index == 0, let whole { record.add(whole.averaged(over: parts.count), configuration) }
    }
    record.addRatios(ratios)
    try evaluate(step, &record)
    record[.seconds] = (ContinuousClock.now - began) / .seconds(1)
    return record
  }

  /// One update; nothing moves where a number isn't finite.
  private mutating func update(
    _ batch: UpdateBatch, _ update: PolicyUpdate, step: Int, _ record: inout StepRecord
  ) throws -> PolicyUpdate.Summary {
    gradients.clear()
    var summary = try update.accumulate(
      batch, parameters, terms: imitation == nil ? .all : .reinforcement, keeping: &pass,
      into: &gradients)
    if let imitation {
      imitation.gradients.clear()
      summary.merge(
        imitation: try update.accumulate(
          batch, parameters, terms: .imitation, keeping: &pass, into: &imitation.gradients))
    }
    try check(summary.terms.sum, "the loss", step)
    // Both gradients are looked at before either moves anything.
    try check(GradientNorm.euclidean(gradients.values.span), "the gradient's norm", step)
    if let imitation {
      let norm = GradientNorm.euclidean(imitation.gradients.values.span)
      try check(norm, "the SFT gradient's norm", step)
      record[.imitationGradientNorm] = norm
    }
    hasMoved = true
    record[.gradientNorm] = optimizer.step(
      &parameters, &gradients, rate: record[.learningRate])
    if let imitation {
      _ = imitation.optimizer.step(
        &parameters, &imitation.gradients, rate: record[.imitationLearningRate])
    }
    return summary
  }

  private func check(_ value: Double, _ name: String, _ step: Int) throws(TrainingError) {
    guard !value.isFinite else { return }
    throw .diverged(step: step, reason: "\(name) is \(value)", checkpoint: lastCheckpoint)
  }

  private mutating func sample(_ step: Int, _ record: inout StepRecord) throws -> UpdateBatch {
    // Built before the closure: it must not capture what can't be copied.
    let policy =
      configuration.objective.usesRollouts ? try parameters.transformer() : start.model
    var sampled = try sampler.step(step) { policy }
    let outcomes = try sampled.batch.assignAdvantages(sampler.objective)
    if !sampled.rollouts.isEmpty {
      let groups = Set(sampled.rollouts.map(\.prompt))
      record.add(
        sampled.rollouts, rewards: sampled.rewards,
        outcomes: outcomes.filter { groups.contains($0.key) }.map(\.value))
    }
    if configuration.demonstrations.reward == .verified {
      let rewards = sampled.batch.rows.filter { $0.kind == .demonstration }.map(\.reward)
      record[.demonstrationReward] = rewards.reduce(0, +) / Double(rewards.count)
    }
    samples = RolloutSamples(sampled, step: step, start.tokenizer)
    try fill(&sampled.batch)
    func isDue(every: Int) -> Bool { every > 0 && (step - 1) % every == 0 }
    if configuration.objective.usesRollouts, isDue(every: configuration.rollouts.klEvery) {
      record[.klPolicyReference] = try update.divergence(
        of: sampled.batch, .rollout, from: reference, parameters, keeping: &pass)
    }
    if configuration.objective.usesDemonstrations,
      isDue(every: configuration.demonstrations.klEvery)
    {
      record[.demonstrationKLPolicyReference] = try update.divergence(
        of: sampled.batch, .demonstration, from: reference, parameters, keeping: &pass)
    }
    return sampled.batch
  }

  /// Asks other policies about the batch, where the objective looks at them.
  private mutating func fill(_ batch: inout UpdateBatch) throws {
    if let frozen {
      let values = try frozen.logProbabilities(of: batch, .rollout, update)
      for (index, values) in values.enumerated() { batch.rows[index].referenceLogProbs = values }
    }
    let settings = configuration.rollouts
    if sampler.objective.takesOldPolicyLogProbs, settings.updates * settings.miniBatches > 1 {
      let values = try update.logProbabilities(
        of: batch, .demonstration, parameters, keeping: &pass)
      for (index, values) in values.enumerated() { batch.rows[index].oldPolicyLogProbs = values }
    }
  }

  /// Held-out problems, where this step has them.
  private func evaluate(_ step: Int, _ record: inout StepRecord) throws {
    let every = configuration.evaluation.every
    guard every > 0, step % every == 0, let heldOut = sampler.heldOut else { return }
    let result = try heldOut.measure(
      start.replacing(model: try parameters.transformer()))
    guard let grades = result.sampled else { return }
    record[.heldOutAccuracy] = grades.accuracy.value
    record[.heldOutPass] = grades.pass(at: grades.samples).value
    let degenerate = grades.correct.count { $0 == 0 || $0 == grades.samples }
    record[.heldOutDegenerateGroups] = Double(degenerate) / Double(grades.correct.count)
    record[.heldOutEntropy] = grades.meanEntropy
    record[.heldOutLength] = grades.responseLength.value
  }

  /// Keeps the weights that a failed step has left alone, and gives its error the number of the step
  /// and the last good checkpoint.
  ///
  /// - Throws: where the weights can't be written.
  private mutating func explained(
    _ error: any Error, step: Int, _ folder: RunFolder, _ journal: TrainingJournal
  ) throws -> any Error {
    // Without the optimiser's state: going on from here would only fail again.
    let previous = folder.checkpoint(step - 1)
    if !hasMoved, step > 1, lastCheckpoint != previous {
      try save(previous, step - 1, withState: false, folder, journal)
    }
    switch error {
    case let error as ObjectiveError:
      return TrainingError.diverged(step: step, reason: "\(error)", checkpoint: lastCheckpoint)
    case let error as TransformerError:
      switch error {
      case .notFinite: break
      // Before anything has moved, the checkpoint is at fault and no learning rate.
      case .logitsNotFinite where step > 1: break
      default: return error
      }
      return TrainingError.diverged(step: step, reason: "\(error)", checkpoint: lastCheckpoint)
    case TrainingError.diverged(let step, let reason, _):
      return TrainingError.diverged(step: step, reason: reason, checkpoint: lastCheckpoint)
    case TrainingError.malformed(let place, let reason):
      return TrainingError.malformed(
        place: "step \(step): \(place)",
        reason + (lastCheckpoint.map { " (the last good checkpoint is \($0))" } ?? ""))
    default: return error
    }
  }

  /// Writes a checkpoint and the log so far; the folder appears complete or not at all.
  private mutating func save(
    _ path: String, _ step: Int, withState: Bool, _ folder: RunFolder, _ journal: TrainingJournal
  ) throws {
    let temporary = path + ".partial"
    do {
      try folder.remove(temporary)
      try write(to: temporary, withState: withState)
      // The log first: a checkpoint promises that the steps before it are in the log.
      try journal.publish(
        as: folder.log, configuration, parameterCount: parameters.layout.parameterCount)
      try folder.publish(temporary, as: path)
    } catch {
      // On a full disk half a checkpoint is in the way.
      try? folder.remove(temporary)
      throw TrainingError.stopping(error, atStep: step, checkpoint: lastCheckpoint)
    }
    lastCheckpoint = path
  }

  private func write(to path: String, withState: Bool) throws {
    let writer = CheckpointWriter(
      precision: configuration.checkpoints.precision,
      extraConfiguration: start.configurationMembers, tokenizerFolder: start.directory,
      tokenizerFiles: start.tokenizerFiles)
    try writer.write(parameters, to: path)
    if withState {
      try TrainingState.write(
        parameters, optimizer, imitation, entropy, to: path + "/" + TrainingState.fileName)
    }
  }
}
