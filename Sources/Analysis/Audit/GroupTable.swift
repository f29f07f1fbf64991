internal import RunLogs
internal import StatisticalInference

/// What is known of one group of positions in one author's texts.
package struct GroupVerdict: Sendable {
  package let group: PositionGroup
  /// Measured positions of it.
  package let occurrences: Int
  /// Prompts whose answers have it.
  package let promptCount: Int
  /// Of each measure; empty where it is in too few prompts.
  package let means: [PositionMeasure: MeanVerdict]
  /// Share of its positions with a divergence above the margin; nil where it is in too few prompts.
  package let changedShare: Double?
}

/// Groups of one kind in one author's texts, judged together.
package struct GroupTable: Sendable {
  /// In at least 30 prompts, in the order of their first.
  package let groups: [GroupVerdict]
  /// In fewer, without a verdict, if they were asked for.
  package let rareGroups: [GroupVerdict]
  /// Groups in fewer prompts: no verdict.
  package let rareCount: Int
  /// Positions of those.
  package let rarePositionCount: Int

  /// Of the groups that the even half of the prompts calls changed, how many the odd half confirms.
  package func confirmed(_ measure: PositionMeasure) -> (called: Int, confirmed: Int) {
    let called = groups.compactMap { $0.means[measure] }.filter(\.isCalledByHalf)
    return (called.count, called.count(where: \.isConfirmed))
  }

  /// How many groups have each verdict at each margin of a measure, ascending.
  package func counts(_ measure: PositionMeasure) -> [[Verdict: Int]] {
    let all = groups.compactMap { $0.means[measure] }
    guard let first = all.first else { return [] }
    return first.verdicts.indices.map { index in
      Dictionary(all.map { ($0.verdicts[index], 1) }, uniquingKeysWith: +)
    }
  }

  /// Judges groupings as one family.
  ///
  /// - Parameters:
  ///   - groupings: of the log's rows.
  ///   - rows: one author's.
  ///   - author: number of the author.
  ///   - columns: of the pair.
  ///   - texts: of the log.
  ///   - listsRare: whether groups in too few prompts are listed, too.
  init(
    _ groupings: [PositionGrouping], at rows: TokenRows, author: Int, _ columns: GroupColumns,
    texts: TextColumns, listsRare: Bool = true
  ) {
    var parts: [(grouping: PositionGrouping, means: PromptMeans, groups: [Int])] = []
    for grouping in groupings {
      let means = PromptMeans(
        rows, textPrompts: texts.prompts, groups: grouping.groups,
        groupCount: grouping.names.count, fewestPrompts: VerdictFamily.fewestPrompts,
        columns: columns.all.map(grouping.averaged))
      parts.append((grouping, means, means.groups))
    }
    var byMeasure: [PositionMeasure: [MeanVerdict]] = [:]
    for (measure, place) in zip(columns.measures, columns.places) {
      let moments = parts.flatMap { part in
        part.groups.compactMap {
          part.means.groupMoments(of: $0, place, ranks: texts.promptRanks)
        }
      }
      let bias = parts.flatMap { part in
        part.groups.map { columns.bias(measure, of: $0, author: author, part.means) }
      }
      byMeasure[measure] = columns.judge(measure, bias: bias).verdicts(moments)
    }
    var groups: [GroupVerdict] = []
    for part in parts {
      for group in part.groups {
        let place = groups.count
        let share = part.means.mean(of: group, columns.changed)
        groups.append(
          GroupVerdict(
            group: part.grouping.names[group], occurrences: part.means.occurrences[group],
            promptCount: part.means.promptCounts[group],
            means: byMeasure.mapValues { $0[place] },
            changedShare: share.isFinite ? share : nil))
      }
    }
    self.groups = groups
    var (rareGroups, count, positions) = ([GroupVerdict](), 0, 0)
    for part in parts {
      for group in part.means.occurrences.indices
      where part.means.occurrences[group] > 0
        && part.means.promptCounts[group] < VerdictFamily.fewestPrompts
      {
        count += 1
        positions += part.means.occurrences[group]
        guard listsRare else { continue }
        rareGroups.append(
          GroupVerdict(
            group: part.grouping.names[group], occurrences: part.means.occurrences[group],
            promptCount: part.means.promptCounts[group], means: [:], changedShare: nil))
      }
    }
    (self.rareGroups, rareCount, rarePositionCount) = (rareGroups, count, positions)
  }
}
