internal import Analysis
internal import Foundation
package import Reporting
internal import RunLogs

/// The page of a gate: what the files hold beside the numbers that were judged.
extension GateEvaluation {
  /// More prompts nobody reads.
  private static let mostExamples = 5
  /// More slices would make a page of tables.
  private static let mostParts = 4

  /// Gathers what the page shows; the files are asked again.
  ///
  /// - Parameter report: of this evaluation.
  /// - Returns: the page, not yet written.
  /// - Throws: `RunLogError`, `TextError` where a file can't be read.
  package func page(of report: GateReport) throws -> GatePage {
    var details = GateDetails()
    try addTokens(to: &details, report)
    try addExamples(to: &details, report)
    addTraining(to: &details)
    addRecord(to: &details)
    return GatePage(report, details)
  }

  // MARK: Tokens

  /// The candidate's log with the pair that says most: from the baseline, else from base.
  private var compared: (reader: TokenRunReader, pair: PairName, author: String)? {
    guard let reader = candidate.tokens else { return nil }
    let readers = [reader] + (baselines.count == 1 ? baselines.compactMap(\.tokens) : [])
    for log in readers {
      guard baselines.count == 1, let before = baselines[0].tokens.flatMap(log.name),
        let after = log.name(of: reader), after != before, let pair = log.pair(before, after)
      else { continue }
      return (log, pair, after)
    }
    guard let base = reader.base, base != reader.model, let pair = reader.pair(base, reader.model)
    else { return nil }
    return (reader, pair, reader.model)
  }

  private func addTokens(to details: inout GateDetails, _ report: GateReport) throws {
    guard let (reader, pair, author) = compared else { return }
    let regressed = report.result.findings.filter {
      $0.outcome == .regressed && $0.metric.isOfPrompts
    }
    let slices = regressed.filter { $0.slice != nil }
    // Several metrics may have regressed in one slice: it is shown once.
    var names: [GateSlice?: [String]] = [:]
    var order: [GateSlice?] = []
    for finding in slices.isEmpty ? regressed : slices {
      if names[finding.slice] == nil { order.append(finding.slice) }
      names[finding.slice, default: []].append(finding.metric.rawValue)
    }
    for slice in order.prefix(Self.mostParts) {
      let metrics = (names[slice] ?? []).joined(separator: ", ")
      let place = metrics + (slice.map { " in \($0.kind.rawValue) \($0.name)" } ?? "")
      for writer in try writers(in: reader, pair, author) {
        var settings = PairAudit.Settings()
        settings.hasGrams = false
        settings.author = writer
        settings.part = reader.part(slice, by: writer)
        guard settings.part?.texts.isEmpty == false else { continue }
        details.addTokens(
          place, try PairAudit(of: pair, in: reader.table, settings: settings), in: reader.table)
      }
    }
    if order.count > Self.mostParts {
      details.notes.append(
        "Tokens are shown of the first \(Self.mostParts) of \(order.count) slices that got worse.")
    }
  }

  /// The candidate where it wrote texts, else those whose texts are fixed.
  private func writers(
    in reader: TokenRunReader, _ pair: PairName, _ author: String
  ) throws -> [String] {
    let all = try reader.table.authors(of: pair)
    if let own = all.first(where: { $0.utf8.elementsEqual(author.utf8) }) { return [own] }
    let fixed = Set(reader.fixedPlaces.map { reader.table.texts.source(of: $0) })
    return Array(all.filter(fixed.contains).prefix(1))
  }

  // MARK: Examples

  /// The metric whose prompts are worth reading: the one that regressed most, else the worst.
  private func worstFinding(_ report: GateReport) -> GateFinding? {
    let headlines = report.result.headlines.filter {
      $0.metric.isOfPrompts && $0.outcome != .notMeasured && $0.outcome != .identical
    }
    func rank(_ finding: GateFinding) -> (Int, Double) {
      let isRegressed = finding.outcome == .regressed
      return (
        isRegressed ? finding.role == .gated ? 2 : 1 : 0, finding.marginsOfHarm ?? -.infinity
      )
    }
    return headlines.max { rank($0) < rank($1) }
  }

