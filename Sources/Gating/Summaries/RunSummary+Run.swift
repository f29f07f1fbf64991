internal import Analysis

extension RunSummary {
  /// Of a run that was read.
  ///
  /// Distances to a baseline aren't the run's own and are left out; k of pass@k is the fewest answers to any
  /// of its prompts, and its held-out loss is over all of its fixed texts.
  ///
  /// - Parameters:
  ///   - run: with its columns.
  ///   - kind: of the log.
  ///   - files: that it was read from.
  ///   - question: which models were asked for.
  ///   - created: when the log was made, as it says.
  init(_ run: GateRun, kind: Kind, files: [File], question: Question, created: String?) {
    var columns = run.columns
    var gaps = run.gaps
    let k = run.answers.map(\.known).min() ?? 0
    if k > 1 {
      columns[.passAtK] = GateMeasures.passColumn(run, k)
    } else if !run.answers.isEmpty {
      gaps[.passAtK] = "a prompt has only one answer whose correctness is known"
    }
    if !run.fixedTexts.isEmpty { columns[.heldOutLoss] = Self.heldOutLoss(run) }
    for distance in [GateMetric.klCandidateBaseline, .changedBetween] {
      columns[distance] = nil
      gaps[distance] = nil
    }
    var values: [Value] = []
    for metric in columns.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      if let estimate = columns[metric]?.values().estimate(of: metric) {
        values.append(Value(metric, estimate))
        gaps[metric] = nil
      } else {
        gaps[metric] = "no measured token"
      }
    }
    // That a training log has no prompts needs no list.
    let told = kind == .training ? gaps.filter { !$0.key.isOfPrompts } : gaps
    self.init(
      kind: kind, files: files, question: question, model: run.model, base: run.base,
      weights: run.weights, evaluation: run.evaluation,
      texts: kind == .training ? "" : GateMeasures.textsDigest(of: [run]), created: created,
      passCount: k > 1 ? k : nil,
      steps: kind == .training ? run.columns.values.map(\.samples.count).max() ?? 0 : nil,
      values: values,
      gaps: told.sorted { $0.key.rawValue < $1.key.rawValue }.map { Gap($0.key, $0.value) })
  }

  private static func heldOutLoss(_ run: GateRun) -> GateColumn {
    var column = GateColumn()
    for text in run.fixedTexts {
      column.add(
        prompt: text.prompt, marks: text.marks,
        tokens: text.logProbabilities.enumerated().lazy.filter { $0.element.isFinite }
          .map { (place: $0.offset, value: -Double($0.element)) })
    }
    return column
  }
}
