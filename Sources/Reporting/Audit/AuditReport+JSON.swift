internal import Analysis
internal import RunLogs
internal import StatisticalInference

/// Data/Schemas/audit.schema.json is its schema.
extension AuditReport: Encodable {
  private enum Key: String, CodingKey {
    case log, pair, positions, notMeasured, answer, computeType, measures, movedMargin
    case movedMargins, precision
    case forks, steps
    case authors, omittedAuthors
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(log, forKey: .log)
    try values.encode(audit.pair.description, forKey: .pair)
    try values.encode(summary.positionCount, forKey: .positions)
    try values.encode(summary.unmeasuredCount, forKey: .notMeasured)
    try values.encode(headline.sentence, forKey: .answer)
    try values.encode(audit.verdicts.computeType, forKey: .computeType)
    try values.encode(measures, forKey: .measures)
    try values.encode(audit.settings.movedMargin, forKey: .movedMargin)
    try values.encode(audit.settings.allMovedMargins, forKey: .movedMargins)
    try values.encodeIfPresent(precision, forKey: .precision)
    try values.encodeIfPresent(forkSentence, forKey: .forks)
    try values.encodeIfPresent(steps.map(Steps.init), forKey: .steps)
    try values.encode(audit.shownAuthors.map { Author($0, self) }, forKey: .authors)
    try values.encode(audit.omittedAuthorCount, forKey: .omittedAuthors)
  }

  private struct Measure: Encodable {
    let margins: [Double]
    let margin: Double
    let basis: PositionVerdicts.Basis
    let calibrationPositions: Int
    let basisSentence: String
  }

  /// A declared lineage.
  private struct Steps: Encodable {
    let lineage: [String]
    let margin: Double
    let sentence: String?
    let isExact: Bool
    let isAssumed: Bool
    let authors: [StepDecomposition.Author]

    init(_ steps: StepDecomposition) {
      lineage = steps.lineage.models
      margin = steps.margin
      sentence = StepTables(steps: steps).sentence
      (isExact, isAssumed) = (steps.isExact, steps.isAssumed)
      authors = steps.authors
    }
  }

  private var measures: [String: Measure] {
    Dictionary(
      uniqueKeysWithValues: PositionMeasure.allCases.map { measure in
        let column = audit.verdicts[measure]
        return (
          measure.rawValue,
          Measure(
            margins: audit.settings.allMargins(measure), margin: audit.settings.margin(measure),
            basis: column.basis, calibrationPositions: column.calibrationCount,
            basisSentence: BasisWords.sentence(audit.verdicts, measure))
        )
      })
  }
}

/// One author's part.
private struct Author: Encodable {
  let author: String
  let positions: Int
  let prompts: Int
  let shares: [String: [ChangedShare]]
  let movedMass: MovedMass?
  let estimators: [DivergenceEstimator]?
  let tokens: Groups
  let grams: Groups?
  let kinds: Groups
  let forks: Forks?

  /// Changed positions beside uncertain ones.
  struct Forks: Encodable {
    let threshold: Double
    let share: Double
    let remaining: Estimate?
    let overlaps: [ForkOverlap]
    let bands: [EntropyBandChange]
    let carried: [CarriedShare]

    init(_ author: ForkAudit.Author) {
      threshold = author.threshold
      share = author.forkShare
      remaining = author.remaining
      (overlaps, bands, carried) = (author.overlaps, author.bands, author.carried)
    }
  }

  struct MovedMass: Encodable {
    let isExact: Bool
    let basisSentence: String?
    let prompts: Int
    let drawnOtherwise: Estimate
    let net: Double?
    let netByHalves: Estimate?
    let tokensInFewPrompts: Int
    /// How many tokens the even half calls changed, and how many of these the odd half confirms.
    let confirmed: [Int]
  }

  /// Groups judged together.
  struct Groups: Encodable {
    let inFewPrompts: Int
    let positionsOfThose: Int
    /// For each measure how many the even half calls changed, and how many of these the odd half
    /// confirms.
    let confirmed: [String: [Int]]
    /// For each measure how many groups have each verdict at each of its margins.
    let counts: [String: [[String: Int]]]
    let groups: [Group]
  }

