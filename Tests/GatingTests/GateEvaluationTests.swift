import Analysis
import Foundation
import Gating
import Reporting
import RunLogs
import TestSupport
import Testing

/// Token logs in, findings out: what is planted is found, and nothing else.
@Suite struct GateEvaluationTests {
  /// What gates read of such logs.
  private static let measured: Set<GateMetric> = [
    .accuracy, .passAtK, .reward, .klToBase, .changedFromBase, .entropy, .heldOutLoss, .length,
    .stoppedRate,
  ]

  /// One metric made worse in a copy of the baseline's samples.
  struct Harm: Sendable, CustomTestStringConvertible {
    let metric: GateMetric
    let apply: @Sendable (inout GateLog) -> Void
    var testDescription: String { metric.rawValue }
  }

  static let harms: [Harm] = [
    Harm(metric: .klToBase) { log in
      for index in log.samples.indices { log.samples[index].divergence *= 3 }
    },
    Harm(metric: .changedFromBase) { log in
      for index in log.samples.indices where index % 4 == 0 {
        log.samples[index].jensenShannon = 0.3
      }
    },
    Harm(metric: .entropy) { log in
      for index in log.samples.indices { log.samples[index].entropy *= 0.5 }
    },
    Harm(metric: .heldOutLoss) { log in
      for index in log.fixed.indices { log.fixed[index] -= 0.2 + 0.01 * Float(index % 5) }
    },
    Harm(metric: .stoppedRate) { log in
      for index in log.samples.indices where index % 3 == 0 { log.samples[index].finish = "length" }
    },
    Harm(metric: .length) { log in
      for index in log.samples.indices { log.samples[index].tokens += 6 + index % 3 }
    },
  ]

