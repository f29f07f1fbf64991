internal import Analysis
internal import RunLogs

/// Which models of a token log are meant; nil for those that follow from the log.
package struct GateNames: Sendable {
  /// What changes are counted from.
  package var base: String?
  package var model: String?
  /// Authors whose texts are fixed ones though the log has a model of their name.
  package var fixedAuthors: [String] = []
  /// The option that names the model, for errors.
  package var option: String

  package init(option: String) { self.option = option }
}

/// Reads a token log for a gate.
struct TokenRunReader {
  let table: TokenTable
  let model: String
  let base: String?
  let names: GateNames
  let promptIDs: [String]
  private let finishes: [String]
  let notes: [TextNotes]
  /// Texts that the model wrote.
  let own: [Int]

  var log: TokenLog { table.log }

  /// - Parameters:
  ///   - log: to be read.
  ///   - names: which models are meant.
  ///   - known: the same log's table, if another reader has made it.
  /// - Throws: `RunLogError`; `GateInputError` where it isn't clear which model is meant.
  init(_ log: TokenLog, _ names: GateNames, known: TokenTable? = nil) throws {
    let models = log.header.models.map(\.name)
    let base = try Self.base(names, of: log, models)
    model = try Self.model(names, of: log, models, base: base)
    self.base = base
    self.names = names
    table = try known ?? TokenTable(log)
    own = table.texts.texts(of: model)
    promptIDs = try log.strings(.promptID)
    finishes = try log.strings(.finish)
    let texts = table.texts
    notes = try log.strings(.metadata).enumerated().map {
      TextNotes(metadata: $1, source: texts.source(of: $0))
    }
  }

  private static func base(
    _ names: GateNames, of log: TokenLog, _ known: [String]
  ) throws -> String? {
    guard let base = names.base else {
      return known.contains("base") ? "base" : log.header.pairs.first?.before
    }
    guard known.contains(base) else {
      throw GateInputError(
        log.path, "has no model '\(base)', only \(known.joined(separator: ", ")): see --base")
    }
    return base
  }

  private static func model(
    _ names: GateNames, of log: TokenLog, _ known: [String], base: String?
  ) throws -> String {
    if let model = names.model {
      guard known.contains(model) else {
        throw GateInputError(
          log.path,
          "has no model '\(model)', only \(known.joined(separator: ", ")): see \(names.option)")
      }
      return model
    }
    let others = known.filter { $0 != base }
    guard let model = others.first ?? known.first else {
      throw GateInputError(log.path, "has no model: score texts with one")
    }
    guard others.count < 2 else {
      throw GateInputError(
        log.path,
        "has the models \(known.joined(separator: ", ")): say which with \(names.option) NAME")
    }
    return model
  }

  private func record(_ name: String) -> ModelRecord? {
    log.header.models.first { $0.name == name }
  }

  var weights: String { record(model)?.weightsDigest ?? "" }

  // MARK: The run

  /// All that the log has for a gate.
  /// - Throws: `RunLogError` where it can't be read.
  func run() throws -> GateRun {
    var run = GateRun(
      path: log.path, model: model, weights: weights, evaluation: try evaluationDigest())
    run.base = base
    run.fixedTexts = try fixedTexts()
    run.fixedNoise = try fixedNoise()
    if names.fixedAuthors.contains(model) {
      run.gaps[.heldOutLoss] =
        "'\(model)' is compared, and its own samples are no held-out texts; --fixed takes others'"
    }
    run.prompts = try promptDigests()
    run.promptKind = "tokens " + log.header.tokenizer.digest
    guard !own.isEmpty else {
      let authors = Set(table.texts.sources).sorted().prefix(5).map { "'\($0)'" }
      let reason =
        "no text by '\(model)'; texts are by \(authors.joined(separator: ", "))"
      for metric in GateMetric.known where metric != .heldOutLoss { run.gaps[metric] = reason }
      return run
    }
    var answers = AnswerColumns()
    let rewards = try log.rewards()
    let rows = try table.rows(TokenFilter(source: model, models: [model]))
    for text in own {
      answers.add(
        answer(at: text, reward: rewards[text], length: Int(rows.lengths[text])),
        prompt: promptIDs[text], marks: notes[text].marks)
    }
    answers.fill(&run)
    if log.has(.entropy, of: model) {
      run.columns[.entropy] = try entropy(rows)
    } else {
      run.gaps[.entropy] = "the log has no entropies of '\(model)'"
    }
    try addChanges(to: &run)
    return run
  }

  /// What is known of an answer as a whole.
  func answer(at text: Int, reward: Double?, length: Int) -> AnswerColumns.Answer {
    .init(
      correct: table.texts.isCorrect[text], reward: reward,
      stopped: TextNotes.stopped(finishes[text]), formed: notes[text].formed, length: length)
  }

  private func entropy(_ rows: TokenRows) throws -> GateColumn {
    let values = try table.values(.entropy, of: model)
    var column = column(of: rows) { Double(values[$0]) }
    column.noise = try log.replicate(of: model).flatMap { replicate in
      Self.shift(rows) { Double(values[$0]) - Double(replicate.entropy[$0]) }
    }
    return column
  }

  /// The size of a mean over the rows at which it is finite; nil of none.
  static func shift(_ rows: TokenRows, _ difference: (Int) -> Double) -> Double? {
    var (sum, count) = (0.0, 0.0)
    rows.visit { row, _, _ in
      let value = difference(row)
      if value.isFinite { (sum, count) = (sum + value, count + 1) }
    }
    return count > 0 ? abs(sum / count) : nil
  }

