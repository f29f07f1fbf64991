import Foundation
import RunLogs
import Tasks
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

/// Runs from random weights, and what their configurations can ask for.
@Suite struct NewModelTests {
  private static func configuration(
    _ folder: URL, _ name: String = "base", steps: Int = 6
  ) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      model: nil, output: folder.appending(path: name).path, objective: .sft, steps: steps)
    configuration.newModel.task = .modularArithmetic
    configuration.newModel.hiddenSize = 32
    configuration.newModel.layers = 2
    configuration.newModel.feedForwardSize = 48
    configuration.demonstrations = .init(task: .modularArithmetic, style: .base)
    configuration.demonstrations.pool = 0
    configuration.optimizer.learningRate = 1e-2
    return configuration
  }

  @Test(arguments: [TrainingConfiguration.NewModel.Family.llama, .qwen2])
  func `a new model learns, and its checkpoint loads`(
    family: TrainingConfiguration.NewModel.Family
  ) throws {
    try withTemporaryFolder { folder in
      var configuration = Self.configuration(folder, steps: 30)
      configuration.newModel.family = family
      let records = try SmallRun.records(configuration)
      // 32 tokens, nearly alike at first: ln 32 = 3.466; logits of deviation 0.02 · √32 = 0.11 add
      // half their variance, and some 300 tokens leave 0.11/√300.
      #expect(abs(records[0][.loss] - 3.466) < 0.03)
      #expect(records[29][.loss] < 0.7 * records[0][.loss])
      let start = try StartingModel(directory: configuration.output + "/final")
      #expect(start.model.configuration.family.rawValue == family.rawValue)
      #expect(start.model.configuration.vocabularySize == 32)
      #expect(start.stopTokens == [start.endToken])
      let ids = try start.tokenizer.encode("3+7*4-2:", addSpecialTokens: false)
      #expect(ids.count == 8 && start.tokenizer.decode(ids) == "3+7*4-2:")
    }
  }

  @Test func `all orders of stages run, each from the one before`() throws {
    try withTemporaryFolder { folder in
      let base = Self.configuration(folder)
      _ = try SmallRun.records(base)
      var last = base.output
      for objective in [TrainingConfiguration.Objective.sft, .grpo, .sftWithKL, .srftPaper] {
        var stage = TrainingConfiguration(
          model: last + "/final", output: folder.appending(path: objective.rawValue).path,
          objective: objective, steps: 2)
        stage.reference = base.output + "/final"
        stage.demonstrations = .init(task: .modularArithmetic, style: .near)
        stage.demonstrations.pool = 20
        stage.rollouts = .init(task: .modularArithmetic)
        stage.rollouts.pool = 20
        stage.rollouts.promptsPerStep = 4
        stage.rollouts.maximumTokens = 20
        stage.rollouts.klEvery = 1
        stage.grpo.klPenalty = KLPenalty(estimator: .k3, coefficient: 0.1)
        let records = try SmallRun.records(stage)
        for record in records {
          #expect(record[.loss].isFinite)
          #expect(record[.klPolicyReference].isFinite == objective.usesRollouts)
          #expect(
            record[.penalizedKL].isFinite == (objective == .grpo || objective == .sftWithKL)
          )
        }
        if objective == .grpo {
          // The stage before has left base, if by little.
          #expect(records[0][.klPolicyReference] > 0)
        }
        last = stage.output
      }
    }
  }

  @Test func `the divergence from itself is nothing`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.grpo, steps: 2, in: folder)
      configuration.rollouts.klEvery = 1
      configuration.optimizer.learningRate = 1e-3
      configuration.grpo.klPenalty = KLPenalty(estimator: .k2, coefficient: 1e-3)
      let records = try SmallRun.records(configuration)
      // Logits of two single-precision passes differ by some 1e-5: squares of that, in nats.
      #expect(records[0][.klPolicyReference] < 1e-8)
      #expect(records[0][.penalizedKL] < 1e-8)
      #expect(records[1][.klPolicyReference] > 1e-4)
    }
  }

  @Test func `a gate ends the run at the first evaluation that meets it`() throws {
    try withTemporaryFolder { folder in
      var configuration = Self.configuration(folder, steps: 9)
      configuration.evaluation.task = .modularArithmetic
      configuration.evaluation.every = 2
      configuration.evaluation.problems = 4
      configuration.evaluation.samples = 2
      configuration.evaluation.maximumTokens = 8
      // Any accuracy will do, and there are evaluations at steps 2, 4, …
      configuration.gate.maximumAccuracy = 1
      let records = try SmallRun.records(configuration)
      #expect(records.map(\.step) == [1, 2])
      #expect(records[0][.heldOutAccuracy].isNaN && records[1][.heldOutAccuracy].isFinite)
      #expect(FileManager.default.fileExists(atPath: configuration.output + "/final"))
      // Flat where all samples are right or all wrong: with accuracy 0, everywhere.
      if records[1][.heldOutAccuracy] == 0 { #expect(records[1][.heldOutDegenerateGroups] == 1) }

      configuration.output += "-2"
      configuration.gate.minimumAccuracy = 1
      var trainer = try Trainer(configuration)
      _ = try trainer.run { _ in }
      #expect(trainer.gateIsMet == false)
    }
  }

  @Test func `a rate of its own moves imitation, and resumes to the last bit`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let outputs = try ["shared", "own", "resumed"].map { name in
        var configuration = try SmallRun.configuration(.srftPaper, steps: 4, in: folder, name)
        configuration.optimizer.learningRate = 1e-4
        if name != "shared" { configuration.optimizer.imitationLearningRate = 1e-3 }
        configuration.entropyAverages = EntropyAverages()
        configuration.checkpoints.every = 2
        var trainer = try Trainer(configuration)
        guard name == "resumed" else {
          _ = try trainer.run { event in
            guard case .step(let record) = event, name == "own" else { return }
            #expect(record[.imitationLearningRate] == 1e-3)
            #expect(record[.imitationGradientNorm] > 0 && record[.gradientNorm] > 0)
            // The weight follows the averages: 0.5 · exp(−H).
            let weight = 0.5 * Foundation.exp(-record[.fastEntropy])
            expectClose(record[.sftWeight], weight, relative: 1e-12)
          }
          return configuration.output
        }
        #expect(throws: Stop.self) {
          _ = try trainer.run { event in
            if case .step(let record) = event, record.step == 3 { throw Stop() }
          }
        }
        var second = try Trainer(configuration)
        _ = try second.run(resuming: true) { _ in }
        return configuration.output
      }
      let weights = try outputs.map {
        try Data(contentsOf: URL(filePath: $0 + "/final/model.safetensors"))
      }
      #expect(weights[0] != weights[1])
      #expect(weights[1] == weights[2])
    }
  }

  @Test func `the entropy bonus follows its controller, and resumes to the last bit`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      var logs: [[StepRecord]] = []
      for name in ["whole", "resumed"] {
        var configuration = try SmallRun.configuration(.grpo, steps: 4, in: folder, name)
        configuration.entropyControl.target = 5
        configuration.entropyControl.gain = 0.01
        configuration.checkpoints.every = 2
        var records: [StepRecord] = []
        var trainer = try Trainer(configuration)
        if name == "resumed" {
          #expect(throws: Stop.self) {
            _ = try trainer.run { event in
              guard case .step(let record) = event else { return }
              if record.step == 3 { throw Stop() }
              records.append(record)
            }
          }
          trainer = try Trainer(configuration)
        }
        _ = try trainer.run(resuming: name == "resumed") { event in
          if case .step(let record) = event { records.append(record) }
        }
        logs.append(records)
      }
      var coefficient = 0.0
      for (record, other) in zip(logs[0], logs[1]) {
        coefficient += 0.01 * (5 - record[.rolloutEntropy])
        expectClose(record[.entropyBonus], coefficient, relative: 1e-12)
        #expect(record[.entropyBonus] == other[.entropyBonus])
        #expect(record[.loss] == other[.loss])
      }
      #expect(logs[1].count == 4)
    }
  }

  @Test func `sizes that don't fit each other are refused`() throws {
    var configuration = Self.configuration(URL(filePath: "/nowhere"))
    configuration.newModel.heads = 5
    let error = #expect(throws: TrainingError.self) { _ = try StartingModel(of: configuration) }
    #expect(
      error?.description
        == "new-model: heads: 5 heads don't divide the hidden size 32 into even widths")
  }
}
