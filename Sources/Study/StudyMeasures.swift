package import StatisticalInference

/// What is measured of each run of a study.
package enum StudyMeasure: String, Sendable, Codable, CaseIterable {
  /// Share of right sampled responses to held-out problems.
  case accuracy
  /// Share of held-out problems that one of eight samples solves.
  case passAt8 = "pass_at_8"
  /// Share of held-out problems whose most likely response is right.
  case greedyAccuracy = "greedy_accuracy"
  /// Mean tokens of a response.
  case responseLength = "response_length"
  /// Tokens of all updates.
  case tokens
  /// Tokens sampled in training.
  case rolloutTokens = "rollout_tokens"
  /// Wall time of training.
  case seconds
  /// Mean KL(run ‖ base) on base's own responses.
  case klRunBase = "kl_run_base"
  /// Mean KL(base ‖ run) on them.
  case klBaseRun = "kl_base_run"
  /// Share of their positions with a Jensen-Shannon divergence above 0.1 nats.
  case changedShare = "changed_share"
  /// The same of low-entropy positions: base's entropy is at most 0.5 nats.
  case lowEntropyChangedShare = "changed_share_low_entropy"
  /// The same of the others.
  case highEntropyChangedShare = "changed_share_high_entropy"
  /// Mean entropy of rollouts over the first tenth of the steps.
  case firstEntropy = "rollout_entropy_first"
  /// The same over the last tenth.
  case lastEntropy = "rollout_entropy_last"
  /// Mean share of degenerate groups over the first tenth of the steps.
  case firstDegenerateGroups = "degenerate_groups_first"
  /// The same over the last tenth.
  case lastDegenerateGroups = "degenerate_groups_last"
}

/// One run of one seed.
package struct StudyRun: Sendable, Codable, Equatable {
  /// The preset's name.
  package let name: String
  /// The seed.
  package let seed: UInt64
  /// What was measured, by `StudyMeasure`.
  package var values: [String: Double] = [:]
  /// Sampled accuracy by split, beside the test split.
  package var shiftedAccuracy: [String: Double] = [:]

  /// Nothing measured yet.
  package init(name: String, seed: UInt64) { (self.name, self.seed) = (name, seed) }

  /// One measure; NaN where there is none.
  package subscript(measure: StudyMeasure) -> Double {
    get { values[measure.rawValue] ?? .nan }
    set { values[measure.rawValue] = newValue.isFinite ? newValue : nil }
  }

  /// Takes in a mean over the first and the last tenth of a log's steps, at least one step each.
  package mutating func set(
    _ first: StudyMeasure, _ last: StudyMeasure, from column: [Double]
  ) {
    let measured = column.filter { !$0.isNaN }
    guard !measured.isEmpty else { return }
    let count = max(1, measured.count / 10)
    self[first] = measured.prefix(count).reduce(0, +) / Double(count)
    self[last] = measured.suffix(count).reduce(0, +) / Double(count)
  }
}

extension StudyMeasure {
  /// Where it can lie: shares between 0 and 1, the others from 0 on.
  package var bounds: ClosedRange<Double> {
    switch self {
    case .accuracy, .passAt8, .greedyAccuracy, .changedShare, .lowEntropyChangedShare,
      .highEntropyChangedShare, .firstDegenerateGroups, .lastDegenerateGroups:
      0...1
    case .responseLength, .tokens, .rolloutTokens, .seconds, .klRunBase,
      .klBaseRun, .firstEntropy, .lastEntropy:
      0...Double.infinity
    }
  }
}

/// A question to a study, and what its seeds answer.
package struct StudyAnswer: Sendable, Equatable {
  /// The question, for people.
  package let question: String
  /// The number in question.
  package let estimate: Estimate
  /// What it is compared with.
  package let limit: Double
  /// Whether a yes needs the number to be above the limit, or else below.
  package let asksForMore: Bool

  /// `yes`, `no`, or `open` where the interval holds the limit.
  package var verdict: String {
    switch (estimate.side(of: limit), asksForMore) {
    case (.above, true), (.below, false): "yes"
    case (.above, false), (.below, true): "no"
    case (.open, _): "open"
    }
  }
}