  @Test(arguments: harms) func `only the metric that was made worse has regressed`(
    harm: Harm
  ) throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 1)
      var new = old
      new.weights = "w-new"
      harm.apply(&new)
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder)
      #expect(view.metrics(.regressed) == [harm.metric])
      #expect(view.finding(harm.metric)?.prompts == 120)
      let isWarning = harm.metric == .entropy
      #expect(view.report.fails == !isWarning)
      #expect(view.finding(harm.metric)?.role == (isWarning ? .warning : .gated))
      #expect(
        view.metrics(.notMeasured)
          == Set(GateMetric.known).subtracting(Self.measured))
    }
  }

  @Test func `wrong answers regress accuracy and pass@k alone`() throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 2, prompts: 200, rate: 0.8)
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices where index % 4 < 2 {
        new.samples[index].isCorrect = false
      }
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder)
      #expect(view.metrics(.regressed) == [.accuracy, .passAtK])
      // Counted by hand from the samples.
      let rate = { (log: GateLog) in
        Double(log.samples.count { $0.isCorrect == true }) / Double(log.samples.count)
      }
      try expectClose(#require(view.finding(.accuracy)?.baseline), rate(old), absolute: 1e-12)
      try expectClose(#require(view.finding(.accuracy)?.candidate), rate(new), absolute: 1e-12)
      // Two answers to a prompt: one of them is correct unless both are wrong.
      let pass = { (log: GateLog) in
        let prompts = Dictionary(grouping: log.samples, by: \.prompt).values
        let solved = prompts.count { $0.contains { $0.isCorrect == true } }
        return Double(solved) / Double(prompts.count)
      }
      try expectClose(#require(view.finding(.passAtK)?.baseline), pass(old), absolute: 1e-12)
      try expectClose(#require(view.finding(.passAtK)?.candidate), pass(new), absolute: 1e-12)
    }
  }

  @Test func `values are those of the log`() throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 3)
      var new = GateLog.made(seed: 4)
      new.weights = "w-new"
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder)
      func mean(_ log: GateLog, _ value: (GateLog.Sample) -> Double) -> Double {
        let tokens = log.samples.reduce(0) { $0 + Double($1.tokens) }
        return log.samples.reduce(0) { $0 + Double($1.tokens) * value($1) } / tokens
      }
      for (metric, value) in [
        (GateMetric.klToBase, { Double($0.divergence) }),
        (.changedFromBase, { $0.jensenShannon > 0.01 ? 1 : 0 }), (.entropy, { Double($0.entropy) }),
      ] as [(GateMetric, (GateLog.Sample) -> Double)] {
        try expectClose(#require(view.finding(metric)?.baseline), mean(old, value), absolute: 1e-9)
        try expectClose(#require(view.finding(metric)?.candidate), mean(new, value), absolute: 1e-9)
      }
      let lengths = new.samples.map { Double($0.tokens) }
      try expectClose(
        #require(view.finding(.length)?.candidate),
        lengths.reduce(0, +) / Double(lengths.count), absolute: 1e-9)
      let losses = old.fixed.map { -Double($0) }
      try expectClose(
        #require(view.finding(.heldOutLoss)?.baseline),
        losses.reduce(0, +) / Double(losses.count), absolute: 1e-6)
    }
  }

  @Test func `a copy of a log is identical`() throws {
    try withTemporaryFolder { folder in
      let log = GateLog.made(seed: 5)
      let view = try judge(
        [try log.input("a.h5", in: folder)], try log.input("b.h5", in: folder), in: folder)
      #expect(view.metrics(.identical) == Self.measured.subtracting([.reward]))
      #expect(view.metrics(.shown) == [.reward])
      #expect(!view.report.fails)
    }
  }

  @Test func `nine prompts decide nothing, and fail where strict`() throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 6, prompts: 9)
      var new = GateLog.made(seed: 7, prompts: 9, rate: 0)
      new.weights = "w-new"
      let inputs = (try old.input("a.h5", in: folder), try new.input("b.h5", in: folder))
      let view = try judge([inputs.0], inputs.1, in: folder)
      #expect(view.metrics(.undecided) == Self.measured.subtracting([.reward]))
      #expect(view.finding(.accuracy)?.reason == .fewPrompts)
      #expect(!view.report.fails)
      let strict = try judge([inputs.0], inputs.1, in: folder) { $0.isStrict = true }
      #expect(strict.report.fails && strict.report.isRepeated)
    }
  }

  @Test func `slices by task and position are judged apart`() throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 8, prompts: 160, tokens: 40)
      var new = old
      new.weights = "w-new"
      for index in new.samples.indices {
        let isHarmed = new.samples[index].metadata.contains("sums")
        new.samples[index].divergence *= isHarmed ? 4 : 1 + 0.02 * Float(index % 3 - 1)
      }
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder
      ) {
        $0.policy.slices = [.task, .position]
      }
      #expect(view.finding(.klToBase, GateSlice(.task, "sums"))?.outcome == .regressed)
      #expect(view.finding(.klToBase, GateSlice(.task, "products"))?.outcome == .equivalent)
      let first = view.finding(.klToBase, GateSlice(.position, "1 to 16"))
      #expect(first?.outcome == .regressed && first?.role == .warning)
      #expect(view.finding(.klToBase, GateSlice(.position, "17 to 64"))?.prompts == 160)
      #expect(view.finding(.klToBase, GateSlice(.position, "65 to 256")) == nil)
    }
  }

  @Test func `three seeds are a recipe`() throws {
    try withTemporaryFolder { folder in
      let seeds = try (0..<4).map { seed in
        var log = GateLog.made(seed: 20 + UInt64(seed), divergence: 0.05 + 0.002 * Double(seed))
        log.weights = "w-\(seed)"
        return try log.input("s\(seed).h5", in: folder)
      }
      var worse = GateLog.made(seed: 30, divergence: 0.2)
      worse.weights = "w-new"
      let view = try judge(seeds, try worse.input("new.h5", in: folder), in: folder)
      #expect(view.report.result.baselines == 4)
      #expect(view.finding(.klToBase)?.outcome == .regressed)
      #expect(view.finding(.klToBase)?.seeds?.values.count == 4)
      #expect(throws: GateInputError.self) {
        try judge([seeds[0], seeds[0]], seeds[1], in: folder)
      }
    }
  }
}
