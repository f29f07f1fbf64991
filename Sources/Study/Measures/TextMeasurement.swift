internal import Analysis
internal import Foundation
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
      let shared = try table(of: texts.ownTexts(of: name), under: [name] + others)
      let asked = places.map { open[$0].name }.filter { $0 != name }
      let probes = try table(of: texts.probes(of: name), under: [name] + asked)
      let few = try texts.pathTexts(of: name)
      for place in places {
        try measure(&runs[place], base: name, shared, probes)
        try follow(&runs[place], base: name, few)
      }
    }
  }

  private func measure(
    _ run: inout StudyRun, base: String, _ shared: TokenTable, _ probes: TokenTable
  ) throws {
    run.probes = try StudyTexts.probes(under: run.name, base: base, in: shared)
      .merging(StudyTexts.probes(under: run.name, base: base, in: probes)) { first, _ in first }
    guard run.name != base else { return }
    let pair = try PairName(before: base, after: run.name)
    run.setShift(try Shift(of: pair, in: shared), isOwn: false)
    let own = try table(of: texts.path(of: run.name), under: [base, run.name])
    run.setShift(try Shift(of: pair, in: own), isOwn: true)
    run.examples = try [
      TextExample.some(of: base, pair, in: shared), TextExample.some(of: run.name, pair, in: own),
      TextExample.some(of: StudyTexts.Probe.teacher.rawValue, pair, in: probes),
    ].flatMap { $0 }
  }

  /// Measures a run's checkpoints on a few texts; base's last model is where the paths of its runs begin.
  private func follow(_ run: inout StudyRun, base: String, _ path: String) throws {
    let folder = StudyPlan.run(run.name, texts.seed, texts.folder)
    let points = CheckpointSeries.checkpoints(in: folder).compactMap { point in
      point.step.map { (name: "step-\($0)", step: $0, path: point.path) }
    }
    guard !points.isEmpty else { return }
    let log = "\(texts.folder)/seed-\(texts.seed)/\(run.name)-path.h5"
    // A log of twenty models for two dozen numbers each.
    defer { try? FileManager.default.removeItem(atPath: log) }
    let table = try score(
      path,
      [(base, StudyPlan.model(base, texts.seed, texts.folder))]
        + points.map { ($0.name, $0.path) },
      to: log)
    run.path = try points.compactMap { point in
      let summary = try PairSummary(
        of: PairName(before: base, after: point.name), in: table, source: base,
        isDistributed: false)
      guard let runBase = summary[.klAfterBefore]?.mean, runBase.isFinite,
        let baseRun = summary[.klBeforeAfter]?.mean, baseRun.isFinite
      else { return nil }
      return PathPoint(
        step: point.step, klRunBase: runBase, klBaseRun: baseRun,
        probes: try StudyTexts.probes(under: point.name, base: base, in: table))
    }
  }

  /// Scores a file of texts into the log of its name; pairs are the first model with each other one.
  private func table(of path: String, under names: [String]) throws -> TokenTable {
    try score(
      path, names.map { ($0, StudyPlan.model($0, texts.seed, texts.folder)) },
      to: path.dropLast(".jsonl".count) + ".h5")
  }

  private func score(
    _ path: String, _ models: [(name: String, directory: String)], to destination: String
  ) throws -> TokenTable {
    let checkpoints = try models.map { try Checkpoint(name: $0.name, directory: $0.directory) }
    return try TokenTable(
      Scorer(checkpoints: checkpoints, texts: try TextFile(path: path))
        .newLog(at: destination, provenance))
  }
}

extension StudyTexts {
  /// How likely a model finds the probes of each kind that a log has.
  ///
  /// - Throws: `RunLogError` if the log can't be read.
  static func probes(
    under model: String, base: String, in table: TokenTable
  ) throws -> [String: TextProbe] {
    var probes: [String: TextProbe] = [:]
    for kind in Probe.allCases {
      probes[kind.rawValue] = try TextProbe(of: model, in: table) { text in
        switch kind {
        case .correct, .wrong:
          table.texts.source(of: text) == base
            && table.texts.isCorrect[text] == (kind == .correct)
        case .teacher, .far, .native, .unrelated, .mixture:
          table.texts.source(of: text) == kind.rawValue
        }
      }
    }
    return probes
  }
}

extension TextExample {
  /// The first responses of a writer to the first two problems.
  ///
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  static func some(
    of source: String, _ pair: PairName, in table: TokenTable
  ) throws -> [TextExample] {
    let texts = table.texts.texts(of: source).filter { table.texts.samples[$0] == 0 }.prefix(2)
    return try texts.map { text in
      let change = try ResponseChange(ofText: text, pair: pair, in: table)
      func numbers(_ value: (PositionChange) -> Double) -> [Double?] {
        change.response.map { position in
          let number = value(position)
          return number.isFinite ? (number * 1e4).rounded() / 1e4 : nil
        }
      }
      func words(_ positions: ArraySlice<PositionChange>) -> [String] {
        positions.map { String(decoding: $0.bytes?.values ?? [], as: UTF8.self) }
      }
      return TextExample(
        source: source, prompt: words(change.prompt).joined(), tokens: words(change.response),
        probabilityBase: numbers(\.probabilityBefore), probabilityRun: numbers(\.probabilityAfter),
        divergence: numbers(\.divergence))
    }
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
  /// - Parameters:
  ///   - pair: of models.
  ///   - table: with them.
  ///   - source: whose texts; nil for all.
  /// - Throws: `RunLogError` if the log can't be read.
  init(of pair: PairName, in table: TokenTable, source: String? = nil) throws {
    let summary = try PairSummary(of: pair, in: table, source: source, isDistributed: false)
    let halves = try EntropyBandSummary(of: pair, in: table, source: source)
    let entropies = try table.values(.entropy, of: pair.before)
    let divergences = try table.values(.jensenShannonDivergence, of: pair)
    let changes = try table.values(.probabilityChange, of: pair)
    let rows = try table.rows(of: pair, .response, source: source)
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
