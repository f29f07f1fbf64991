import Foundation
import JSON
import TestSupport
import Testing

/// Every cell of the tables in `Reports/study`, computed anew from the committed measures by other code than
/// the product's.
@Suite struct CommittedTablesTests {
  @Test(arguments: CommittedStudy.prefixes)
  func `cells are what the runs say`(_ prefix: String) throws {
    let tables = try CommittedTables(prefix)
    try tables.checkHeldOut()
    try tables.checkOthers()
    try tables.checkDifferencesFromBase()
    try tables.checkCost()
    try tables.checkShifts()
    try tables.checkTraining()
    try tables.checkVariants()
    try tables.checkCommonBudget()
    try tables.checkSchema()
    try tables.checkDifferences()
    try tables.checkClaims()
  }
}

/// The tables of one study, with what its runs say of each cell.
private struct CommittedTables {
  private typealias Run = CommittedStudy.Run

  private let study: CommittedStudy
  private let bounds = Self.allBounds

  // Once for all tests: each is eighty sums.
  private static let allBounds = Dictionary(
    uniqueKeysWithValues: (2...16).map { ($0, SlowT.bound(Double($0 - 1))) })

  init(_ prefix: String) throws { study = try CommittedStudy(prefix) }

  // MARK: Estimates

  /// What a number's interval may be.
  private enum Kind { case share, positive, signed }

