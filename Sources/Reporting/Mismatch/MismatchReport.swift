package import Analysis
internal import StatisticalInference
internal import TokenStatistics

/// What `mismatch` says: how far a sampler is from a trainer, and why.
package struct MismatchReport: Sendable {
  /// What was compared.
  package struct Sources: Sendable, Encodable {
    package var ours: String
    package var trainer: String
    package var theirs: String
    package var sampler: String
    /// The folder of the trainer's checkpoint; nil without one.
    package var model: String?

    package init(
      ours: String, trainer: String, theirs: String, sampler: String, model: String? = nil
    ) {
      (self.ours, self.trainer, self.theirs) = (ours, trainer, theirs)
      (self.sampler, self.model) = (sampler, model)
    }
  }

  /// How the logs' texts belong together.
  package struct Texts: Sendable, Encodable {
    /// In both.
    package var matched: Int
    /// Of these, how many by their responses alone.
    package var matchedByResponse: Int
    package var onlyInOurs: Int
    package var onlyInTheirs: Int
    /// Tokens with the trainer's whole distribution, on which explanations were tried; nil without the
    /// checkpoint.
    package var profiledTokens: Int?

    package init(_ join: MismatchJoin, profiledTokens: Int?) {
      matched = join.ourTexts.count
      matchedByResponse = join.responseMatchCount
      (onlyInOurs, onlyInTheirs) = (join.unmatchedCount, join.theirUnmatchedCount)
      self.profiledTokens = profiledTokens
    }
  }

  package let sources: Sources
  package let texts: Texts
  package let mismatch: Mismatch
  /// Sentences about what the logs don't say.
  package let notes: [String]

  package init(_ mismatch: Mismatch, sources: Sources, texts: Texts, notes: [String]) {
    (self.mismatch, self.sources, self.texts, self.notes) = (mismatch, sources, texts, notes)
  }

  /// The conclusion, as a sentence.
  package var sentence: String {
    let sentence = mismatch.sentence
    return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
  }

  /// Bars of the figure: every explanation that was tried, alone, and all causes together.
  package var remainders: [MismatchFigure.Remainder] {
    var bars = mismatch.explanations.compactMap { explanation in
      explanation.shareRemoved.map {
        MismatchFigure.Remainder(
          name: MismatchTables.name(explanation.kind), share: max(0, 1 - $0.value))
      }
    }
    if let share = mismatch.shareExplained {
      bars.append(.init(name: "all causes", share: max(0, 1 - share.value)))
    }
    return bars
  }

  // MARK: Text

  /// Lines for people, the conclusion last.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines, some of them with line ends inside.
  package func lines(width: Int) -> [String] {
    let tables = MismatchTables(mismatch)
    var lines = [
      "\(sources.trainer) of \(sources.ours) (trainer) against \(sources.sampler) of "
        + "\(sources.theirs) (sampler)",
      textsLine,
    ]
    lines += notes.flatMap { Phrase.lines($0, width: width) }
    lines.append("\n" + tables.size.title)
    lines += tables.size.transposedLines(width: width)
    for table in [tables.byProbability, tables.byPosition, tables.byAuthor, tables.explanations]
    where !table.rows.isEmpty {
      lines.append("\n" + table.title)
      if !table.caption.isEmpty { lines += Phrase.lines(table.caption, width: width) }
      lines += table.lines(width: width)
    }
    lines += tables.causeLines.flatMap { Phrase.lines($0, width: width) }
    lines.append("")
    let all = [tables.size, tables.byProbability, tables.byPosition, tables.explanations]
    lines += IntervalNote.sentences(about: all.flatMap(\.estimates))
      .flatMap { Phrase.lines($0, width: width) }
    lines += [""] + Phrase.lines(sentence, width: width)
    return lines.map { line in
      line.split(separator: "\n", omittingEmptySubsequences: false)
        .map { VisibleText.escaped(String($0)) }.joined(separator: "\n")
    }
  }

  private var textsLine: String {
    var parts = ["texts in both: \(Number.count(texts.matched))"]
    if texts.matchedByResponse > 0 {
      parts.append("\(Number.count(texts.matchedByResponse)) of them by the response's ids alone")
    }
    if texts.onlyInOurs > 0 { parts.append("only in ours: \(Number.count(texts.onlyInOurs))") }
    if texts.onlyInTheirs > 0 {
      parts.append("only in theirs: \(Number.count(texts.onlyInTheirs))")
    }
    if let count = texts.profiledTokens {
      parts.append("explanations tried on \(Number.count(count)) tokens")
    }
    return parts.joined(separator: "; ")
  }
}

extension MismatchReport: Encodable {
  private enum CodingKeys: CodingKey {
    case sources, texts, notes, verdict, sentence, size, byProbability, byPosition, byAuthor
    case explanations, causes, shareExplained, rounding, left
  }

  private struct Part: Encodable {
    let name: String
    let size: MismatchSize
  }

  private struct Explanation: Encodable {
    let name: String
    let status: String
    let parameters: [String: Estimate]
    let shareRemoved: Estimate?
    let left: MismatchRemainder?
    let order: TruncationOrder?
    let otherOrder: MismatchExplanation.OtherOrder?

    init(_ explanation: MismatchExplanation) {
      name = MismatchTables.name(explanation.kind)
      status = explanation.status.rawValue
      parameters = Dictionary(
        explanation.parameters.map { ($0.name, $0.estimate) }, uniquingKeysWith: { $1 })
      (shareRemoved, left) = (explanation.shareRemoved, explanation.remainder)
      (order, otherOrder) = (explanation.order, explanation.otherOrder)
    }
  }

  /// Data/Schemas/mismatch.schema.json says what the members are.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sources, forKey: .sources)
    try values.encode(texts, forKey: .texts)
    try values.encode(notes, forKey: .notes)
    try values.encode(mismatch.verdict, forKey: .verdict)
    try values.encode(sentence, forKey: .sentence)
    try values.encode(mismatch.size, forKey: .size)
    func parts(_ parts: [MismatchPart]) -> [Part] {
      parts.map { Part(name: $0.name, size: $0.size) }
    }
    try values.encode(parts(mismatch.byProbability), forKey: .byProbability)
    try values.encode(parts(mismatch.byPosition), forKey: .byPosition)
    try values.encode(parts(mismatch.byAuthor), forKey: .byAuthor)
    try values.encode(mismatch.explanations.map(Explanation.init), forKey: .explanations)
    try values.encode(mismatch.causes.map(Explanation.init), forKey: .causes)
    try values.encodeIfPresent(mismatch.shareExplained, forKey: .shareExplained)
    try values.encode(mismatch.rounding, forKey: .rounding)
    try values.encode(mismatch.remainder, forKey: .left)
  }
}
