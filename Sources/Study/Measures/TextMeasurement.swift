internal import Analysis
internal import RunLogs
internal import Scoring
internal import StatisticalInference

/// Scores texts that runs wrote, and says how far each run is from base there.
struct TextMeasurement {
  let plan: StudyPlan
  let texts: StudyTexts
  let provenance: Provenance

  /// Scores base's answers under all runs, every other run's own ones under base and itself, and the probes.
  ///
  /// Runs of another base are measured on that one's answers.
  ///
  /// - Parameters:
  ///   - open: runs that are to be measured.
  ///   - stages: all that are finished.
  ///   - runs: those of `open`, in their order.
  /// - Throws: an error of a checkpoint, a text or a log.
  func measure(
    _ open: [StudyPlan.Stage], among stages: [StudyPlan.Stage], into runs: inout [StudyRun]
  ) throws {
    func base(of stage: StudyPlan.Stage) -> String {
      plan.line(of: stage).last?.name ?? stage.name
    }
    for name in stages.filter({ $0.parent == nil }).map(\.name) {
      let places = open.indices.filter { base(of: open[$0]) == name }
      guard !places.isEmpty else { continue }
      let others = stages.filter { $0.name != name && base(of: $0) == name }.map(\.name)
      let shared = try table(of: texts.path(of: name), under: [name] + others)
      let probes = try table(
        of: texts.probes(of: name), under: places.map { open[$0].name })
      for place in places {
        try measure(&runs[place], base: name, shared, probes)
      }
    }
  }

  private func measure(
    _ run: inout StudyRun, base: String, _ shared: TokenTable, _ probes: TokenTable
  ) throws {
    for kind in StudyTexts.Probe.allCases {
      run.probes[kind.rawValue] =
        switch kind {
        case .correct, .wrong:
          try TextProbe(of: run.name, in: shared) {
            shared.texts.isCorrect[$0] == (kind == .correct)
          }
        case .teacher, .unrelated, .mixture:
          try TextProbe(of: run.name, in: probes) {
            probes.texts.source(of: $0) == kind.rawValue
          }
        }
    }
    guard run.name != base else { return }
    let pair = try PairName(before: base, after: run.name)
    run.setShift(try Shift(of: pair, in: shared), isOwn: false)
    let own = try table(of: texts.path(of: run.name), under: [base, run.name])
    run.setShift(try Shift(of: pair, in: own), isOwn: true)
  }

  /// Scores a file of texts into the log of its name.
  private func table(of path: String, under names: [String]) throws -> TokenTable {
    let checkpoints = try names.map { name in
      try Checkpoint(
        name: name, directory: StudyPlan.model(name, texts.seed, texts.folder))
    }
    // Pairs are the first, base, with each other one.
    let scorer = try Scorer(checkpoints: checkpoints, texts: try TextFile(path: path))
    let destination = path.replacing(".jsonl", with: ".h5")
    let writer = try TokenLogWriter(destination: destination, header: scorer.header(provenance))
    do {
      _ = try scorer.run(into: writer) { _ in }
      try writer.publish()
    } catch {
      writer.discard()
      throw error
    }
    return try TokenTable(TokenLog(path: destination))
  }
}

/// A run's distance from base on some texts.
struct Shift {
  let text: TextShift
  let changed: Double
  let lowEntropyChanged: Double
  let highEntropyChanged: Double

  /// Upper ends of the bands of base's entropy, nats; the last band has none.
  static let edges = [0.05, 0.2, EntropyBandSummary.limit, 1, 1.5]

  /// Measures a pair, base first.
  ///
  /// - Throws: `RunLogError` if the log can't be read.
  init(of pair: PairName, in table: TokenTable) throws {
    let summary = try PairSummary(of: pair, in: table, isDistributed: false)
    let halves = try EntropyBandSummary(of: pair, in: table)
    let entropies = try table.values(.entropy, of: pair.before)
    let divergences = try table.values(.jensenShannonDivergence, of: pair)
    let changes = try table.values(.probabilityChange, of: pair)
    let rows = try table.rows(of: pair, .response, source: nil)
    func isChanged(_ row: Int) -> Bool { Double(divergences[row]) > EntropyBandSummary.threshold }
    let bands = (0...Self.edges.count).map { index in
      let above = index > 0 ? Self.edges[index - 1] : nil
      let upTo = index < Self.edges.count ? Self.edges[index] : nil
      let part = rows.filter { row in
        let entropy = Double(entropies[row])
        return entropy > above ?? -.infinity && entropy <= upTo ?? .infinity
      }
      let share = table.share("", at: part) { isChanged }
      return TextShift.Band(
        above: above, upTo: upTo, positions: part.count,
        changed: part.map { isChanged($0) ? 1 : 0 }.reduce(0, +), lower: share?.lower,
        upper: share?.upper)
    }
    var histogram = [Int](repeating: 0, count: 20)
    rows.visit { row, _, _ in
      histogram[min(max(Int((Double(changes[row]) + 1) * 10), 0), 19)] += 1
    }
    text = TextShift(
      positions: rows.count, klRunBase: summary[.klAfterBefore]?.mean ?? .nan,
      klBaseRun: summary[.klBeforeAfter]?.mean ?? .nan, bands: bands,
      probabilityChanges: histogram)
    changed = summary.shareAboveTenth?.value ?? .nan
    lowEntropyChanged = halves.lowEntropyChangedShare?.value ?? .nan
    highEntropyChanged = halves.highEntropyChangedShare?.value ?? .nan
  }
}

extension TextProbe {
  /// How likely a model finds some texts' responses; nil where nothing of them was measured.
  ///
  /// - Throws: `RunLogError` if the log can't be read.
  init?(of model: String, in table: TokenTable, _ isMeant: (Int) -> Bool) throws {
    let values = try table.values(.logProbability, of: model)
    var rows = try table.rows(TokenFilter(models: [model]))
    rows.texts = rows.texts.filter(isMeant)
    let (tokens, texts) = (rows.count, rows.measuredTextCount)
    guard tokens > 0 else { return nil }
    let sum = CompensatedSum.of(rows.map { Double(values[$0]) })
    guard sum.isFinite else { return nil }
    self.init(
      texts: texts, tokens: tokens, logProbPerToken: sum / Double(tokens),
      logProbPerText: sum / Double(texts))
  }
}

extension StudyRun {
  /// Takes in the distance on base's texts, or on the run's own.
  mutating func setShift(_ shift: Shift, isOwn: Bool) {
    if shift.text.klRunBase.isFinite, shift.text.klBaseRun.isFinite {
      shifts[isOwn ? "own" : "base"] = shift.text
    }
    self[isOwn ? .ownKLRunBase : .klRunBase] = shift.text.klRunBase
    self[isOwn ? .ownKLBaseRun : .klBaseRun] = shift.text.klBaseRun
    self[isOwn ? .ownChangedShare : .changedShare] = shift.changed
    self[isOwn ? .ownLowEntropyChangedShare : .lowEntropyChangedShare] = shift.lowEntropyChanged
    self[isOwn ? .ownHighEntropyChangedShare : .highEntropyChangedShare] =
      shift.highEntropyChanged
  }
}
