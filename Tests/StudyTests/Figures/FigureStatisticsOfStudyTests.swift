import Foundation
import JSON
import Plotting
import Reporting
import StatisticalInference
import Study
import TestSupport
import Testing

/// The numbers behind a study's figures, against slow versions and scipy.
@Suite struct FigureStatisticsOfStudyTests {
  private static func fixture(_ key: String) throws -> [JSONValue] {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("study/figures.json")))
    return try #require(try JSONValue(parsing: Array(data))[key]?.arrayValue)
  }

  private static func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).compactMap(\.doubleValue)
  }

  // MARK: Ranks

  @Test func `rank correlations are scipy's, with and without ties`() throws {
    let cases = try Self.fixture("ranks")
    #expect(cases.count == 6)
    for item in cases {
      let (x, y) = (try Self.numbers(item["x"]), try Self.numbers(item["y"]))
      // At most 54 products of ranks below 54, exact in Double; one root and one division.
      expectClose(
        try #require(RankCorrelation.spearman(x, y)), try #require(item["rho"]?.doubleValue),
        absolute: 1e-14)
    }
    #expect(RankCorrelation.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
    #expect(RankCorrelation.spearman([1, 2], [1, 2]) == nil)
    #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]) == nil)
    #expect(RankCorrelation.spearman([1, 2, 9], [0, -1, -7]) == -1)
  }

  @Test func `forgetting is base's log-probability less the run's, ranked within seeds`() throws {
    let runs = MeasuredStudy.runs(["sft", "rl", "srft", "opd", "sft-rl"], seeds: 3)
    let summary = StudySummary(runs: runs)
    let figure = ForgettingFigure(StudyCast(summary))
    for predictor in ForgettingFigure.Predictor.allCases {
      let measure: StudyMeasure =
        switch predictor {
        case .ownKLRunBase: .ownKLRunBase
        case .klRunBase: .klRunBase
        case .klBaseRun: .klBaseRun
        case .weights: .relativeWeightChange
        case .accuracy: .accuracy
        }
      let slow = (1...3).map { seed -> Double in
        let own = runs.filter { $0.seed == UInt64(seed) && $0.name != "base" }
        let forgotten = own.map { -0.5 - ($0.probes["mixture"]?.logProbPerToken ?? .nan) }
        let other = own.map { $0[measure] }
        // Without ties: 1 − 6 Σ d²/(n (n² − 1)).
        func rank(_ value: Double, _ all: [Double]) -> Int { all.count { $0 < value } }
        let squares = zip(forgotten, other).map { a, b in
          let d = Double(rank(a, forgotten) - rank(b, other))
          return d * d
        }
        return 1 - 6 * squares.reduce(0, +) / 120
      }
      let isTied = (1...3).contains { seed in
        Set(runs.filter { $0.seed == UInt64(seed) && $0.name != "base" }.map { $0[measure] }).count
          < 5
      }
      // Accuracies of twelve problems may be tied.
      if isTied {
        #expect(measure == .accuracy)
        continue
      }
      let found = try #require(figure.correlation(predictor))
      for (one, other) in zip(found.values, slow) { expectClose(one, other, absolute: 1e-14) }
      let interval = try #require(found.estimate.interval)
      #expect(interval.lowerBound >= -1 && interval.upperBound <= 1)
    }
    let run = try #require(runs.first { $0.name == "rl" })
    let orphan = StudySummary(runs: [run])
    #expect(ForgettingFigure.forgotten(by: run, in: orphan) == nil)
  }

  @Test func `intervals over seeds are scipy's`() throws {
    let cases = try Self.fixture("seeds")
    #expect(cases.count == 6)
    for item in cases {
      let values = try Self.numbers(item["values"])
      let low = try #require(item["low"]?.doubleValue)
      let expected = try Self.numbers(item["estimate"])
      let runs = values.indices.map { StudyRun(name: "rl", seed: UInt64($0 + 1)) }
      let cast = StudyCast(StudySummary(runs: runs))
      let number = try #require(
        cast.number(of: "rl", within: low...1) { values[Int($0.seed) - 1] })
      #expect(number.values == values)
      expectClose(number.estimate.value, expected[0], absolute: 1e-14)
      // The bound of t is good to 1e-11.
      expectClose(number.estimate.lower ?? .nan, expected[1], absolute: 1e-10)
      expectClose(number.estimate.upper ?? .nan, expected[2], absolute: 1e-10)
    }
  }

  // MARK: Tries

  @Test func `pass at k is what counting all subsets gives`() throws {
    let cases = try Self.fixture("passes")
    #expect(cases.count == 2 + 15 + 36)
    for item in cases {
      let samples = Int(try #require(item["samples"]?.integerValue))
      let correct = Int(try #require(item["correct"]?.integerValue))
      let k = Int(try #require(item["k"]?.integerValue))
      var run = StudyRun(name: "rl", seed: 1)
      run.splits["test"] = SplitAnswers(
        samples: samples, correct: [correct, 0], responseLength: 1, stoppedShare: 1)
      // The other problem is never solved. Up to 8 quotients and products.
      expectClose(
        PassAtKFigure.pass(at: k, of: run), try #require(item["pass"]?.doubleValue) / 2,
        absolute: 1e-15)
      #expect(PassAtKFigure.pass(at: samples + 1, of: run).isNaN)
    }
    #expect(PassAtKFigure.pass(at: 1, of: StudyRun(name: "rl", seed: 1)).isNaN)
  }

  @Test func `captions say of crossings what intervals carry`() throws {
    func caption(rl: [[Int]], base: [[Int]]) throws -> String {
      let runs = (0..<rl.count).flatMap { seed in
        [("base", base[seed]), ("rl", rl[seed])].map { name, correct in
          var run = StudyRun(name: name, seed: UInt64(seed + 1))
          if name == "rl" { (run.parent, run.base) = ("base", "base") }
          run.splits["test"] = SplitAnswers(
            samples: 8, correct: correct, responseLength: 1, stoppedShare: 1)
          return run
        }
      }
      let entry = MeasureFigures(StudySummary(runs: runs)).entries.first {
        $0.name == "pass-at-k"
      }
      return try #require(entry).figure.caption
    }
    // RL solves few problems always, base nearly all of them rarely.
    let narrow = [[8, 8, 8, 8, 0, 0, 0, 0], [8, 8, 8, 8, 1, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]
    let broad = [[1, 1, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 3, 1, 1, 0, 0]]
    #expect(try caption(rl: narrow, base: broad).contains("base overtakes it by k = 8"))
    let better = narrow.map { $0.map { max($0, 5) } }
    #expect(try caption(rl: better, base: narrow).contains("base overtakes it at no k up to 8"))
    #expect(try caption(rl: narrow, base: narrow.reversed()).contains("is undecided"))
    #expect(try caption(rl: [narrow[0]], base: [broad[0]]).contains("is undecided"))
  }

  @Test func `differences are paired by seed`() throws {
    let runs = MeasuredStudy.runs(["rl"], seeds: 3)
    let figure = PassAtKFigure(StudyCast(StudySummary(runs: runs.reversed())))
    for k in PassAtKFigure.tries {
      let slow = (1...3).map { seed in
        let own = runs.filter { $0.seed == UInt64(seed) }
        return PassAtKFigure.pass(at: k, of: own[1]) - PassAtKFigure.pass(at: k, of: own[0])
      }
      let mean = slow.reduce(0, +) / 3
      let squares = slow.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let error = (squares / 6).squareRoot()
      let found = try #require(figure.difference(at: k, of: "rl", from: "base"))
      expectClose(found.value, mean, absolute: 1e-14)
      // scipy.stats.t.ppf(0.975, 2).
      expectClose(
        found.upper ?? .nan, min(1, mean + 4.302652729749464 * error), absolute: 1e-10)
    }
  }

  // MARK: Changes of probability

  @Test func `shares beyond a tenth are those of the tokens, by author`() throws {
    var random = SeededGenerator(seed: 3)
    var runs: [StudyRun] = []
    var slow: [String: [Double]] = ["base": [], "own": []]
    for seed in 1...3 as ClosedRange<UInt64> {
      var run = StudyRun(name: "rl", seed: seed)
      (run.parent, run.base) = ("base", "base")
      for (author, spread) in [("base", 0.3), ("own", 0.9)] {
        let changes = (0..<400).map { _ in
          Double.random(in: -spread...spread, using: &random)
        }
        var counts = [Int](repeating: 0, count: 20)
        for change in changes { counts[Int((change + 1) * 10)] += 1 }
        run.shifts[author] = TextShift(
          positions: 400, klRunBase: 1, klBaseRun: 1, bands: [], probabilityChanges: counts)
        slow[author, default: []].append(Double(changes.count { abs($0) > 0.1 }) / 400)
      }
      runs.append(run)
    }
    let figure = ChangeHistogramFigure(StudyCast(StudySummary(runs: runs)))
    for author in ChangeHistogramFigure.Author.allCases {
      let found = try #require(figure.changed(author, of: "rl"))
      for (one, other) in zip(found.values, try #require(slow[author.rawValue])) {
        expectClose(one, other, absolute: 1e-14)
      }
    }
    // The curves are means of shares: together 1.
    let entry = try #require(figure.entry)
    for panel in entry.figure.panels.prefix(2) {
      guard case .line(let x, let y)? = panel.series.first(where: { $0.name == "rl" })?.marks else {
        Issue.record("no curve")
        continue
      }
      #expect(x.count == 40 && x.first == -1 && x.last == 1)
      let floor = try #require(panel.y.range?.lowerBound)
      let bins = stride(from: 0, to: 40, by: 2).map { y[$0] > floor ? y[$0] : 0 }
      expectClose(bins.reduce(0, +), 1, absolute: 1e-12)
    }
  }

  // MARK: Heat maps

  @Test func `a token rose or fell by more than a tenth, exactly`() {
    #expect(HeatMapFigures.direction(from: 0.2, to: 0.3) == 0)
    #expect(HeatMapFigures.direction(from: 0.2, to: 0.3001) == 1)
    #expect(HeatMapFigures.direction(from: 0.3, to: 0.2) == 0)
    #expect(HeatMapFigures.direction(from: 0.3001, to: 0.2) == -1)
    #expect(HeatMapFigures.direction(from: nil, to: 0.2).isNaN)
    #expect(HeatMapFigures.direction(from: 0.2, to: nil).isNaN)
  }

  @Test func `the problem is the first with working that all runs have`() throws {
    var runs = MeasuredStudy.runs(["sft", "rl", "srft"], seeds: 3)
    func chosen() -> String? {
      HeatMapFigures(StudyCast(StudySummary(runs: runs))).chosen.map { "\($0.seed) \($0.prompt)" }
    }
    #expect(chosen() == "1 2*3:")
    for index in runs.indices where runs[index].name == "rl" && runs[index].seed == 1 {
      runs[index].examples.removeAll { $0.prompt == "2*3:" }
    }
    #expect(chosen() == "2 2*3:")
    for index in runs.indices { runs[index].examples.removeAll { $0.prompt == "2*3:" } }
    // None with working: the first at all.
    #expect(chosen() == "1 1+1:")
    for index in runs.indices { runs[index].examples = [] }
    #expect(chosen() == nil)
  }

  @Test func `boxes have the tokens, their direction, and hatching where nothing is known`() throws
  {
    let runs = MeasuredStudy.runs(["sft", "rl"], seeds: 1)
    let entry = try #require(
      MeasureFigures(StudySummary(runs: runs)).entries.first { $0.name == "figure-2a" })
    #expect(entry.figure.rows.count == 3 && entry.figure.rows.allSatisfy { $0.count == 2 })
    let run = try #require(runs.first { $0.name == "rl" })
    let example = try #require(run.examples.first { $0.source == "teacher" && $0.prompt == "2*3:" })
    let panel = entry.figure.rows[1][1]
    let boxes = panel.series.flatMap { series -> [TextBox] in
      if case .boxes(let boxes) = series.marks { boxes } else { [] }
    }
    #expect(panel.title == "rl on the teacher's text")
    #expect(boxes.map(\.text) == example.tokens)
    #expect(boxes[2].value.isNaN && boxes[2].mark == .none)
    for (index, box) in boxes.enumerated() where index != 2 {
      let change = 0.5 - (example.probabilityBase[index] ?? .nan)
      #expect(box.value == (change > 0.1 ? 1 : change < -0.1 ? -1 : 0))
      #expect(box.mark == (change > 0.1 ? .above : change < -0.1 ? .below : .none))
    }
  }

  // MARK: Names in panels

  @Test func `names stand in the panel, off each other and off marks`() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<10 {
      let x = Axis("x", scale: .logarithmic, range: 0.1...10)
      let y = Axis("y", range: 0...1)
      let labels = MeasuredStudy.main.map { name in
        LabelPlacement.Label(
          text: name, x: Double.random(in: 0.2...8, using: &random),
          y: Double.random(in: 0.05...0.95, using: &random))
      }
      var placement = LabelPlacement(width: 162, height: 186, x: x, y: y)
      placement.avoid(x: labels.map(\.x), y: labels.map(\.y), radius: 3, cost: 300)
      let places = placement.places(labels)
      #expect(places == placement.places(labels))
      #expect(places.map(\.text) == labels.map(\.text))
      for (index, place) in places.enumerated() {
        #expect(place.box.left >= 0 && place.box.right <= 162)
        #expect(place.box.bottom >= 0 && place.box.top <= 186)
        for other in places.dropFirst(index + 1) {
          #expect(place.box.overlap(other.box) == 0, "\(place.text) on \(other.text)")
        }
      }
    }
  }
}
