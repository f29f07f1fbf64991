import Analysis
import Foundation
import Gating
import TestSupport
import Testing

/// Policies as YAML.
@Suite struct PolicyFileTests {
  private func read(_ yaml: String) throws -> GatePolicy {
    try PolicyFile.policy(yaml: yaml, path: "gate.yaml")
  }

  @Test func `all that a policy can say`() throws {
    let policy = try read(
      """
      alpha: 0.01
      looks: 7
      state: runs/state.json
      metrics:
        accuracy: {worse: lower, margin: 0.05}
        kl-to-base: {worse: higher, margin: 25%, at-least: 0.01}
        length:
        reward: {margin: 0.1}
        entropy: {role: gated}
        training/loss: {worse: higher, margin: 10 %}
      slices: {by: [source, task], gate: true}
      """)
    #expect(policy.alpha == 0.01 && policy.looks == 7 && policy.stateFile == "runs/state.json")
    #expect(policy.slices == [.source, .task] && policy.gatesSlices)
    #expect(
      policy.rules == [
        GateRule(.accuracy, worse: .lower, margin: .absolute(value: 0.05)),
        .standard(.klToBase), .standard(.length),
        GateRule(.reward, worse: .lower, margin: .absolute(value: 0.1)),
        GateRule(
          .entropy, worse: .both, margin: .relative(share: 0.2, atLeast: 0), role: .gated),
        GateRule(
          .training("loss"), worse: .higher, margin: .relative(share: 0.1, atLeast: 0)),
      ])
  }

  @Test func `what a file leaves out is as without a file`() throws {
    #expect(try read("looks: 20") == .standard)
  }

  @Test(arguments: [
    ("", "is no policy"), ("- accuracy", "is no policy"), ("a: b: c", "no YAML"),
    ("alpha: much", "alpha: 'much' is no number"), ("alpha: 0.7", "below 0.5"),
    ("looks: 0", "at least 1"), ("looks: 1.5", "no whole number"),
    ("level: 0.05", "there is no key 'level'; there are alpha, looks"),
    ("metrics: {recall: {margin: 1}}", "'recall' is no metric: there are accuracy, pass-at-k"),
    ("metrics: {accuracy: 0.02}", "accuracy: is no mapping"),
    ("metrics: {accuracy: {margin: -1}}", "a number above 0"),
    ("metrics: {accuracy: {margin: nan}}", "is no number"),
    ("metrics: {accuracy: {margin: 2%}}", "write 0.02 for 2 points"),
    ("metrics: {length: {margin: 1, at-least: 1}}", "goes with a margin in percent"),
    ("metrics: {length: {worse: up}}", "'up' is none of lower, higher, both"),
    ("metrics: {length: {role: strict}}", "'strict' is none of gated, warning, shown"),
    ("metrics: {kl-candidate-baseline: {margin: 10%}}", "has no distance to take a share of"),
    ("metrics: {}", "at least one metric"),
    ("slices: {by: [author]}", "'author' is no slice: there are source, task"),
    ("slices: {by: [task, task]}", "each kind once"), ("slices: {gate: maybe}", "true nor false"),
    ("looks: 2\nlooks: 3", "looks is there twice"),
    ("alpha: &a 0.05\nlooks: *a", "has an alias, '*a'"),
  ])
  func `what is wrong is named with its place`(yaml: String, words: String) {
    let error = #expect(throws: GateInputError.self) { try read(yaml) }
    #expect(error?.description.hasPrefix("gate.yaml") == true)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `a file that is no text is named`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "gate.yaml").path
      try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: path))
      let error = #expect(throws: GateInputError.self) { try PolicyFile.read(path) }
      #expect(error?.path == path)
      #expect(throws: GateInputError.self) { try PolicyFile.read(path + "x") }
    }
  }
}
