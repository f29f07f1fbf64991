package import Analysis

/// What `gate` prints: a first screen for people, members for programs.
package struct GateReport: Sendable {
  /// A run that was read.
  package struct Source: Sendable, Encodable {
    /// The file as given.
    package let path: String
    /// The model, or who wrote the answers; empty of a training log.
    package let model: String
    /// What changes were counted from.
    package let base: String?
    /// Digest of the weights; empty where the file doesn't say.
    package let weights: String
    /// Digest of all that was measured.
    package let evaluation: String

    package init(path: String, model: String, base: String?, weights: String, evaluation: String) {
      (self.path, self.model, self.base) = (path, model, base)
      (self.weights, self.evaluation) = (weights, evaluation)
    }
  }

  /// What the result rests on.
  package struct Record: Sendable, Encodable {
    package let baselines: [Source]
    package let candidate: Source
    /// Digest of the prompts and fixed texts.
    package let texts: String
    /// Digest of the policy.
    package let policy: String
    /// The file in which looks are counted.
    package let state: String
    /// The command, as a shell reads it, and the tool's version; empty where nobody says.
    package var command = ""
    package var version = ""

    package init(
      baselines: [Source], candidate: Source, texts: String, policy: String, state: String
    ) {
      (self.baselines, self.candidate) = (baselines, candidate)
      (self.texts, self.policy, self.state) = (texts, policy, state)
    }
  }

  package let result: GateResult
  package let isStrict: Bool
  /// Whether the result is an earlier one: no look was spent.
  package let isRepeated: Bool
  /// Why metrics are not measured.
  package let gaps: [GateMetric: String]
  package var notes: [String]
  package var record: Record

  package init(
    result: GateResult, isStrict: Bool, isRepeated: Bool, gaps: [GateMetric: String],
    notes: [String], record: Record
  ) {
    (self.result, self.isStrict, self.isRepeated) = (result, isStrict, isRepeated)
    (self.gaps, self.notes, self.record) = (gaps, notes, record)
  }

  /// Whether the gate fails.
  package var fails: Bool { result.fails(isStrict: isStrict) }

  /// One line, with what follows from it.
  var headline: String { GateWords.summary(result) }

  /// The same with the names of all that got worse, however many.
  var wholeHeadline: String { GateWords.summary(result, limit: .max - 1) }

  /// A finding's sentence; of what isn't measured with the reason.
  func sentence(_ finding: GateFinding) -> String {
    let text = GateWords.sentence(finding, look: result.look)
    guard finding.outcome == .notMeasured, finding.slice == nil, let gap = gaps[finding.metric]
    else { return text }
    return "\(text.dropLast()): \(gap)."
  }

  /// Worst effect, share of decided metrics, prompts that are missing.
  var threeNumbers: [(name: String, value: String, unit: String)] {
    let worst = result.worst.map { finding in
      // How much better the least improved one is, nobody looks for under this name.
      (finding.marginsOfHarm ?? 0) > 0
        ? (Number.text(finding.marginsOfHarm), "margins, \(GateWords.name(finding))")
        : ("none", "(nothing got worse)")
    }
    let decided = result.decidedShare.map { (Number.percent($0), "of metrics") }
    return [
      ("worst effect", worst?.0 ?? "none", worst?.1 ?? "has a margin"),
      ("decided", decided?.0 ?? "nothing", decided?.1 ?? ""),
      missing,
    ]
  }

  /// Prompts that would decide all; where prompts aren't what is missing, what is.
  private var missing: (name: String, value: String, unit: String) {
    let name = "prompts still needed"
    let undecided = result.headlines.filter { $0.outcome == .undecided }
    guard result.promptsMissing == 0, !undecided.isEmpty else {
      return (name, Number.count(result.promptsMissing), "")
    }
    let lackSeeds = undecided.contains { $0.seeds != nil || $0.reason == .needsSeeds }
    return (name, "–", lackSeeds ? "(seeds are missing)" : "(more may not decide)")
  }

  /// A number with its unit, which may be empty.
  static func words(_ value: String, _ unit: String) -> String {
    unit.isEmpty ? value : value + " " + unit
  }

  /// Findings in the order in which they matter: what fails first, what isn't measured last.
  var ordered: [GateFinding] {
    func rank(_ finding: GateFinding) -> Int {
      switch finding.outcome {
      case .regressed: finding.role == .gated ? 0 : 1
      case .undecided: 2
      case .equivalent: 3
      case .identical: 4
      case .shown: 5
      case .notMeasured: 6
      }
    }
    return result.findings.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }.map(\.element)
  }

  /// What everybody has to know beside the findings.
  var remarks: [String] {
    (isRepeated ? ["The same was judged before: no look was spent."] : []) + notes
  }

  /// The sentence, three numbers, a table, and a sentence for each finding.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    func wrapped(_ text: String) -> [String] {
      // A finding's second line is told from the next finding.
      let lines = Phrase.lines(text, width: width == .max ? .max : max(width - 2, 20))
      return lines.enumerated().map { $0.offset == 0 ? $0.element : "  " + $0.element }
    }
    let numbers = threeNumbers.map { "  \($0.name): \(Self.words($0.value, $0.unit))" }
    return wrapped(headline) + numbers + [""] + GateTable(result.findings).table.lines(width: width)
      + [""]
      + ordered.flatMap { wrapped(sentence($0)) } + (remarks.isEmpty ? [] : [""])
      + remarks.flatMap(wrapped)
  }
}
