import Foundation
import Kernels
import TestSupport
import Testing
import Training
import Transformer

/// Files of demonstrations: masks, names of fields, packed files, and what can't be learned from.
@Suite struct DemonstrationFileTests {
  // MARK: Masks in the gradient

  private static func rows(seed: UInt64) -> [UpdateBatch.Row] {
    var generator = SeededGenerator(seed: seed)
    func ids(_ range: ClosedRange<Int>) -> [Int32] {
      (0..<Int.random(in: range, using: &generator)).map { _ in
        Int32.random(in: 0..<1_000, using: &generator)
      }
    }
    return (0..<6).map {
      UpdateBatch.Row(
        promptIDs: ids(2...9), responseIDs: ids(4...20), kind: .demonstration, group: $0, reward: 1)
    }
  }

  private static func gradient(
    _ rows: [UpdateBatch.Row], _ change: (inout TrainingConfiguration) -> Void = { _ in },
    objective: TrainingConfiguration.Objective = .sft
  ) throws -> ([Float], PolicyUpdate.Summary) {
    let start = try StartingModel(directory: SmallRun.base)
    let parameters = TransformerParameters(start.model)
    var pass = TrainingPass(parameters.configuration)
    var gradients = TransformerGradients(parameters.layout)
    var configuration = TrainingConfiguration(
      model: nil, output: "", objective: objective, steps: 1)
    change(&configuration)
    let update = PolicyUpdate(
      objective: RunObjective(configuration), temperature: 0.8, batchTokens: 10_000,
      reference: start.model)
    let summary = try update.accumulate(
      UpdateBatch(rows: rows), parameters, keeping: &pass, into: &gradients)
    return ((0..<gradients.values.count).map { gradients.values[$0] }, summary)
  }

