package import StatisticalInference

/// What is known of one run, small: each metric with its interval, and the looks that gates had at it.
///
/// It lies as a file beside the log that it is of, so that hundreds of runs are read at once;
/// Data/Schemas/summary.schema.json says what the members are.
package struct RunSummary: Sendable, Equatable, Codable {
  /// What kind of log it is of.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case tokens, answers, training
  }

  /// A file that was read, and what it was like then.
  package struct File: Sendable, Equatable, Codable {
    /// Its name in the summary's folder, else its path.
    package let name: String
    /// Bytes; nil where there was no such file.
    package let size: Int?
    /// Nanoseconds since 1970; nil where there was no such file.
    package let modified: Int?

    package init(name: String, size: Int?, modified: Int?) {
      (self.name, self.size, self.modified) = (name, size, modified)
    }
  }

  /// Which models of a log were asked for; nil for those that follow from it.
  package struct Question: Sendable, Equatable, Codable {
    package var base: String?
    package var model: String?
    /// Authors whose texts count as fixed though the log has a model of their name.
    package var fixedAuthors: [String]

    package init(base: String? = nil, model: String? = nil, fixedAuthors: [String] = []) {
      (self.base, self.model, self.fixedAuthors) = (base, model, fixedAuthors)
    }

    /// Whether nothing was asked for.
    package var isOpen: Bool { base == nil && model == nil && fixedAuthors.isEmpty }
  }

  /// A metric of the run.
  package struct Value: Sendable, Equatable, Codable {
    package let metric: GateMetric
    package let unit: GateMetric.Unit
    /// Of a column of a training log without interval.
    package let estimate: Estimate

    package init(_ metric: GateMetric, _ estimate: Estimate) {
      (self.metric, unit, self.estimate) = (metric, metric.unit, estimate)
    }
  }

  /// A metric that isn't measured, with the reason.
  package struct Gap: Sendable, Equatable, Codable {
    package let metric: GateMetric
    package let reason: String

    package init(_ metric: GateMetric, _ reason: String) {
      (self.metric, self.reason) = (metric, reason)
    }
  }

  /// What a gate said of the run as its candidate.
  package struct Look: Sendable, Equatable, Codable {
    /// A whole metric's outcome.
    package struct Outcome: Sendable, Equatable, Codable {
      package let metric: GateMetric
      package let outcome: GateFinding.Outcome
      package let role: GateRule.Role

      package init(metric: GateMetric, outcome: GateFinding.Outcome, role: GateRule.Role) {
        (self.metric, self.outcome, self.role) = (metric, outcome, role)
      }
    }

    /// Evaluation digests of what it was compared with.
    package let baselines: [String]
    /// Digests of prompts and policy.
    package let texts: String
    package let policy: String
    package let look: Int
    package let looks: Int
    package let passes: Bool
    package let outcomes: [Outcome]

    package init(
      of result: GateResult, baselines: [String], texts: String, policy: String, passes: Bool
    ) {
      (self.baselines, self.texts, self.policy) = (baselines, texts, policy)
      (look, looks) = (result.look, result.looks)
      self.passes = passes
      outcomes = result.headlines.filter { $0.outcome != .notMeasured }.map {
        Outcome(metric: $0.metric, outcome: $0.outcome, role: $0.role)
      }
    }

    /// Whether another is of the same series of looks: it takes this one's place.
    package func isOfSameSeries(as other: Look) -> Bool {
      (baselines, texts, policy) == (other.baselines, other.texts, other.policy)
    }

    /// Metrics that regressed and are gated.
    package var regressed: [GateMetric] {
      outcomes.filter { $0.outcome == .regressed && $0.role == .gated }.map(\.metric)
    }
  }

  /// Rises where members change their meaning or numbers their formula: other versions are made anew.
  package static let newestVersion = 1

  package private(set) var version = newestVersion
  package let kind: Kind
  /// What was read, the log itself first.
  package let files: [File]
  package let question: Question
  /// The model, or who wrote the answers; empty of a training log.
  package let model: String
  /// What changes were counted from.
  package let base: String?
  /// Digest of the weights; empty where nobody says.
  package let weights: String
  /// Digest of all that was measured: the same for a copy.
  package let evaluation: String
  /// Digest of prompts and fixed texts; empty of a training log.
  package let texts: String
  /// When the log was made, as it says; nil where it doesn't.
  package let created: String?
  /// k of pass@k; nil without it.
  package let passCount: Int?
  /// Steps of a training log.
  package let steps: Int?
  package let values: [Value]
  package let gaps: [Gap]
  /// One for each series of looks, in the order in which they were had.
  package var looks: [Look]

  package init(
    kind: Kind, files: [File], question: Question, model: String, base: String?, weights: String,
    evaluation: String, texts: String, created: String?, passCount: Int?, steps: Int?,
    values: [Value], gaps: [Gap], looks: [Look] = []
  ) {
    (self.kind, self.files, self.question) = (kind, files, question)
    (self.model, self.base, self.weights) = (model, base, weights)
    (self.evaluation, self.texts, self.created) = (evaluation, texts, created)
    (self.passCount, self.steps) = (passCount, steps)
    (self.values, self.gaps, self.looks) = (values, gaps, looks)
  }

  /// A metric; nil where it isn't measured.
  package func estimate(of metric: GateMetric) -> Estimate? {
    values.first { $0.metric == metric }?.estimate
  }

  /// Adds a look in the place of an earlier one of the same series.
  package mutating func record(_ look: Look) {
    looks.removeAll(where: look.isOfSameSeries)
    looks.append(look)
  }
}
