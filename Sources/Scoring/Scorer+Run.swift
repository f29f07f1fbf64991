package import RunLogs
internal import TokenStatistics
internal import Transformer

extension Scorer {
  /// Runs all models over all texts and appends block after block to the log; publishing it is
  /// the caller's.
  ///
  /// - Parameters:
  ///   - writer: a log opened with `header(…)`; blocks that it has already are not scored again.
  ///   - progress: called after each batch, and now and then within one; what it throws ends the run.
  /// - Returns: counts of what was scored and what was not.
  /// - Throws: `ScoringError`, `TransformerError` or `RunLogError`, and `FileError` where hidden
  ///   states can't be kept on the disk.
  package func run(
    into writer: TokenLogWriter, progress: (Progress) throws -> Void = { _ in }
  ) throws -> Summary {
    var summary = summary
    let done = try batchesDone(in: writer)
    let doneTokens = survey.batches[done].reduce(0) { $0 + $1.counts.tokenCount }
    try withoutActuallyEscaping(progress) { progress in
      var run = Run(
        scorers: scorers, doneTokens: doneTokens, totalTokens: summary.tokenCount,
        progress: progress)
      let rest = done.upperBound..<batches.upperBound
      switch plan.order {
      case .together:
        try forEachBatch(of: rest, pause: { try run.pause() }) { texts in
          let batch = pack(texts)
          try append(
            run.results(of: batch), of: batch, to: writer, &summary)
          try run.finish(batch)
        }
      case .oneAfterAnother:
        var spool = try HiddenSpool(besideLog: writer.destination)
        var chapter: [Batch] = []
        func score() throws {
          let places = try run.spool(chapter, into: &spool)
          for (batch, places) in zip(chapter, places) {
            try append(
              run.results(of: batch, from: places, in: spool), of: batch, to: writer, &summary)
            try run.finish(batch)
          }
          try spool.clear()
          chapter = []
        }
        try forEachBatch(of: rest, pause: { try run.pause() }) { texts in
          let batch = pack(texts)
          let rows = chapter.reduce(batch.rowCount) { $0 + $1.rowCount }
          if rows > MemoryPlan.chapterTokens, !chapter.isEmpty { try score() }
          chapter.append(batch)
        }
        try score()
      }
    }
    return summary
  }

  /// The same into a new log, which is published where all went well, and else leaves nothing behind.
  ///
  /// - Parameters:
  ///   - destination: the log's file.
  ///   - provenance: build, command and time.
  ///   - progress: as for `run`.
  /// - Returns: the log, opened.
  /// - Throws: as `run`, and `RunLogError` of the destination.
  package func newLog(
    at destination: String, _ provenance: Provenance,
    progress: (Progress) throws -> Void = { _ in }
  ) throws -> TokenLog {
    let writer = try TokenLogWriter(destination: destination, header: header(provenance))
    defer { writer.discard() }
    _ = try run(into: writer, progress: progress)
    try writer.publish()
    return try TokenLog(path: destination)
  }

  /// What scores, the replicate's second, if there is one.
  var scorers: [BatchScorer] {
    var main = BatchScorer(
      models: checkpoints.map { checkpoint in
        var model = checkpoint.model
        model.releasesWeights = plan.order == .oneAfterAnother
        return model
      },
      pairs: Self.indices(of: pairs, in: checkpoints),
      topCount: topCount, sharedVocabulary: sharedVocabulary, keepsMovedMass: keepsMovedMass)
    main.shiftedModel = shifts.flatMap { shifts in
      checkpoints.firstIndex { $0.name == shifts.model }
    }
    return [main] + (settings.replicate.map { [main.replicate($0)] } ?? [])
  }

  private func pack(_ texts: [PreparedText]) -> Batch {
    let contextLength = Self.contextLength(of: checkpoints)
    let scored = texts.filter { $0.sequence.isScored(contextLength: contextLength) }
    let again = scored.filter { survey.isReplicated(text: $0.index) }
    func packed(_ texts: [PreparedText]) -> PackedBatch {
      let batch = PackedBatch(texts.map(\.sequence), models: checkpoints.map(\.model.configuration))
      guard let shifts else { return batch }
      return batch.shifted { shifts.shift(text: texts[$0].index, token: $1) }
    }
    let first = packed(scored)
    guard settings.replicate != nil else { return Batch(texts: texts, packed: [first]) }
    return Batch(
      texts: texts, packed: [first, again.count == scored.count ? first : packed(again)])
  }

