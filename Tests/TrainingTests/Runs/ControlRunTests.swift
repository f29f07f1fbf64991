import Foundation
import JSON
import RunLogs
import Tasks
import TestSupport
import Testing
import Training

/// What a study needs to tell the objective from whose text is learned.
@Suite struct ControlRunTests {
  // MARK: Own right samples

  private func own(_ objective: TrainingConfiguration.Objective, in folder: URL, _ name: String)
    throws -> TrainingConfiguration
  {
    var configuration = try SmallRun.configuration(objective, steps: 3, in: folder, name)
    configuration.demonstrations = .init(task: .carryArithmetic, style: .own)
    configuration.demonstrations.pool = 9
    configuration.demonstrations.perStep = 4
    configuration.demonstrations.samples = 6
    configuration.demonstrations.maximumTokens = 40
    return configuration
  }

  @Test func `own demonstrations are right, of different problems, and the same again`() throws {
    try withTemporaryFolder { folder in
      var texts: [String] = []
      for name in ["a", "b"] {
        let configuration = try own(.sft, in: folder, name)
        let records = try SmallRun.records(configuration)
        #expect(records.allSatisfy { $0[.loss].isFinite && $0[.gradientNorm] > 0 })
        texts.append(
          try String(
            contentsOfFile: configuration.output + "/demonstrations.jsonl", encoding: .utf8))
      }
      #expect(texts[0] == texts[1])
      // All samples of the problems that were asked at once, 64, with the first demonstration.
      let sampled = try DemonstrationFile.sampledTokens(ofRun: folder.path + "/a")
      #expect((64 * 6...64 * 6 * 40).contains(sampled ?? 0))
      let tokens = try texts[0].split(separator: "\n").map {
        try JSONValue(parsing: Array($0.utf8))["sampled_tokens"]?.integerValue ?? -1
      }
      #expect(tokens.allSatisfy { $0 >= 0 } && tokens.reduce(0, +) == Int64(sampled ?? 0))
      #expect(try DemonstrationFile.sampledTokens(ofRun: folder.path + "/nowhere") == nil)
      let lines = try texts[0].split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      #expect(lines.count == 9)
      #expect(Set(lines.map { $0["prompt"]?.stringValue }).count == 9)
      let (task, start) = (CarryArithmetic(), try StartingModel(directory: SmallRun.base))
      for line in lines {
        // Judged anew, from the number of the problem alone.
        let id = try #require(line["prompt_id"]?.stringValue)
        let index = try #require(Int(id.split(separator: "/").last ?? ""))
        let problem = task.problem(index, of: .train, seed: 3)
        #expect(line["prompt"]?.stringValue == problem.prompt)
        let response = try #require(line["response"]?.stringValue)
        #expect(task.verify(response, of: problem).isCorrect)
        let last = line["response_ids"]?.arrayValue?.last?.integerValue
        #expect(last.map { start.stopTokens.contains(Int32($0)) } == true)
      }
    }
  }

