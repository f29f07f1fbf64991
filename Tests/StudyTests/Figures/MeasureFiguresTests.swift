import Foundation
import Plotting
import Reporting
import StatisticalInference
import Study
import TestSupport
import Testing

/// Which figures a study has, and that they are the same bytes each time.
@Suite struct MeasureFiguresTests {
  private static let all = [
    "kl-accuracy", "figure-2b", "pass-at-k", "weights-tokens", "forgetting", "demonstrations",
    "figure-2a", "figure-a1",
  ]

  private static func texts(_ figures: MeasureFigures) throws -> [FigureScript] {
    try figures.entries.map { try FigureScript($0.figure, name: $0.name) }
  }

  @Test func `whole studies have all figures, the same text twice`() throws {
    let names = MeasuredStudy.main + ["sft-wrong-30", "srft-native", "sft-half"]
    let variants = ["sft-wrong-30": "sft", "srft-native": "srft"]
    for seeds in [1, 2, 8] {
      let summary = StudySummary(runs: MeasuredStudy.runs(names, seeds: seeds))
      let figures = MeasureFigures(summary, variants: variants)
      #expect(figures.entries.map(\.name) == Self.all)
      #expect(
        try Self.texts(figures) == Self.texts(MeasureFigures(summary, variants: variants)))
      for entry in figures.entries where !entry.name.hasPrefix("figure-") {
        #expect(entry.figure.caption.contains("one seed, which allows no interval") == (seeds == 1))
      }
    }
  }

  @Test func `studies of which nothing is known have none, and parts have some`() throws {
    #expect(MeasureFigures(StudySummary(runs: [])).entries.isEmpty)
    let base = MeasuredStudy.runs([], seeds: 2)
    #expect(MeasureFigures(StudySummary(runs: base)).entries.isEmpty)
    // Nothing but names.
    let bare =
      base.map { StudyRun(name: $0.name, seed: $0.seed) }
      + base.map { run in
        var other = StudyRun(name: "rl", seed: run.seed)
        (other.parent, other.base) = ("base", "base")
        return other
      }
    #expect(MeasureFigures(StudySummary(runs: bare)).entries.isEmpty)
    // One run: no demonstrations to compare.
    let one = MeasureFigures(StudySummary(runs: MeasuredStudy.runs(["rl"], seeds: 1)))
    let others = ["demonstrations", "figure-a1"]
    #expect(one.entries.map(\.name) == Self.all.filter { !others.contains($0) })
    _ = try Self.texts(one)
    // Without base's own measures there is no line of its accuracy, nothing forgotten, no pass@k of it.
    let orphans = MeasureFigures(
      StudySummary(
        runs: MeasuredStudy.runs(["rl", "sft"], seeds: 2).filter { $0.name != "base" }))
    #expect(
      orphans.entries.map(\.name) == ["kl-accuracy", "figure-2b", "pass-at-k", "weights-tokens"])
    _ = try Self.texts(orphans)
  }

  @Test func `a run that lacks a number in one seed is left out of that figure alone`() throws {
    var runs = MeasuredStudy.runs(["rl", "sft", "srft"], seeds: 3)
    let place = try #require(runs.firstIndex { $0.name == "sft" && $0.seed == 2 })
    runs[place][.ownKLRunBase] = .nan
    runs[place].shifts["own"] = nil
    let figures = MeasureFigures(StudySummary(runs: runs))
    let entry = try #require(figures.entries.first { $0.name == "kl-accuracy" })
    #expect(Self.labels(entry.figure.panels[0]) == ["sft", "rl", "srft"])
    #expect(Self.labels(entry.figure.panels[1]) == ["rl", "srft"])
    let histogram = try #require(figures.entries.first { $0.name == "figure-2b" })
    #expect(!histogram.figure.panels[0].series.contains { $0.name == "sft" })
  }

  @Test func `a study with more variants and seeds than can be named is drawn all the same`() throws
  {
    let kinds = ["", "-wrong-10", "-wrong-30", "-weak", "-far", "-native"]
    let variants =
      ["sft", "srft"].flatMap { name in
        kinds.dropFirst().map { (name + $0, name) }
      } + (0..<30).map { ("srft-\($0)", "srft") }
    let runs = MeasuredStudy.runs(MeasuredStudy.main + variants.map(\.0), seeds: 8)
      .filter { $0.seed <= 4 || !$0.name.hasPrefix("srft-w") }
    let figures = MeasureFigures(
      StudySummary(runs: runs), variants: Dictionary(uniqueKeysWithValues: variants))
    #expect(figures.entries.map(\.name) == Self.all)
    let scripts = try Self.texts(figures)
    #expect(scripts.allSatisfy { !$0.data.isEmpty })
    let entry = try #require(figures.entries.first { $0.name == "demonstrations" })
    #expect(entry.figure.caption.contains("srft 8, srft-wrong-10 4"))
  }

  private static func labels(_ panel: Panel) -> [String] {
    panel.series.flatMap { series -> [String] in
      if case .labels(_, _, let texts) = series.marks { texts } else { [] }
    }
  }

  @Test func `kl and accuracy are means over seeds with t's intervals`() throws {
    let runs = MeasuredStudy.runs(["rl", "sft"], seeds: 4)
    let entry = try #require(
      MeasureFigures(StudySummary(runs: runs)).entries.first { $0.name == "kl-accuracy" })
    for (panel, measure) in zip(entry.figure.panels, [StudyMeasure.klRunBase, .ownKLRunBase]) {
      for name in ["rl", "sft"] {
        let own = runs.filter { $0.name == name }
        let kl = own.map { $0[measure] }
        let right = own.map { run in
          Double(run.splits["test"]?.correct.reduce(0, +) ?? 0) / 96
        }
        let (x, y) = (kl.reduce(0, +) / 4, right.reduce(0, +) / 4)
        // Each mean is drawn once, its seeds as one series, its intervals through it.
        #expect(
          panel.series.count { series in
            guard case .points(let a, let b) = series.marks else { return false }
            return a.count == 1 && abs(a[0] - x) < 1e-12 && abs(b[0] - y) < 1e-12
          } == 1)
        #expect(panel.series.contains { $0.marks == .points(x: kl, y: right) })
        let deviation = kl.map { ($0 - x) * ($0 - x) }.reduce(0, +) / 3
        // scipy.stats.t.ppf(0.975, 3).
        let half = 3.182446305284263 * (deviation / 4).squareRoot()
        let range = try #require(panel.x.range)
        let found = panel.series.compactMap { series -> [Double]? in
          guard case .line(let a, let b) = series.marks, abs(b[0] - y) < 1e-12, b[0] == b[1],
            a != [range.lowerBound, range.upperBound]
          else { return nil }
          return a
        }
        let ends = try #require(found.first { abs($0[1] - min(x + half, range.upperBound)) < 1e-9 })
        expectClose(ends[0], max(x - half, range.lowerBound), absolute: 1e-9)
      }
    }
  }

  @Test func `parts of runs and variants have no name, controls have`() {
    var runs = MeasuredStudy.runs(
      ["sft", "sft-half", "sft-rl", "srft", "srft-shaping", "srft-native"], seeds: 1)
    for index in runs.indices where runs[index].name == "sft-rl" { runs[index].parent = "sft-half" }
    let cast = StudyCast(
      StudySummary(runs: runs), variants: ["srft-shaping": "srft", "srft-native": "srft"])
    #expect(cast.named == ["sft", "sft-rl", "srft", "srft-native"])
    #expect(cast.others == ["sft-half", "srft-shaping"])
    // No more of a family than have looks.
    let many = MeasuredStudy.runs((0..<9).map { "rl-\($0)" }, seeds: 1)
    let crowd = StudyCast(StudySummary(runs: many))
    #expect(crowd.named.count == 7 && crowd.others == ["rl-7", "rl-8"])
  }

  @Test func `demonstrations are compared where a method has two kinds`() throws {
    func rows(_ names: [String]) -> [String]? {
      MeasureFigures(StudySummary(runs: MeasuredStudy.runs(names, seeds: 2))).entries
        .first { $0.name == "demonstrations" }
        .map { entry in
          guard case .at(let ticks) = entry.figure.panels[0].y.ticks else { return [] }
          return ticks.map(\.plainText)
        }
    }
    #expect(rows(["sft", "srft"]) == nil)
    #expect(rows(["sft", "srft-wrong-10"]) == nil)
    #expect(rows(["sft", "sft-own", "srft"]) == ["clean", "own right ones"])
    #expect(
      rows(["sft", "srft", "srft-wrong-30", "srft-wrong-30-verified", "sft-far"])
        == ["clean", "3 tenths wrong", "the same, verified", "far style"])
  }
}
