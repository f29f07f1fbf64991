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

  /// How many groups have each verdict at each margin of a measure, the one asked for last.
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
  ///   - verdicts: of the pair's positions.
  ///   - margins: of each measure the one that was asked for.
  ///   - texts: of the log.
  ///   - listsRare: whether groups in too few prompts are listed, too.
  init(
    _ groupings: [PositionGrouping], at rows: TokenRows, author: Int, _ verdicts: PositionVerdicts,
    margins: [PositionMeasure: Double], texts: TextColumns, listsRare: Bool = true
  ) {
    let measures = PositionMeasure.allCases.filter { margins[$0] != nil }
    let limit = margins[.divergence] ?? PositionMeasure.divergence.margin
    let columns =
      measures.map { verdicts[$0].values }
      + [verdicts[.divergence].values.map { Double($0) > limit ? 1 : 0 }]
    // Errors of a group's positions don't average out: its mean may be off by σ times the root mean
    // square of their scales (on the demo by 0.6 of that at most).
    let noisy = measures.filter { $0.isSigned && !verdicts[$0].scales.isEmpty }
    let squares = noisy.map { verdicts[$0].scales.map { $0 * $0 } }
    var parts: [(grouping: PositionGrouping, means: PromptMeans, groups: [Int])] = []
    for grouping in groupings {
      let means = PromptMeans(
        rows, textPrompts: texts.prompts, groups: grouping.groups,
        groupCount: grouping.names.count, fewestPrompts: VerdictFamily.fewestPrompts,
        columns: (columns + squares).map(grouping.averaged))
      parts.append((grouping, means, means.groups))
    }
    var byMeasure: [PositionMeasure: [MeanVerdict]] = [:]
    for (index, measure) in measures.enumerated() {
      let moments = parts.flatMap { part in
        part.groups.map {
          part.means.groupMoments(of: $0, index, ranks: texts.promptRanks)
        }
      }
      let deviation = verdicts[measure].deviations[author]
      let bias = parts.flatMap { part in
        part.groups.map { group in
          noisy.firstIndex(of: measure).map { place in
            let square = part.means.mean(of: group, measures.count + 1 + place)
            return deviation * square.squareRoot()
          } ?? 0
        }
      }
      byMeasure[measure] = GroupMeasure(
        margins: measure.margins + [margins[measure] ?? measure.margin],
        isSigned: measure.isSigned, range: measure.column.range,
        bias: bias
      ).verdicts(moments)
    }
    var groups: [GroupVerdict] = []
    for part in parts {
      for group in part.groups {
        let place = groups.count
        groups.append(
          GroupVerdict(
            group: part.grouping.names[group], occurrences: part.means.occurrences[group],
            promptCount: part.means.promptCounts[group],
            means: byMeasure.mapValues { $0[place] },
            changedShare: part.means.mean(of: group, measures.count)))
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