  @Test func `a run on own demonstrations goes on with the same bits`() throws {
    try withTemporaryFolder { folder in
      var whole = try own(.sft, in: folder, "whole")
      whole.checkpoints.every = 1
      let expected = try SmallRun.records(whole)
      var stopped = whole
      stopped.output = folder.appending(path: "stopped").path
      var records: [StepRecord] = []
      var first = try Trainer(stopped)
      #expect(throws: TrainingInterruption.self) {
        _ = try first.run { event in
          guard case .step(let record) = event else { return }
          records.append(record)
          if record.step == 2 { throw TrainingInterruption() }
        }
      }
      var second = try Trainer(stopped)
      _ = try second.run(resuming: true) { event in
        if case .step(let record) = event { records.append(record) }
      }
      #expect(records.map(\.step) == [1, 2, 3])
      for (record, other) in zip(records, expected) {
        #expect(record[.loss].bitPattern == other[.loss].bitPattern)
      }
    }
  }

  @Test func `another model may write the demonstrations, right or wrong`() throws {
    try withTemporaryFolder { folder in
      var weak = try SmallRun.configuration(.sft, steps: 1, in: folder, "weak")
      weak.optimizer.learningRate = 3e-4
      _ = try SmallRun.records(weak)
      var texts: [String] = []
      for (name, writer, accept) in [
        ("own", nil, TrainingConfiguration.Demonstrations.Acceptance.any),
        ("other", weak.output + "/final", .any), ("right", weak.output + "/final", .right),
      ] {
        var configuration = try own(.sft, in: folder, name)
        configuration.demonstrations.writer = writer
        configuration.demonstrations.accept = accept
        _ = try SmallRun.records(configuration)
        texts.append(
          try String(
            contentsOfFile: configuration.output + "/demonstrations.jsonl", encoding: .utf8))
        // The reader takes what the run recorded.
        let read = try TrainingConfiguration(path: configuration.output + "/config.yaml")
        #expect(read == configuration)
      }
      #expect(Set(texts).count == 3)
      for (text, isAlwaysRight) in zip(texts, [false, false, true]) {
        let verdicts = try text.split(separator: "\n").map {
          try JSONValue(parsing: Array($0.utf8))["correct"]?.boolValue
        }
        #expect(verdicts.count == 9 && !verdicts.contains(nil))
        #expect(verdicts.allSatisfy { $0 == true } == isAlwaysRight, "\(verdicts)")
      }
    }
  }

  @Test func `a share of a teacher's texts can be wrong`() throws {
    try withTemporaryFolder { folder in
      var losses: [Double] = []
      for share in [0.0, 0.3, 1] {
        var configuration = try SmallRun.configuration(.sft, steps: 1, in: folder, "s-\(share)")
        configuration.demonstrations = .init(task: .carryArithmetic, style: .near)
        configuration.demonstrations.perStep = 20
        configuration.demonstrations.wrong = share
        losses.append(try #require(SmallRun.records(configuration).first?[.loss]))
        let yaml = try String(
          contentsOfFile: configuration.output + "/config.yaml", encoding: .utf8)
        #expect(yaml.contains("wrong:") == (share > 0))
      }
      #expect(Set(losses).count == 3)
      var puzzles = try SmallRun.configuration(.sft, steps: 1, in: folder, "puzzles")
      puzzles.demonstrations = .init(task: .countdown, style: .near)
      puzzles.demonstrations.wrong = 0.1
      let error = #expect(throws: TrainingError.self) { try SmallRun.records(puzzles) }
      #expect(
        error?.description.contains("demonstrations.wrong: countdown has no wrong") == true,
        "\(String(describing: error))")
    }
  }

  @Test func `a model that solves nothing has no own demonstrations`() throws {
    try withTemporaryFolder { folder in
      var configuration = try own(.sft, in: folder, "run")
      configuration.model = nil
      configuration.newModel.task = .carryArithmetic
      configuration.newModel.hiddenSize = 16
      configuration.newModel.heads = 2
      configuration.newModel.layers = 1
      configuration.newModel.feedForwardSize = 16
      configuration.demonstrations.maximumTokens = 8
      configuration.demonstrations.samples = 1
      let error = #expect(throws: TrainingError.self) { try SmallRun.records(configuration) }
      #expect(
        error?.description.contains("demonstrations.pool: the model solves 0 of ") == true,
        "\(String(describing: error))")
    }
  }

  @Test func `a file of somebody's isn't written over`() throws {
    try withTemporaryFolder { folder in
      let configuration = try own(.sft, in: folder, "run")
      try FileManager.default.createDirectory(
        atPath: configuration.output, withIntermediateDirectories: true)
      let file = URL(filePath: configuration.output + "/demonstrations.jsonl")
      try Data("mine".utf8).write(to: file)
      let error = #expect(throws: TrainingError.self) { try SmallRun.records(configuration) }
      #expect(error == .outputInUse(path: configuration.output))
      #expect(try Data(contentsOf: file) == Data("mine".utf8))
    }
  }

  @Test func `sampling can be ended`() throws {
    try withTemporaryFolder { folder in
      let configuration = try own(.sft, in: folder, "run")
      var trainer = try Trainer(configuration)
      #expect(throws: TrainingInterruption.self) {
        _ = try trainer.run { event in
          if case .sampling(let done, let wanted) = event {
            #expect((0...9).contains(done) && wanted == 9)
            throw TrainingInterruption()
          }
        }
      }
    }
  }

  @Test func `one process at a time trains in a folder`() throws {
    try withTemporaryFolder { folder in
      let configuration = try SmallRun.configuration(.sft, steps: 1, in: folder)
      var first = try Trainer(configuration)
      _ = try first.run { event in
        guard case .step = event else { return }
        let error = #expect(throws: TrainingError.self) {
          var second = try Trainer(configuration)
          _ = try second.run(resuming: true) { _ in }
        }
        #expect(error?.description.contains("another process trains here") == true)
      }
    }
  }

  // MARK: Demonstrations that may be wrong

  /// Demonstrations with the answer that is right, every third with a response that isn't.
  private func mixed(in folder: URL, hasAnswers: Bool = true) throws -> String {
    let task = CarryArithmetic()
    var lines = ""
    for index in 0..<12 {
      let problem = task.problem(index, of: .train, seed: 5)
      var generator = CounterGenerator(seed: 5, stream: 1, index: UInt64(index))
      let other = index % 3 == 0 ? task.problem(index + 100, of: .train, seed: 5) : problem
      let text = task.demonstration(of: other, by: .near, using: &generator)
      var members = [
        JSONMember(key: "prompt", value: .string(problem.prompt)),
        JSONMember(key: "response", value: .string(text.response)),
      ]
      if hasAnswers { members.append(JSONMember(key: "answer", value: .string(problem.answer))) }
      lines += JSONValue.object(members).serialized() + "\n"
    }
    let path = folder.appending(path: "mixed.jsonl").path
    try Data(lines.utf8).write(to: URL(filePath: path))
    return path
  }

  @Test func `a wrong demonstration earns nothing where the verifier is asked`() throws {
    try withTemporaryFolder { folder in
      var losses: [Double] = []
      for reward in TrainingConfiguration.Demonstrations.Reward.allCases {
        var configuration = try SmallRun.configuration(
          .srftPaper, steps: 1, in: folder, reward.rawValue)
        configuration.demonstrations.file = try mixed(in: folder)
        configuration.demonstrations.perStep = 12
        configuration.rollouts.promptsPerStep = 12
        configuration.demonstrations.reward = reward
        let record = try #require(try SmallRun.records(configuration).first)
        losses.append(record[.lossDemonstrationPolicy])
        if reward == .verified {
          // Four of twelve have another problem's response.
          expectClose(record[.demonstrationReward], 8.0 / 12, absolute: 1e-15)
        } else {
          #expect(record[.demonstrationReward].isNaN)
        }
      }
      #expect(losses[0] != losses[1])
    }
  }

  @Test func `what nothing says the answer of can't be verified`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.srftPaper, steps: 1, in: folder)
      configuration.demonstrations.file = try mixed(in: folder, hasAnswers: false)
      configuration.demonstrations.reward = .verified
      let error = #expect(throws: TrainingError.self) { _ = try Trainer(configuration) }
      #expect(error?.description.contains("line 1 has no \"answer\"") == true)
      configuration.demonstrations = .init(task: .carryArithmetic, style: .base)
      configuration.demonstrations.reward = .verified
      #expect(throws: TrainingError.self) { _ = try Trainer(configuration) }
    }
  }

  // MARK: Mini-batches

  @Test(arguments: [UInt64](1...20))
  func `mini-batches share out whole groups`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (prompts, others) = (
      Int.random(in: 1...9, using: &generator), Int.random(in: 0...5, using: &generator)
    )
    var rows: [UpdateBatch.Row] = []
    for group in 0..<prompts + others {
      for member in 0..<Int.random(in: 1...4, using: &generator) {
        let isRollout = group < prompts && (member > 0 || Bool.random(using: &generator))
        rows.append(
          .init(
            promptIDs: [1], responseIDs: [Int32(rows.count)],
            kind: isRollout ? .rollout : .demonstration, group: group, reward: 0))
      }
    }
    rows.shuffle(using: &generator)
    let batch = UpdateBatch(rows: rows)
    let count = Int.random(in: 1...5, using: &generator)
    let parts = batch.miniBatches(count)
    #expect((1...count).contains(parts.count) && parts.allSatisfy { !$0.rows.isEmpty })
    let ids = parts.map { $0.rows.compactMap(\.responseIDs.first) }
    #expect(ids.flatMap { $0 }.sorted() == (0..<Int32(rows.count)).map { $0 }, "seed \(seed)")
    for part in parts {
      for other in parts where other != part {
        #expect(Set(part.rows.map(\.group)).isDisjoint(with: other.rows.map(\.group)))
      }
      // In the batch's order.
      let places = part.rows.compactMap { row in rows.firstIndex(of: row) }
      #expect(places == places.sorted())
    }
    let sampled = Set(rows.filter { $0.kind == .rollout }.map(\.group))
    let counts = parts.map { part in Set(part.rows.map(\.group)).intersection(sampled).count }
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
  }

  @Test func `a step takes mini-batches one after the other`() throws {
    try withTemporaryFolder { folder in
      func record(_ name: String, miniBatches: Int, updates: Int = 1) throws -> StepRecord {
        var configuration = try SmallRun.configuration(.grpo, steps: 1, in: folder, name)
        configuration.optimizer.learningRate = 1e-3
        configuration.rollouts.miniBatches = miniBatches
        configuration.rollouts.updates = updates
        return try #require(try SmallRun.records(configuration).first)
      }
      let (whole, parts) = (try record("one", miniBatches: 1), try record("three", miniBatches: 3))
      let twice = try record("twice", miniBatches: 3, updates: 2)
      #expect(whole[.ratioMaximum] < 1.001)
      // The second part is another policy's.
      #expect(parts[.ratioMaximum] > 1.001 && parts[.behaviorGap] < 1e-4)
      #expect(parts[.tokens] == whole[.tokens] && twice[.tokens] == 2 * whole[.tokens])
      #expect(parts[.temperedRolloutEntropy] != whole[.temperedRolloutEntropy])
      #expect(parts[.reward] == whole[.reward])
    }
  }

  // MARK: Distillation, and what is asked of every run

  @Test func `distillation comes nearer to its teacher`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.onPolicyDistillation, steps: 16, in: folder)
      configuration.optimizer.learningRate = 1e-4
      configuration.optimizer.warmUpSteps = 4
      let records = try SmallRun.records(configuration)
      #expect(records[0][.penalizedKL] > 0.01)
      let (first, last) = (records.prefix(3), records.suffix(3))
      func mean(_ some: ArraySlice<StepRecord>) -> Double {
        some.reduce(0) { $0 + $1[.penalizedKL] } / 3
      }
      #expect(mean(last) < 0.5 * mean(first), "\(mean(first)) to \(mean(last))")
      for record in records {
        #expect(record[.loss] == record[.lossKL] && record[.lossRolloutPolicy].isNaN)
        #expect(record[.reward].isFinite && record[.advantageMinimum].isNaN)
        #expect((0...1).contains(record[.degenerateGroups]))
        #expect(record[.zeroAdvantageGroups].isNaN)
      }
    }
  }

  @Test func `held-out samples tell the entropy of imitation, too`() throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(.sft, steps: 2, in: folder)
      configuration.evaluation.task = .carryArithmetic
      configuration.evaluation.every = 2
      configuration.evaluation.problems = 6
      configuration.evaluation.samples = 3
      configuration.evaluation.maximumTokens = 40
      let records = try SmallRun.records(configuration)
      #expect(records[0][.heldOutEntropy].isNaN)
      #expect(records[1][.heldOutEntropy] > 0 && records[1][.heldOutEntropy] < log(200))
      #expect((1...40).contains(records[1][.heldOutLength]))
    }
  }
}
