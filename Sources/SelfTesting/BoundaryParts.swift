internal import Analysis
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// Half-widths of positions where the truth is known: bounds on errors, coverage, power.
struct BoundaryParts {
  /// Of the planted changes.
  let planted: BoundaryResult
  /// Of the unedited checkpoint against itself in 32 bits.
  let again: [BoundaryResult]
  let weights: SelfTestPart
  let boundary: SelfTestPart
  let decisions: SelfTestPart
  let wrongRules: SelfTestPart

  /// Of trained and edited checkpoints, with the relative size of edits.
  private typealias Changed = (name: String, relative: Double?, results: [BoundaryResult])

  init(
    _ runs: SelfTestRuns, reduced: TokenTable, _ inputs: SelfTest.Inputs, factor: Double
  ) throws {
    typealias Name = SelfTest.Name
    let check = BoundaryCheck(reduced, factor: factor)
    let changed: [Changed] = try runs.changed.map { change in
      let pair = try runs.pair(change.name)
      return (
        change.name, change.relative,
        try check.results(of: pair, truth: .init(of: pair, in: runs.exact))
      )
    }
    let plantedPair = try runs.pair(Name.planted)
    let planted = try check.results(
      of: plantedPair, truth: runs.planting.truth(of: plantedPair, in: runs.exact))
    self.planted = planted[0]
    let exact = runs.exact
    let none = [Double](repeating: 0, count: exact.log.tokenCount)
    again = try check.results(
      of: runs.pair(Name.base, after: Name.again),
      truth: .init(
        values: Dictionary(uniqueKeysWithValues: PositionMeasure.allCases.map { ($0, none) }),
        logProbabilities: exact.values(.logProbability, of: Name.base),
        entropies: exact.values(.entropy, of: Name.base)))
    let all = changed.flatMap(\.results) + planted + again
    weights = Self.weights(changed)
    boundary = Self.boundary(all, isDemo: inputs.isDemo)
    decisions = Self.decisions(changed, isDemo: inputs.isDemo)
    wrongRules = Self.wrongRules(all, isDemo: inputs.isDemo)
  }

  private static func name(_ result: BoundaryResult) -> String {
    "\(result.pair) \(result.measure.rawValue)"
  }

  // MARK: Changes of weights

  /// True shares of changed positions, and the bounds that bfloat16 gives.
  private static func weights(_ changed: [Changed]) -> SelfTestPart {
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    var (inside, count) = (0, 0)
    for change in changed {
      for result in change.results {
        for decisions in result.decisions {
          count += 1
          inside += decisions.isTruthInside ? 1 : 0
          let place = "\(name(result)) > \(decisions.margin.formattedMargin)"
          findings += [
            Finding("\(place): too many called changed", decisions.excess, atMost: 0),
            Finding("\(place): too many called unchanged", decisions.deficit, atMost: 0),
          ]
          guard decisions.margin == result.measure.margin else { continue }
          rows.append([
            .text(
              change.relative.map { "weights ± \(Number.percent($0))" } ?? "trained: \(change.name)"
            ),
            .text(result.measure.rawValue), .text(decisions.margin.formattedMargin),
            .share(decisions.truth),
            .share(decisions.least), .share(decisions.most),
          ])
        }
      }
    }
    return SelfTestPart(
      name: "Changes of weights",
      sentence:
        "The share of changed positions in 32 bits lies within the bounds from bf16 in \(inside) of "
        + "\(count) cases (every measure and margin).",
      table: Table(
        title: "Changes of weights: shares of positions that changed",
        caption: "In 32 bits, and between what bounds in bf16; prompts of the testing half.",
        columns: [
          .init("change", .text, "what was done to the weights"),
          .init("measure", .text, "of what"),
          .init("margin", .text, "beyond which a position changed"),
          .init("in truth", .share, "share beyond the margin in 32 bits", isKey: true),
          .init("at least", .share, "share that bf16 calls changed", isKey: true),
          .init("at most", .share, "that, and what it can't decide", isKey: true),
        ], rows: rows), findings: findings)
  }

  // MARK: Boundary and coverage

  private static let coverageBounds = (least: 0.965, most: 0.99)

  private static func boundary(_ results: [BoundaryResult], isDemo: Bool) -> SelfTestPart {
    let worst = BoundaryBins.Worst.highest(results.compactMap(\.rule.worst.share))
    let failing = results.reduce(0) { $0 + $1.rule.worst.failing }
    let bins = results.reduce(0) { $0 + $1.rule.worst.deciding }
    var findings: [Finding] = []
    for result in results {
      findings.append(
        Finding(
          "\(name(result)): bins with more than 5 % of errors for sure",
          result.rule.worst.failingShare, atMost: 0,
          // Few texts of one's own may leave no bin that could say anything.
          isJudged: isDemo || result.rule.worst.deciding > 0))
      findings.append(
        Finding(
          "\(name(result)): coverage", result.rule.coverage, atMost: coverageBounds.most,
          atLeast: coverageBounds.least))
    }
    return SelfTestPart(
      name: "Boundary",
      sentence:
        "\(Phrase.share(worst)) of the intervals are wrong on one side in the worst of \(bins) bins "
        + "of log p × entropy; \(failing) are above 5 % for sure.",
      table: Table(
        title: "Boundary: how often intervals of positions are wrong",
        caption:
          "Errors: intervals on one side of the truth, at most 5 % in each bin, the worst of which has the "
          + "highest lower end; coverage is to be 96.5 to 99 %.",
        columns: [
          .init("pair", .text, "of models"), .init("measure", .text, "of what"),
          .init("tokens", .count, "positions that test"),
          .init("bins", .count, "of 200 positions or more, of two prompts or more"),
          .init("worst bin", .share, "share of errors there", isKey: true),
          .init("coverage", .share, "share of intervals that hold the truth", isKey: true),
        ],
        rows: results.map {
          [
            .text($0.pair.description), .text($0.measure.rawValue), .count($0.bins.test.count),
            .count($0.rule.worst.deciding), .estimate($0.rule.worst.share),
            .estimate($0.rule.coverage),
          ]
        }), findings: findings)
  }

