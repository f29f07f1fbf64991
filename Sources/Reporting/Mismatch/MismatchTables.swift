internal import Analysis
internal import StatisticalInference
internal import TokenStatistics

/// The tables of a mismatch.
struct MismatchTables {
  let mismatch: Mismatch

  init(_ mismatch: Mismatch) { self.mismatch = mismatch }

  /// What an explanation is called.
  static func name(_ kind: MismatchExplanation.Kind) -> String {
    switch kind {
    case .shift(let places): "shift by \(places > 0 ? "+" : "−")\(abs(places))"
    case .beginning(.added): "BOS added"
    case .beginning(.removed): "BOS removed"
    case .temperature: "temperature"
    case .truncation(let rule, let isTempered):
      (isTempered ? "T and " : "") + rule.rawValue
    case .checkpoint(let name): name.isEmpty ? "another checkpoint" : "checkpoint \(name)"
    }
  }

  // MARK: Size

  private static let gap = Table.Column(
    "mean Δ", .signed, unit: "nats", "Mean of trainer − sampler, log-probability of the token.")
  private static let outside = Table.Column(
    "outside", .share, "Share of tokens whose importance ratio e^Δ is outside of 1 ± ε.")
  private static let ratio = Table.Column(
    "mean ratio", .number,
    "Mean importance ratio; 1 without a gap, the mass that is kept where the sampler truncates.")
  private static let deviation = Table.Column(
    "sd", .number, unit: "nats", "Standard deviation of Δ.")

  var size: Table {
    let size = mismatch.size
    return Table(
      title: "Gap Δ = trainer − sampler", caption: "",
      columns: [
        Table.Column("", .text, "Which tokens."),
        Table.Column("tokens", .count, unit: "tokens", "Tokens with both numbers."),
        Table.Column("not measured", .count, unit: "tokens", "Tokens that lack one of both."),
        Self.gap, Self.deviation,
        Table.Column("median |Δ|", .number, unit: "nats", "Half of the tokens have less."),
        Table.Column("95 % of |Δ|", .number, unit: "nats", "95 % of the tokens have less."),
        Table.Column("99 % of |Δ|", .number, unit: "nats", "99 % of the tokens have less."),
        Table.Column("largest |Δ|", .number, unit: "nats", "Of all tokens."),
        Table.Column(
          "ratio outside 1 ± \(Number.text(size.epsilon))", .share,
          "Share of tokens whose importance ratio e^Δ is outside."),
        Self.ratio,
        Table.Column(
          "k1", .number, unit: "nats", "Mean of −Δ, an estimate of KL(sampler ‖ trainer)."),
        Table.Column(
          "k3", .number, unit: "nats", "Mean of e^Δ − 1 − Δ, another estimate of it."),
        Table.Column(
          "effective share, tokens", .share, "(Σ ratio)² / (n Σ ratio²) over tokens."),
        Table.Column(
          "effective share, texts", .share, "The same over texts, each with its product of ratios."),
      ],
      rows: [
        [
          .text("all tokens"), .count(size.tokenCount), .count(size.unmeasuredCount),
          .estimate(size.mean),
          .number(size.standardDeviation), .number(size.absolute.median),
          .number(size.absolute.percentile95), .number(size.absolute.percentile99),
          .number(size.absolute.maximum), .estimate(size.shareOutside), .estimate(size.meanRatio),
          .estimate(size.k1), .estimate(size.k3), .share(size.effectiveShareOfTokens),
          .share(size.effectiveShareOfSequences),
        ]
      ])
  }

  var byProbability: Table {
    parts(mismatch.byProbability, "sampler's probability", title: "By probability")
  }

  var byPosition: Table {
    parts(mismatch.byPosition, "token of the response", title: "By place in the response")
  }

  var byAuthor: Table { parts(mismatch.byAuthor, "author", title: "By author") }

  private func parts(_ parts: [MismatchPart], _ name: String, title: String) -> Table {
    Table(
      title: title, caption: "",
      columns: [
        Table.Column(name, .text, "Which tokens."),
        Table.Column("tokens", .count, unit: "tokens", "Tokens with both numbers."),
        Self.gap, Self.deviation, Self.outside, Self.ratio,
      ],
      rows: parts.map { part in
        [
          .text(part.name), .count(part.size.tokenCount), .estimate(part.size.mean),
          .number(part.size.standardDeviation), .estimate(part.size.shareOutside),
          .estimate(part.size.meanRatio),
        ]
      })
  }

  // MARK: Explanations

  var explanations: Table {
    let first = mismatch.explanations.map { row($0, "") }
    // Causes after the first are of what the others left.
    let later = mismatch.causes.enumerated().dropFirst().map { row($1, ", of what is left") }
    return Table(
      title: "Explanations",
      caption:
        "Each alone. Removed: share of the mean square of Δ about zero. Left: its root, and the "
        + "deviation σ of the logits' errors that would leave as much; rounding is up to "
        + "\(Number.text(mismatch.rounding.mostLogitError)) "
        + "(\(basis)).",
      columns: [
        Table.Column("explanation", .text, "What the sampler may do otherwise."),
        Table.Column("verdict", .text, "Whether it is a cause."),
        Table.Column("T", .number, "The estimated temperature."),
        Table.Column("value", .number, "The other estimated parameter: p, k, m or λ."),
        Table.Column(
          "removed", .share,
          "Share of the mean square of Δ about zero that it removes; of some it would be more with it."
        ),
        Table.Column("left", .number, unit: "nats", "Root of the mean square that it leaves."),
        Table.Column(
          "σ left", .number, unit: "nats", "Deviation of the logits' errors that leave it."),
      ], rows: first + later)
  }

  private var basis: String {
    switch mismatch.rounding.basis {
    case .replicate: "twice that of our log's replicate"
    case .assumed: "twice what bfloat16 typically has"
    case .given: "twice what was given"
    }
  }

  private func row(_ explanation: MismatchExplanation, _ suffix: String) -> [Table.Cell] {
    let status =
      switch explanation.status {
      case .cause: "cause"
      case .lesser: "another leaves less"
      case .rejected: "no cause"
      case .needsCheckpoint: "needs the checkpoint"
      case .notGiven: "not given"
      }
    func parameter(_ isOne: (String) -> Bool) -> Estimate? {
      explanation.parameters.first { isOne($0.name) }?.estimate
    }
    let share = explanation.shareRemoved
    return [
      .text(Self.name(explanation.kind) + suffix), .text(status),
      .estimate(parameter { $0 == "T" }), .estimate(parameter { $0 != "T" }),
      share.map { $0.value < -1 ? .text("adds to it") : .estimate($0) } ?? .share(nil),
      .number(explanation.remainder?.rootMeanSquare),
      .number(explanation.remainder?.logitError),
    ]
  }

  /// A line for each cause that has parameters: these with their intervals.
  var causeLines: [String] {
    mismatch.causes.filter { !$0.parameters.isEmpty }.map { cause in
      let values = cause.parameters.map { parameter in
        let interval = parameter.estimate.interval.map {
          " [\(Number.text($0.lowerBound)), \(Number.text($0.upperBound))]"
        }
        return "\(parameter.name) = \(Number.text(parameter.estimate.value))\(interval ?? "")"
      }
      return "\(Self.name(cause.kind)): \(values.joined(separator: ", "))"
    }
  }
}
