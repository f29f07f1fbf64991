internal import Analysis
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// Verdicts on tokens of the vocabulary: the same from both precisions, and none of a checkpoint against
/// itself.
enum TokenPart {
  /// Verdicts of one token in one author's texts, by measure and margin.
  private typealias Verdicts = [String: Verdict]

  static func part(
    _ runs: SelfTestRuns, reduced: TokenTable, _ inputs: SelfTest.Inputs
  ) throws -> SelfTestPart {
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    let prompts = runs.exact.texts.promptCount
    func find(_ name: String, _ count: Int, of total: Int) {
      let share =
        total == 0
        ? nil
        : Estimate(
          value: Double(count) / Double(total), interval: nil, clusters: prompts,
          observations: total, method: .clusterRobustRatio)
      // Few texts of one's own may have no token in 30 prompts.
      findings.append(Finding(name, share, atMost: 0, isJudged: inputs.isDemo || total > 0))
    }
    var (flips, total) = (0, 0)
    for change in runs.changed {
      let pair = try runs.pair(change.name)
      let exact = try verdicts(of: pair, in: runs.exact) { _, _ in true }
      let rounded = try verdicts(of: pair, in: reduced) { _, _ in true }
      let both = exact.keys.filter { rounded[$0] != nil }
      let opposite = both.count { Set([exact[$0], rounded[$0]]) == [.changed, .unchanged] }
      let equal = both.count { exact[$0] == rounded[$0] }
      flips += opposite
      total += both.count
      find(
        "\(pair): changed in one precision, unchanged in the other", opposite, of: both.count)
      rows.append([
        .text(pair.description), .count(both.count), .count(both.count { exact[$0] == .changed }),
        .count(both.count { rounded[$0] == .changed }), .count(opposite),
        .share(both.isEmpty ? nil : Double(equal) / Double(both.count)),
      ])
    }
    let pair = try runs.pair(SelfTest.Name.base, after: SelfTest.Name.again)
    // The margin 0.01 of each measure: rounding reaches further than the smaller ones.
    let same = try verdicts(of: pair, in: reduced) { _, margin in margin == 0.01 }
    let changed = same.count { $0.value == .changed }
    find("\(pair): called changed at 0.01", changed, of: same.count)
    rows.append([
      .text(pair.description), .count(same.count), .count(0), .count(changed), .count(0),
      .share(nil),
    ])
    return SelfTestPart(
      name: "Tokens",
      sentence:
        "\(flips) of \(Number.count(total)) verdicts on tokens turn round between 32 bits and bf16; of the "
        + "checkpoint against itself \(changed) of \(Number.count(same.count)) are changed at 0.01.",
      table: Table(
        title: "Tokens: verdicts from 32 bits and from bf16",
        caption: "By author, measure and margin, of tokens in 30 prompts or more.",
        columns: [
          .init("pair", .text, "of models"), .init("verdicts", .count, "in both precisions"),
          .init("changed", .count, "in 32 bits"),
          .init("in bf16", .count, "called changed there", isKey: true),
          .init("turned", .count, "changed in one, unchanged in the other", isKey: true),
          .init("equal", .share, "share of equal verdicts"),
        ], rows: rows), findings: findings)
  }

  private static func verdicts(
    of pair: PairName, in table: TokenTable, _ isAsked: (PositionMeasure, Double) -> Bool
  ) throws -> Verdicts {
    var settings = PairAudit.Settings()
    settings.hasGrams = false
    let audit = try PairAudit(of: pair, in: table, settings: settings)
    var verdicts: Verdicts = [:]
    for author in audit.authors {
      for group in author.tokens.groups {
        for (measure, mean) in group.means {
          for (margin, verdict) in zip(settings.allMargins(measure), mean.verdicts)
          where isAsked(measure, margin) {
            verdicts["\(author.name) \(group.group) \(measure.rawValue) \(margin)"] = verdict
          }
        }
      }
    }
    return verdicts
  }
}