  // MARK: Power

  private static let limits: [PositionMeasure: [Double: (undecidable: Double, power: Double)]] = [
    .logProbability: [0.01: (0.08, 0.90), 0.03: (0.06, 0.95), 0.1: (0.02, 0.99)],
    .divergence: [0.001: (0.01, 0.99), 0.01: (0.01, 0.99), 0.1: (0.01, 0.99)],
  ]

  private static func decisions(_ changed: [Changed], isDemo: Bool) -> SelfTestPart {
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    for change in changed {
      for result in change.results {
        for decisions in result.decisions {
          guard let limit = limits[result.measure]?[decisions.margin] else { continue }
          let place = "\(name(result)) at \(decisions.margin.formattedMargin)"
          let isJudged = isDemo && change.relative == nil
          findings += [
            Finding(
              "\(place): undecidable", decisions.undecidable, atMost: limit.undecidable,
              isJudged: isJudged),
            Finding(
              "\(place): power", decisions.power, atLeast: limit.power, isJudged: isJudged),
          ]
          rows.append([
            .text(result.pair.description), .text(result.measure.rawValue),
            .text(decisions.margin.formattedMargin), .estimate(decisions.undecidable),
            .estimate(decisions.power),
          ])
        }
      }
    }
    let judged = findings.filter(\.isJudged)
    let sentence =
      judged.isEmpty
      ? "Shown, not judged: how much can be decided depends on the model's rounding."
      : "\(judged.count { $0.holds }) of \(judged.count) bounds of trained checkpoints hold (undecidable "
        + "positions, power)."
    return SelfTestPart(
      name: "Power", sentence: sentence,
      table: Table(
        title: "Power: what bf16 can decide",
        caption:
          "Undecidable: of positions beyond 2m or below m/2; power: called changed, of those from 2m on.",
        columns: [
          .init("pair", .text, "of models"), .init("measure", .text, "of what"),
          .init("m", .text, "the margin"),
          .init("undecidable", .share, "share outside [m/2, 2m]", isKey: true),
          .init("power", .share, "share called changed from 2m on", isKey: true),
        ], rows: rows), findings: findings)
  }

  // MARK: Wrong rules

  /// The rule of `BoundaryResult` that gives all positions one half-width.
  private static let oneBand = "one band"

  /// Whether the two checks above would find rules that are wrong.
  private static func wrongRules(_ results: [BoundaryResult], isDemo: Bool) -> SelfTestPart {
    let names = results.first?.wrongRules.map(\.name) ?? []
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    for (index, rule) in names.enumerated() {
      let all = results.map { $0.wrongRules[index] }
      let isFound = all.map { rule in
        rule.worst.failing > 0
          || rule.coverage.map { Finding("", $0, atLeast: coverageBounds.least).fails } ?? false
      }
      let found = isFound.count { $0 }
      rows.append([
        .text(rule), .count(found), .count(all.count),
        .estimate(BoundaryBins.Worst.highest(all.compactMap(\.worst.share))),
        .estimate(all.compactMap(\.coverage).min { $0.value < $1.value }),
      ])
      findings.append(
        Finding(
          "\(rule): found in so many of \(all.count) checks",
          Estimate(
            value: Double(found) / Double(max(all.count, 1)), interval: nil, clusters: 1,
            observations: all.count, method: .clusterRobustRatio),
          // In one at least. Whether one band for all positions is too narrow hangs on how the machine
          // rounds (1 or 2 of 13 checks here): shown, as no fault of the build.
          atLeast: 0.5 / Double(max(all.count, 1)), isJudged: isDemo && rule != oneBand))
    }
    return SelfTestPart(
      name: "Wrong rules",
      sentence:
        "Each rule for half-widths that is known to be wrong breaks a bound above for sure in "
        + "\(rows.isEmpty ? "no" : rows.compactMap(Self.found).map(String.init).joined(separator: ", ")) of "
        + "\(results.count) checks.",
      table: Table(
        title: "Wrong rules: would the check find them?", caption: "",
        columns: [
          .init("rule", .text, "that is known to be wrong"),
          .init("found in", .count, "checks that fail for sure", isKey: true),
          .init("of", .count, "checks"),
          .init("worst bin", .share, "share of errors in the worst of all", isKey: true),
          .init("coverage", .share, "the lowest of all", isKey: true),
        ], rows: rows), findings: findings)
  }

  private static func found(_ row: [Table.Cell]) -> Int? {
    if case .count(let count) = row[1] { count } else { nil }
  }
}