  private func addExamples(to details: inout GateDetails, _ report: GateReport) throws {
    guard let finding = worstFinding(report),
      let measure = side.measures.first(where: {
        $0.metric == finding.metric && $0.slice == nil
      })
    else { return }
    let harms = measure.harms(finding.worse).filter { $0.part > 0 }.prefix(Self.mostExamples)
    let prompts = Set(harms.map(\.prompt))
    guard !prompts.isEmpty else { return }
    let areFixed = finding.metric == .heldOutLoss
    let (before, after) = (
      try baselines.first?.texts(to: prompts, areFixed: areFixed) ?? [:],
      try candidate.texts(to: prompts, areFixed: areFixed)
    )
    let isUp = harms[harms.startIndex].isRise
    for harm in harms {
      let old = Self.extreme(before[harm.prompt], finding, isWorst: false, isUp: isUp)
      let new = Self.extreme(after[harm.prompt], finding, isWorst: true, isUp: isUp)
      guard old != nil || new != nil else { continue }
      var answers: [GateDetails.Answer] = []
      if areFixed {
        answers.append(.init(title: "the fixed text", text: new?.text ?? old?.text ?? ""))
      } else {
        for (answer, run, name) in [
          (old, baselines.first?.run, "baseline"), (new, candidate.run, "candidate"),
        ] {
          guard let answer, let run else { continue }
          answers.append(
            .init(title: Self.title(answer, run, name, finding.metric), text: answer.text))
        }
      }
      details.examples.append(
        .init(
          prompt: harm.prompt, question: new?.question ?? old?.question ?? "",
          change: Self.words(harm, finding), answers: answers))
    }
    guard !details.examples.isEmpty else { return }
    let shown = details.examples.count
    details.choice =
      "The \(shown == 1 ? "prompt that adds" : "\(shown) prompts that add") most to the harm of "
      + "\(finding.metric.rawValue): the worst, not typical ones."
      + (areFixed ? "" : " Of several answers the baseline's best and the candidate's worst.")
      + (baselines.count > 1 ? " Of several baselines the first." : "")
    try addTexts(to: &details, prompts, areFixed)
  }

  /// The same texts token by token.
  private func addTexts(
    to details: inout GateDetails, _ prompts: Set<String>, _ areFixed: Bool
  ) throws {
    guard let (reader, pair, author) = compared else { return }
    let ids = details.examples.map(\.prompt)
    let places = areFixed ? reader.fixedPlaces : reader.table.texts.texts(of: author)
    let first = ids.compactMap { id in places.first { reader.promptIDs[$0] == id } }
    guard !first.isEmpty else { return }
    try details.setTexts(
      first, pair, in: reader.table,
      choice: "The first text to each of these prompts in \(reader.log.path).")
  }

  /// Of several answers the one at the far end of the metric; the first where nothing is known.
  private static func extreme(
    _ answers: [AnswerText]?, _ finding: GateFinding, isWorst: Bool, isUp: Bool
  ) -> AnswerText? {
    let isHighWorse = finding.worse == .both ? isUp : finding.worse == .higher
    return answers?.enumerated().max { a, b in
      let values = [a, b].map { $0.element.values[finding.metric] ?? 0 }
        .map { isHighWorse == isWorst ? $0 : -$0 }
      // The first of equals.
      return (values[0], b.offset) < (values[1], a.offset)
    }?.element
  }