  /// Makes columns of what was found, and hands them over.
  private func append(
    _ results: [BatchScorer.Found], of batch: Batch, to writer: TokenLogWriter,
    _ summary: inout Summary
  ) throws {
    let contextLength = Self.contextLength(of: checkpoints)
    var builder = BlockBuilder(
      modelCount: checkpoints.count, pairCount: pairs.count, topCount: topCount,
      hasReplicate: settings.replicate != nil, hasMovedMass: keepsMovedMass)
    var (next, nextReplicate, nextScored) = (0, 0, 0)
    for text in batch.texts {
      let count = text.sequence.measuredCount(contextLength: contextLength)
      let positions = results[0].positions[next..<next + count]
      next += count
      try checkFinite(positions, line: text.line.line)
      var replicate: ArraySlice<PositionStatistics>?
      if results.count > 1, survey.isReplicated(text: text.index) {
        let again = results[1].positions[nextReplicate..<nextReplicate + count]
        nextReplicate += count
        summary.add(again, to: positions)
        replicate = again
      }
      let isScored = text.sequence.isScored(contextLength: contextLength)
      builder.add(
        text.line.record(of: text.sequence), positions: positions, replicate: replicate,
        moved: isScored ? results[0].moved.map { $0[nextScored] } : [])
      nextScored += isScored ? 1 : 0
    }
    try writer.append(builder.block())
  }

  func checkFinite(_ positions: ArraySlice<PositionStatistics>, line: Int) throws {
    for (offset, position) in positions.enumerated() {
      for (index, model) in position.models.enumerated()
      where model.map({ !$0.logPartition.isFinite }) ?? false {
        throw ScoringError.notFinite(
          model: checkpoints[index].name, path: texts.path, line: line, token: offset + 1)
      }
    }
  }
}

/// Texts, and those of them that are scored as rows.
private struct Batch {
  let texts: [PreparedText]
  /// For each precision; the replicate's has some of the texts.
  let packed: [PackedBatch]

  var rowCount: Int { packed[0].packed.rowCount }
  var tokenCount: Int { texts.reduce(0) { $0 + $1.sequence.ids.count } }
}

/// A run under way: what scores, and how far it is.
private struct Run {
  /// The replicate's second, if there is one.
  let scorers: [BatchScorer]
  /// Tokens of finished batches.
  var doneTokens: Int
  let totalTokens: Int
  let progress: (Scorer.Progress) throws -> Void
  /// What was said last of a chapter's passes: its batches' statistics don't take that back.
  var reached = 0

  /// What all models say about a batch, and again in the replicate's precision.
  func results(of batch: Batch) throws -> [BatchScorer.Found] {
    let passes = scorers.count * scorers[0].models.count
    var pass = 0
    return try zip(scorers, batch.packed).map { scorer, packed in
      guard !packed.predictions.isEmpty else { return BatchScorer.Found() }
      let hidden = try scorer.models.indices.map { model in
        defer { pass += 1 }
        return try scorer.hidden(of: packed, model: model) { share in
          try report((Double(pass) + share) / Double(passes), of: batch.tokenCount)
        }
      }
      return scorer.score(packed, hidden: hidden)
    }
  }

  /// Runs one model after the other over a chapter.
  ///
  /// - Returns: for each batch, for each precision, where each model's states are.
  mutating func spool(
    _ chapter: [Batch], into spool: inout HiddenSpool
  ) throws -> [[[HiddenSpool.Extent]]] {
    var places = chapter.map { _ in scorers.map { _ in [HiddenSpool.Extent]() } }
    let tokens = chapter.reduce(0) { $0 + $1.tokenCount }
    let passes = Double(scorers.count * scorers[0].models.count)
    var before = 0.0
    for model in scorers[0].models.indices {
      for (index, batch) in chapter.enumerated() {
        let weight = Double(batch.tokenCount) / Double(max(tokens, 1)) / passes
        for (precision, (scorer, packed)) in zip(scorers, batch.packed).enumerated() {
          if !packed.predictions.isEmpty {
            let hidden = try scorer.hidden(of: packed, model: model) { share in
              try report(before + share * weight, of: tokens)
            }
            places[index][precision].append(try spool.append(hidden))
          }
          before += weight
        }
      }
    }
    reached = doneTokens + max(tokens - 1, 0)
    return places
  }

  /// The same as `results(of:)` from states on the disk.
  func results(
    of batch: Batch, from places: [[HiddenSpool.Extent]], in spool: borrowing HiddenSpool
  ) throws -> [BatchScorer.Found] {
    var results: [BatchScorer.Found] = []
    for ((scorer, packed), places) in zip(zip(scorers, batch.packed), places) {
      var hidden: [BatchScorer.Hidden] = []
      for place in places { hidden.append(try spool.read(place)) }
      results.append(
        packed.predictions.isEmpty ? BatchScorer.Found() : scorer.score(packed, hidden: hidden))
    }
    return results
  }

  /// Says that nothing has changed.
  func pause() throws {
    try progress(Scorer.Progress(doneTokens: max(doneTokens, reached), totalTokens: totalTokens))
  }

  /// Says that a batch is in the log.
  mutating func finish(_ batch: Batch) throws {
    doneTokens += batch.tokenCount
    try pause()
  }

  /// Says that a share of some tokens after the finished ones is done; never all, as long as their
  /// statistics are not in the log.
  private func report(_ share: Double, of tokens: Int) throws {
    let done = doneTokens + min(Int(share * Double(tokens)), max(tokens - 1, 0))
    try progress(Scorer.Progress(doneTokens: done, totalTokens: totalTokens))
  }
}
