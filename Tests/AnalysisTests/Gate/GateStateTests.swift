import Analysis
import Foundation
import Testing

/// Policies and the looks they allow.
@Suite struct GateStateTests {
  private static func subject(
    _ candidate: String, baseline: String = "b", texts: String = "t", policy: String = "p"
  ) -> GateSubject {
    GateSubject(baselines: [baseline], candidate: candidate, texts: texts, policy: policy)
  }

  private static func result(_ look: Int) -> GateResult {
    GateResult(look: look, looks: 20, level: 0.01, baselines: 1, findings: [])
  }

  @Test func `the same subject spends no look`() throws {
    var state = GateState()
    #expect(try state.place(of: Self.subject("a")) == .new(look: 1))
    try state.record(Self.result(1), of: Self.subject("a"))
    #expect(try state.place(of: Self.subject("c")) == .new(look: 2))
    try state.record(Self.result(2), of: Self.subject("c"))
    let before = state
    #expect(try state.place(of: Self.subject("a")) == .known(Self.result(1)))
    try state.record(Self.result(1), of: Self.subject("a"))
    #expect(state == before)
    #expect(try state.place(of: Self.subject("d")) == .new(look: 3))
    let data = try JSONEncoder().encode(state)
    #expect(try JSONDecoder().decode(GateState.self, from: data) == state)
  }

  @Test func `projects live side by side, and policies don't`() throws {
    var state = GateState()
    try state.record(Self.result(1), of: Self.subject("a"))
    #expect(try state.place(of: Self.subject("a", baseline: "other")) == .new(look: 1))
    #expect(try state.place(of: Self.subject("a", texts: "other")) == .new(look: 1))
    try state.record(Self.result(1), of: Self.subject("a", texts: "other", policy: "another"))
    let changed = Self.subject("a", policy: "another")
    #expect(throws: GateError.changedPolicy(looks: 1)) { try state.place(of: changed) }
    #expect(throws: GateError.changedPolicy(looks: 1)) {
      try state.record(Self.result(1), of: changed)
    }
    #expect(try state.place(of: changed, startsAnew: true) == .new(look: 1))
    try state.record(Self.result(1), of: changed, startsAnew: true)
    #expect(state.series.count == 2)
    #expect(try state.place(of: changed) == .known(Self.result(1)))
    #expect(throws: GateError.changedPolicy(looks: 1)) { try state.place(of: Self.subject("a")) }
  }

  @Test func `the order of seeds says nothing`() {
    let one = GateSubject(baselines: ["x", "y"], candidate: "c", texts: "t", policy: "p")
    #expect(one == GateSubject(baselines: ["y", "x"], candidate: "c", texts: "t", policy: "p"))
  }

  @Test func `names of metrics`() {
    #expect(GateMetric.known.count == 12)
    for metric in GateMetric.known + [.training("other/loss")] {
      #expect(GateMetric(rawValue: metric.rawValue) == metric)
    }
    #expect(GateMetric(rawValue: "Accuracy") == nil && GateMetric(rawValue: "training/") == nil)
  }

  @Test func `default margins and roles`() {
    func rule(_ metric: GateMetric) -> GateRule { .standard(metric) }
    #expect(rule(.accuracy).margin == .absolute(value: 0.02) && rule(.accuracy).worse == .lower)
    #expect(rule(.passAtK).margin == .absolute(value: 0.03))
    #expect(rule(.klToBase).margin == .relative(share: 0.25, atLeast: 0.01))
    #expect(rule(.changedFromBase).margin == .absolute(value: 0.02))
    #expect(rule(.heldOutLoss).margin == .absolute(value: 0.02))
    #expect(
      rule(.length).margin == .relative(share: 0.1, atLeast: 0) && rule(.length).worse == .both)
    #expect(rule(.entropy).role == .warning && rule(.entropy).worse == .both)
    #expect(rule(.entropy).margin == .relative(share: 0.2, atLeast: 0))
    #expect(rule(.formatRate).margin == .absolute(value: 0.02))
    #expect(rule(.stoppedRate).margin == .absolute(value: 0.02))
    #expect(rule(.klCandidateBaseline).role == .shown && rule(.klToBase).role == .gated)
    #expect(GatePolicy.standard.alpha == 0.05 && GatePolicy.standard.looks == 20)
    #expect(GateRule.Margin.relative(share: 0.25, atLeast: 0.01).value(baseline: 0.1) == 0.025)
    #expect(GateRule.Margin.relative(share: 0.25, atLeast: 0.01).value(baseline: -0.1) == 0.025)
    #expect(GateRule.Margin.relative(share: 0.25, atLeast: 0.01).value(baseline: 0.02) == 0.01)
  }

  @Test func `a policy's text is the same for what judges alike`() throws {
    let policy = GatePolicy.standard
    var other = policy
    other.rules.reverse()
    other.stateFile = "elsewhere"
    #expect(other.canonicalText == policy.canonicalText)
    var texts: Set<String> = [policy.canonicalText]
    let changes: [(inout GatePolicy) -> Void] = [
      { $0.alpha = 0.01 }, { $0.looks = 30 }, { $0.slices = [.task] }, { $0.gatesSlices = true },
      { $0.rules[0].worse = .both }, { $0.rules[0].margin = .absolute(value: 0.021) },
      { $0.rules[0].margin = .relative(share: 0.02, atLeast: 0) },
      { $0.rules[0].margin = .relative(share: 0.02, atLeast: 0.001) },
      { $0.rules[0].role = .shown }, { $0.rules.removeLast() },
    ]
    for change in changes {
      var changed = policy
      change(&changed)
      texts.insert(changed.canonicalText)
    }
    #expect(texts.count == changes.count + 1)
    let data = try JSONEncoder().encode(policy)
    #expect(try JSONDecoder().decode(GatePolicy.self, from: data) == policy)
  }

  @Test func `what a policy can have wrong`() throws {
    try GatePolicy.standard.validate()
    func expectRefusal(_ place: String, _ change: (inout GatePolicy) -> Void) {
      var policy = GatePolicy.standard
      change(&policy)
      do throws(GateError) {
        try policy.validate()
        Issue.record("\(place) was let through")
      } catch {
        #expect("\(error)".hasPrefix("policy: \(place) must be "), "\(error)")
      }
    }
    expectRefusal("alpha") { $0.alpha = 0 }
    expectRefusal("alpha") { $0.alpha = .nan }
    expectRefusal("looks") { $0.looks = 0 }
    expectRefusal("metrics") { $0.rules = [] }
    expectRefusal("slices") { $0.slices = [.task, .task] }
    expectRefusal("metrics: accuracy") { $0.rules.append($0.rules[0]) }
    expectRefusal("metrics: accuracy: margin") { $0.rules[0].margin = .absolute(value: 0) }
    expectRefusal("metrics: accuracy: margin") { $0.rules[0].margin = .absolute(value: .nan) }
    expectRefusal("metrics: accuracy: margin") {
      $0.rules[0].margin = .relative(share: 0.1, atLeast: -1)
    }
    expectRefusal("metrics: kl-candidate-baseline: margin") {
      $0.rules = [
        GateRule(.klCandidateBaseline, worse: .higher, margin: .relative(share: 1, atLeast: 0))
      ]
    }
    expectRefusal("metrics: changed-between: worse") {
      $0.rules = [GateRule(.changedBetween, worse: .both, margin: .absolute(value: 1))]
    }
  }
}
