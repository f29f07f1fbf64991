/// One run of one seed: all that tables and figures of a study are made from.
///
/// As JSON it is a file of some kilobytes, from which nothing has to be measured again.
package struct StudyRun: Sendable, Codable, Equatable {
  /// The preset's name.
  package let name: String
  /// The seed.
  package let seed: UInt64
  /// The run that it starts from; nil for random weights.
  package var parent: String?
  /// The run from random weights that it goes back to; nil where it is that run.
  package var base: String?
  /// What was measured, by `StudyMeasure`; what wasn't is not in it.
  package private(set) var values: [String: Double] = [:]
  /// Answers to held-out problems, by the name of their split.
  package var splits: [String: SplitAnswers] = [:]
  /// The evaluations during training, in their order.
  package var learning: [LearningPoint] = []
  /// How far the run is from base, by whose texts it was measured on: `base` and `own`.
  package var shifts: [String: TextShift] = [:]
  /// What the run makes of texts that are the same for all runs, by their kind.
  package var probes: [String: TextProbe] = [:]
  /// The same of its checkpoints, of base its last model among them, on few texts.
  package var path: [PathPoint] = []
  /// Some responses token by token: base's, the run's own, and the teacher's to the same problems.
  package var examples: [TextExample] = []

  /// Nothing measured yet.
  package init(name: String, seed: UInt64) { (self.name, self.seed) = (name, seed) }

  /// One measure; NaN where there is none.
  package subscript(measure: StudyMeasure) -> Double {
    get { values[measure.rawValue] ?? .nan }
    // JSON has no number for what isn't finite.
    set { values[measure.rawValue] = newValue.isFinite ? newValue : nil }
  }

  /// Sampled accuracy on a split; NaN where it wasn't measured.
  package func accuracy(on split: String) -> Double { splits[split]?.accuracy ?? .nan }

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

/// What a run answered to the problems of a split.
///
/// All runs of a seed are asked the same ones in the same order, so that runs can be paired problem by
/// problem.
package struct SplitAnswers: Sendable, Codable, Equatable {
  /// Sampled responses to each problem.
  package var samples: Int
  /// How many of them are right, by problem.
  package var correct: [Int]
  /// Whether the most likely response to each is right, 1 or 0; nil where it wasn't asked for.
  package var greedy: [Int]?
  /// Mean tokens of a sampled response.
  package var responseLength: Double
  /// Share of sampled responses that ended by themselves.
  package var stoppedShare: Double
  /// Mean entropy at their tokens, nats; nil where one isn't known.
  package var entropy: Double?

  package init(
    samples: Int, correct: [Int], greedy: [Int]? = nil, responseLength: Double,
    stoppedShare: Double, entropy: Double? = nil
  ) {
    (self.samples, self.correct, self.greedy) = (samples, correct, greedy)
    (self.responseLength, self.stoppedShare) = (responseLength, stoppedShare)
    self.entropy = entropy
  }

  /// Share of right sampled responses.
  package var accuracy: Double {
    Double(correct.reduce(0, +)) / Double(samples * correct.count)
  }
}

/// An evaluation during training.
package struct LearningPoint: Sendable, Codable, Equatable {
  /// From 1.
  package var step: Int
  /// Tokens of this run's updates until then.
  package var tokens: Double
  /// The same with all that it sampled until then; nil where that isn't known.
  package var totalTokens: Double?
  /// Share of right sampled responses to the configuration's own held-out problems.
  package var accuracy: Double
  /// Mean entropy at these responses' tokens, nats.
  package var entropy: Double?
  /// Mean entropy at the step's rollouts' tokens, nats; nil without rollouts.
  package var rolloutEntropy: Double?

  package init(
    step: Int, tokens: Double, totalTokens: Double?, accuracy: Double, entropy: Double? = nil,
    rolloutEntropy: Double? = nil
  ) {
    (self.step, self.tokens, self.totalTokens) = (step, tokens, totalTokens)
    (self.accuracy, self.entropy, self.rolloutEntropy) = (accuracy, entropy, rolloutEntropy)
  }
}

/// How far a run is from base on some responses.
package struct TextShift: Sendable, Codable, Equatable {
  /// Positions that were measured.
  package var positions: Int
  /// Mean KL(run ‖ base) and KL(base ‖ run), nats.
  package var klRunBase: Double
  package var klBaseRun: Double
  /// By base's entropy.
  package var bands: [Band]
  /// How many positions have a change of the token's probability, run − base, in each twentieth of −1…1,
  /// ascending; the last one holds 1.
  package var probabilityChanges: [Int]

  /// Positions where base's entropy is in a range.
  package struct Band: Sendable, Codable, Equatable {
    /// Above so many nats; the first band has none.
    package var above: Double?
    /// Up to so many nats; the last band has none.
    package var upTo: Double?
    /// How many.
    package var positions: Int
    /// Of them those with a Jensen-Shannon divergence above 0.1 nats.
    package var changed: Int
    /// The ends of their share's interval over prompts, 95 %; nil where there is none.
    package var lower: Double?
    package var upper: Double?

    package init(
      above: Double?, upTo: Double?, positions: Int, changed: Int, lower: Double?, upper: Double?
    ) {
      (self.above, self.upTo) = (above, upTo)
      (self.positions, self.changed) = (positions, changed)
      (self.lower, self.upper) = (lower, upper)
    }
  }

  package init(
    positions: Int, klRunBase: Double, klBaseRun: Double, bands: [Band],
    probabilityChanges: [Int]
  ) {
    (self.positions, self.bands) = (positions, bands)
    (self.klRunBase, self.klBaseRun) = (klRunBase, klBaseRun)
    self.probabilityChanges = probabilityChanges
  }
}

/// How likely a run finds some responses that are the same for all runs.
package struct TextProbe: Sendable, Codable, Equatable {
  /// Responses.
  package var texts: Int
  /// Their tokens.
  package var tokens: Int
  /// Mean log-probability of a token, nats.
  package var logProbPerToken: Double
  /// Mean over responses of the sum over their tokens, nats.
  package var logProbPerText: Double

  package init(texts: Int, tokens: Int, logProbPerToken: Double, logProbPerText: Double) {
    (self.texts, self.tokens) = (texts, tokens)
    (self.logProbPerToken, self.logProbPerText) = (logProbPerToken, logProbPerText)
  }
}

/// A checkpoint of a run.
package struct PathPoint: Sendable, Codable, Equatable {
  /// From 1.
  package var step: Int
  /// Mean KL(checkpoint ‖ base) on a few of base's own responses, nats.
  package var klRunBase: Double
  /// Mean KL(base ‖ checkpoint) on them, nats.
  package var klBaseRun: Double
  /// What it makes of a few texts, by their kind.
  package var probes: [String: TextProbe]

  package init(step: Int, klRunBase: Double, klBaseRun: Double, probes: [String: TextProbe]) {
    (self.step, self.probes) = (step, probes)
    (self.klRunBase, self.klBaseRun) = (klRunBase, klBaseRun)
  }
}

/// One response under base and run; null where a token wasn't measured.
package struct TextExample: Sendable, Codable, Equatable {
  /// Who wrote it.
  package var source: String
  /// What it answers.
  package var prompt: String
  /// Its tokens.
  package var tokens: [String]
  /// The probability of each under base, to four decimals.
  package var probabilityBase: [Double?]
  /// The same under the run.
  package var probabilityRun: [Double?]
  /// The Jensen-Shannon divergence at each, nats, to four decimals.
  package var divergence: [Double?]

  package init(
    source: String, prompt: String, tokens: [String], probabilityBase: [Double?],
    probabilityRun: [Double?], divergence: [Double?]
  ) {
    (self.source, self.prompt, self.tokens) = (source, prompt, tokens)
    (self.probabilityBase, self.probabilityRun) = (probabilityBase, probabilityRun)
    self.divergence = divergence
  }
}
