import Foundation
import JSON
import Plotting
import Reporting
import Study
import TestSupport
import Testing

/// Paths from base over seeds, and the two figures of them.
@Suite struct ProbePathTests {
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  @Test func `a path begins at base, goes over its parent, and ends where each seed ends`() throws {
    let path = try #require(ProbePath(of: "sft-rl", in: StudySummary(runs: ProbeRuns.runs())))
    #expect(path.seeds == [1, 2, 3, 4] && !path.startsOnMoreTexts)
    #expect(
      path.places.map(\.run) == ["base"] + Array(repeating: "sft-half", count: 5)
        + Array(repeating: "sft-rl", count: 5))
    // Ends are at 20 or 21, half of the seeds each.
    #expect(path.places.map(\.step) == [0, 1, 2, 5, 10, 20.5, 1, 2, 5, 10, 20.5])
    #expect(path.places.map(\.isEnd).filter(\.self).count == 3)
    #expect(path.ownStage.map(\.run) == ["sft-half"] + Array(repeating: "sft-rl", count: 5))
    for kind in ProbeRuns.kinds {
      let costs = path.meanCosts(kind)
      let seeds: [UInt64] = [1, 2, 3, 4]
      expectClose(
        costs[0], -Self.mean(seeds.map { ProbeRuns.number("base", $0, 99, kind) }), relative: 1e-12)
      expectClose(
        costs[3], -Self.mean(seeds.map { ProbeRuns.number("sft-half", $0, 5, kind) }),
        relative: 1e-12)
      expectClose(
        costs[10], -Self.mean(seeds.map { ProbeRuns.number("sft-rl", $0, 20 + Int($0 % 2), kind) }),
        relative: 1e-12)
    }
  }

  @Test func `seeds without a part of the path are left out, and steps that one seed lacks`() throws
  {
    var runs = ProbeRuns.runs()
    let half = try #require(runs.firstIndex { $0.name == "sft-half" && $0.seed == 2 })
    runs[half].path = []
    let rl = try #require(runs.firstIndex { $0.name == "sft-rl" && $0.seed == 3 })
    runs[rl].path.removeAll { $0.step == 5 }
    let path = try #require(ProbePath(of: "sft-rl", in: StudySummary(runs: runs)))
    #expect(path.seeds == [1, 3, 4])
    #expect(path.ownStage.map(\.step).dropFirst().dropLast() == [1, 2, 10])
    // Where all seeds end at one step it is there once, as the end.
    let one = ProbePath(of: "sft", in: StudySummary(runs: ProbeRuns.runs(seeds: [2])))
    #expect(one?.places.map(\.step) == [0, 1, 2, 5, 10, 20])
    let alone = runs.filter { $0.name == "sft-rl" }
    #expect(ProbePath(of: "sft-rl", in: StudySummary(runs: alone)) == nil)
    #expect(ProbePath(of: "base", in: StudySummary(runs: runs)) == nil)
    let older = try #require(
      ProbePath(of: "sft", in: StudySummary(runs: ProbeRuns.runs(baseHasPath: false))))
    #expect(older.startsOnMoreTexts)
    expectClose(
      older.meanCosts("far")[0],
      -Self.mean([1, 2, 3, 4].map { ProbeRuns.number("base", $0, -1, "far") }), relative: 1e-12)
  }

  @Test func `the longest segment is a share of the path`() throws {
    let path = try #require(ProbePath(of: "sft", in: StudySummary(runs: ProbeRuns.runs())))
    let points = path.places.map { place in
      ["teacher", "far"].map { place.meanCost($0) }
    }
    var lengths: [Double] = []
    for index in 1..<points.count {
      lengths.append(
        hypot(points[index][0] - points[index - 1][0], points[index][1] - points[index - 1][1]))
    }
    expectClose(
      path.longestSegment(["teacher", "far"]) ?? .nan,
      (lengths.max() ?? 0) / lengths.reduce(0, +), relative: 1e-12)
    #expect(path.longestSegment(["nothing"]) == nil)
  }

  @Test func `ellipses and Hotelling's factor are those of numpy and scipy`() throws {
    let file = Places.fixtures.appending(path: "analysis/seed-ellipse.json")
    let cases = try #require(
      try JSONValue(parsing: Array(Data(contentsOf: file)))["cases"]?.arrayValue)
    #expect(cases.count == 5)
    for value in cases {
      func numbers(_ key: String) -> [Double] {
        value[key]?.arrayValue?.compactMap(\.doubleValue) ?? []
      }
      let (x, y) = (numbers("x"), numbers("y"))
      let ellipse = try #require(SeedEllipse(x: x, y: y))
      expectClose(ellipse.centre.x, numbers("centre")[0], relative: 1e-12)
      expectClose(ellipse.centre.y, numbers("centre")[1], relative: 1e-12)
      let inverse = value["inverse"]?.arrayValue?.map {
        $0.arrayValue?.compactMap(\.doubleValue) ?? []
      }
      let matrix = try #require(inverse)
      let outline = ellipse.outline(points: 2_000)
      var distances: [Double] = []
      for (x, y) in zip(outline.x, outline.y) {
        let (dx, dy) = (x - ellipse.centre.x, y - ellipse.centre.y)
        // Every point of the outline is one standard deviation off.
        expectClose(
          matrix[0][0] * dx * dx + 2 * matrix[0][1] * dx * dy + matrix[1][1] * dy * dy, 1,
          absolute: 1e-9)
        distances.append(hypot(dx, dy))
      }
      // Of 2,000 points the farthest is within (π/2,000)²/2 of the half axis, so 2e-6 of it.
      expectClose(distances.max() ?? 0, numbers("axes")[1], relative: 1e-5)
      expectClose(
        SeedEllipse.ofMean(seeds: x.count) ?? .nan, value["factor"]?.doubleValue ?? .nan,
        relative: 1e-12)
    }
    #expect(SeedEllipse(x: [1, 2], y: [1, 2]) == nil && SeedEllipse.ofMean(seeds: 2) == nil)
    // Seeds on a line have a line.
    let flat = try #require(SeedEllipse(x: [1, 2, 3], y: [2, 4, 6])).outline()
    for (x, y) in zip(flat.x, flat.y) { expectClose(y, 2 * x, absolute: 1e-9) }
  }

  // MARK: Figures

  private static func lines(_ panel: Panel) -> [(x: [Double], y: [Double])] {
    panel.series.compactMap { series in
      if case .line(let x, let y) = series.marks { (x, y) } else { nil }
    }
  }

  @Test func `the map draws each run's own stage in three planes, and the accuracies`() throws {
    let figure = try #require(
      StudyDynamicsFigure(StudySummary(runs: ProbeRuns.runs()), variants: [:])
    ).figure
    #expect(figure.rows.map(\.count) == [2, 2])
    let path = try #require(ProbePath(of: "sft-rl", in: StudySummary(runs: ProbeRuns.runs())))
    let stage = path.ownStage
    let drawn = Self.lines(figure.rows[0][0])
    #expect(
      drawn.contains {
        $0.x == stage.map { $0.meanCost("teacher") } && $0.y == stage.map { $0.meanCost("correct") }
      })
    #expect(
      Self.lines(figure.rows[1][1]).contains {
        $0.x == stage.map { $0.meanCost("far") } && $0.y == stage.map { $0.meanCost("teacher") }
      })
    // 0.3 + 0.05 · 2.5 and 0.2 more.
    let texts = figure.rows[0][0].series.compactMap { series in
      if case .labels(_, _, let texts) = series.marks { texts } else { nil }
    }.joined()
    #expect(
      Set(texts) == ["sft 63 %", "sft-rl 43 %"] || Set(texts) == ["sft 62 %", "sft-rl 42 %"])
    #expect(figure.caption.contains("mean over 4 seeds"))
    #expect(figure.caption.contains("3.8 times as wide"))
    let points = Self.lines(figure.rows[1][0])
    #expect(points.allSatisfy { $0.x.allSatisfy { (0...100).contains($0) } })
  }

  @Test(arguments: [1, 2]) func `few seeds have no ellipse, one no interval`(count: Int) throws {
    let runs = ProbeRuns.runs(seeds: Array([UInt64(7), 8].prefix(count)))
    let summary = StudySummary(runs: runs)
    let figure = try #require(StudyDynamicsFigure(summary)).figure
    #expect(figure.caption.contains("Fewer than three seeds: no ellipses."))
    // Lines only: a path for each run in a plane, and intervals where there are two seeds.
    #expect(Self.lines(figure.rows[0][0]).count == 2)
    #expect(Self.lines(figure.rows[1][0]).count == (count == 1 ? 0 : 2))
    for measure in StudyProbeFigure.Measure.allCases {
      let probes = try #require(StudyProbeFigure(summary, measure)).figure
      #expect(probes.caption.contains("One seed: no interval.") == (count == 1))
      #expect(probes.caption.contains("Ends, with 95 %") == (count > 1))
    }
  }

  @Test func `nothing is drawn without checkpoints or without a coordinate`() {
    let empty = ProbeRuns.runs().map { run in
      var run = run
      run.path = []
      return run
    }
    let other = ProbeRuns.runs().map { run in
      var run = run
      for index in run.path.indices { run.path[index].probes["far"] = nil }
      return run
    }
    #expect(StudyDynamicsFigure(StudySummary(runs: empty)) == nil)
    #expect(StudyDynamicsFigure(StudySummary(runs: other)) == nil)
    #expect(StudyProbeFigure(StudySummary(runs: empty), .token) == nil)
    // That kind is left out, the others are there.
    let rest = StudyProbeFigure(StudySummary(runs: other), .token)?.figure
    #expect(rest?.panels[0].series.contains { $0.name == "far teacher's" } == false)
    #expect(rest?.panels[0].series.contains { $0.name == "teacher's" } == true)
  }

  @Test(arguments: StudyProbeFigure.Measure.allCases)
  func `probes are changes since base, seed by seed`(measure: StudyProbeFigure.Measure) throws {
    let summary = StudySummary(runs: ProbeRuns.runs())
    let figure = try #require(StudyProbeFigure(summary, measure)).figure
    #expect(figure.panels.map(\.title).prefix(2) == ["sft", "sft-rl"])
    let factor = measure == .token ? 1 : 2.5
    let seeds: [UInt64] = [1, 2, 3, 4]
    let sft = figure.panels[0]
    let line = try #require(sft.series.first { $0.name == "base's wrong" })
    guard case .line(let x, let y) = line.marks else {
      Issue.record("no line")
      return
    }
    #expect(x == [0.5, 1, 2, 5, 10, 20.5])
    for (place, step) in [1, 2, 5, 10].enumerated() {
      let changes = seeds.map {
        factor
          * (ProbeRuns.number("sft", $0, step, "wrong") - ProbeRuns.number("base", $0, 99, "wrong"))
      }
      expectClose(y[place + 1], Self.mean(changes), absolute: 1e-12)
    }
    #expect(y[0] == 0)
    // The end's bar on all texts; scipy.stats.t.ppf(0.975, 3).
    let ends = seeds.map {
      factor * (ProbeRuns.number("sft", $0, -1, "far") - ProbeRuns.number("base", $0, -1, "far"))
    }
    let middle = Self.mean(ends)
    let error = (ends.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 3 / 4).squareRoot()
    let bars = Self.lines(sft).filter { $0.x.count == 2 && $0.x[0] == $0.x[1] }
    #expect(bars.count == 4)
    let bar = try #require(bars.last)
    expectClose(bar.y[0], middle - 3.182446305284263 * error, absolute: 1e-10)
    expectClose(bar.y[1], middle + 3.182446305284263 * error, absolute: 1e-10)
    // A chain's stage begins at its parent's end, its changes are since base.
    guard
      case .line(_, let chained)? = figure.panels[1].series.first(where: {
        $0.name == "base's wrong"
      })?.marks
    else {
      Issue.record("no line")
      return
    }
    let starts = seeds.map {
      factor
        * (ProbeRuns.number("sft-half", $0, 20 + Int($0 % 2), "wrong")
          - ProbeRuns.number("base", $0, 99, "wrong"))
    }
    expectClose(chained[0], Self.mean(starts), absolute: 1e-12)
  }

  @Test func `the same measures give the same bytes`() throws {
    let summary = StudySummary(runs: ProbeRuns.runs())
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        let place = folder.appending(path: name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let pictures = try StudyPictures(summary: summary, variants: [:]) { _ in nil }
        for entry in try pictures.entries() {
          _ = try entry.figure.write(named: entry.name, to: place)
        }
      }
      for name in ["figure-3", "probes", "probes-sequences"] {
        for suffix in ["gp", "tsv", "svg"] {
          let bytes = try ["a", "b"].map {
            try Data(contentsOf: folder.appending(path: "\($0)/\(name).\(suffix)"))
          }
          #expect(!bytes[0].isEmpty && bytes[0] == bytes[1], "\(name).\(suffix)")
        }
      }
    }
  }

  @Test func `names stand near their own end and not over each other`() {
    let room = EndLabels(x: 0...10, y: 0...10, size: (200, 140))
    let texts = [("sft 90 %", 9.5, 5.0), ("sft-rl 80 %", 9.4, 5.3), ("rl 70 %", 2.0, 2.0)]
    let places = room.places(texts.map { (text: $0.0, x: $0.1, y: $0.2) }, obstacles: [])
    let boxes = zip(texts, places).map { text, place in
      let width = TextMetrics.width(text.0, size: 8) / 200 * 10
      let height = 8.0 / 140 * 10
      return (
        place.x - width / 2...place.x + width / 2, place.y - height / 2...place.y + height / 2
      )
    }
    for (index, box) in boxes.enumerated() {
      #expect(box.0.lowerBound > 0 && box.0.upperBound < 10, "\(texts[index].0)")
      for other in boxes[(index + 1)...] {
        #expect(!box.0.overlaps(other.0) || !box.1.overlaps(other.1))
      }
    }
  }
}
