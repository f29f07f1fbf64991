internal import Analysis
internal import Foundation
internal import RunLogs

/// The tables of a token log: what was compared, and what came of it.
struct LogTables {
  let log: TokenLog
  /// Those with most texts.
  let sources: [String]
  private let omittedSourceCount: Int
  /// Each pair over all response tokens.
  private let summaries: [(pair: PairName, summary: PairSummary)]
  /// Each model that the log keeps a second precision of.
  private let replicates: [ReplicateSummary]

  init(log: TokenLog) throws {
    self.log = log
    (sources, omittedSourceCount) = try log.largestSources(Self.mostSources)
    summaries = try log.header.pairs.map { ($0, try PairSummary(of: $0, in: log)) }
    replicates = try log.header.models.compactMap { try ReplicateSummary(of: $0.name, in: log) }
  }

  /// All tables in the order of a report, without the rankings.
  func all() throws -> [Table] {
    [
      models, try texts(), divergences, changes, Self.precisions(replicates),
      try changesBesidePrecision(), try pairsBySource(), try modelsBySource(),
    ]
    .filter { !$0.rows.isEmpty }
  }

  private var models: Table {
    let isExact = log.header.models.allSatisfy { $0.computeType == "F32" }
    return Table(
      title: "Models",
      caption: "Digest: the first 12 digits of the SHA-256 over the weight files. "
        + (isExact
          ? "All arithmetic in 32-bit floating point, sums in 64-bit."
          : "Computed in BF16: weights as stored times inputs rounded to bfloat16, all other "
            + "arithmetic in 32-bit floating point. Computed in F32: sums over the vocabulary in "
            + "64-bit."),
      columns: ["model", "architecture", "stored as"] + (isExact ? [] : ["computed in"])
        + ["weights' digest", "parameters"],
      rows: log.header.models.map { model in
        [model.name, model.architecture, model.storedTypes.joined(separator: "+")]
          + (isExact ? [] : [model.computeType])
          + [String(model.weightsDigest.prefix(12)), Number.count(model.parameterCount)]
      }, wordColumns: isExact ? 4 : 5)
  }

  private func texts() throws -> Table {
    let mask = try log.isResponse()
    let correct = try log.correctness()
    let sourceOf = try log.strings(.source)
    let rows = sources.map { source in
      let sequences = (0..<log.sequenceCount).filter { sourceOf[$0] == source }
      let tokens = sequences.reduce(0) { sum, sequence in
        sum + log.tokens(ofSequence: sequence).count { mask[$0] }
      }
      let known = sequences.compactMap { correct[$0] }
      let right = Double(known.count { $0 }) / Double(known.count)
      return [
        Self.name(source), Number.count(sequences.count), Number.count(tokens),
        Number.text(Double(tokens) / Double(sequences.count)),
        known.isEmpty ? "–" : Number.percent(right),
      ]
    }
    return Table(
      title: "Texts by who wrote them",
      caption:
        "Response tokens, prompts and what response_mask leaves out not counted. Correct: as the texts' file says."
        + omission,
      columns: ["written by", "texts", "response tokens", "tokens per response", "correct"],
      rows: rows)
  }

  private var divergences: Table {
    let rows = summaries.map { pair, summary in
      let divergence = summary[.jensenShannonDivergence]
      return [
        Self.name(pair), Number.count(summary.positionCount), Number.count(summary.unmeasuredCount),
        Number.text(divergence?.mean), Number.text(divergence?.sequenceMean),
        Number.text(divergence?.median), Number.text(divergence?.percentile99),
        Number.percent(summary.shareAboveTenth),
        Number.percent(divergence?.topPercentShare ?? .nan),
        Number.percent(summary.topTokenChangedShare),
      ]
    }
    return Table(
      title: "Divergence over all response tokens",
      caption:
        "JS: Jensen-Shannon divergence in nats, at most ln 2, mean over tokens; by text: mean "
        + "of the texts' means. Top 1 %: share of the total that the 1 % of positions with the "
        + "largest values hold. Top token: share of positions where the most likely token is "
        + "another one.",
      columns: [
        "pair", "measured", "not measured", "JS", "JS by text", "JS median", "JS 99 %", "JS > 0.1",
        "JS top 1 %", "top token",
      ], rows: rows)
  }

  private var changes: Table {
    // Only where models have different tokens.
    let hasBucket = summaries.contains { $0.1.bucketMass != nil }
    let rows = summaries.map { pair, summary in
      [
        Self.name(pair), Number.text(summary[.divergenceOfBefore]?.mean),
        Number.text(summary[.divergenceOfAfter]?.mean),
        Number.text(summary[.totalVariationDistance]?.mean),
        Number.text(summary[.topKOverlap]?.mean),
        Number.signed(summary[.logProbabilityChange]?.mean),
        Number.signed(summary[.probabilityChange]?.mean),
        Number.signed(summary[.entropyChange]?.mean),
      ] + (hasBucket ? [Number.text(summary.bucketMass?.mean)] : [])
    }
    return Table(
      title: "Change over all response tokens",
      caption: "Means over tokens; nats. KL(before‖after) = Σ p (log p − log q) over the full "
        + "vocabulary, p before, q after. TV: total variation. Overlap: part of the "
        + "\(log.header.topK) most likely tokens that both models share. Δ: after − before, of the "
        + "token that occurs; H: entropy."
        + (hasBucket
          ? " Where one model has more tokens, KL is over those that both have, renormalised; for TV "
            + "and JS the others are one outcome. Extra mass: their mean probability." : ""),
      columns: [
        "pair", "KL(before‖after)", "KL(after‖before)", "TV", "overlap", "Δ log p", "Δ p", "Δ H",
      ] + (hasBucket ? ["extra mass"] : []), rows: rows)
  }

