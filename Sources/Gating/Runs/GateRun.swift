internal import Analysis

/// What one run has for a gate: values of metrics, and what other runs have to have as well.
package struct GateRun: Sendable {
  /// The file as given.
  package let path: String
  /// The model, or who wrote the answers; empty of a training log.
  package let model: String
  /// What changes are counted from; nil without it.
  package internal(set) var base: String?
  /// Digest of the weights; empty where nobody says.
  package let weights: String
  /// Digest of all that was measured: the same for a copy, another for new samples of the same weights.
  package let evaluation: String
  /// Metrics that need no other run.
  var columns: [GateMetric: GateColumn] = [:]
  /// Why others are not measured.
  var gaps: [GateMetric: String] = [:]
  /// Correct answers and answers whose correctness is known, by prompt; what pass@k is made of.
  var answers: [Answers] = []
  /// Texts that this run didn't write.
  var fixedTexts: [FixedText] = []
  /// What the same measurement in another precision changes in their mean, nats.
  var fixedNoise: Double?
  /// Digest of each prompt's own text or tokens, by its id.
  var prompts: [String: String] = [:]
  /// What digests of prompts are of: only those of one kind can be compared.
  var promptKind = ""
  /// What a reader should know.
  var notes: [String] = []

  struct Answers: Sendable {
    let prompt: String
    let marks: GateMarks
    var correct = 0
    var known = 0
  }

  struct FixedText: Sendable {
    /// Of its prompt, tokens and which of them count.
    let digest: String
    let prompt: String
    let marks: GateMarks
    /// Of each token that counts, nats; NaN where not measured.
    let logProbabilities: [Float]
  }

  init(path: String, model: String, weights: String, evaluation: String) {
    (self.path, self.model) = (path, model)
    (self.weights, self.evaluation) = (weights, evaluation)
  }

  /// The path with the model.
  var label: String { model.isEmpty ? path : "\(path) (\(model))" }

  /// What a state calls a baseline by: its weights, or all that was measured where these are unknown.
  var identity: String { weights.isEmpty ? "evaluation:" + evaluation : "weights:" + weights }
}

/// Answers of one run, text by text, on their way to the metrics that rest on whole texts.
struct AnswerColumns {
  private var places: [String: Int] = [:]
  private var answers: [GateRun.Answers] = []
  private(set) var columns: [GateMetric: GateColumn] = [:]

  /// One answer; what isn't known of it is nil.
  struct Answer {
    var correct: Bool?
    var reward: Double?
    /// Whether it ended by itself.
    var stopped: Bool?
    /// Whether it has the form that was asked for.
    var formed: Bool?
    var length: Int?
  }

  mutating func add(_ answer: Answer, prompt: String, marks: GateMarks) {
    func number(_ flag: Bool?) -> Double? { flag.map { $0 ? 1 : 0 } }
    let values: [(GateMetric, Double?)] = [
      (.accuracy, number(answer.correct)), (.reward, answer.reward),
      (.stoppedRate, number(answer.stopped)), (.formatRate, number(answer.formed)),
      (.length, answer.length.map(Double.init)),
    ]
    for (metric, value) in values {
      guard let value else { continue }
      columns[metric, default: GateColumn()].samples.append(
        GateSample(prompt: prompt, sum: value, count: 1, marks: marks))
    }
    guard let correct = answer.correct else { return }
    let place = places[prompt] ?? answers.count
    if place == answers.count {
      places[prompt] = place
      answers.append(.init(prompt: prompt, marks: marks))
    }
    answers[place].known += 1
    if correct { answers[place].correct += 1 }
  }

  /// Gives a run what was added, and says why it lacks the rest.
  func fill(_ run: inout GateRun) {
    run.columns.merge(columns) { $1 }
    run.answers = answers
    let missing: [(GateMetric, String)] = [
      (.accuracy, "no text says whether it is correct"),
      (.passAtK, "no text says whether it is correct"),
      (.reward, "no text has a reward"),
      (.stoppedRate, "no text says how it ended (finish)"),
      (.formatRate, "no text has a verdict on its form ('evaluate --output' writes one)"),
    ]
    for (metric, reason) in missing where columns[metric] == nil {
      if metric != .passAtK || answers.isEmpty { run.gaps[metric] = reason }
    }
  }
}
