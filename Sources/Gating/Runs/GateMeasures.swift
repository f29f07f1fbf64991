internal import Analysis
internal import Foundation

/// Runs side by side: values of what all of them have.
struct GateMeasures {
  private(set) var measures: [GateMeasure] = []
  /// Why the other metrics are not measured.
  private(set) var gaps: [GateMetric: String] = [:]
  private(set) var notes: [String] = []

  private let baselines: [GateRun]
  private let candidate: GateRun
  private let slices: [GateSlice.Kind]
  private var runs: [GateRun] { baselines + [candidate] }

  /// - Throws: `GateInputError` where one id is of different prompts.
  init(baselines: [GateRun], candidate: GateRun, slices: [GateSlice.Kind]) throws {
    (self.baselines, self.candidate, self.slices) = (baselines, candidate, slices)
    for baseline in baselines { try Self.checkPrompts(baseline, candidate) }
    for run in baselines + [candidate] where !notes.contains(where: run.notes.contains) {
      notes += run.notes
    }
    var metrics = Set(runs.flatMap(\.columns.keys)).union(GateMetric.known)
    metrics.subtract([.passAtK, .heldOutLoss])
    for metric in metrics.sorted(by: { $0.rawValue < $1.rawValue }) {
      if metric.kind == .distance { addDistance(metric) } else { add(metric) }
    }
    addPassAtK()
    addHeldOutLoss()
  }

  /// The same id has to mean the same prompt: `evaluate` with another seed numbers other problems alike.
  private static func checkPrompts(_ a: GateRun, _ b: GateRun) throws {
    guard a.promptKind == b.promptKind else { return }
    for (id, digest) in a.prompts.sorted(by: { $0.key < $1.key }) {
      guard let other = b.prompts[id], other != digest else { continue }
      throw GateInputError(
        b.path,
        "'\(id)' is another prompt than in \(a.path): compare answers to the same prompts, of "
          + "'evaluate' with the same --seed")
    }
  }

  private mutating func add(_ metric: GateMetric) {
    for run in runs where run.columns[metric] == nil {
      gaps[metric] = "\(run.gaps[metric] ?? "not there") (\(run.label))"
      return
    }
    add(metric, runs.compactMap { $0.columns[metric] })
  }

  /// One column for each run, the candidate's last.
  private mutating func add(_ metric: GateMetric, _ columns: [GateColumn]) {
    // A run that measured nothing: no prompt of it could match.
    guard columns.allSatisfy({ !$0.samples.isEmpty }) else {
      gaps[metric] = "no measured token"
      return
    }
    func measure(_ slice: GateSlice?) -> GateMeasure {
      let values = columns.map { $0.values(slice) }
      return GateMeasure(
        metric, slice: slice,
        baselines: metric.kind == .distance ? [] : Array(values.dropLast()),
        candidate: values[values.count - 1], noiseFloor: columns.compactMap(\.noise).max())
    }
    measures.append(measure(nil))
    for kind in slices {
      let names = columns.map { $0.names(kind) }
      let common = names.dropFirst().reduce(names[0]) { $0.intersection($1) }
      // One that holds all is the metric itself.
      if common.count < 2, names.allSatisfy({ $0.count < 2 }), kind != .position { continue }
      for name in common.sorted() { measures.append(measure(GateSlice(kind, name))) }
    }
  }

  private mutating func addDistance(_ metric: GateMetric) {
    guard baselines.count == 1 else {
      gaps[metric] = "a distance is to one baseline"
      return
    }
    guard let column = candidate.columns[metric] else {
      gaps[metric] = candidate.gaps[metric] ?? "no log holds both models"
      return
    }
    add(metric, [column])
  }

  // MARK: pass@k

  /// 1 − C(n − c, k)/C(n, k) for each prompt, k being the fewest answers that any prompt has.
  ///
  /// The unbiased estimator of Chen et al., Evaluating Large Language Models Trained on Code, 2021.
  private mutating func addPassAtK() {
    for run in runs where run.answers.isEmpty {
      gaps[.passAtK] = "\(run.gaps[.passAtK] ?? "not there") (\(run.label))"
      return
    }
    let k = runs.flatMap { $0.answers.map(\.known) }.min() ?? 0
    guard k > 1 else {
      gaps[.passAtK] = "a prompt has only one answer whose correctness is known"
      return
    }
    notes.append("pass-at-k: k = \(k), the fewest answers to a prompt")
    add(
      .passAtK,
      runs.map { Self.passColumn($0, k) })
  }

  /// The metric of one run.
  static func passColumn(_ run: GateRun, _ k: Int) -> GateColumn {
    GateColumn(
      samples: run.answers.map { answers in
        GateSample(prompt: answers.prompt, sum: pass(answers, k), count: 1, marks: answers.marks)
      })
  }

  static func pass(_ answers: GateRun.Answers, _ k: Int) -> Double {
    let (n, wrong) = (answers.known, answers.known - answers.correct)
    guard wrong >= k else { return 1 }
    var allWrong = 1.0
    for step in 0..<k { allWrong *= Double(wrong - step) / Double(n - step) }
    return 1 - allWrong
  }

  // MARK: Fixed texts

  private mutating func addHeldOutLoss() {
    let metric = GateMetric.heldOutLoss
    for run in runs where run.fixedTexts.isEmpty {
      gaps[metric] =
        (run.gaps[metric] ?? "no text by anybody but the models; --fixed AUTHOR takes an author's")
        + " (\(run.label))"
      return
    }
    let byDigest = runs.map { run in
      Dictionary(run.fixedTexts.map { ($0.digest, $0) }) { first, _ in first }
    }
    var columns = runs.map { _ in GateColumn() }
    var (common, left) = (0, 0)
    for digest in byDigest[0].keys.sorted() {
      let texts = byDigest.compactMap { $0[digest] }
      guard texts.count == runs.count else {
        left += 1
        continue
      }
      common += 1
      let places = texts[0].logProbabilities.indices.filter { place in
        texts.allSatisfy {
          place < $0.logProbabilities.count && $0.logProbabilities[place].isFinite
        }
      }
      for (run, text) in texts.enumerated() {
        columns[run].add(
          prompt: text.prompt, marks: text.marks,
          tokens: places.lazy.map { (place: $0, value: -Double(text.logProbabilities[$0])) })
      }
    }
    for (run, values) in runs.enumerated() { columns[run].noise = values.fixedNoise }
    guard common > 0 else {
      gaps[metric] = "no fixed text is in all logs"
      return
    }
    if left > 0 { notes.append("held-out-nll: \(left) fixed texts are not in all logs") }
    add(metric, columns)
  }

  // MARK: Digests

  /// Of the prompts and fixed texts of the baselines: whatever a candidate leaves out, it is the same.
  var textsDigest: String { Self.textsDigest(of: baselines) }

  /// The same of any runs.
  static func textsDigest(of runs: [GateRun]) -> String {
    let prompts = Set(runs.flatMap { run in run.prompts.map { $0.key + "\n" + $0.value } })
    let fixed = Set(runs.flatMap { $0.fixedTexts.map(\.digest) })
    return Digest.of(prompts.sorted() + ["fixed"] + fixed.sorted())
  }
}
