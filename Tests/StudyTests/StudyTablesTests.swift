import Foundation
import JSON
import Reporting
import StatisticalInference
import Study
import TestSupport
import Testing

/// Comparisons, budgets and regimes of a made-up study of base, two runs and a variant.
@Suite struct StudyTablesTests {
  /// Accuracies by run and seed; each run asks the same four problems.
  private static let right: [String: [[Int]]] = [
    "base": [[1, 0, 2, 1], [0, 0, 2, 2], [1, 1, 1, 0]],
    "sft": [[3, 2, 4, 2], [2, 3, 4, 4], [2, 2, 3, 2]],
    "srft": [[4, 3, 4, 3], [3, 3, 4, 4], [4, 2, 4, 3]],
    "srft-flat": [[3, 3, 3, 3], [3, 2, 4, 4], [3, 2, 4, 2]],
  ]

  private static var runs: [StudyRun] {
    (0..<3).flatMap { seed in
      ["base", "sft", "srft", "srft-flat"].map { name in
        var run = StudyRun(name: name, seed: UInt64(seed + 1))
        if name != "base" { (run.parent, run.base) = ("base", "base") }
        let correct = right[name]?[seed] ?? []
        run.splits["test"] = SplitAnswers(
          samples: 5, correct: correct, responseLength: 9, stoppedShare: 1)
        run.splits["harder"] = SplitAnswers(
          samples: 5, correct: correct.map { $0 / 2 }, responseLength: 9, stoppedShare: 1)
        run.splits["validation"] = run.splits["test"]
        run[.accuracy] = run.accuracy(on: "test")
        return run
      }
    }
  }

  private static func report(_ runs: [StudyRun], limit: Double = 1) -> StudyReport {
    var regime = StudyRegime()
    regime.accuracy = 0...limit
    return StudyReport(
      StudySummary(runs: runs), regime: regime, variants: ["srft-flat": "srft"])
  }

  private static func cell(
    _ row: String, _ column: String, _ title: String, in report: StudyReport
  ) throws -> Table.Cell {
    let table = try #require(report.tables.first { $0.title.hasPrefix(title) }, "\(title)")
    let place = try #require(table.columns.firstIndex { $0.name == column }, "\(column)")
    return try #require(table.rows.first { $0[0] == .text(row) }, "\(row)")[place]
  }

  private static func mean(_ name: String, _ seed: Int) -> Double {
    Double((right[name]?[seed] ?? []).reduce(0, +)) / 20
  }

  @Test func `each run is compared with the reference, seed by seed`() throws {
    let report = Self.report(Self.runs)
    #expect(try Self.cell("base", "− srft", "Held-out", in: report) == .estimate(nil))
    #expect(try Self.cell("srft", "− srft", "Held-out", in: report) == .estimate(nil))
    // Both runs, with p-values from Student's t on two degrees of freedom, then Holm's.
    var expected: [(name: String, p: Double)] = []
    for name in ["sft", "srft-flat"] {
      let differences = (0..<3).map { Self.mean(name, $0) - Self.mean("srft", $0) }
      let mean = differences.reduce(0, +) / 3
      let error =
        (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2 / 3).squareRoot()
      let t = abs(mean / error)
      expected.append((name, 1 - t / (2 + t * t).squareRoot()))
      guard
        case .estimate(let estimate?) = try Self.cell(name, "− srft", "Held-out", in: report)
      else {
        Issue.record("\(name) has no difference")
        continue
      }
      expectClose(estimate.value, mean, relative: 1e-12)
      // scipy.stats.t.ppf(0.975, 2).
      expectClose(
        estimate.upper ?? .nan, mean + 4.302652729749464 * error, absolute: 1e-10)
    }
    let (less, more) = (expected.min { $0.p < $1.p }, expected.max { $0.p < $1.p })
    for (name, p) in [
      (less?.name ?? "", 2 * (less?.p ?? .nan)),
      (more?.name ?? "", max(2 * (less?.p ?? .nan), more?.p ?? .nan)),
    ] {
      guard case .number(let found?) = try Self.cell(name, "p", "Held-out", in: report) else {
        Issue.record("\(name) has no p-value")
        continue
      }
      expectClose(found, p, relative: 1e-10, name)
    }
    // The variant has a table of its own, where it is alone.
    #expect(try Self.cell("srft-flat", "of", "Variants", in: report) == .text("srft"))
    guard case .number(let p?) = try Self.cell("srft-flat", "p", "Variants", in: report) else {
      Issue.record("no p-value")
      return
    }
    expectClose(p, expected[1].p, relative: 1e-10)
  }

