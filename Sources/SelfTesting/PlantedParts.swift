internal import Analysis
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// Changes of single logits, whose sizes are known exactly.
enum PlantedParts {
  /// Margins of Δ log p that sizes are planted around.
  private static let margins = [0.01, 0.1]
  /// In bf16 nearly all of this size are to be found, at either margin.
  ///
  /// It is three times the default margin away from it, farther than rounding moves nearly any token. How
  /// many smaller ones are found depends on the token.
  private static let large = (size: 0.4, share: 0.99)
  /// Of numbers in 32 bits hardly any may be wrong: only those within 1e-4 of the margin are undecidable.
  private static let exactLimit = 0.001

  // MARK: Detection by size

  /// How often a planted change is called changed, by its size.
  ///
  /// - Parameters:
  ///   - runs: the logs.
  ///   - reduced: half-widths in bfloat16; nil where everything is in 32 bits.
  ///   - isDemo: whether power is judged.
  /// - Returns: a row for each size.
  /// - Throws: `RunLogError` if a log can't be read.
  static func sizes(
    _ runs: SelfTestRuns, _ reduced: BoundaryResult?, isDemo: Bool
  ) throws -> SelfTestPart {
    let pair = try runs.pair(SelfTest.Name.planted)
    let verdicts = try PositionVerdicts(of: pair, in: runs.again, measures: [.logProbability])
    let shares = RowShares(runs.exact)
    let tested = reduced?.bins.test ?? runs.planting.rows
    let precisions: [(name: String, verdict: (Int, Double) -> Verdict?)] =
      (reduced.map { result in [("bf16", { result.verdict(at: $0, margin: $1) })] } ?? [])
      + [("f32", { verdicts.verdict(.logProbability, at: $0, margin: $1) })]
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    var (falseCount, judgedCount) = (0, 0)
    for size in Planting.sizes {
      let chosen = tested.filter { runs.planting.sizes[$0] == size }
      var row: [Table.Cell] = [.text(size.formattedMargin), .count(chosen.count)]
      for precision in precisions {
        let isExact = precision.name == "f32"
        for margin in margins {
          let changed = shares.share(of: chosen) { precision.verdict($0, margin) == .changed }
          let unchanged = shares.share(of: chosen) { precision.verdict($0, margin) == .unchanged }
          let place =
            "\(size.formattedMargin) nats planted, \(precision.name), margin \(margin.formattedMargin)"
          let limit = isExact ? exactLimit : BoundaryBins.limit
          // At the margin itself either verdict is false.
          if size <= margin {
            findings.append(Finding("\(place): called changed", changed, atMost: limit))
          }
          if size >= margin {
            findings.append(Finding("\(place): called unchanged", unchanged, atMost: limit))
          }
          if isExact ? size >= 2 * margin : size >= large.size {
            findings.append(
              Finding(
                "\(place): found", changed, atLeast: isExact ? 1 - exactLimit : large.share,
                isJudged: isExact || isDemo))
          }
          falseCount += chosen.count {
            let verdict = precision.verdict($0, margin)
            return verdict == .changed && size < margin || verdict == .unchanged && size > margin
          }
          judgedCount += chosen.count
          row.append(isExact ? .share(changed?.value) : .estimate(changed))
        }
      }
      rows.append(row)
    }
    let worst = findings.filter { $0.atMost == BoundaryBins.limit }.compactMap(\.value)
      .max { $0.value < $1.value }
    return SelfTestPart(
      name: "Planted changes",
      sentence:
        "\(Number.count(falseCount)) of \(Number.count(judgedCount)) verdicts on sizes off the margin are "
        + "false; \(worst.map { "in bf16 at most \(Phrase.share($0)) at any size, 5 % are allowed" } ?? "all in 32 bits").",
      table: Table(
        title: "Planted changes of logits: share called changed, by size",
        caption:
          "Each token's log-probability was moved by exactly so much, up or down; called changed at the "
          + "margins 0.01 and 0.1, products in bf16 and in 32 bits.",
        columns: [
          .init("nats", .text, "the planted size"),
          .init("tokens", .count, "positions that test"),
        ]
          + precisions.flatMap { precision in
            margins.map {
              Table.Column(
                "\(precision.name) \($0.formattedMargin)", .share,
                "share called changed at that margin, products in \(precision.name)", isKey: true)
            }
          }, rows: rows), findings: findings)
  }

  // MARK: Closed form

  /// How far measures in 32 bits are from what the planted changes must give.
  static func closedForm(_ runs: SelfTestRuns) throws -> SelfTestPart {
    let pair = try runs.pair(SelfTest.Name.planted, after: SelfTest.Name.edited)
    let (shares, tested) = (RowShares(runs.exact), runs.planting.rows)
    var (rows, findings): ([[Table.Cell]], [Finding]) = ([], [])
    var largestOfAll = 0.0
    for measure in PositionMeasure.allCases {
      let values = try runs.again.values(measure.column, of: pair)
      func error(_ row: Int) -> Double {
        guard let planted = runs.planting.logits[row] else { return .nan }
        let truth =
          switch measure {
          case .divergence: planted.divergence
          case .logProbability: planted.after - planted.before
          case .probability: planted.probability
          case .entropy: planted.entropyAfter - planted.entropy
          }
        return abs(measure.onScale(Double(values[row])) - measure.onScale(truth))
      }
      let largest = tested.map(error).max() ?? .nan
      largestOfAll = max(largestOfAll, largest)
      let beyond = shares.share(of: tested) { error($0) > PositionVerdicts.exactHalfWidth }
      findings.append(
        Finding("\(measure.rawValue): beyond 1e-4 of the closed form", beyond, atMost: exactLimit))
      rows.append([
        .text(measure.rawValue), .count(tested.count), .number(largest), .share(beyond?.value),
      ])
    }
    return SelfTestPart(
      name: "Closed form",
      sentence:
        "Measures in 32 bits are within \(Number.text(largestOfAll)) of what the planted changes must give; "
        + "verdicts take them as exact to 1e-4.",
      table: Table(
        title: "Closed form: measures of the planted changes in 32 bits",
        caption: "Of p and the entropy before alone; of JS its root.",
        columns: [
          .init("measure", .text, "of what"), .init("tokens", .count, "all positions"),
          .init("largest error", .number, "against the closed form", isKey: true),
          .init("beyond 1e-4", .share, "share of positions", isKey: true),
        ], rows: rows), findings: findings)
  }
}
