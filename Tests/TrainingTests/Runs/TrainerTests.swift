import Foundation
import JSON
import RunLogs
import Safetensors
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

@Suite struct TrainerTests {
  @Test func `imitation lowers its loss and leaves checkpoints that load`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 12, in: folder)
      configuration.optimizer.learningRate = 1e-3
      configuration.checkpoints.every = 8
      configuration.checkpoints.precision = .bfloat16
      let records = try SmallRun.records(configuration)
      #expect(records.map(\.step) == Array(1...12))
      #expect(records[11][.loss] < 0.5 * records[0][.loss])
      #expect(records.allSatisfy { $0[.reward].isNaN && $0[.gradientNorm] > 0 })
      for name in ["step-000008", "final"] {
        let start = try StartingModel(directory: configuration.output + "/" + name)
        let original = try StartingModel(directory: SmallRun.base)
        #expect(start.model.configuration == original.model.configuration)
        #expect(start.stopTokens == original.stopTokens)
        #expect(start.tokenizer.contentDigest == original.tokenizer.contentDigest)
      }
      let error = #expect(throws: TrainingError.self) { try SmallRun.records(configuration) }
      #expect(error == .outputInUse(path: configuration.output))
    }
  }

  @Test(arguments: TrainingConfiguration.Objective.allCases)
  func `two runs of one seed are the same to the last bit`(
    objective: TrainingConfiguration.Objective
  ) throws {
    try withTemporaryFolder { folder in
      let outputs = try ["a", "b"].map { name in
        let configuration = try SmallRun.configuration(objective, steps: 2, in: folder, name)
        return (configuration.output, try SmallRun.records(configuration))
      }
      for (first, second) in zip(outputs[0].1, outputs[1].1) {
        for metric in TrainingMetric.allCases where metric.isReproducible {
          #expect(first[metric].bitPattern == second[metric].bitPattern, "\(metric)")
        }
        // The log's names are what the objective has: none of its numbers is missing.
        #expect(first[.loss].isFinite && first[.gradientNorm] > 0)
        #expect(first[.reward].isFinite == objective.usesRollouts)
        #expect(first[.demonstrationEntropy].isFinite == objective.usesDemonstrations)
      }
      let weights = try outputs.map {
        try Data(contentsOf: URL(filePath: $0.0 + "/final/model.safetensors"))
      }
      #expect(weights[0] == weights[1])
      let original = try Data(contentsOf: URL(filePath: SmallRun.base + "/model.safetensors"))
      #expect(weights[0] != original)
    }
  }

  @Test func `sampler and update agree to rounding, step after step`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.grpo, steps: 3, in: folder)
      configuration.rollouts.temperature = 0.9
      configuration.batchTokens = 300
      let records = try SmallRun.records(configuration)
      #expect(records.count == 3)
      for record in records {
        // Two single-precision passes of one model, each up to 5e-5 from double precision, as the
        // demo's fixtures show; a stale policy would be off by 1e-2 and more.
        #expect(record[.behaviorGap] > 0 && record[.behaviorGap] < 1e-4)
        #expect((0...1).contains(record[.reward]))
        #expect((0...1).contains(record[.degenerateGroups]))
        #expect(record[.clippedLow] == 0 && record[.clippedHigh] == 0)
      }
      let log = try String(contentsOfFile: configuration.output + "/log.jsonl", encoding: .utf8)
      #expect(log.split(separator: "\n").count == 3)
      #expect(log.hasPrefix("{\"step\":1,\"loss\":"))
      let samples = try String(
        contentsOfFile: configuration.output + "/rollouts.jsonl", encoding: .utf8
      ).split(separator: "\n")
      // The first and the last step.
      #expect(samples.count == 2 * 16)
      for (index, line) in samples.enumerated() {
        let value = try JSONValue(parsing: Array(line.utf8))
        let count = value["response_ids"]?.arrayValue?.count
        #expect(value["step"] == .integer(index < 16 ? 1 : 3) && (1...40).contains(count ?? 0))
        for key in ["logprobs", "behavior_logprobs", "entropies"] {
          #expect(value[key]?.arrayValue?.count == count)
        }
      }
    }
  }

  @Test func `several updates on one batch leave the behaviour policy`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder)
      configuration.optimizer.learningRate = 1e-3
      configuration.rollouts.updates = 4
      let record = try #require(try SmallRun.records(configuration).first)
      #expect(record[.behaviorGap] < 1e-4)
      #expect(record[.ratioMaximum] > 1.01)
      #expect(record[.clippedLow] + record[.clippedHigh] > 0)
    }
  }

  @Test func `numbers that overflow stop the run with one line and no checkpoint`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: SmallRun.base, to: folder.appending(path: "base"))
      // The largest finite bfloat16, in both factors of a product.
      for name in ["gate_proj", "up_proj"] {
        try copy.setElements(
          0..<128, of: "model.layers.3.mlp.\(name).weight", to: 0x7F7F)
      }
      var configuration = try SmallRun.configuration(.sft, steps: 2, in: folder)
      configuration.model = copy.folder.path
      let error = #expect(throws: TrainingError.self) { try SmallRun.records(configuration) }
      guard case .diverged(step: 1, _, checkpoint: nil) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: configuration.output)
      #expect(!names.contains { $0.hasPrefix("final") || $0.hasPrefix("step") })
    }
  }

  @Test(arguments: [1, 3])
  func `a run that is stopped and resumed is the same to the last bit`(stop: Int) throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let outputs = try ["whole", "resumed"].map { name in
        var configuration = try SmallRun.configuration(.sftPlusRL, steps: 5, in: folder, name)
        configuration.checkpoints.every = 2
        configuration.checkpoints.precision = .bfloat16
        var trainer = try Trainer(configuration)
        if name == "whole" {
          _ = try trainer.run { _ in }
          return configuration.output
        }
        #expect(throws: Stop.self) {
          _ = try trainer.run { event in
            if case .step(let record) = event, record.step == stop { throw Stop() }
          }
        }
        // Lines that were being written, and a folder.
        for name in ["log", "rollouts"] {
          let journal = URL(filePath: configuration.output + "/\(name).jsonl")
          try (Data(contentsOf: journal) + Data("{\"ste".utf8)).write(to: journal)
        }
        try FileManager.default.createDirectory(
          atPath: configuration.output + "/step-000004.partial", withIntermediateDirectories: true)
        var second = try Trainer(configuration)
        _ = try second.run(resuming: true) { _ in }
        return configuration.output
      }
      let weights = ["step-000002", "step-000004", "final"].map { $0 + "/model.safetensors" }
      for file in weights + ["rollouts.jsonl"] {
        let bytes = try outputs.map { try Data(contentsOf: URL(filePath: $0 + "/" + file)) }
        #expect(bytes[0] == bytes[1], "\(file)")
      }
      let logs = try outputs.map { output in
        try String(contentsOfFile: output + "/log.jsonl", encoding: .utf8)
          .split(separator: "\n").map { $0.replacing(/,"seconds":.*/, with: "") }
      }
      #expect(logs[0].count == 5 && logs[0] == logs[1])
    }
  }

  @Test func `checkpoints at stated steps change nothing, and a run goes on from one`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let outputs = try ["without", "with", "resumed"].map { name in
        var configuration = try SmallRun.configuration(.sftPlusRL, steps: 5, in: folder, name)
        configuration.checkpoints.every = 4
        if name != "without" { configuration.checkpoints.at = [1, 3, 4] }
        var trainer = try Trainer(configuration)
        guard name == "resumed" else {
          _ = try trainer.run { _ in }
          return configuration.output
        }
        #expect(throws: Stop.self) {
          _ = try trainer.run { event in
            if case .checkpoint(step: 3, _) = event { throw Stop() }
          }
        }
        var second = try Trainer(configuration)
        _ = try second.run(resuming: true) { _ in }
        return configuration.output
      }
      func checkpoints(_ output: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: output)
          .filter { $0.hasPrefix("step-") || $0 == "final" }.sorted()
      }
      #expect(try checkpoints(outputs[0]) == ["final", "step-000004"])
      for output in outputs.dropFirst() {
        #expect(
          try checkpoints(output) == ["final", "step-000001", "step-000003", "step-000004"])
        for name in ["final", "step-000004"] {
          let bytes = try [outputs[0], output].map {
            try Data(contentsOf: URL(filePath: "\($0)/\(name)/model.safetensors"))
          }
          #expect(bytes[0] == bytes[1], "\(output)/\(name)")
        }
      }
      let early = try ["step-000001", "step-000003"].map {
        try Data(contentsOf: URL(filePath: "\(outputs[1])/\($0)/model.safetensors"))
      }
      #expect(early[0] != early[1])
    }
  }

  @Test func `a state that a kill left is taken away where the run goes on from a later one`()
    throws
  {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 4, in: folder)
      configuration.checkpoints.every = 2
      var trainer = try Trainer(configuration)
      _ = try trainer.run { _ in }
      // As if it had been killed after its last checkpoint's name was given, and before the rest.
      let manager = FileManager.default
      let states = [2, 4].map {
        "\(configuration.output)/step-00000\($0)/training-state.safetensors"
      }
      #expect(states.map { manager.fileExists(atPath: $0) } == [false, true])
      try manager.copyItem(atPath: states[1], toPath: states[0])
      try manager.removeItem(atPath: configuration.output + "/final")
      var second = try Trainer(configuration)
      _ = try second.run(resuming: true) { _ in }
      #expect(states.map { manager.fileExists(atPath: $0) } == [false, true])
    }
  }

  @Test func `a run is resumed only as it was`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 1, in: folder)
      _ = try SmallRun.records(configuration)
      var trainer = try Trainer(configuration)
      let finished = #expect(throws: TrainingError.self) {
        _ = try trainer.run(resuming: true) { _ in }
      }
      #expect(
        finished?.description
          == "\(configuration.output)/final: the run is finished; nothing to resume")
      configuration.seed = 4
      var other = try Trainer(configuration)
      let error = #expect(throws: TrainingError.self) {
        _ = try other.run(resuming: true) { _ in }
      }
      #expect(error?.description.hasSuffix("'seed: 3', not 'seed: 4'; resume it as it was") == true)
    }
  }

  @Test func `demonstrations that don't fit are refused with their line`() throws {
    try withTemporaryFolder { folder in
      let configuration = try SmallRun.configuration(.sft, steps: 1, in: folder)
      let path = try #require(configuration.demonstrations.file)
      let cases = [
        ("{\"prompt\": \"a\"}", "\(path), line 1: needs \"response\" or \"response_ids\""),
        (
          "{\"prompt_ids\": [4096], \"response\": \"a\"}",
          "\(path), line 1: the token id 4096 is not one of the model's 1024"
        ),
        (
          "{\"prompt_ids\": [], \"response_ids\": []}",
          "\(path), line 1: has no prompt and a response of one token, which nothing predicts; add a prompt"
        ),
        ("", "\(path): has no lines"),
      ]
      for (line, message) in cases {
        try Data(line.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: TrainingError.self) { try SmallRun.records(configuration) }
        #expect(error?.description == message)
      }
    }
  }
}
