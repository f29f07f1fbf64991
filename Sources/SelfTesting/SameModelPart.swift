internal import Analysis
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// The same checkpoint twice: whatever is called changed is false.
enum SameModelPart {
  static func part(_ runs: SelfTestRuns, _ results: [BoundaryResult]?) throws -> SelfTestPart {
    var (cells, findings): ([[Table.Cell]], [Finding]) = ([], [])
    func add(
      _ what: String, _ measure: String, _ count: Int, _ largest: Double, _ share: Estimate?,
      atMost limit: Double
    ) {
      cells.append([
        .text(what), .text(measure), .count(count), .number(largest), .estimate(share),
      ])
      findings.append(Finding("\(what), \(measure): called changed", share, atMost: limit))
    }
    typealias Name = SelfTest.Name
    let shares = RowShares(runs.exact)
    let rows = try runs.exact.rows(of: runs.pair(Name.edited)).map { $0 }
    func addOtherBatches(
      _ precision: String, _ differences: [Double], atMost limit: Double, _ isFalse: (Int) -> Bool
    ) {
      add(
        "\(precision), other batches", "dlogp", rows.count,
        rows.map { differences[$0] }.max() ?? .nan, shares.share(of: rows, isFalse),
        atMost: limit)
    }
    let exact = try differences(runs.exact, Name.base, runs.again, Name.base)
    addOtherBatches("f32", exact, atMost: 0.001) { exact[$0] > PositionVerdicts.exactHalfWidth }
    if let reduced = runs.reduced, let results {
      let again = try differences(reduced, Name.base, runs.again, Name.again)
      if let known = results.first(where: { $0.measure == .logProbability }) {
        let margin = known.measure.margins[0]
        // With the instruction all bits are the same, without it rounding goes another way.
        addOtherBatches("bf16", again, atMost: BoundaryBins.limit) {
          again[$0] - known.halfWidth(at: $0) > margin
        }
      }
      for result in results {
        let margin = result.measure.margins[0]
        add(
          "bf16 against f32", result.measure.rawValue, result.bins.test.count,
          result.bins.test.map { abs(result.error(at: $0)) }.max() ?? .nan,
          shares.share(of: result.bins.test) {
            result.verdict(at: $0, margin: margin) == .changed
          }, atMost: BoundaryBins.limit)
      }
    }
    let most = findings.compactMap(\.value).max { $0.value < $1.value }
    return SelfTestPart(
      name: "Same checkpoint",
      sentence:
        "Of a checkpoint against itself at most \(Phrase.share(most)) of the positions are called "
        + "changed at the smallest margin.",
      table: Table(
        title: "The same checkpoint twice: what is called changed is false",
        caption:
          "Other batches: of 1,500 tokens instead of 4,096, by half of the threads. Of JS the root.",
        columns: [
          .init("runs", .text, "what is compared"), .init("measure", .text, "of what"),
          .init("tokens", .count, "positions"), .init("largest |Δ|", .number, "of all"),
          .init("changed", .share, "called so at the smallest margin", isKey: true),
        ], rows: cells), findings: findings)
  }

  /// |Δ log p| of one checkpoint in two logs of the same texts, by row.
  private static func differences(
    _ first: TokenTable, _ name: String, _ second: TokenTable, _ other: String
  ) throws -> [Double] {
    zip(
      try first.values(.logProbability, of: name), try second.values(.logProbability, of: other)
    ).map { abs(Double($0) - Double($1)) }
  }
}