/// All runs of a study.
package struct StudySummary: Sendable, Equatable {
  /// In the order of presets, seed by seed.
  package let runs: [StudyRun]

  /// Those runs.
  package init(runs: [StudyRun]) { self.runs = runs }

  /// Names of runs in their order.
  package var names: [String] {
    runs.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
  }

  /// A measure of one run over the seeds; nil where a seed hasn't got it.
  package func estimate(_ measure: StudyMeasure, of name: String) -> Estimate? {
    values(measure, of: name).map { .mean(ofSeeds: $0, within: measure.bounds) }
  }

  /// The accuracy on another split over the seeds.
  package func accuracy(on split: String, of name: String) -> Estimate? {
    let values = runs.filter { $0.name == name }.compactMap { $0.shiftedAccuracy[split] }
    return values.isEmpty ? nil : .mean(ofSeeds: values, within: 0...1)
  }

  /// The splits beside the test split, in their order.
  package var splits: [String] {
    runs.flatMap { $0.shiftedAccuracy.keys.sorted() }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func values(_ measure: StudyMeasure, of name: String) -> [Double]? {
    let values = runs.filter { $0.name == name }.map { $0[measure] }
    return values.isEmpty || values.contains(where: \.isNaN) ? nil : values
  }

  /// The paper's questions about `sft` and `rl`, and, where the runs are there, the same ones with imitation
  /// of base's own right answers in the teacher's place: what then remains is the objective's.
  package var allAnswers: [StudyAnswer] {
    let controls = answers(imitation: "sft-own").filter { $0.question.contains("sft-own") }
    return answers() + controls
  }

  /// The questions of the SRFT paper's analysis that two runs of one base answer.
  ///
  /// - Parameters:
  ///   - imitation: the run that imitates, say `sft`.
  ///   - reinforcement: the run that reinforces, say `rl`.
  /// - Returns: those whose numbers there are.
  package func answers(imitation: String = "sft", reinforcement: String = "rl") -> [StudyAnswer] {
    func ratio(
      _ question: String, _ numerator: (StudyMeasure, String),
      _ denominator: (StudyMeasure, String), limit: Double, asksForMore: Bool
    ) -> StudyAnswer? {
      guard let above = values(numerator.0, of: numerator.1),
        let below = values(denominator.0, of: denominator.1)
      else { return nil }
      // A ratio to 0 is no number; the difference asks the same.
      guard (above + below).allSatisfy({ $0 > 0 }) else {
        return StudyAnswer(
          question: question + " (the first − \(limit) × the other, above 0?)",
          estimate: .mean(ofSeeds: zip(above, below).map { $0 - limit * $1 }), limit: 0,
          asksForMore: asksForMore)
      }
      return StudyAnswer(
        question: question, estimate: .ratio(ofSeeds: above, to: below), limit: limit,
        asksForMore: asksForMore)
    }
    var rise: StudyAnswer?
    if let first = values(.firstDegenerateGroups, of: reinforcement),
      let last = values(.lastDegenerateGroups, of: reinforcement)
    {
      rise = StudyAnswer(
        question: "Does the share of degenerate groups rise under \(reinforcement)? (last − first)",
        estimate: .mean(ofSeeds: zip(last, first).map { $0 - $1 }), limit: 0,
        asksForMore: true)
    }
    return [
      ratio(
        "Is mean KL(run ‖ base) of \(imitation) more than 5 × that of \(reinforcement)?",
        (.klRunBase, imitation), (.klRunBase, reinforcement), limit: 5,
        asksForMore: true),
      ratio(
        "Is mean KL(base ‖ run) of \(imitation) more than 5 × that of \(reinforcement)?",
        (.klBaseRun, imitation), (.klBaseRun, reinforcement), limit: 5,
        asksForMore: true),
      ratio(
        "Is the share of low-entropy tokens that changed more than 3 × as high under "
          + "\(imitation) as under \(reinforcement)?",
        (.lowEntropyChangedShare, imitation), (.lowEntropyChangedShare, reinforcement), limit: 3,
        asksForMore: true),
      ratio(
        "Does the entropy of rollouts fall to less than half under \(reinforcement)? (last / first)",
        (.lastEntropy, reinforcement), (.firstEntropy, reinforcement), limit: 0.5,
        asksForMore: false),
      rise,
    ].compactMap { $0 }
  }
}
