internal import Analysis
internal import RunLogs
internal import StatisticalInference

/// Rows of a table of tokens: what moved to them beside what happens where they occur.
struct AuditRows {
  /// One token.
  struct Row {
    let token: UInt32
    /// Nil where it moved in too few prompts, or nothing is known.
    let moved: MovedMassAudit.Token?
    /// Nil where it occurs in too few prompts.
    let group: GroupVerdict?
    /// Mean of Δ log p over the texts of both models; nil where one has too few.
    let meanOfBothAuthors: Double?

    /// By what even prompts order it; nil last.
    func size(_ order: AuditTables.Order) -> Double? {
      guard let measure = order.measure else { return moved?.net.evenMean.map(abs) }
      return group?.means[measure]?.evenMean.map(abs)
    }

    /// Over odd prompts.
    func effect(_ order: AuditTables.Order) -> Estimate? {
      guard let measure = order.measure else {
        return moved?.net.effect.map { $0.mapped { $0 * 1_000 } }
      }
      return group?.means[measure]?.effect
    }
  }

  private let author: PairAudit.Author
  private let ownTexts: [[UInt32: Double]]

  init(_ audit: PairAudit, _ author: PairAudit.Author) {
    self.author = author
    ownTexts = [audit.pair.before, audit.pair.after].compactMap { name in
      audit.authors.first { $0.name.utf8.elementsEqual(name.utf8) }.map { author in
        var means: [UInt32: Double] = [:]
        for group in author.tokens.groups {
          guard case .token(let id) = group.group else { continue }
          means[id] = group.means[.logProbability]?.estimate.value
        }
        return means
      }
    }
  }

  /// All tokens that anything is known of, ordered.
  func tokens(by order: AuditTables.Order) -> [Row] {
    var moved: [UInt32: MovedMassAudit.Token] = [:]
    for token in author.moved?.tokens ?? [] { moved[token.token] = token }
    var groups: [UInt32: GroupVerdict] = [:]
    for group in author.tokens.groups + author.tokens.rareGroups {
      if case .token(let id) = group.group { groups[id] = group }
    }
    let ids = Set(moved.keys).union(groups.keys)
    let rows = ids.map { id in
      let means = ownTexts.compactMap { $0[id] }
      return Row(
        token: id, moved: moved[id], group: groups[id],
        meanOfBothAuthors: means.count == 2 ? (means[0] + means[1]) / 2 : nil)
    }
    let keyed = rows.map { (row: $0, size: $0.size(order) ?? -1) }
    // Those without a verdict come last, frequent ones first.
    return keyed.sorted { a, b in
      if a.size != b.size { return a.size > b.size }
      let counts = (a.row.group?.occurrences ?? 0, b.row.group?.occurrences ?? 0)
      return counts.0 == counts.1 ? a.row.token < b.row.token : counts.0 > counts.1
    }.map(\.row)
  }

  /// Groups ordered by a measure's size in the even half, ties as they were.
  static func ordered(_ groups: [GroupVerdict], by order: AuditTables.Order) -> [GroupVerdict] {
    guard let measure = order.measure else { return groups }
    let keyed = groups.enumerated().map { index, group in
      (index: index, size: group.means[measure]?.evenMean.map(abs) ?? -1)
    }
    return keyed.sorted { $0.size == $1.size ? $0.index < $1.index : $0.size > $1.size }
      .map { groups[$0.index] }
  }
}