  /// One sentence for each pair, and one about precision where there is a second, for the head of a
  /// page.
  var leads: [String] {
    let pairs = summaries.map { pair, summary in
      let divergence = summary[.jensenShannonDivergence]
      return "\(Self.name(pair)): mean JS \(Number.text(divergence?.mean)) nats, above 0.1 at "
        + "\(Number.percent(summary.shareAboveTenth)) of \(Number.count(summary.positionCount)) "
        + "positions; another most likely token at "
        + "\(Number.percent(summary.topTokenChangedShare)); entropy "
        + "\(Number.signed(summary[.entropyChange]?.mean)) nats."
    }
    return pairs + (Self.lead(of: replicates).map { [$0] } ?? [])
  }

  private func pairsBySource() throws -> Table {
    var rows: [[String]] = []
    for pair in log.header.pairs where sources.count > 1 {
      let summaries = try PairSummary.bySource(of: pair, in: log, sources: sources)
      for (source, summary) in zip(sources, summaries) {
        let divergence = summary[.jensenShannonDivergence]
        rows.append([
          Self.name(pair), Self.name(source), Number.count(summary.positionCount),
          Number.text(divergence?.mean), Number.percent(summary.shareAboveTenth),
          Number.text(summary[.divergenceOfBefore]?.mean),
          Number.text(summary[.divergenceOfAfter]?.mean),
          Number.signed(summary[.logProbabilityChange]?.mean),
          Number.signed(summary[.entropyChange]?.mean),
        ])
      }
    }
    return Table(
      title: "Change by who wrote the text",
      caption: "The same means over the texts of one writer. A model's own texts keep to what it "
        + "finds likely, so a change looks different on each writer's." + omission,
      columns: [
        "pair", "written by", "measured", "JS", "JS > 0.1", "KL(before‖after)", "KL(after‖before)",
        "Δ log p", "Δ H",
      ], rows: rows, wordColumns: 2)
  }

  private func modelsBySource() throws -> Table {
    var rows: [[String]] = []
    for model in log.header.models.map(\.name) {
      for source in sources {
        let summary = try ModelSummary(of: model, in: log, source: source)
        rows.append([
          model, Self.name(source), Number.count(summary.positionCount),
          Number.text(summary.logProbability?.mean), Number.text(summary.perplexity),
          Number.text(summary.entropy?.mean), Number.text(summary.entropy?.median),
          Number.percent(summary.topTokenShare),
        ])
      }
    }
    return Table(
      title: "Each model on each writer's texts",
      caption: "log p: mean log-probability of the tokens that occur, nats; perplexity is its "
        + "e^(−mean). Rank 1: share of tokens that are the model's most likely one." + omission,
      columns: [
        "model", "written by", "measured", "log p", "perplexity", "entropy", "entropy median",
        "rank 1",
      ], rows: rows, wordColumns: 2)
  }

  /// The rankings of one pair.
  func rankings(of pair: PairName, minimumCount: Int, limit: Int) throws -> [Table] {
    let audit = try TokenAudit(of: pair, in: log)
    let measures: [(AuditMeasure, String)] = [
      (.totalDivergence, "most of the change in all"), (.raised, "became more likely"),
      (.lowered, "became less likely"),
    ]
    return measures.map { measure, title in
      Table(
        title: "\(Self.name(pair)): \(title)",
        caption: "Not calibrated: a ranking, no verdict. Tokens that occur at least "
          + "\(minimumCount) times in responses, ranked by \(measure.rawValue). JS share: part of "
          + "the summed divergence of all tokens. The rest are means over the occurrences."
          + omission,
        columns: ["token", "n", "JS share", "JS", "Δ log p", "Δ p", "Δ H"]
          + sources.map { "n (\(Self.name($0)))" },
        rows: audit.ranking(by: measure, minimumCount: minimumCount, limit: limit).map(row))
    }
  }

  private func row(of change: TokenChange) -> [String] {
    let values = [
      TokenText.shown(change.bytes?.values, id: change.token, limit: 20),
      Number.count(change.count),
      Number.percent(change.divergenceShare), Number.text(change.meanDivergence),
      Number.signed(change.meanLogProbabilityChange), Number.signed(change.meanProbabilityChange),
      Number.signed(change.meanEntropyChange),
    ]
    return values + sources.map { Number.count(change.countsBySource[$0] ?? 0) }
  }

  static func name(_ source: String) -> String {
    source.isEmpty ? "unknown" : VisibleText.shortened(source, to: 60)
  }

  static func name(_ pair: PairName) -> String { "\(pair.before) → \(pair.after)" }

  /// More writers than this make no table that can be read.
  private static let mostSources = 24

  /// What a caption says where writers are left out.
  private var omission: String {
    omittedSourceCount == 0
      ? ""
      : " The \(Self.mostSources) writers with most texts; \(Number.count(omittedSourceCount)) more are "
        + "left out here, not from the other numbers."
  }
}