  private func moments(_ values: [Double]) -> (mean: Double, error: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (n - 1) / n).squareRoot())
  }

  /// Mean and 95 % interval over seeds; no interval where other rules than Student's hold.
  private func estimate(
    _ values: [Double], _ kind: Kind
  ) -> (value: Double, ends: (Double, Double)?) {
    let (mean, error) = moments(values)
    guard let bound = bounds[values.count], Set(values).count > 1 else { return (mean, nil) }
    switch kind {
    case .signed: return (mean, (max(-1, mean - bound * error), min(1, mean + bound * error)))
    case .positive: return (mean, (max(0, mean - bound * error), mean + bound * error))
    case .share:
      let half = bound * error / (mean * (1 - mean))
      let centre = log(mean / (1 - mean))
      return (mean, (1 / (1 + exp(half - centre)), 1 / (1 + exp(-half - centre))))
    }
  }

  /// Sums of at most 2,048 products in another order differ by less than 1e-12 of them; a bound of t found by
  /// Simpson's rule by less than 1e-9.
  private func check(
    _ row: [String: String], _ column: String, _ values: [Double]?, _ kind: Kind, _ place: String
  ) {
    guard let values else {
      #expect(row[column, default: ""].isEmpty, "\(place), \(column) has a number of nothing")
      return
    }
    let expected = estimate(values, kind)
    expectClose(
      Double(row[column, default: ""]) ?? .nan, expected.value, absolute: 1e-13, relative: 1e-11,
      "\(place), \(column)")
    guard let ends = expected.ends else { return }
    for (end, number) in [("lower", ends.0), ("upper", ends.1)] {
      expectClose(
        Double(row["\(column) \(end)", default: ""]) ?? .nan, number, absolute: 1e-10,
        relative: 1e-8, "\(place), \(column), \(end)")
    }
  }

  /// All rows of a table whose columns are numbers of one run each.
  private func check(_ name: String, _ columns: [(String, Kind, (Run) -> Double?)]) throws {
    let rows = try study.table(name)
    #expect(!rows.isEmpty)
    var known: Set<String> = ["run", "of"]
    for (column, kind, number) in columns {
      known.insert(column)
      for row in rows {
        let run = row["run", default: ""]
        check(row, column, study.values(of: run, number), kind, "\(name), \(run)")
      }
    }
    // No column that nothing checks; a paper's are copies, and differences have a test of their own.
    let heads = rows.flatMap(\.keys).filter { head in
      !known.contains(head) && !known.contains { head.hasPrefix($0 + " ") }
        && !head.hasPrefix("paper") && !head.hasPrefix("− ") && head != "p"
        && !head.hasPrefix("difference")
    }
    #expect(heads.isEmpty, "\(name): unchecked columns \(Set(heads).sorted())")
  }

  // MARK: Tables

  func checkHeldOut() throws {
    func test(_ key: String) -> (Run) -> Double? { { $0.split("test")?[key] as? Double } }
    try check(
      "held-out",
      [
        ("accuracy", .share, { $0.accuracy("test") }),
        (
          "pass@8", .share,
          { run in
            (run.split("test")?["correct"] as? [Int]).map { right in
              Double(right.filter { $0 > 0 }.count) / Double(right.count)
            }
          }
        ),
        (
          "greedy", .share,
          { run in
            (run.split("test")?["greedy"] as? [Int]).map { right in
              Double(right.filter { $0 == 1 }.count) / Double(right.count)
            }
          }
        ),
        ("ended", .share, test("stoppedShare")), ("length", .positive, test("responseLength")),
        ("entropy", .positive, test("entropy")),
      ])
  }

  func checkOthers() throws {
    let splits = try study.heads("other-problems")
    #expect(splits.contains("harder") && splits.count > 3)
    try check("other-problems", splits.map { split in (split, .share, { $0.accuracy(split) }) })
  }

  func checkDifferencesFromBase() throws {
    let splits = try study.heads("from-base")
    #expect(splits.contains("test") && splits.count > 4)
    for row in try study.table("from-base") {
      let name = row["run", default: ""]
      let base = study.runs(of: name).first?.base ?? ""
      for split in splits {
        let pairs = study.pairs(name, base, { $0.accuracy(split) }, { $0.accuracy(split) })
        check(row, split, pairs.map { $0 - $1 }, .signed, "from-base, \(name)")
      }
    }
  }

  func checkCost() throws {
    let keys = [
      ("tokens", "tokens"), ("sampled", "rollout_tokens"),
      ("sampled to imitate", "demonstration_tokens"), ("from base", "chain_tokens"),
      ("from base, sampled too", "chain_total_tokens"), ("updates", "updates"),
      ("seconds", "seconds"),
    ]
    try check("budget", keys.map { head, key in (head, .positive, { $0.value(key) }) })
  }

  func checkShifts() throws {
    for (table, author) in [("shift", "base"), ("shift-on-own", "own")] {
      try check(
        table,
        [
          ("KL(run‖base)", .positive, { $0.shift(author, "klRunBase") }),
          ("KL(base‖run)", .positive, { $0.shift(author, "klBaseRun") }),
          ("changed", .share, { $0.changed(author) { _ in true } }),
          ("changed, low entropy", .share, { $0.changed(author) { ($0 ?? 9) <= 0.5 } }),
          ("changed, high entropy", .share, { $0.changed(author) { ($0 ?? 9) > 0.5 } }),
        ])
    }
  }

  func checkTraining() throws {
    try check(
      "training",
      [
        ("entropy, first", .positive, { $0.value("rollout_entropy_first") }),
        ("entropy, last", .positive, { $0.value("rollout_entropy_last") }),
        ("degenerate, first", .share, { $0.value("degenerate_groups_first") }),
        ("degenerate, last", .share, { $0.value("degenerate_groups_last") }),
        ("no advantage, first", .share, { $0.value("zero_advantage_groups_first") }),
        ("no advantage, last", .share, { $0.value("zero_advantage_groups_last") }),
        ("clipped", .share, { $0.value("clipped_gradient_share") }),
      ])
    try check(
      "weights",
      [
        ("changed", .share, { $0.value("changed_weight_share") }),
        ("by a step of bfloat16", .share, { $0.value("changed_weight_share_bfloat16") }),
        (
          "from its start", .share, { $0.value("changed_weight_share_bfloat16_from_start") }
        ),
        ("relative change", .positive, { $0.value("relative_weight_change") }),
      ])
  }

  func checkVariants() throws {
    try check("ablations", [("accuracy", .share, { $0.accuracy("test") })])
  }

  func checkCommonBudget() throws {
    let parents = Set(study.runs.compactMap { $0.json["parent"] as? String })
    for (column, own, chain, key) in [
      ("by updates", "tokens", "chain_tokens", "tokens"),
      ("by updates and samples", "total_tokens", "chain_total_tokens", "totalTokens"),
    ] {
      func points(_ run: Run) -> [[String: Any]] { run.json["learning"] as? [[String: Any]] ?? [] }
      let budget = try #require(
        study.runs.filter {
          $0.base != nil && !parents.contains($0.name) && !points($0).isEmpty
        }.compactMap { $0.value(chain) }.min())
      for row in try study.table("common-budget") {
        let name = row["run", default: ""]
        let values = study.values(of: name) { run in
          let before = (run.value(chain) ?? .nan) - (run.value(own) ?? .nan)
          return points(run).last { point in
            before + (point[key] as? Double ?? .nan) <= budget
          }?["accuracy"] as? Double
        }
        check(row, column, values, .share, "common-budget, \(name)")
      }
    }
  }

  func checkSchema() throws {
    let schema = try JSONSchema(path: Places.data.appending(path: "Schemas/run.schema.json").path)
    #expect(study.files.count == study.runs.count && !study.files.isEmpty)
    for file in study.files {
      let value = try JSONValue(parsing: Array(Data(contentsOf: file)))
      #expect(schema.problems(in: value).prefix(3) == [], "\(file.path)")
    }
  }

  // MARK: Comparisons

  /// Both p-values of Student's t: that the mean is at most a limit, and that it is at least that.
  private func probabilities(
    _ values: [Double], _ limit: Double
  ) -> (atMost: Double, atLeast: Double) {
    let (mean, error) = moments(values)
    let below = SlowT.probability(atMost: (mean - limit) / error, Double(values.count - 1))
    return (1 - below, below)
  }

  func checkDifferences() throws {
    for (table, column) in [("held-out", "− srft"), ("ablations", "difference")] {
      let rows = try study.table(table).filter { !($0[column] ?? "").isEmpty }
      var found: [(p: Double, cell: Double, place: String)] = []
      for row in rows {
        let name = row["run", default: ""]
        let other = table == "held-out" ? "srft" : row["of", default: ""]
        let differences = study.pairs(name, other, { $0.accuracy("test") }, { $0.accuracy("test") })
          .map { $0 - $1 }
        check(row, column, differences, .signed, "\(table), \(name)")
        guard differences.count > 2, let cell = Double(row["p", default: ""]) else { continue }
        let both = probabilities(differences, 0)
        found.append((min(1, 2 * min(both.atMost, both.atLeast)), cell, "\(table), \(name)"))
      }
      var adjusted = 0.0
      for (place, entry) in found.sorted(by: { $0.p < $1.p }).enumerated() {
        adjusted = min(1, max(adjusted, entry.p * Double(found.count - place)))
        expectClose(entry.cell, adjusted, absolute: 1e-12, relative: 1e-6, entry.place)
      }
    }
  }

  func checkClaims() throws {
    let rows = try study.table("claims")
    var tested: [(row: [String: String], p: Double, supports: Bool)] = []
    for row in rows {
      let place = "claim \(row["claim", default: ""])"
      guard let claim = try Claim(row, in: study) else {
        #expect(row["answer", default: ""].hasPrefix("not measured"), "\(place)")
        #expect(row["estimate", default: ""].isEmpty, "\(place)")
        continue
      }
      let (mean, error) = moments(claim.values)
      let back: (Double) -> Double = claim.isRatio ? exp : { $0 }
      let half = (bounds[claim.values.count] ?? .nan) * error
      for (head, number) in [
        ("estimate", mean), ("estimate lower", mean - half), ("estimate upper", mean + half),
      ] {
        expectClose(
          Double(row[head, default: ""]) ?? .nan, back(number), absolute: 1e-10, relative: 1e-8,
          "\(place), \(head)")
      }
      guard !row["answer", default: ""].contains("the study is saturated") else {
        #expect(claim.isAccuracy && row["p", default: ""].isEmpty, "\(place)")
        continue
      }
      var (supported, contradicted): (Double, Double)
      switch claim.condition {
      case .above(let limit):
        let both = probabilities(claim.values, limit)
        (supported, contradicted) = (2 * both.atMost, 2 * both.atLeast)
      case .below(let limit):
        let both = probabilities(claim.values, limit)
        (supported, contradicted) = (2 * both.atLeast, 2 * both.atMost)
      case .within(let limit):
        let (low, high) = (
          probabilities(claim.values, -limit), probabilities(claim.values, limit)
        )
        supported = max(low.atMost, high.atLeast)
        contradicted = 2 * min(low.atLeast, high.atMost)
      }
      let p = min(1, supported, contradicted)
      // The tail is a difference from 1: eleven digits of it are sure.
      expectClose(
        Double(row["p", default: ""]) ?? .nan, p, absolute: 1e-10, relative: 1e-5, "\(place), p")
      tested.append((row, p, supported <= contradicted))
    }
    #expect(!tested.isEmpty)
    var isRejecting = true
    for (place, entry) in tested.sorted(by: { $0.p < $1.p }).enumerated() {
      isRejecting = isRejecting && entry.p <= 0.05 / Double(rows.count - place)
      let answer = isRejecting ? entry.supports ? "supported" : "contradicted" : "undecided"
      #expect(
        entry.row["answer", default: ""].hasPrefix(answer),
        "claim \(entry.row["claim", default: ""])")
    }
  }
}

