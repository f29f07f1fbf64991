internal import RunLogs

/// Two logs of the same tokens side by side: ours, with the trainer, and one with the sampler.
///
/// Texts belong together where all ids are equal, else where those of the responses are: a sampler may
/// have seen another beginning, and a dump may have no prompts. Each text is taken once.
package struct MismatchJoin {
  /// What is compared: response tokens of both logs.
  package var tokens: MismatchTokens
  /// Each row's token in our log.
  package private(set) var ourRows: [Int] = []
  /// Each text's number in our log.
  package private(set) var ourTexts: [Int] = []
  /// Texts of our log that have no counterpart.
  package private(set) var unmatchedCount = 0
  /// Texts of theirs that have none.
  package private(set) var theirUnmatchedCount = 0
  /// Texts of which only the response's ids are equal.
  package private(set) var responseMatchCount = 0

  /// One text of theirs beside one of ours: from these places on tokens correspond.
  private struct Match {
    var ours: Int
    var theirs: Int
    var ourStart: Int
    var theirStart: Int
    var count: Int
    var isByResponse = false
  }

  /// Joins.
  ///
  /// - Parameters:
  ///   - ours: with the trainer's log-probabilities.
  ///   - trainer: its model; further models of the log are candidates for the sampler's weights.
  ///   - theirs: with the sampler's; may be the same log.
  ///   - sampler: its model there.
  /// - Throws: `RunLogError` if a log lacks a model or can't be read.
  package init(
    _ ours: TokenTable, trainer: String, theirs: TokenTable, sampler: String
  ) throws {
    let matches = try Self.matches(ours, theirs)
    let (ourMask, theirMask) = (try ours.isResponse(), try theirs.isResponse())
    let a = try ours.values(.logProbability, of: trainer)
    let b = try theirs.values(.logProbability, of: sampler)
    var texts: [MismatchTokens.Text] = []
    var (trainerColumn, samplerColumn) = ([Float](), [Float]())
    var positions: [Int32] = []
    for match in matches {
      let start = trainerColumn.count
      let (ourFirst, theirFirst) = (ours.log.offsets[match.ours], theirs.log.offsets[match.theirs])
      for place in 0..<match.count {
        let ourRow = ourFirst + match.ourStart + place
        let theirRow = theirFirst + match.theirStart + place
        guard ourMask[ourRow], theirMask[theirRow] else { continue }
        trainerColumn.append(a[ourRow])
        samplerColumn.append(b[theirRow])
        ourRows.append(ourRow)
        positions.append(
          Int32(ourRow - ourFirst - ours.texts.responseStarts[match.ours]))
      }
      texts.append(
        .init(
          rows: start..<trainerColumn.count, prompt: Int(ours.texts.prompts[match.ours]),
          author: Int(ours.texts.sourceOf[match.ours])))
      ourTexts.append(match.ours)
      if match.isByResponse { responseMatchCount += 1 }
    }
    tokens = MismatchTokens(
      texts: texts, trainer: trainerColumn, sampler: samplerColumn, positions: positions)
    let authors = ours.texts.sources
    tokens.authors = authors.count > 1 ? authors : []
    unmatchedCount = ours.textCount - matches.count
    theirUnmatchedCount = theirs.textCount - matches.count
    try addColumns(of: ours, but: trainer, isOneLog: ours.log.path == theirs.log.path, sampler)
  }

  private mutating func addColumns(
    of ours: TokenTable, but trainer: String, isOneLog: Bool, _ sampler: String
  ) throws {
    for model in ours.log.header.models
    where model.name != trainer && !(isOneLog && model.name == sampler) {
      let values = try ours.values(.logProbability, of: model.name)
      tokens.others.append(
        .init(name: model.name, logProbabilities: ourRows.map { values[$0] }))
    }
    if let replicate = try ours.log.replicate(of: trainer) {
      tokens.replicate = ourRows.map { replicate.logProbability[$0] }
    }
    if ours.log.hasTopK(of: trainer), ours.log.has(.entropy, of: trainer) {
      let scales = try PositionScales(of: trainer, in: ours)
      tokens.scales = ourRows.map { scales.logProbability[$0] }
    }
  }

  // MARK: Texts

  private static func matches(_ ours: TokenTable, _ theirs: TokenTable) throws -> [Match] {
    let (ourIDs, theirIDs) = (try ours.tokenIDs(), try theirs.tokenIDs())
    var whole = Pool()
    var responses = Pool()
    for text in 0..<ours.textCount {
      let range = ours.log.tokens(ofSequence: text)
      whole.add(ourIDs[range], text)
      responses.add(ourIDs[range].dropFirst(ours.texts.responseStarts[text]), text)
    }
    var isTaken = [Bool](repeating: false, count: ours.textCount)
    var matches: [Match] = []
    var later: [Int] = []
    // Whole texts first, so that none is lost to one that has no more than its response.
    for text in 0..<theirs.textCount {
      let ids = theirIDs[theirs.log.tokens(ofSequence: text)]
      guard let found = whole.take(ids, &isTaken) else {
        later.append(text)
        continue
      }
      matches.append(
        Match(ours: found, theirs: text, ourStart: 0, theirStart: 0, count: ids.count))
    }
    for text in later {
      let start = theirs.texts.responseStarts[text]
      let ids = theirIDs[theirs.log.tokens(ofSequence: text)].dropFirst(start)
      // A short answer to several prompts says nothing of which one it answers.
      guard !ids.isEmpty, responses.isOfOnePrompt(ids, ours.texts.prompts),
        let found = responses.take(ids, &isTaken)
      else { continue }
      matches.append(
        Match(
          ours: found, theirs: text, ourStart: ours.texts.responseStarts[found], theirStart: start,
          count: ids.count, isByResponse: true))
    }
    return matches.sorted { $0.ours < $1.ours }
  }

  /// Texts by their ids, in their order.
  private struct Pool {
    private var texts: [ArraySlice<UInt32>: [Int]] = [:]

    mutating func add(_ ids: ArraySlice<UInt32>, _ text: Int) {
      texts[ids, default: []].append(text)
    }

    /// Whether all texts with these ids answer one prompt.
    func isOfOnePrompt(_ ids: ArraySlice<UInt32>, _ prompts: [Int32]) -> Bool {
      Set((texts[ids] ?? []).map { prompts[$0] }).count == 1
    }

    /// The first text with these ids that nobody has.
    mutating func take(_ ids: ArraySlice<UInt32>, _ isTaken: inout [Bool]) -> Int? {
      guard let text = texts[ids]?.first(where: { !isTaken[$0] }) else { return nil }
      isTaken[text] = true
      return text
    }
  }
}
