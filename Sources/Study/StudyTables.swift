internal import Analysis
internal import Reporting
internal import StatisticalInference

/// The tables of a study, each cell from the runs' measures.
package struct StudyTables {
  /// Their files' names, in their order.
  package enum Name: String, Sendable, CaseIterable {
    case claims
    case heldOut = "held-out"
    case others = "other-problems"
    case fromBase = "from-base"
    case ablations, budget
    case commonBudget = "common-budget"
    case shift
    case ownShift = "shift-on-own"
    case training, weights, signatures
  }

  let summary: StudySummary
  /// Why methods can't be told apart here; then nothing is compared with the reference.
  let faults: [String]
  /// What else leaves little to tell.
  let cautions: [String]
  /// The run that others are compared with; nil for none.
  let reference: String?
  /// Runs that are another one with some keys changed, with that one's name.
  let variants: [String: String]
  let answers: [ClaimAnswer]
  let level: Double
  /// Provoked failures, from the runs' logs; nil without these.
  let provoked: Table?
  /// Another one's numbers; nil for none.
  let published: PublishedNumbers?
  /// What was measured.
  let subject: StudyReport.Subject

  /// Those that have something to show.
  var all: [(name: Name, table: Table)] {
    Name.allCases.map { ($0, withPublished(table($0), named: $0)) }
      .filter { !$0.1.rows.isEmpty && $0.1.columns.count > 1 }
  }

  private func table(_ name: Name) -> Table {
    switch name {
    case .claims: claims
    case .heldOut: heldOut
    case .others: others
    case .fromBase: fromBase
    case .ablations: ablations
    case .budget: budget
    case .commonBudget: commonBudget
    case .shift: shift
    case .ownShift: ownShift
    case .training: training
    case .weights: weights
    case .signatures: provoked ?? Table(title: "", caption: "", columns: [], rows: [])
    }
  }

  // MARK: Parts

  /// With another one's numbers as last columns, where they know any of its runs.
  private func withPublished(_ table: Table, named name: Name) -> Table {
    var table = table
    func run(_ row: [Table.Cell]) -> String {
      if case .text(let run)? = row.first { run } else { "" }
    }
    for column in published?.columns ?? []
    where column.table == name && table.rows.contains(where: { column.runs[run($0)] != nil }) {
      table.columns.append(.init(column.name, .share, column.definition))
      for index in table.rows.indices {
        table.rows[index].append(.share(column.runs[run(table.rows[index])]))
      }
      let source = "Columns of the paper: \(published?.source ?? "")."
      if !table.caption.hasSuffix(source) { table.caption += " " + source }
    }
    return table
  }

  private var seeds: String {
    let counts = Set(summary.names.map { summary.runs(of: $0).count })
    guard let least = counts.min(), let most = counts.max() else { return "" }
    if most == 1 { return subject.isSeries ? "One checkpoint each." : "One seed." }
    return "Means over \(least == most ? "" : "\(least) to ")\(most) seeds."
  }

  /// The runs that have at least one of some measures.
  private func names(with measures: [StudyMeasure]) -> [String] {
    summary.names.filter { name in
      measures.contains { summary.estimate($0, of: name) != nil }
    }
  }

  /// A row for each run with any of the measures, a column for each measure that any run has.
  private func table(
    _ title: String, _ caption: String, _ columns: [(StudyMeasure, Table.Column)],
    among names: [String]
  ) -> Table {
    let columns = columns.filter { column in
      names.contains { summary.estimate(column.0, of: $0) != nil }
    }
    return Table(
      title: title, caption: "\(seeds) \(caption)",
      columns: [.init("run", .text, "")] + columns.map(\.1),
      rows: names.map { name in
        [.text(name)] + columns.map { .estimate(summary.estimate($0.0, of: name)) }
      })
  }

  /// A difference from another run with Holm's p-value, for each of some pairs.
  private func compared(_ pairs: [(run: String, other: String)]) -> [[Table.Cell]] {
    let differences = pairs.map {
      summary.difference(.measure(.accuracy), of: $0.run, from: $0.other)
    }
    let adjusted = WeightedHolm.adjusted(differences.map { $0?.probability ?? 1 })
    return zip(differences, adjusted).map { difference, p in
      [.estimate(difference?.estimate), .number(difference?.probability == nil ? nil : p)]
    }
  }

  private func comparisonColumns(_ head: String, _ definition: String) -> [Table.Column] {
    [
      .init(
        head, .signed, "difference of accuracies, \(definition), of the same seeds and problems"),
      .init("p", .number, "of no difference, Student's t over seeds, Holm's over the column"),
    ]
  }

  // MARK: What a study is about

  private var claims: Table {
    Table(
      title: "Claims",
      caption: "Two one-sided t tests over seeds for each, Holm's over the list at \(level).",
      columns: [
        .init("claim", .text, ""), .init("statistic", .text, ""), .init("estimate", .number, ""),
        .init("claimed", .text, ""),
        .init("p", .number, "of neither answer, before Holm's"),
        .init("answer", .text, ""), .init("sentence", .text, ""), .init("source", .text, ""),
      ],
      rows: answers.map { answer in
        [
          .text(answer.claim.name), .text(answer.claim.statistic), .estimate(answer.estimate),
          .text(answer.claim.condition), .number(answer.probability), .text(answer.words),
          .text(answer.claim.sentence), .text(answer.claim.source),
        ]
      })
  }

  private var heldOut: Table {
    let names = summary.names
    var table = table(
      faults.isEmpty ? "Held-out problems" : "Held-out problems (saturated)",
      (faults.map { "Saturated: \($0)." } + cautions.map { "\($0)." }).joined(separator: " "),
      [
        (.accuracy, .init("accuracy", .share, "share of right sampled responses at temperature 1")),
        (
          .passAt8,
          .init("pass@8", .share, "share of problems that one of eight samples solves")
        ),
        (.greedyAccuracy, .init("greedy", .share, "share of right most likely responses")),
        (.stoppedShare, .init("ended", .share, "share of responses that ended by themselves")),
        (.responseLength, .init("length", .number, unit: "tokens", "of a sampled response")),
        (
          .answerEntropy,
          .init("entropy", .number, unit: "nats", "at their tokens, mean over tokens")
        ),
      ], among: names)
    guard faults.isEmpty, let reference, names.count > 2 else { return table }
    let others = names.filter { $0 != reference && summary.base(of: $0) != nil }
    let cells = compared(others.map { ($0, reference) })
    table.columns.insert(
      contentsOf: comparisonColumns("− \(reference)", "run less \(reference)"), at: 2)
    table.rows = zip(names, table.rows).map { name, row in
      let place = others.firstIndex(of: name)
      return row.prefix(2) + (place.map { cells[$0] } ?? [.estimate(nil), .number(nil)])
        + row.dropFirst(2)
    }
    return table
  }

  private var others: Table {
    Table(
      title: "Accuracy on other problems",
      caption: "\(seeds) Share of right sampled responses.",
      columns: [.init("run", .text, "")] + summary.splits.map { .init($0, .share, "") },
      rows: summary.names.map { name in
        [.text(name)] + summary.splits.map { .estimate(summary.accuracy(on: $0, of: name)) }
      })
  }

  private var fromBase: Table {
    let splits = ["test"] + summary.splits
    return Table(
      title: "Accuracy less base's",
      caption: "\(seeds) Differences of the same seeds and problems.",
      columns: [.init("run", .text, "")] + splits.map { .init($0, .signed, "") },
      rows: summary.names.compactMap { name in
        guard let base = summary.base(of: name), summary.names.contains(base) else { return nil }
        return [.text(name)]
          + splits.map { split in
            .estimate(
              summary.difference(.accuracy(split: split), of: name, from: base)?.estimate)
          }
      })
  }

  private var ablations: Table {
    let names = summary.names.filter { variants[$0] != nil }
    let cells = compared(names.map { ($0, variants[$0] ?? "") })
    let isCompared = faults.isEmpty
    return Table(
      title: "Variants of runs",
      caption: "\(seeds) Each is another run with some settings changed.",
      columns: [
        .init("run", .text, ""), .init("of", .text, ""),
        .init("accuracy", .share, "share of right sampled responses at temperature 1"),
      ] + (isCompared ? comparisonColumns("difference", "variant less run") : []),
      rows: zip(names, cells).map { name, cells in
        [
          .text(name), .text(variants[name] ?? ""),
          .estimate(summary.estimate(.accuracy, of: name)),
        ] + (isCompared ? cells : [])
      })
  }

  // MARK: Cost

  private var budget: Table {
    table(
      "Cost of training",
      "Evaluations are in no column; nor is the training of a model that only wrote or judged texts.",
      [
        (.tokens, .init("tokens", .count, unit: "tokens", "of all updates")),
        (.rolloutTokens, .init("sampled", .count, unit: "tokens", "of rollouts")),
        (
          .demonstrationTokens,
          .init(
            "sampled to imitate", .count, unit: "tokens",
            "of a model's demonstrations, the refused ones included")
        ),
        (
          .chainTokens,
          .init("from base", .count, unit: "tokens", "of updates, with those of the runs before")
        ),
        (
          .chainTotalTokens,
          .init("from base, sampled too", .count, unit: "tokens", "the same with all sampled ones")
        ),
        (.updates, .init("updates", .count, "of the weights")),
        (.seconds, .init("seconds", .number, unit: "s", "wall time of training")),
      ], among: names(with: [.tokens]))
  }

  private var commonBudget: Table {
    let axes: [(axis: BudgetAxis, head: String, words: String)] = [
      (.updates, "by updates", "tokens of updates"),
      (.updatesAndSamples, "by updates and samples", "tokens of updates and sampled ones"),
    ]
    let known = axes.compactMap { axis in
      summary.commonBudget(axis.axis).map { (axis: axis, budget: $0) }
    }
    let names = summary.names.filter { name in
      summary.base(of: name) != nil && !summary.runs(of: name).allSatisfy { $0.learning.isEmpty }
    }
    return Table(
      title: "Accuracy at one budget",
      caption:
        "\(seeds) On the configuration's own held-out problems, at the last evaluation within the "
        + "largest budget that every run reached, counted from base on.",
      columns: [.init("run", .text, "")]
        + known.map {
          .init(
            $0.axis.head, .share,
            "within \(Number.count(Int($0.budget))) \($0.axis.words)")
        },
      rows: names.map { name in
        [.text(name)]
          + known.map { .estimate(summary.accuracy(at: $0.budget, $0.axis.axis, of: name)) }
      })
  }

  // MARK: What changed

  static let changed =
    "Means over tokens. Changed: share of positions with a Jensen-Shannon divergence above "
    + "\(EntropyBandSummary.threshold) nats; low entropy: at most \(EntropyBandSummary.limit) nats "
    + "under base, high: more."

  /// What a study's runs are measured on.
  static let ownResponses = "base's own responses"

  private var shift: Table {
    if case .series(let shift) = subject { return shift }
    let measures: [StudyMeasure] = [
      .klRunBase, .klBaseRun, .changedShare, .lowEntropyChangedShare, .highEntropyChangedShare,
    ]
    return table(
      "Shift from base on \(Self.ownResponses)", Self.changed,
      Array(zip(measures, Self.shiftColumns)), among: names(with: [.changedShare]))
  }

  private var ownShift: Table {
    let measures: [StudyMeasure] = [
      .ownKLRunBase, .ownKLBaseRun, .ownChangedShare, .ownLowEntropyChangedShare,
      .ownHighEntropyChangedShare,
    ]
    return table(
      "Shift from base on each run's own responses", Self.changed,
      Array(zip(measures, Self.shiftColumns)), among: names(with: [.ownChangedShare]))
  }

  static var shiftColumns: [Table.Column] {
    [
      .init("KL(run‖base)", .number, unit: "nats", ""),
      .init("KL(base‖run)", .number, unit: "nats", ""), .init("changed", .share, ""),
      .init("changed, low entropy", .share, ""), .init("changed, high entropy", .share, ""),
    ]
  }

  private var training: Table {
    table(
      "While reinforcing", "Means over the first and the last tenth of the steps.",
      [
        (
          .firstEntropy,
          .init("entropy, first", .number, unit: "nats", "of rollouts, mean over tokens")
        ),
        (.lastEntropy, .init("entropy, last", .number, unit: "nats", "")),
        (
          .firstDegenerateGroups,
          .init(
            "degenerate, first", .share, "groups whose rollouts all have the same reward")
        ),
        (.lastDegenerateGroups, .init("degenerate, last", .share, "")),
        (
          .firstZeroAdvantageGroups,
          .init(
            "no advantage, first", .share,
            "groups without any advantage, the demonstration a member where the objective has it so"
          )
        ),
        (.lastZeroAdvantageGroups, .init("no advantage, last", .share, "")),
        (.clippedGradientShare, .init("clipped", .share, "steps whose gradient was clipped")),
      ], among: names(with: [.firstEntropy]))
  }

  private var weights: Table {
    table(
      "Weights",
      "Against base's. A step of bfloat16 is a unit in its last place, about 0.4 to 0.8 % of a weight.",
      [
        (.changedWeightShare, .init("changed", .share, "in the stored type")),
        (
          .coarselyChangedWeightShare,
          .init("by a step of bfloat16", .share, "by one at least")
        ),
        (
          .coarselyChangedWeightShareFromStart,
          .init("from its start", .share, "the same, from the model that the run starts from")
        ),
        (.relativeWeightChange, .init("relative change", .number, "‖W − W₀‖ / ‖W₀‖")),
      ], among: names(with: [.changedWeightShare]))
  }
}
