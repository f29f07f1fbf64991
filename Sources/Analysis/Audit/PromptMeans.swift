internal import StatisticalInference

/// One value per prompt of each group of positions: the mean over the group's positions in answers to
/// the prompt.
///
/// Groups are tokens, n-grams or kinds of positions. Means of a group lie side by side, its prompts in
/// ascending order.
struct PromptMeans: Sendable {
  /// Positions of each group, also of such as are in too few prompts.
  private(set) var occurrences: [Int]
  /// Prompts of each group.
  private(set) var promptCounts: [Int]
  /// Group g's cells are `starts[g]..<starts[g + 1]`; none where it is in too few prompts.
  private(set) var starts: [Int]
  /// The prompt of each cell.
  private(set) var prompts: [Int32]
  /// Positions of each cell.
  private(set) var counts: [Int32]
  /// The mean of each measure in each cell.
  private(set) var means: [[Double]]

  /// Adds up positions.
  ///
  /// - Parameters:
  ///   - rows: one author's.
  ///   - textPrompts: the prompt of each text.
  ///   - groups: of each row of the log; negative for none.
  ///   - groupCount: groups.
  ///   - fewestPrompts: groups in fewer are only counted.
  ///   - columns: measures by the log's rows, finite where selected.
  init(
    _ rows: TokenRows, textPrompts: [Int32], groups: [Int32], groupCount: Int, fewestPrompts: Int,
    columns: [[Float]]
  ) {
    // Prompt after prompt, so that a group's cell of a prompt is the last that it has.
    let texts = rows.texts.sorted {
      (textPrompts[$0], $0) < (textPrompts[$1], $1)
    }
    var latest = [Int32](repeating: -1, count: groupCount)
    var occurrences = [Int](repeating: 0, count: groupCount)
    var promptCounts = occurrences
    for text in texts {
      for entry in rows.range(of: text) {
        let group = Int(groups[Int(rows.indices[entry])])
        guard group >= 0 else { continue }
        occurrences[group] += 1
        if latest[group] != textPrompts[text] {
          latest[group] = textPrompts[text]
          promptCounts[group] += 1
        }
      }
    }
    var starts = [0]
    starts.reserveCapacity(groupCount + 1)
    for count in promptCounts {
      starts.append(starts[starts.count - 1] + (count >= fewestPrompts ? count : 0))
    }
    let cellCount = starts[groupCount]
    var prompts = [Int32](repeating: 0, count: cellCount)
    var counts = prompts
    var means = columns.map { _ in [Double](repeating: 0, count: cellCount) }
    var ends = starts
    latest = [Int32](repeating: -1, count: groupCount)
    for text in texts {
      let prompt = textPrompts[text]
      for entry in rows.range(of: text) {
        let row = Int(rows.indices[entry])
        let group = Int(groups[row])
        guard group >= 0, promptCounts[group] >= fewestPrompts else { continue }
        if latest[group] != prompt {
          latest[group] = prompt
          prompts[ends[group]] = prompt
          ends[group] += 1
        }
        let cell = ends[group] - 1
        counts[cell] += 1
        for measure in columns.indices { means[measure][cell] += Double(columns[measure][row]) }
      }
    }
    for measure in means.indices {
      for cell in 0..<cellCount { means[measure][cell] /= Double(counts[cell]) }
    }
    (self.occurrences, self.promptCounts, self.starts) = (occurrences, promptCounts, starts)
    (self.prompts, self.counts, self.means) = (prompts, counts, means)
  }

  /// Groups that are in enough prompts.
  var groups: [Int] { occurrences.indices.filter { starts[$0] < starts[$0 + 1] } }

  func cells(of group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }

  /// The mean over all positions of a group, whatever their prompts.
  func mean(of group: Int, _ measure: Int) -> Double {
    let sum = cells(of: group).reduce(0) { $0 + means[measure][$1] * Double(counts[$1]) }
    return sum / Double(occurrences[group])
  }
}

/// Which prompts a statistic is over: all, or a half of them.
enum PromptHalf: Sendable {
  case all
  /// Prompts with an even place in the order of their ids: where tokens are chosen for a list.
  case even
  /// The others: where the effect of those chosen is read off, which the choice hasn't flattered.
  case odd

  func holds(_ rank: Int32) -> Bool {
    switch self {
    case .all: true
    case .even: rank % 2 == 0
    case .odd: rank % 2 != 0
    }
  }
}
