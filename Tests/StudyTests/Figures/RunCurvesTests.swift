import Foundation
import Plotting
import Reporting
import RunLogs
import Study
import TestSupport
import Testing

/// Where runs' evaluations and steps stand, and which figures they allow.
@Suite struct RunCurvesTests {
  private let curves = MadeUpStudy.curves()

  private func run(_ name: String, _ seed: UInt64 = 2) throws -> StudyRun {
    try #require(curves.summary.runs.first { $0.name == name && $0.seed == seed })
  }

  @Test func `a second stage stands after its first, and base at 0`() throws {
    let all = Double(MadeUpStudy.steps) * MadeUpStudy.tokens
    let chain = try #require(curves.chain(.accuracy, of: try run("sft-rl")))
    let own = [20, 40, 60].map { Double($0) * MadeUpStudy.tokens }
    #expect(chain.x == [0] + own + own.map { all + 2 + $0 })
    let accuracies =
      [MadeUpStudy.accuracy("base", 2, 60)]
      + [20, 40, 60].map { MadeUpStudy.accuracy("sft-half", 2, $0) }
      + [20, 40, 60].map { MadeUpStudy.accuracy("sft-rl", 2, $0) }
    #expect(chain.y == accuracies)
    let second = try #require(curves.chain(.entropy, of: run("sft-rl"), isWhole: false))
    #expect(second.x == Array(chain.x.dropFirst(3)))
    #expect(second.y == [60, 20, 40, 60].map { 1 / Double($0 + 2) })
    #expect(curves.evaluations(.accuracy, of: "sft-rl")?.stage == all + 2)
    #expect(curves.evaluations(.accuracy, of: "rl")?.stage == nil)
    #expect(curves.evaluations(.accuracy, of: "nobody") == nil)
  }

  @Test func `a step stands at the tokens before it`() throws {
    let updates = try #require(try curves.steps(.reward, of: run("sft-rl")))
    let total = try #require(try curves.steps(.reward, of: run("sft-rl"), by: .total))
    let all = Double(MadeUpStudy.steps) * MadeUpStudy.tokens
    #expect(updates.x.prefix(3) == [all + 2, all + 2_002, all + 4_002])
    #expect(total.x.prefix(3) == [all + 2, all + 3_502, all + 7_002])
    let log = try #require(MadeUpStudy.log(run("sft-rl")))
    #expect(updates.y == log.columns.first { $0.name == "reward" }?.values)
    #expect(try curves.steps(.reward, of: run("rl-sft")) == nil)
    #expect(try curves.steps(.lossKL, of: run("rl")) == nil)
  }

  @Test func `means of norms are geometric`() throws {
    let norms = try #require(
      try curves.steps(.gradientNorm, of: "srft", within: 0...Double.infinity, isGeometric: true))
    let place = try #require(norms.grid.firstIndex(of: 50_000))
    // Steps 20 to 30 lie within 10,000 tokens: the mean exponent is that of step 25, and ∛6 over the seeds.
    expectClose(norms.mean[place], exp(-2.5) * cbrt(6), relative: 1e-12)
    // t(2) = 4.302652729749464 of the logarithms of 1, 2, 3.
    let logs = [0, Foundation.log(2.0), Foundation.log(3.0)]
    let mean = logs.reduce(0, +) / 3
    let squares = logs.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    let half = 4.302652729749464 * (squares / 6).squareRoot()
    expectClose(
      norms.intervals[place]?.upperBound ?? .nan, exp(mean + half - 2.5), relative: 1e-9)
  }

  @Test func `runs without tokens of their chain are left out`() throws {
    var second = try run("sft-rl")
    second[.chainTokens] = .nan
    #expect(curves.offset(of: second, .updates) == nil)
    #expect(curves.chain(.accuracy, of: second) == nil)
    var first = try run("rl")
    first[.chainTokens] = .nan
    #expect(curves.offset(of: first, .updates) == 0)
  }

  // MARK: Figures

  private func names(_ curves: RunCurves) throws -> [String] {
    try curves.entries().map(\.name)
  }

  @Test func `there are figures of what is there`() throws {
    let all = ["figure-4", "figure-5", "figure-6", "figure-a2", "terms", "reward-entropy"]
    #expect(try names(curves) == all)
    // One seed, and runs without logs or columns.
    #expect(try names(MadeUpStudy.curves(MadeUpStudy.summary(seeds: [3]))) == all)
    let bare = RunCurves(summary: curves.summary) { _ in nil }
    #expect(try names(bare) == ["figure-4", "figure-5", "figure-a2"])
    #expect(
      try names(MadeUpStudy.curves(without: [.sftWeight, .rolloutEntropy]))
        == ["figure-4", "figure-5", "figure-6", "figure-a2"])
    for missing in [[.rolloutEntropy], [.responseLength], [.rolloutTokens]] as [[TrainingMetric]] {
      let partial = try MadeUpStudy.curves(without: missing).entries()
      for entry in partial { _ = try FigureScript(entry.figure, name: entry.name) }
      let panels = try #require(partial.first { $0.name == "figure-6" }).figure.panels
      #expect(panels.count == 3)
    }
    // One run alone has nothing to be compared with.
    #expect(
      try names(MadeUpStudy.curves(MadeUpStudy.summary(["base", "rl"]))) == ["reward-entropy"])
    #expect(try names(MadeUpStudy.curves(MadeUpStudy.summary([]))) == [])
    #expect(
      try names(MadeUpStudy.curves(MadeUpStudy.summary(["base", "srft", "srft-released"])))
        == ["terms", "reward-entropy"])
  }

  @Test func `the same runs give the same bytes, and every panel has its means`() throws {
    let first = try curves.entries()
    for (entry, again) in zip(first, try MadeUpStudy.curves().entries()) {
      let text = try FigureScript(entry.figure, name: entry.name)
      #expect(text == (try FigureScript(again.figure, name: again.name)))
      #expect(!entry.figure.caption.contains("nan") && entry.figure.caption.contains("3 seeds"))
    }
    let figure = try #require(first.first { $0.name == "figure-5" }).figure
    let expected = try #require(curves.evaluations(.accuracy, of: "srft"))
    let rl = try #require(curves.evaluations(.accuracy, of: "rl"))
    func line(_ panel: Int, _ name: String) -> Series.Marks? {
      figure.panels[panel].series.first { $0.name == name }?.marks
    }
    #expect(line(0, "srft") == .line(x: expected.grid.map { $0 / 1_000 }, y: expected.mean))
    let difference = try #require(expected.difference(from: rl, within: 0...1))
    #expect(line(1, "srft") == .line(x: difference.grid.map { $0 / 1_000 }, y: difference.mean))
    #expect(line(1, "rl") == nil && line(2, "rl") != nil)
  }

  @Test func `one seed has no bands and says so`() throws {
    for entry in try MadeUpStudy.curves(MadeUpStudy.summary(seeds: [3])).entries() {
      let bands = entry.figure.panels.flatMap(\.series).filter {
        if case .band = $0.marks { true } else { false }
      }
      #expect(bands.isEmpty)
      if entry.name != "reward-entropy" {
        #expect(entry.figure.caption.contains("one seed, which allows no interval"))
      }
    }
  }
}