  private static func title(
    _ answer: AnswerText, _ run: GateRun, _ name: String, _ metric: GateMetric
  ) -> String {
    let words: String? =
      switch metric {
      case .accuracy, .passAtK: answer.values[metric].map { $0 > 0 ? "correct" : "wrong" }
      case .formatRate: answer.values[metric].map { $0 > 0 ? "in form" : "not in form" }
      case .stoppedRate: answer.values[metric].map { $0 > 0 ? "ended" : "cut off" }
      default: answer.values[metric].map(GateNumbers(metric.unit).level)
      }
    return "\(name)\(run.model.isEmpty ? "" : ", \(run.model)")\(words.map { ": \($0)" } ?? "")"
  }

  private static func words(_ harm: PromptHarm, _ finding: GateFinding) -> String {
    let numbers = GateNumbers(finding.metric.unit)
    let change = [harm.baseline, harm.candidate].compactMap { $0 }.map(numbers.level)
      .joined(separator: " → ")
    return "\(finding.metric.rawValue): \(change)"
  }

  // MARK: Training and record

  private func addTraining(to details: inout GateDetails) {
    let runs = (baselines.map { ($0, "baseline") } + [(candidate, "candidate")]).compactMap {
      reading, label in
      reading.training.map { log in
        TrainingRun(
          path: reading.run.path,
          folderName: URL(filePath: reading.run.path).lastPathComponent, label: label, log: log)
      }
    }
    guard !runs.isEmpty else { return }
    do {
      details.training = try FigureSet(of: TrainingCondition.group(runs, mixesDefinitions: true))
    } catch {
      details.notes.append("Training dynamics aren't drawn: \(error)")
    }
  }

  private func addRecord(to details: inout GateDetails) {
    let policy = effectivePolicy.canonicalText.split(separator: "\n").map(String.init)
    details.record.append(
      .init(
        "Policy",
        policy.dropFirst().map { line in
          let words = line.split(separator: " ", maxSplits: line.hasPrefix("metric ") ? 2 : 1)
            .map(String.init)
          guard words.count > 1 else { return (words.first ?? "", "none") }
          return (words.dropLast().joined(separator: " "), words[words.count - 1])
        }))
    var known: Set<String> = []
    for reading in baselines + [candidate] where known.insert(reading.run.path).inserted {
      if let log = reading.tokens?.log {
        details.addRecord(reading.run.path, of: log)
      } else if let log = reading.training {
        details.record.append(
          .init(
            reading.run.path,
            [("steps", "\(log.steps.count)")]
              + log.attributes.sorted { $0.key < $1.key }.map { key, value in
                (key, value.split(whereSeparator: \.isNewline).joined(separator: "; "))
              }))
      } else {
        details.record.append(
          .init(reading.run.path, [("answers' digest", reading.run.evaluation)]))
      }
    }
  }
}

extension GateReading {
  /// Answers to some prompts; none of a training log.
  fileprivate func texts(
    to prompts: Set<String>, areFixed: Bool
  ) throws -> [String: [AnswerText]] {
    if let answers { return try answers.texts(to: prompts, by: run.model) }
    guard let tokens else { return [:] }
    return try tokens.places(to: prompts, areFixed: areFixed).mapValues { places in
      try places.map(tokens.text)
    }
  }
}

extension PromptHarm {
  /// Whether the metric went up.
  fileprivate var isRise: Bool { candidate > (baseline ?? 0) }
}

extension TokenRunReader {
  /// A slice's positions in one author's texts; all of them of the whole.
  fileprivate func part(_ slice: GateSlice?, by author: String) -> AuditedPart {
    let texts = table.texts.texts(of: author)
    guard let slice else { return AuditedPart(texts: Set(texts)) }
    if slice.kind == .position {
      let band = PositionBand.allCases.first { $0.name == slice.name }
      return AuditedPart(texts: Set(texts), places: band?.places)
    }
    return AuditedPart(
      texts: Set(
        texts.filter { text in
          let sample = GateSample(prompt: "", sum: 0, count: 0, marks: notes[text].marks)
          return sample.slice(slice.kind) == slice.name
        }))
  }
}
