package import Reporting
package import StatisticalInference

/// A number of the self-test, and what is asked of it.
package struct Finding: Sendable, Encodable {
  /// Of what, in words.
  package let name: String
  /// The number with its interval, either end of which is wrong 1 % of the time; nil where there was nothing
  /// to count.
  package let value: Estimate?
  /// It must not be above this for sure; nil for no bound.
  package var atMost: Double?
  /// It must not be below this for sure; nil for no bound.
  package var atLeast: Double?
  /// Whether the bound decides, or is only shown beside.
  package var isJudged = true

  /// One bound at least.
  package init(
    _ name: String, _ value: Estimate?, atMost: Double? = nil, atLeast: Double? = nil,
    isJudged: Bool = true
  ) {
    (self.name, self.value) = (name, value)
    (self.atMost, self.atLeast, self.isJudged) = (atMost, atLeast, isJudged)
  }

  /// Whether the interval leaves the bound possible; without an interval the number itself decides.
  ///
  /// False without a number: what wasn't counted wasn't found right.
  package var holds: Bool {
    guard let value, !value.value.isNaN else { return false }
    let (lower, upper) = (value.lower ?? value.value, value.upper ?? value.value)
    return lower <= atMost ?? .infinity && upper >= atLeast ?? -.infinity
  }

  /// Whether it says no.
  package var fails: Bool { isJudged && !holds }

  private enum CodingKeys: CodingKey { case name, value, atMost, atLeast, isJudged, holds }

  /// Data/Schemas/selftest.schema.json says what the members are.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(value, forKey: .value)
    try values.encode(atMost, forKey: .atMost)
    try values.encode(atLeast, forKey: .atLeast)
    try values.encode(isJudged, forKey: .isJudged)
    try values.encode(holds, forKey: .holds)
  }
}

/// One question of the self-test with its answer.
package struct SelfTestPart: Sendable {
  /// A word or two.
  package let name: String
  /// What was found, with an interval, without the verdict.
  package let sentence: String
  /// What people read.
  package let table: Table
  /// What decides.
  package let findings: [Finding]

  /// All parts given.
  package init(name: String, sentence: String, table: Table, findings: [Finding]) {
    (self.name, self.sentence, self.table) = (name, sentence, table)
    self.findings = findings
  }

  /// Whether no bound is broken for sure.
  package var holds: Bool { !findings.contains(where: \.fails) }
}

/// What `selftest` says.
package struct SelfTestResult: Sendable {
  /// What was tested.
  package struct Subject: Sendable, Encodable {
    /// The build's version.
    package let version: String
    /// Of all random choices.
    package let seed: UInt64
    /// The checkpoint's folder.
    package let model: String
    /// The file of the texts.
    package let texts: String
    /// Texts, their prompts, and measured tokens of their responses.
    package let textCount, promptCount, positionCount: Int
    /// The precision that is held against 32 bits: `BF16`, or null for a checkpoint that isn't stored so.
    package let reducedType: String?
    /// Whether all bounds are judged: they are those of the demo.
    package let isDemo: Bool

    private enum CodingKeys: String, CodingKey {
      case version, seed, model, texts, textCount, promptCount, positionCount, reducedType, isDemo
    }

    /// Data/Schemas/selftest.schema.json says what the members are.
    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(version, forKey: .version)
      try values.encode(seed, forKey: .seed)
      try values.encode(model, forKey: .model)
      try values.encode(texts, forKey: .texts)
      try values.encode(textCount, forKey: .textCount)
      try values.encode(promptCount, forKey: .promptCount)
      try values.encode(positionCount, forKey: .positionCount)
      try values.encode(reducedType, forKey: .reducedType)
      try values.encode(isDemo, forKey: .isDemo)
    }
  }

  package let subject: Subject
  package let parts: [SelfTestPart]

  /// Whether all parts hold.
  package var holds: Bool { parts.allSatisfy(\.holds) }
}

extension SelfTestResult: Encodable {
  private enum CodingKeys: CodingKey { case subject, parts, holds }

  /// Data/Schemas/selftest.schema.json says what the members are.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(subject, forKey: .subject)
    try values.encode(parts, forKey: .parts)
    try values.encode(holds, forKey: .holds)
  }
}

extension SelfTestPart: Encodable {
  private enum CodingKeys: CodingKey { case name, sentence, table, findings, holds }

  /// Data/Schemas/selftest.schema.json says what the members are.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(sentence, forKey: .sentence)
    try values.encode(table, forKey: .table)
    try values.encode(findings, forKey: .findings)
    try values.encode(holds, forKey: .holds)
  }
}

// MARK: Text

extension SelfTestResult {
  /// Lines for people, the verdict last.
  ///
  /// - Parameter width: characters of a line, at most 80.
  /// - Returns: lines; an empty one before each part.
  package func lines(width: Int) -> [String] {
    let width = min(width, 80)
    var lines = Phrase.lines(
      "tokenshift \(subject.version), \(subject.reducedType == nil ? "32 bits alone" : "bf16 against 32 bits"),"
        + " seed \(subject.seed)", width: width)
    lines += Phrase.lines("checkpoint: \(subject.model)", width: width)
    lines += Phrase.lines(
      "texts: \(subject.texts): \(Phrase.count(subject.textCount, "text")), "
        + "\(Phrase.count(subject.promptCount, "prompt")), "
        + "\(Phrase.count(subject.positionCount, "response token"))", width: width)
    for part in parts {
      lines += ["", part.table.title]
      if !part.table.caption.isEmpty { lines += Phrase.lines(part.table.caption, width: width) }
      lines += part.table.lines(width: width)
      lines += Phrase.lines(
        "\(part.name): \(part.holds ? "holds" : "doesn't hold"). \(part.sentence)", width: width)
      for finding in part.findings where finding.fails {
        lines += Phrase.lines("! \(finding.sentence)", width: width)
      }
    }
    lines += [""]
    lines += Phrase.lines(
      "Brackets: an end is wrong 1 % of the time, over prompts; of a worst bin over both sides of all bins.",
      width: width)
    if !subject.isDemo {
      lines += Phrase.lines(
        "Power and undecidable positions depend on a model's rounding: here they are shown, not judged.",
        width: width)
    }
    let failing = parts.filter { !$0.holds }.map(\.name)
    lines.append(
      holds ? "selftest: holds" : "selftest: doesn't hold: \(failing.joined(separator: ", "))")
    return lines.map(VisibleText.escaped)
  }
}

extension Finding {
  /// The number and the bound that it breaks.
  fileprivate var sentence: String {
    let value = Phrase.share(value)
    let bounds = [
      atMost.map { "at most \(Number.percent($0))" },
      atLeast.map { "at least \(Number.percent($0))" },
    ].compactMap(\.self)
    return "\(name): \(value), where \(bounds.joined(separator: " and ")) is right"
  }
}
