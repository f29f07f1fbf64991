internal import Analysis
internal import StatisticalInference

/// A lineage's change, step by step: a table and a sentence.
struct StepTables {
  let steps: StepDecomposition

  /// A row for each author.
  var table: Table {
    let names = steps.lineage.models.map(LogTables.name)
    let margin = steps.margin.formattedMargin
    return Table(
      title:
        "\(names.joined(separator: " → ")): two steps, and what the second undoes of the first",
      caption: caption,
      columns: [
        .init("text by", .text, "who wrote the texts"),
        .init("positions", .count, "measured under all three models"),
        .init(
          "\(names[0]) → \(names[1])", .signed, unit: "nats", "mean Δ log p of the first step"),
        .init(
          "\(names[1]) → \(names[2])", .signed, unit: "nats", "mean Δ log p of the second step"),
        .init("both", .signed, unit: "nats", "mean Δ log p of both together, their sum"),
        .init(
          "undone", .share,
          "the reversal −Σ d₁d₂ / Σ d₁², less what rounding adds: of the first step, how much the second "
            + "takes back; below 0 it goes on", isKey: true),
        .init("retained", .share, "what is left, 1 − undone", isDetail: true),
        .init(
          "both large", .share, "share of positions where both steps exceed \(margin) nats",
          isDetail: true),
        .init(
          "opposite", .share, "share of those where the steps have opposite signs", isKey: true),
        .init(
          "top 1 %", .share, "part of Σ d₁² that the 1 % of positions with the largest steps hold"),
      ],
      rows: steps.authors.map { author in
        [
          .text(LogTables.name(author.name) + (author.isSecond ? " (biased)" : "")),
          .count(author.positionCount), .estimate(author.first), .estimate(author.second),
          .estimate(author.whole), .estimate(author.reversal), .estimate(author.retained),
          .estimate(author.bothShare), .estimate(author.oppositeShare),
          .estimate(author.concentration),
        ]
      })
  }

  private var caption: String {
    let names = steps.lineage.models.map(LogTables.name)
    var sentences = [
      "The lineage is declared, not known: of models that were trained apart from one base, nearly all "
        + "is undone, whatever they learned.",
      "In \(names[1])'s own texts tokens were chosen that \(names[1]) finds likely, which alone looks like a "
        + "reversal (+0.12 in simulations).",
    ]
    if steps.isAssumed {
      sentences.append(
        "Rounding isn't known, only how large it is at most: undone lies between without it and with it. Score "
          + "with --replicate f32 for more.")
    } else if !steps.isExact {
      sentences.append("What rounding adds was learned where the log has 32 bits, too.")
    }
    if steps.authors.contains(where: { $0.reversal == nil }) {
      sentences.append("No share undone where the first step is within rounding.")
    }
    if steps.omittedAuthorCount > 0 {
      sentences.append("\(Number.count(steps.omittedAuthorCount)) more authors are left out.")
    }
    return sentences.joined(separator: " ")
  }

  /// What is undone in the texts of the first and of the last model; of others' where neither wrote any.
  var sentence: String? {
    let names = steps.lineage
    let outer = steps.authors.filter { author in
      [names.first, names.third].contains { $0.utf8.elementsEqual(author.name.utf8) }
    }
    let others = steps.authors.filter { !$0.isSecond }
    let clauses = (outer.isEmpty ? Array(others.prefix(2)) : outer).map { author in
      let words =
        author.name.isEmpty ? "texts of unknown origin" : LogTables.name(author.name) + "'s texts"
      return author.reversal.map { "\(Phrase.share($0)) in \(words)" }
        ?? "not measured in \(words), where the first step is within rounding"
    }
    guard !clauses.isEmpty else { return nil }
    return
      "\(names.models.map(LogTables.name).joined(separator: " → ")), as declared: of the first step the "
      + "second undoes " + clauses.joined(separator: ", ") + "."
  }
}