  @Test func `other problems have a difference from base, and validation isn't told`() throws {
    let report = Self.report(Self.runs)
    guard
      case .estimate(let harder?) = try Self.cell("sft", "harder", "Accuracy less", in: report)
    else {
      Issue.record("no difference")
      return
    }
    func mean(_ name: String) -> Double {
      (0..<3).map { seed in
        Double((Self.right[name]?[seed] ?? []).reduce(0) { $0 + $1 / 2 }) / 20
      }.reduce(0, +) / 3
    }
    expectClose(harder.value, mean("sft") - mean("base"), relative: 1e-12)
    #expect(report.tables.allSatisfy { $0.columns.allSatisfy { $0.name != "validation" } })
  }

  @Test func `a run that begins with nothing to learn is named, and compared all the same`() throws
  {
    let runs = Self.runs.map { run in
      var run = run
      if run.name != "base" { run[.firstDegenerateGroups] = run.name == "sft" ? 0.4 : 0.7 }
      // What starts from base isn't named: its own learning made its groups degenerate.
      if run.name == "srft-flat" { run.parent = "sft" }
      return run
    }
    let report = Self.report(runs)
    let table = try #require(report.tables.first { $0.title == "Held-out problems" })
    #expect(table.columns.contains { $0.name == "− srft" })
    #expect(
      table.caption.contains("srft-flat begins with 70.0 % degenerate groups, more than 50.0 %"))
    #expect(report.markdown.hasPrefix("- srft-flat begins with 70.0 %"))
    let json = try JSONValue(parsing: Array(try JSONText.text(of: report).utf8))
    #expect(json["cautions"]?.arrayValue?.count == 1 && json["saturated"]?.arrayValue == [])
  }

  @Test func `runs that are alike in all but time are named`() {
    func run(_ name: String, _ seed: UInt64, kl: Double, right: Int = 1) -> StudyRun {
      var run = StudyRun(name: name, seed: seed)
      (run.parent, run.base) = ("base", "base")
      run[.klRunBase] = kl
      run[.seconds] = Double(name.utf8.count)
      run.splits["test"] = SplitAnswers(
        samples: 1, correct: [right], responseLength: 1, stoppedShare: 1)
      return run
    }
    // A variant on fewer seeds is compared on those.
    let runs = (1...2).flatMap { (seed: UInt64) -> [StudyRun] in
      [
        run("a", seed, kl: 0.1 * Double(seed)), run("other", seed, kl: 0.5),
        run("answers", seed, kl: 0.5, right: 0),
      ]
        + (seed == 2 ? [run("twin", seed, kl: 0.2)] : [])
    }
    let sentence =
      "a and twin are alike in every number of seed 2: what sets them apart has no effect"
    #expect(StudySummary(runs: runs).twins == [sentence])
    #expect(Self.report(runs).markdown.hasPrefix("- " + sentence))
    let both = runs + [run("twin", 1, kl: 0.1)]
    #expect(
      StudySummary(runs: both).twins.first?.hasPrefix(
        "a and twin are alike in every number of seed 1, 2") == true)
    // One seed is enough to tell two apart; runs without measures, and anybody's checkpoints, aren't alike.
    #expect(StudySummary(runs: runs + [run("twin", 1, kl: 0.3)]).twins == [])
    let bare = ["a", "b"].map { StudyRun(name: $0, seed: 1) }
    #expect(StudySummary(runs: bare).twins == [])
    #expect(
      StudySummary(
        runs: ["a", "b"].map { name in
          var run = run(name, 1, kl: 0.1)
          run.base = nil
          return run
        }
      ).twins == [])
  }

  @Test func `a saturated study ranks nothing, and says what to change`() throws {
    let report = Self.report(Self.runs, limit: 0.3)
    #expect(report.isSaturated && report.markdown.hasPrefix("## Saturated"))
    let table = try #require(report.tables.first { $0.title.hasPrefix("Held-out") })
    #expect(table.title.hasSuffix("(saturated)") && table.caption.contains("take a harder task"))
    for table in report.tables where table.title != "Claims" {
      #expect(table.columns.allSatisfy { $0.name != "p" })
    }
    #expect(report.answerLines.first?.hasPrefix("saturated: sft reaches an accuracy of") == true)
    // So do claims; those about anything else are answered all the same.
    let accuracies = StudyClaims([
      StudyClaim(
        "higher", "A sentence.", measure: .measure(.accuracy), run: "srft", against: "sft",
        compare: .difference, direction: .above, margin: -0.9),
      StudyClaim(
        "alone", "A sentence.", measure: .measure(.accuracy), run: "srft", compare: .value,
        direction: .above, margin: 0.001),
    ])
    let summary = StudySummary(runs: Self.runs)
    let free = accuracies.answers(from: summary)
    #expect(free.map(\.outcome) == [.supported, .supported])
    let held = accuracies.answers(from: summary, isSaturated: true)
    #expect(held.map(\.outcome) == [.undecided, .supported])
    #expect(held[0].estimate == free[0].estimate && held[0].probability == nil)
    #expect(
      held[0].words
        == "undecided at this scale (the study is saturated, so accuracies aren't compared)")
    var runs = Self.runs
    for index in runs.indices { runs[index][.klRunBase] = Double(index + 1) }
    let claim = StudyClaim(
      "c", "A sentence.", measure: .measure(.klRunBase), run: "sft", against: "srft",
      compare: .difference, direction: .below, margin: 0)
    var regime = StudyRegime()
    regime.reinforced = "srft"
    for index in runs.indices where runs[index].name == "srft" {
      runs[index][.firstDegenerateGroups] = 0.82
    }
    regime.accuracy = 0...1
    let other = StudyReport(
      StudySummary(runs: runs), claims: StudyClaims([claim]), regime: regime)
    #expect(other.isSaturated && other.answers.count == 1)
    #expect(other.markdown.contains("srft begins with 82.0 % degenerate groups"))
  }

  @Test func `one budget is the largest that every run reached`() throws {
    var runs = Self.runs
    for index in runs.indices where runs[index].base != nil {
      let isHalf = runs[index].name == "sft"
      let end = isHalf ? 900.0 : 2_000
      (runs[index][.tokens], runs[index][.chainTokens]) = (end, end)
      (runs[index][.totalTokens], runs[index][.chainTotalTokens]) = (2 * end, 2 * end)
      if runs[index].name == "srft-flat" {
        // After a run of 500 tokens that sampled 300.
        runs[index][.chainTokens] = end + 500
        runs[index][.chainTotalTokens] = 2 * end + 800
      }
      runs[index].learning = stride(from: 300.0, through: end, by: 300).map { tokens in
        LearningPoint(
          step: Int(tokens) / 100, tokens: tokens, totalTokens: 2 * tokens,
          accuracy: tokens / 10_000)
      }
    }
    let summary = StudySummary(runs: runs)
    #expect(summary.commonBudget(.updates) == 900)
    #expect(summary.commonBudget(.updatesAndSamples) == 1_800)
    expectClose(
      summary.accuracy(at: 900, .updates, of: "sft")?.value ?? .nan, 0.09, relative: 1e-14)
    expectClose(
      summary.accuracy(at: 899, .updates, of: "sft")?.value ?? .nan, 0.06, relative: 1e-14)
    // 300 own tokens are 800 from base on; 600 are 1,100.
    expectClose(
      summary.accuracy(at: 900, .updates, of: "srft-flat")?.value ?? .nan, 0.03, relative: 1e-14)
    expectClose(
      summary.accuracy(at: 1_800, .updatesAndSamples, of: "srft-flat")?.value ?? .nan, 0.03,
      relative: 1e-14)
    #expect(summary.accuracy(at: 700, .updates, of: "srft-flat") == nil)
    // A run that others start from needn't reach it.
    for index in runs.indices where runs[index].name == "srft-flat" {
      runs[index].parent = "sft"
    }
    #expect(StudySummary(runs: runs).commonBudget(.updates) == 2_000)
    let report = Self.report(runs)
    #expect(
      try Self.cell("sft", "by updates", "Accuracy at one", in: report)
        != .estimate(nil))
  }

  @Test func `all files are made again from measures alone, byte for byte`() throws {
    try withTemporaryFolder { folder in
      var paths: [String] = []
      for run in Self.runs {
        let path = folder.path + "/\(run.name)-\(run.seed).json"
        try JSONEncoder().encode(run).write(to: URL(filePath: path))
        paths.append(path)
      }
      try FileManager.default.createDirectory(
        atPath: folder.path + "/a", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        atPath: folder.path + "/b", withIntermediateDirectories: true)
      try Self.report(Self.runs).write(to: folder.path + "/a", heading: "# Title\n\n")
      let report = StudyReport(
        try StudySummary(measures: paths),
        regime: {
          var regime = StudyRegime()
          regime.accuracy = 0...1
          return regime
        }(), variants: ["srft-flat": "srft"])
      try report.write(to: folder.path + "/b", heading: "# Title\n\n")
      var count = 0
      for name in StudyReport.fileNames {
        let first = try? Data(contentsOf: folder.appending(path: "a/" + name))
        #expect(first == (try? Data(contentsOf: folder.appending(path: "b/" + name))), "\(name)")
        count += first == nil ? 0 : 1
      }
      #expect(count == 2 + 3 * report.tables.count)
      let latex = try String(
        contentsOfFile: folder.path + "/a/tables/held-out.tex", encoding: .utf8)
      #expect(latex.contains("\\toprule") && latex.contains("$-$ srft"))
      let csv = try String(
        contentsOfFile: folder.path + "/a/tables/held-out.csv", encoding: .utf8)
      #expect(csv.hasPrefix("run,accuracy,accuracy lower,accuracy upper"))
      #expect(csv.split(separator: "\n").count == 5)
      let schema = try JSONSchema(
        path: Places.data.appending(path: "Schemas/study.schema.json").path)
      let json = try Data(contentsOf: folder.appending(path: "a/study.json"))
      #expect(schema.problems(in: try JSONValue(parsing: Array(json))) == [])
      #expect(throws: StudyError.self) { try StudySummary(measures: [folder.path + "/none"]) }
      try Data("{}".utf8).write(to: folder.appending(path: "empty.json"))
      let error = #expect(throws: StudyError.self) {
        try StudySummary(measures: [folder.path + "/empty.json"])
      }
      #expect(error?.message.hasPrefix("holds no measures") == true)
    }
  }

  @Test func `the schema has all measures, and what is measured of a run fits`() throws {
    let path = Places.data.appending(path: "Schemas/run.schema.json")
    let text = try JSONValue(parsing: Array(Data(contentsOf: path)))
    let known = text["$defs"]?["values"]?["properties"]?.objectValue?.map(\.key)
    #expect(known == StudyMeasure.allCases.map(\.rawValue))
    var run = StudyRun(name: "sft", seed: .max)
    for measure in StudyMeasure.allCases { run[measure] = 0.5 }
    (run.parent, run.base) = ("base", "base")
    run.splits["test"] = SplitAnswers(
      samples: 1, correct: [0, 1], greedy: [1, 0], responseLength: 3, stoppedShare: 0.5,
      entropy: 0.1)
    run.learning = [
      LearningPoint(
        step: 1, tokens: 2, totalTokens: nil, accuracy: 0.5, entropy: 0.1, rolloutEntropy: 0.2)
    ]
    run.shifts["own"] = TextShift(
      positions: 2, klRunBase: 0.1, klBaseRun: 0.2,
      bands: [.init(above: 0.1, upTo: 0.2, positions: 2, changed: 1, lower: 0, upper: 1)],
      probabilityChanges: [0, 2])
    let probe = TextProbe(texts: 1, tokens: 2, logProbPerToken: -1, logProbPerText: -2)
    run.probes["far"] = probe
    run.path = [PathPoint(step: 3, klRunBase: 0, klBaseRun: 0, probes: ["far": probe])]
    run.examples = [
      TextExample(
        source: "base", prompt: "1", tokens: ["2"], probabilityBase: [nil],
        probabilityRun: [0.5], divergence: [0])
    ]
    let claim = StudyClaim(
      "c", "A sentence.", source: "Nobody", measure: .measure(.klRunBase), run: "sft",
      against: "sft", againstMeasure: .measure(.klBaseRun), compare: .ratio, direction: .within,
      margin: 2)
    var absent = claim
    (absent.run, absent.name) = ("none", "d")
    let report = StudyReport(
      StudySummary(runs: [run]), claims: StudyClaims([claim, absent]))
    let json = try JSONValue(parsing: Array(try JSONText.text(of: report).utf8))
    let study = path.deletingLastPathComponent().appending(path: "study.schema.json")
    #expect(try JSONSchema(path: study.path).problems(in: json) == [])
    #expect(run.values.count == StudyMeasure.allCases.count)
  }
}
