internal import Adapters
internal import Analysis
internal import Files
internal import Foundation
internal import Importing
package import Plotting
internal import Reporting
package import RunLogs
internal import Scoring
internal import StatisticalInference
package import Tasks
internal import Training

/// What a study measures, of anybody's folder of checkpoints and logs: no presets, no seeds.
package struct SeriesStudy {
  private let folder: String
  private let found: FoundRuns
  private let base: CheckpointSeries.Point?
  private let baseName: String
  private let texts: String?
  private let task: (any TrainingTask)?
  private let output: String
  private let provenance: Provenance
  /// How much is asked, where there is a task.
  package var evaluation = StudyEvaluation()

  /// Finds the runs; nothing is measured.
  ///
  /// - Parameters:
  ///   - folder: with the runs.
  ///   - base: what the others are compared with: the name of one of them, or a checkpoint; nil for the run
  ///     `base`.
  ///   - texts: responses that all checkpoints are scored on; nil for those of base to the task's problems.
  ///   - task: whose held-out problems are asked; nil for none.
  ///   - output: where everything goes.
  ///   - provenance: for the logs.
  /// - Throws: `StudyError` where there are no runs, or checkpoints without a base or texts.
  package init(
    folder: String, base: String?, texts: String?, task: (any TrainingTask)?, output: String,
    provenance: Provenance
  ) throws {
    found = try FoundRuns(folder)
    let wanted = base ?? "base"
    let points = found.runs.first { $0.name == wanted }?.checkpoints ?? []
    if let last = points.last {
      (self.base, baseName) = (last, wanted)
    } else if let base, !CheckpointSeries.checkpoints(in: base).isEmpty || Self.isModel(base) {
      let last = CheckpointSeries.checkpoints(in: base).last
      self.base = last ?? CheckpointSeries.Point(step: nil, path: base)
      baseName = "base"
    } else if base != nil || found.runs.contains(where: { !$0.checkpoints.isEmpty }) {
      throw StudyError(
        base == nil ? folder : "--base",
        (base.map { "'\($0)' is neither a run of \(folder) nor a checkpoint" }
          ?? "has no run called base")
          + "; name with --base what the others are compared with: one of "
          + "\(found.runs.map(\.name).joined(separator: ", ")), or the folder of a checkpoint")
    } else {
      (self.base, baseName) = (nil, wanted)
    }
    guard self.base == nil || texts != nil || task != nil else {
      throw StudyError(
        "--texts",
        "is missing: responses to score all checkpoints on; or --task NAME, to take base's")
    }
    (self.folder, self.texts, self.task) = (folder, texts, task)
    (self.output, self.provenance) = (output, provenance)
  }

  private static func isModel(_ path: String) -> Bool { CheckpointSeries.isCheckpoint(path) }

  /// A checkpoint with its name in tables.
  private struct Member {
    let name: String
    let run: String
    let point: CheckpointSeries.Point
  }

  /// All checkpoints but base's run, run by run.
  private var members: [Member] {
    found.runs.filter { $0.name != baseName }.flatMap { run in
      run.checkpoints.enumerated().map { index, point in
        Member(
          name: run.checkpoints.count == 1
            ? run.name : "\(run.name)-\(point.step.map(String.init) ?? "final")",
          run: run.name, point: point)
      }
    }
  }

  /// What was found, in lines for people.
  package var outlook: [String] {
    found.runs.map { run in
      let steps = run.checkpoints.map { $0.step.map(String.init) ?? "final" }
      let parts =
        (steps.isEmpty
          ? [] : ["\(Phrase.count(steps.count, "checkpoint")) (\(steps.joined(separator: ", ")))"])
        + (run.log.map { ["log \($0)"] } ?? [])
      return run.name + (run.name == baseName ? " (base)" : "") + ": "
        + parts.joined(separator: ", ")
    } + leftOut
  }

  private var leftOut: [String] {
    found.ignored.map { "\($0): neither checkpoints nor a log; left out" }
  }

  /// Measures what can be measured, and writes tables, figures and the map.
  ///
  /// - Parameter note: takes a line for people about what is done now.
  /// - Returns: what was measured, nil where there are only logs; and the figures' files.
  /// - Throws: an error of whatever can't be read, measured or drawn.
  package func measure(
    note: (String) -> Void
  ) throws -> (report: StudyReport?, figures: [FigureFiles]) {
    leftOut.forEach(note)
    // What is wrong with the texts is said before anything is written.
    let given = try texts.map { try TextFile(path: $0) }
    try Folder.create(output)
    var sources = try logs(note)
    var report: StudyReport?
    var pairs: [PairName]?
    if let base {
      let file = try given ?? answers(of: base, note)
      note("scoring \(Phrase.count(members.count + 1, "checkpoint"))")
      let log = try score(base, on: file)
      sources.append(.tokens(path: output + "/texts.h5", log))
      pairs = try found.runs.compactMap { run in
        try members.last { $0.run == run.name }
          .map { try PairName(before: baseName, after: $0.name) }
      }
      // Claims and regimes are about seeds of runs that we know.
      var regime = StudyRegime()
      (regime.imitation, regime.reinforced) = ("", "")
      let table = try TokenTable(log)
      let shift = SeriesShift(
        try members.map { ($0.name, try PairName(before: baseName, after: $0.name)) }, in: table)
      let made = StudyReport(
        StudySummary(runs: try measured(base, shift, note)), claims: StudyClaims([]),
        regime: regime, subject: .series(shift: try shift.table(ofTexts: texts)))
      try made.write(to: output, heading: heading(base))
      report = made
      try map(base, file, note)
    }
    note("drawing")
    var figures = LogFigures(sources)
    figures.pairs = pairs
    let drawn = try figures.write(
      to: URL(filePath: output + "/figures"), sparing: SparedFiles())
    return (report, drawn.files)
  }

  /// What is compared with what, for people.
  private func heading(_ base: CheckpointSeries.Point) -> String {
    func code(_ path: String) -> String { "`\(path.replacing("`", with: "'"))`" }
    let asked = task.map { ", and asked held-out problems of \($0.name)" } ?? ""
    return "# \(Phrase.count(members.count, "checkpoint")) of \(code(folder))\n\n"
      + "- compared with base, \(code(base.path))\n"
      + "- scored on \(texts.map(code) ?? "what base answers")\(asked)\n\n"
  }

  // MARK: Logs

  /// Training logs, other trainers' made into ours.
  private func logs(_ note: (String) -> Void) throws -> [LogSource] {
    try found.runs.compactMap { run in
      guard let log = run.log else { return nil }
      guard log.hasSuffix("trainer_state.json") else {
        return try LogSource(path: log, label: run.name)
      }
      let path = "\(output)/logs/\(run.name).h5"
      try Folder.create(output + "/logs")
      let imported = try TrainingLogImport(path: log)
      try imported.log.write(to: path)
      for line in imported.notes { note("\(log): \(line)") }
      return try LogSource(path: path, label: run.name)
    }
  }

  // MARK: Checkpoints

  /// What base answers to held-out problems, in a file.
  private func answers(
    of base: CheckpointSeries.Point, _ note: (String) -> Void
  ) throws -> TextFile {
    guard let task else { throw StudyError("--texts", "is missing") }
    note("\(baseName) answers problems of \(task.name)")
    let start = try StartingModel(directory: base.path)
    var settings = HeldOutAccuracy.Settings()
    (settings.problems, settings.samples) = (evaluation.textProblems, evaluation.textSamples)
    settings.includesGreedy = false
    settings.source = baseName
    let path = output + "/base-texts.jsonl"
    let lines = try HeldOutAccuracy(task, settings).fillingContext(of: start).answers(of: start)
    try OutputFile.write(lines.joined(), to: path)
    return try TextFile(path: path)
  }

  private func score(_ base: CheckpointSeries.Point, on file: TextFile) throws -> TokenLog {
    let path = output + "/texts.h5"
    let models = [(baseName, base.path)] + members.map { ($0.name, $0.point.path) }
    try SparedFiles([file.path], models: models.map(\.1)).check(log: path)
    let checkpoints = try models.map { try Checkpoint(name: $0, directory: $1) }
    return try Scorer(checkpoints: checkpoints, texts: file).newLog(at: path, provenance)
  }

  private func measured(
    _ base: CheckpointSeries.Point, _ shift: SeriesShift, _ note: (String) -> Void
  ) throws -> [StudyRun] {
    let author = shift.author(base: baseName)
    if author == nil, !members.isEmpty {
      note("no texts of '\(baseName)': study.json has distances in its tables alone, by author")
    }
    return try ([Member(name: baseName, run: baseName, point: base)] + members).map { member in
      var run = StudyRun(name: member.name, seed: 0)
      if let author, let pair = shift.pairs.first(where: { $0.run == member.name })?.pair {
        run.setShift(try Shift(of: pair, in: shift.table, source: author), isOwn: false)
      }
      if let task {
        note("asking \(member.name)")
        try ask(member.point.path, task, &run)
      }
      return run
    }
  }

  private func ask(_ path: String, _ task: any TrainingTask, _ run: inout StudyRun) throws {
    let start = try StartingModel(directory: path)
    var settings = HeldOutAccuracy.Settings()
    (settings.problems, settings.samples) = (evaluation.problems, evaluation.samples)
    let result = try HeldOutAccuracy(task, settings).fillingContext(of: start).measure(start)
    guard let sampled = result.sampled else { return }
    run.splits[settings.split.description] = SplitAnswers(sampled, greedy: result.greedy)
    run.setAccuracies(sampled, greedy: result.greedy)
  }

  // MARK: The map

  private func map(
    _ base: CheckpointSeries.Point, _ file: TextFile, _ note: (String) -> Void
  ) throws {
    let runs = Set(members.map(\.run)).sorted()
    guard !runs.isEmpty else { return }
    note("mapping")
    // A run begins at base.
    let start = CheckpointSeries.Point(step: 0, path: base.path)
    let series = try CheckpointSeries(
      points: runs.map { run in (run, [start] + members.filter { $0.run == run }.map(\.point)) })
    let map = DynamicsMap(
      series: series, texts: try references(file), folder: output + "/dynamics",
      provenance: provenance)
    do { _ = try map.write { _ in } } catch let undrawn as UndrawnMap {
      note("no map is drawn: \(undrawn.cause); \(undrawn.note)")
    }
  }

  /// The texts by who wrote them, where there are two or three authors: the axes of the map.
  private func references(_ file: TextFile) throws -> [(name: String, file: TextFile)] {
    let lines = try file.lines()
    let authors = lines.reduce(into: [String]()) {
      if !$0.contains($1.source) { $0.append($1.source) }
    }
    let isNamed = authors.allSatisfy { (try? ModelRecord.checkName($0)) != nil }
    guard (2...3).contains(authors.count), isNamed,
      let bytes = try? Data(contentsOf: URL(filePath: file.path)),
      // Packed files are mapped as a whole.
      String(data: bytes, encoding: .utf8) != nil
    else { return [(authors.count == 1 && isNamed ? authors[0] : baseName, file)] }
    let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    try Folder.create(output + "/dynamics")
    return try authors.map { author in
      let path = "\(output)/dynamics/\(author)-texts.jsonl"
      let own = lines.filter { $0.source == author }.map { rows[$0.line - 1] }
      try OutputFile.write(
        own.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined(), to: path)
      return (author, try TextFile(path: path))
    }
  }
}