  @Test(arguments: [
    TrainingConfiguration.Objective.sft, .sftWithKL, .srftPaper, .srftReleasedCode, .sftPlusRL,
  ])
  func `a mask that leaves out the last tokens gives the gradient of shorter responses`(
    objective: TrainingConfiguration.Objective
  ) throws {
    let rows = Self.rows(seed: 7)
    let masked = rows.enumerated().map { index, row in
      var row = row
      row.responseMask = row.responseIDs.indices.map { $0 < row.responseIDs.count - 1 - index % 3 }
      return row
    }
    let short = rows.enumerated().map { index, row in
      var row = row
      row.responseIDs.removeLast(1 + index % 3)
      return row
    }
    let (left, summary) = try Self.gradient(masked, objective: objective)
    let (right, expected) = try Self.gradient(short, objective: objective)
    let difference = zip(left, right).reduce(0.0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }.squareRoot()
    let norm = right.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(norm > 0)
    // Sums over the same tokens; rows that BLAS takes together differ. As for parts of a batch.
    #expect(difference <= 1e-5 * norm, "\(difference / norm)")
    expectClose(summary.terms.sum, expected.terms.sum, absolute: 1e-6, relative: 1e-5)
    expectClose(
      summary.temperedDemonstrationEntropy.mean, expected.temperedDemonstrationEntropy.mean,
      relative: 1e-5)
    #expect(
      summary.diagnostics.demonstrationEntropy.count
        == expected.diagnostics.demonstrationEntropy.count)
  }

  @Test func `a mask of ones changes no bit, and one without ones gives no gradient`() throws {
    let rows = Self.rows(seed: 8)
    func masked(_ value: Bool) -> [UpdateBatch.Row] {
      rows.map { row in
        var row = row
        row.responseMask = row.responseIDs.map { _ in value }
        return row
      }
    }
    let (plain, summary) = try Self.gradient(rows)
    let (ones, same) = try Self.gradient(masked(true))
    #expect(plain.map(\.bitPattern) == ones.map(\.bitPattern))
    // As text: means over nothing are NaN, which is not itself.
    #expect("\(summary)" == "\(same)")
    let (none, nothing) = try Self.gradient(masked(false))
    #expect(none.allSatisfy { $0 == 0 } && nothing.terms.sum == 0)
  }

  @Test func `tokens in the middle are left out of the loss and of the counts`() throws {
    let rows = Self.rows(seed: 9)
    let masked = rows.map { row in
      var row = row
      row.responseMask = row.responseIDs.indices.map { $0 % 3 != 1 }
      return row
    }
    // Each token's loss alone is a mask of one token; a mean over tokens is their sum over their count.
    var (sum, count) = (0.0, 0)
    for row in masked {
      for token in row.responseIDs.indices where row.responseMask?[token] == true {
        var single = row
        single.responseMask = row.responseIDs.indices.map { $0 == token }
        sum += try Self.gradient([single]).1.terms.sum
        count += 1
      }
    }
    let (_, summary) = try Self.gradient(masked)
    expectClose(summary.terms.sum, sum / Double(count), relative: 1e-5)
  }

  // MARK: Lines

  private func trainer(_ lines: [String], _ fields: String? = nil) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "d.jsonl")
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url)
      let yaml = """
        model: \(SmallRun.base)
        output: \(folder.path)/run
        objective: sft
        steps: 1
        demonstrations: {file: \(url.path), per-step: 1\(fields.map { ", fields: \"\($0)\"" } ?? "")}
        """
      _ = try Trainer(TrainingConfiguration(yaml: yaml, path: "c.yaml"))
    }
  }

  @Test func `other trainers' names and given ones are taken`() throws {
    try trainer([#"{"prompt": "1 + 1 =", "completion": " 2"}"#])
    try trainer([#"{"question": "1 + 1 =", "answer": " 2"}"#])
    try trainer([#"{"input": "1 + 1 =", "output": " 2", "score": 1}"#])
    try trainer([#"{"q": "1 + 1 =", "a": " 2"}"#], "prompt=q,response=a")
    try trainer([#"{"prompt": "1", "response_ids": [5, 6], "response_mask": [0, 1]}"#])
    // What nothing predicts is not learned from; the rest is.
    try trainer([#"{"prompt_ids": [], "response_ids": [5]}"#])
  }

  @Test func `prompts to sample from have names of their own, too`() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "p.jsonl")
      try Data(#"{"q": "1 + 1 =", "prompt": 7, "answer": 2}"#.utf8).write(to: url)
      func trainer(_ fields: String) throws {
        let yaml = """
          model: \(SmallRun.base)
          output: \(folder.path)/run
          objective: grpo
          steps: 1
          rollouts: {file: \(url.path), prompts-per-step: 1, samples: 2, maximum-tokens: 8\(fields)}
          """
        let configuration = try TrainingConfiguration(yaml: yaml, path: "c.yaml")
        #expect(
          try TrainingConfiguration(yaml: configuration.yaml, path: "d.yaml") == configuration)
        _ = try Trainer(configuration)
      }
      try trainer(", fields: \"prompt=q\"")
      #expect(throws: TrainingError.self) { try trainer("") }
      let error = #expect(throws: TrainingError.self) { try trainer(", fields: \"prompt\"") }
      #expect(error?.description.contains("rollouts.fields") == true, "\(error as Any)")
    }
  }

  @Test(arguments: [
    (#"{"prompt": "1", "response": "2", "response_mask": [1]}"#, #"needs "response_ids""#),
    (#"{"prompt": "1", "response_ids": [5], "response_mask": [1, 0]}"#, "2 entries for 1"),
    (#"{"prompt": "1", "response_ids": [5], "response_mask": [7]}"#, "a list of 0 and 1"),
    (#"{"messages": [{"role": "user", "content": "a"}]}"#, "tokenshift_recorder.render"),
    (#"{"prompt": [{"role": "user"}], "completion": []}"#, "tokenshift_recorder.render"),
    (#"{"prompt": "1", "response": "2", "completion": "3"}"#, "either could be"),
    (#"{"prompt": "1"}"#, #"needs "response" or "response_ids""#),
    (#"{"prompt_ids": [], "response": ""}"#, "has no prompt and a response of one token"),
  ])
  func `what can't be learned from is refused with its line`(text: String, words: String) {
    let error = #expect(throws: TrainingError.self) {
      try trainer([#"{"prompt": "1", "response": "2"}"#, text])
    }
    let line = error?.description ?? ""
    #expect(line.contains("d.jsonl, line 2: ") && line.contains(words), "\(line)")
  }
}