  /// What another precision makes of a mean KL divergence, nats; nil without a pair's replicate.
  ///
  /// Logs keep JS of the other precision and no KL. Both are of the same two distributions, and small changes
  /// of logits change them in one proportion: mean KL times |ΣJS′/ΣJS − 1| over the rows with a replicate.
  /// An estimate: where KL of the demo's logs differs between bf16 and f32 by 0.00006, 0.00018, 0.00031 and
  /// 0.00066 nats (base:rl and base:sft, texts of either) it says 0.00012, 0.00018, 0.00024 and 0.00046.
  private func divergenceShift(
    of pair: PairName, _ rows: TokenRows, _ divergence: (Int) -> Double
  ) throws -> Double? {
    guard log.has(.jensenShannonDivergence), let exact = try log.replicateDivergences(of: pair)
    else { return nil }
    let values = try table.values(.jensenShannonDivergence, of: pair)
    var (sum, other, total, count) = (0.0, 0.0, 0.0, 0.0)
    rows.visit { row, _, _ in
      let numbers = (Double(values[row]), Double(exact[row]), divergence(row))
      guard numbers.0.isFinite, numbers.1.isFinite, numbers.2.isFinite else { return }
      (sum, other) = (sum + numbers.0, other + numbers.1)
      (total, count) = (total + numbers.2, count + 1)
    }
    return sum > 0 ? total / count * abs(other / sum - 1) : nil
  }

  private func column(of rows: TokenRows, _ value: (Int) -> Double) -> GateColumn {
    var column = GateColumn()
    for text in rows.texts {
      column.add(
        prompt: promptIDs[text], marks: notes[text].marks,
        tokens: rows.range(of: text).map {
          (place: Int(rows.places[$0]), value: value(Int(rows.indices[$0])))
        })
    }
    return column
  }

  // MARK: Changes from base

  private func addChanges(to run: inout GateRun) throws {
    func lacks(_ reason: String) {
      (run.gaps[.klToBase], run.gaps[.changedFromBase]) = (reason, reason)
    }
    guard let base else {
      return lacks("the log has no base model; score with --model base=DIR as well")
    }
    if base == model {
      let rows = try table.rows(TokenFilter(source: model, models: [model]))
      let nothing = column(of: rows) { _ in 0 }
      (run.columns[.klToBase], run.columns[.changedFromBase]) = (nothing, nothing)
      run.notes.append(
        "\(log.path): '\(model)' is base itself: kl-to-base and changed-from-base are 0")
      return
    }
    guard let pair = pair(base, model) else {
      return lacks("the log has no pair of '\(base)' and '\(model)'; score with --pairs")
    }
    try addDistances(of: pair, author: model, to: &run, .klToBase, .changedFromBase)
  }

  func pair(_ a: String, _ b: String) -> PairName? {
    log.header.pairs.first {
      ($0.before == a && $0.after == b) || ($0.before == b && $0.after == a)
    }
  }

  /// KL(author‖other) and the share of changed tokens, over the texts of one of the pair's models.
  private func addDistances(
    of pair: PairName, author: String, to run: inout GateRun, _ divergence: GateMetric,
    _ changed: GateMetric
  ) throws {
    let rows = try table.rows(of: pair, source: author)
    let column: PairColumn = pair.after == author ? .klAfterBefore : .klBeforeAfter
    if log.has(column) {
      let values = try table.values(column, of: pair)
      var result = self.column(of: rows) { Double(values[$0]) }
      result.noise = try divergenceShift(of: pair, rows) { Double(values[$0]) }
      run.columns[divergence] = result
    } else {
      run.gaps[divergence] = "the log has no whole distributions of \(pair)"
    }
    guard log.has(.jensenShannonDivergence) else {
      run.gaps[changed] = "the log has changes of \(pair) between bounds only"
      return
    }
    let verdicts = try PositionVerdicts(of: pair, in: table, measures: [.divergence])
    let known = verdicts[.divergence]
    let margin = Float(PositionMeasure.divergence.margin)
    var result = self.column(of: rows) { known.values[$0] > margin ? 1 : 0 }
    if let exact = try log.replicateDivergences(of: pair) {
      let values = try table.values(.jensenShannonDivergence, of: pair)
      let shift = Self.shift(rows) { row in
        guard !exact[row].isNaN else { return .nan }
        return (values[row] > margin ? 1 : 0) - (exact[row] > margin ? 1 : 0)
      }
      // What is known exactly has no part in it.
      let unknown = rows.map { known.isKnown.isEmpty || known.isKnown[$0] ? 0.0 : 1 }
      result.noise = shift.map { $0 * unknown.reduce(0, +) / Double(max(unknown.count, 1)) }
    }
    run.columns[changed] = result
  }

  /// KL(candidate‖baseline) and the share changed between both, over the candidate's own texts, from a log
  /// that holds both.
  static func addDistances(
    to run: inout GateRun, candidate: TokenRunReader, baseline: TokenRunReader
  ) throws {
    for reader in [candidate, baseline] {
      guard let after = reader.name(of: candidate), let before = reader.name(of: baseline),
        after != before, let pair = reader.pair(before, after),
        !reader.table.texts.texts(of: after).isEmpty
      else { continue }
      try reader.addDistances(
        of: pair, author: after, to: &run, .klCandidateBaseline, .changedBetween)
      return
    }
    let reason = "no log holds both models as a pair with texts of the candidate"
    run.gaps[.klCandidateBaseline] = reason
    run.gaps[.changedBetween] = reason
  }

  /// What another reader's model is called in this log.
  func name(of other: TokenRunReader) -> String? {
    if other.log === log { return other.model }
    guard !other.weights.isEmpty else { return nil }
    return log.header.models.first { $0.weightsDigest == other.weights }?.name
  }
}
