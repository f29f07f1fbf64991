package import RunLogs
package import StatisticalInference

/// Whether the positions that changed are those at which the model before was uncertain, and whether they
/// are so more often than random changes of its logits would make them: authors of texts apart.
package struct ForkAudit: Sendable {
  /// One author's texts.
  package struct Author: Sendable {
    /// Who wrote them; empty where unknown.
    package let name: String
    /// Measured positions of responses.
    package let positionCount: Int
    /// Entropy before that a fork has at least, nats.
    package let threshold: Double
    /// Share of positions that are forks: a fifth, or more where many have the same entropy.
    package let forkShare: Double
    /// Share of the forks that are among the largest fifth of entropies after, too; nil where that model's
    /// entropy isn't known.
    package let remaining: Estimate?
    /// At each margin of the divergence, ascending.
    package let overlaps: [ForkOverlap]
    /// By entropy before, at the margin that verdicts are at.
    package let bands: [EntropyBandChange]
    /// What few positions hold of the divergence; empty where there is none.
    package let carried: [CarriedShare]

    /// At one margin; nil if it wasn't asked for.
    package func overlap(margin: Double) -> ForkOverlap? { overlaps.first { $0.margin == margin } }
  }

  /// Share of an author's positions that are forks.
  package static let forkShare = ForkPositions.forkShare

  /// Before and after.
  package let pair: PairName
  /// The margin that verdicts are at, of the Jensen-Shannon divergence, nats.
  package let margin: Double
  /// In the order of the audit's.
  package let authors: [Author]

  /// Of a pair's audit; nil where entropy before or divergence aren't known at each position, as of lists
  /// that another program wrote down.
  ///
  /// - Parameters:
  ///   - audit: its shown authors, verdicts and margins.
  ///   - table: of the same log.
  ///   - nulls: random changes of models' logits that are known already; gets the one that is made.
  /// - Throws: `RunLogError` if the log can't be read.
  package init?(
    of audit: PairAudit, in table: TokenTable, nulls: inout [String: RandomLogits]
  ) throws {
    let pair = audit.pair
    guard !audit.verdicts[.divergence].basis.hasEnds, table.log.has(.entropy, of: pair.before)
    else { return nil }
    self.pair = pair
    margin = audit.settings.margin(.divergence)
    if nulls[pair.before] == nil {
      nulls[pair.before] = try RandomLogits(of: pair.before, in: table)
    }
    let random = nulls[pair.before]
    let classes = try TokenClassRows(
      categories: audit.settings.categories, at: try table.rows(of: pair), in: table)
    authors = try audit.shownAuthors.map { author in
      let rows = try table.rows(of: pair, source: author.name)
      let positions = try ForkPositions(
        at: rows, audit.verdicts, in: table, classes: classes)
      return Author(
        name: author.name, positionCount: rows.count, threshold: positions.threshold,
        forkShare: Double(positions.isFork.count { $0 }) / Double(rows.count),
        remaining: try positions.remaining(of: pair.after, in: table),
        overlaps: audit.settings.allMargins(.divergence).map {
          ForkOverlap(margin: $0, positions, random: random)
        },
        bands: positions.bands(margin: audit.settings.margin(.divergence)),
        carried: positions.carried)
    }
  }
}

/// The category of each token that occurs.
struct TokenClassRows {
  let categoryCount: Int
  /// By the token's row in the log; −1 where not asked for.
  let categories: [Int]

  /// Nil for a log that doesn't know its tokens' bytes.
  init?(categories: TokenCategories, at rows: TokenRows, in table: TokenTable) throws {
    let ids = try table.tokenIDs()
    var known: [UInt32: Int] = [:]
    var result = [Int](repeating: -1, count: ids.count)
    var isKnown = true
    rows.visit { row, _, _ in
      let id = ids[row]
      if let category = known[id] {
        result[row] = category
      } else if let bytes = table.log.tokenBytes(id) {
        known[id] = categories.category(of: bytes)
        result[row] = known[id] ?? 0
      } else {
        isKnown = false
      }
    }
    guard isKnown else { return nil }
    (categoryCount, self.categories) = (categories.names.count, result)
  }
}

extension ForkPositions {
  /// Of the rows of one author, at least one.
  fileprivate init(
    at rows: TokenRows, _ verdicts: PositionVerdicts, in table: TokenTable,
    classes: TokenClassRows?
  ) throws {
    let before = try table.values(.entropy, of: verdicts.pair.before)
    let (divergences, changes) = (verdicts[.divergence].values, verdicts[.entropy].values)
    var (positions, prompts, strata) = ([Int](), [Int](), [Int]())
    rows.visit { row, text, place in
      positions.append(row)
      prompts.append(Int(table.texts.prompts[text]))
      guard let classes else { return }
      let fifth = PositionClass(place: place, length: Int(rows.lengths[text])).fifth
      strata.append(fifth * classes.categoryCount + classes.categories[row])
    }
    let entropies = positions.map { Double(before[$0]) }
    let threshold = Self.threshold(of: entropies.sorted(), share: Self.forkShare)
    self.init(
      rows: positions, prompts: prompts, promptCount: table.texts.promptCount,
      entropies: entropies, divergences: positions.map { Double(divergences[$0]) },
      entropyChanges: positions.map { Double(changes[$0]) }, threshold: threshold,
      isFork: entropies.map { $0 >= threshold }, strata: classes == nil ? nil : strata)
  }

  /// The share of forks that are among the largest fifth of another model's entropies, too.
  fileprivate func remaining(of model: String, in table: TokenTable) throws -> Estimate? {
    guard table.log.has(.entropy, of: model) else { return nil }
    let column = try table.values(.entropy, of: model)
    let after = rows.map { Double(column[$0]) }
    let threshold = Self.threshold(of: after.sorted(), share: Self.forkShare)
    return ratio(
      { isFork[$0] && after[$0] >= threshold ? 1 : 0 }, over: { isFork[$0] ? 1 : 0 }, isShare: true)
  }
}