  /// One group.
  struct Group: Encodable {
    let token: UInt32?
    let text: TokenBytes?
    let tokens: [UInt32]?
    let by: String?
    let kind: String?
    let occurrences: Int?
    let prompts: Int?
    let changedShare: Double?
    let moved: Moved?
    let means: [String: Mean]
  }

  struct Moved: Encodable {
    let gained: Double
    let lost: Double
    let prompts: Int
    let net: Mean
  }

  struct Mean: Encodable {
    let mean: Estimate
    let verdict: Verdict
    /// At each of the measure's margins.
    let verdicts: [Verdict]
    /// Over odd prompts.
    let effect: Estimate?

    init(_ verdict: MeanVerdict) {
      mean = verdict.estimate
      self.verdict = verdict.verdict
      verdicts = verdict.verdicts
      effect = verdict.effect
    }
  }

  init(_ author: PairAudit.Author, _ report: AuditReport) {
    let (audit, settings) = (report.audit, report.settings)
    let limit = settings.limit ?? .max
    self.author = author.name
    positions = author.positionCount
    prompts = author.promptCount
    shares = Dictionary(
      uniqueKeysWithValues: author.shares.map { ($0.key.rawValue, $0.value) })
    movedMass = author.moved.map {
      MovedMass(
        isExact: $0.isExact,
        basisSentence: $0.isExact
          ? nil : BasisWords.listedMass(topK: report.tables.table.log.header.topK),
        prompts: $0.promptCount, drawnOtherwise: $0.totalVariation,
        net: $0.net, netByHalves: $0.netByHalves, tokensInFewPrompts: $0.rareCount,
        confirmed: [$0.confirmed.called, $0.confirmed.confirmed])
    }
    estimators = author.estimators
    forks = report.tables.forks?.authors.first { $0.name.utf8.elementsEqual(author.name.utf8) }
      .map(Forks.init)
    let log = report.tables.table.log
    func group(
      _ verdict: GroupVerdict?, token: UInt32? = nil, moved: MovedMassAudit.Token? = nil
    ) -> Group {
      var (tokens, by, kind): ([UInt32]?, String?, String?)
      switch verdict?.group {
      case .gram(let ids): tokens = ids
      case .kind(let name, let value): (by, kind) = (name, value)
      case .token, nil: break
      }
      return Group(
        token: token, text: token.flatMap { log.tokenBytes($0) }.map(TokenBytes.init),
        tokens: tokens, by: by, kind: kind, occurrences: verdict?.occurrences,
        prompts: verdict?.promptCount, changedShare: verdict?.changedShare,
        moved: moved.map {
          Moved(gained: $0.gained, lost: $0.lost, prompts: $0.promptCount, net: Mean($0.net))
        },
        means: Dictionary(
          uniqueKeysWithValues: (verdict?.means ?? [:]).map { ($0.key.rawValue, Mean($0.value)) }))
    }
    tokens = Groups(
      author.tokens,
      AuditRows(audit, author).tokens(by: settings.order).prefix(limit).map {
        group($0.group, token: $0.token, moved: $0.moved)
      })
    grams = author.grams.map { grams in
      Groups(
        grams,
        AuditRows.ordered(grams.groups, by: settings.order == .moved ? .js : settings.order)
          .prefix(limit).map { group($0) })
    }
    kinds = Groups(
      author.kinds, (author.kinds.groups + author.kinds.rareGroups).map { group($0) })
  }
}

extension Author.Groups {
  fileprivate init(_ table: GroupTable, _ groups: [Author.Group]) {
    inFewPrompts = table.rareCount
    positionsOfThose = table.rarePositionCount
    confirmed = Dictionary(
      uniqueKeysWithValues: PositionMeasure.allCases.map {
        let halves = table.confirmed($0)
        return ($0.rawValue, [halves.called, halves.confirmed])
      })
    counts = Dictionary(
      uniqueKeysWithValues: PositionMeasure.allCases.map { measure in
        (
          measure.rawValue,
          table.counts(measure).map { counts in
            Dictionary(
              uniqueKeysWithValues: Verdict.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
          }
        )
      })
    self.groups = groups
  }
}