/// A line of the table of claims, with each seed's number.
private struct Claim {
  enum Condition {
    case above(Double)
    case below(Double)
    case within(Double)
  }

  let condition: Condition
  let isRatio: Bool
  let isAccuracy: Bool
  /// Differences, or logarithms of ratios.
  let values: [Double]

  /// - Returns: nil where a run isn't there.
  init?(_ row: [String: String], in study: CommittedStudy) throws {
    let statistic = row["statistic", default: ""]
    let match = try #require(
      statistic.wholeMatch(of: /(\S+) of (\S+) (−|\/) (\S+)/), "\(statistic)")
    let (measure, run, other) = (String(match.1), String(match.2), String(match.4))
    isRatio = match.3 == "/"
    isAccuracy =
      measure.hasPrefix("accuracy") || ["pass_at_8", "greedy_accuracy"].contains(measure)
    let number: (CommittedStudy.Run) -> Double? = { run in
      if measure == "accuracy" { return run.accuracy("test") }
      if measure.hasPrefix("accuracy/") { return run.accuracy(String(measure.dropFirst(9))) }
      return run.value(measure)
    }
    let pairs = study.pairs(run, other, number, number)
    guard !pairs.isEmpty else { return nil }
    let isRatio = isRatio
    values = pairs.map { isRatio ? log($0 / $1) : $0 - $1 }
    let claimed = row["claimed", default: ""].replacing("−", with: "-")
    let limit = try #require(claimed.firstMatch(of: /-?[0-9.]+$/).flatMap { Double($0.output) })
    let margin = isRatio ? log(limit) : limit
    condition =
      claimed.hasPrefix("above")
      ? .above(margin) : claimed.hasPrefix("below") ? .below(margin) : .within(margin)
  }
}
