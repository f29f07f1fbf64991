import Foundation
internal import Kernels
package import RunLogs
internal import Transformer

/// What a run will take, found out in a few seconds before it.
package struct RunEstimate: Sendable, Encodable {
  /// Wall-clock seconds: opening the models, reading the texts, scoring, publishing the log.
  package var seconds: Double { openSeconds + textSeconds + scoreSeconds + publishSeconds }
  /// Of reading every weight for its digest and for numbers that are not finite.
  package var openSeconds: Double
  /// Of reading and tokenising the texts twice.
  package var textSeconds: Double
  /// Of all passes through the models and of the statistics.
  package var scoreSeconds: Double
  /// Of making the log from its journal.
  package var publishSeconds: Double
  /// In which order models and texts meet.
  package var order: MemoryPlan.Order
  /// Bytes of memory at most, mapped weights among them.
  package var memoryBytes: Int
  /// Bytes on the disk at most while the run goes on: journal and log, hidden states.
  package var diskBytes: Int
  /// Bytes of the log.
  package var logBytes: Int

  private enum CodingKeys: String, CodingKey {
    case seconds, openSeconds, textSeconds, scoreSeconds, publishSeconds, order, memoryBytes
    case diskBytes, logBytes
  }

  /// All parts and their sum.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seconds, forKey: .seconds)
    try values.encode(openSeconds, forKey: .openSeconds)
    try values.encode(textSeconds, forKey: .textSeconds)
    try values.encode(scoreSeconds, forKey: .scoreSeconds)
    try values.encode(publishSeconds, forKey: .publishSeconds)
    try values.encode(order, forKey: .order)
    try values.encode(memoryBytes, forKey: .memoryBytes)
    try values.encode(diskBytes, forKey: .diskBytes)
    try values.encode(logBytes, forKey: .logBytes)
  }
}

extension Scorer {
  /// Tokens that go through a model's first blocks, and get statistics.
  private static let sampleRows = 512
  /// Seconds in which that many tokens of a small model are through.
  private static let quick = 0.5
  /// Blocks of a model that the sample goes through.
  private static let sampleBlocks = 2
  /// What is left of columns when HDF5 has shuffled and deflated them: measured from 0.3 (three models
  /// of the demo, whose prompts occur often) to 0.8 (random weights).
  private static let compression = 0.5
  /// Entries of moved mass of a text with one position, where the vocabulary is large.
  ///
  /// More positions have more with the root of their number. Measured: 5,000 at 190 positions for
  /// SmolLM2-135M against a copy whose weights differ by 2 %; of the demo's 1,024 tokens 130 at 20.
  private static let movedEntries = 400.0
  /// The same of moved mass: means in single precision don't pack well.
  private static let movedCompression = 0.8
  /// Bytes of the journal that become a log in a second, measured: 35 to 45 million.
  private static let publishRate = 40e6

  /// Estimates a run by sending a few hundred tokens through the first blocks of each model.
  ///
  /// - Parameters:
  ///   - header: of the log to be written.
  ///   - pause: called now and then; what it throws ends the trial.
  /// - Returns: time, memory and disk space of the whole run, meant to be right within a factor of 2.
  /// - Throws: `ScoringError`, `TransformerError`, or what reading a file throws.
  package func estimate(
    header: TokenLogHeader, pause: () throws -> Void = {}
  ) throws -> RunEstimate {
    let own = survey.batches[batches]
    let summary = summary
    func journalBytes(movedEntries: Int) -> Int {
      header.journalByteCount(
        tokens: summary.tokenCount, sequences: summary.sequenceCount, movedEntries: movedEntries)
    }
    let columns = journalBytes(movedEntries: 0)
    let journal = journalBytes(movedEntries: movedEntries(of: summary))
    // HDF5 keeps about 200 bytes for each of its objects, of which every column is one.
    // Columns of what isn't measured are one number throughout.
    let measured = Double(summary.measuredCount) / Double(max(summary.tokenCount, 1))
    let log =
      100_000 + Int(Self.compression * measured * Double(columns))
      + Int(Self.movedCompression * Double(journal - columns))
    return RunEstimate(
      openSeconds: try checkpoints.reduce(0) {
        try pause()
        return try $0 + $1.openSeconds()
      },
      textSeconds: 2 * survey.seconds,
      scoreSeconds: try scoreSeconds(of: own, pause: pause),
      publishSeconds: Double(journal) / Self.publishRate,
      order: plan.order, memoryBytes: plan.peak,
      // The log is written from the whole journal, when the hidden states are gone; the last of these
      // are there when almost all of the journal is.
      diskBytes: journal + max(log, plan.spool), logBytes: log)
  }

  /// Of each pair's moved mass, over all texts.
  ///
  /// A trial with a part of the blocks can't tell: without the others, distributions are too flat.
  private func movedEntries(of summary: Summary) -> Int {
    let texts = Double(max(summary.sequenceCount, 1))
    let vocabulary = Double(sharedVocabulary)
    let perText =
      min(vocabulary / 32, Self.movedEntries) * (Double(summary.measuredCount) / texts).squareRoot()
    return Int(texts * min(perText, vocabulary))
  }

  /// Of all models and precisions.
  private func scoreSeconds(
    of batches: ArraySlice<TextSurvey.Batch>, pause: () throws -> Void
  ) throws -> Double {
    let few = try sample(rows: Self.sampleRows)
    guard let short = few.first else { return 0 }
    let readRate = plan.order == .oneAfterAnother ? try checkpoints[0].readRate() : nil
    // The replicate's precision, after the first, has some of the texts.
    let rowCounts = [batches.map(\.rowCount), batches.map(\.replicateRowCount)]
    return try zip(scorers, rowCounts).reduce(0) { sum, part in
      let (scorer, counts) = part
      let (rows, batchCount) = (counts.reduce(0, +), counts.count { $0 > 0 })
      // Reads weights for the first time, and plans products.
      _ = try secondsPerRow(scorer, scorer.pack([short]), pause)
      var times = try secondsPerRow(scorer, scorer.pack(few), pause)
      let isQuick =
        Double(Self.sampleRows) * (times.models.reduce(0, +) + times.statistics) < Self.quick
      if isQuick {
        // Small models: what one batch costs in calls and fresh memory counts, so try a whole one.
        let batch = scorer.pack(try sample(rows: .max))
        _ = try secondsPerRow(scorer, batch, pause)
        times = try secondsPerRow(scorer, batch, pause)
      }
      let models = zip(scorer.models, times.models).reduce(0) { sofar, pair in
        // Weights that don't stay in memory are read beside the products of the block before.
        let reading = readRate.map { Double(batchCount * pair.0.weightSizes.mapped) / $0 } ?? 0
        return sofar + max(Double(rows) * pair.1, reading)
      }
      return sum + models + Double(rows) * times.statistics
    }
  }

  /// What a row costs each model, and for the statistics of all, in a batch like this.
  private func secondsPerRow(
    _ scorer: BatchScorer, _ batch: PackedBatch, _ pause: () throws -> Void
  ) throws -> (models: [Double], statistics: Double) {
    let rows = Double(batch.packed.rowCount)
    var hidden: [BatchScorer.Hidden] = []
    let models = try scorer.models.enumerated().map { index, model in
      let all = model.configuration.layerCount
      let tried = min(Self.sampleBlocks, all)
      let time = try ContinuousClock().measure {
        hidden.append(
          try scorer.hidden(of: batch, model: index, blocks: tried) { _ in try pause() })
      }
      return time.seconds * Double(all) / Double(tried) / rows
    }
    let time = ContinuousClock().measure { _ = scorer.score(batch, hidden: hidden) }
    return (models, time.seconds / rows)
  }

  /// The first texts that are scored of the largest batch, as many as it takes for so many rows.
  private func sample(rows limit: Int) throws -> [TokenSequence] {
    let contextLength = Self.contextLength(of: checkpoints)
    var sample: [TokenSequence] = []
    var rows = 0
    guard
      let largest = batches.max(by: { survey.batches[$0].rowCount < survey.batches[$1].rowCount })
    else { return [] }
    try forEachBatch(of: largest..<largest + 1) { texts in
      for text in texts.map(\.sequence)
      where rows < limit && text.isScored(contextLength: contextLength) {
        sample.append(text)
        rows += min(text.ids.count, contextLength)
      }
    }
    return sample
  }
}

extension Duration {
  /// As a number.
  var seconds: Double {
    Double(components.seconds) + 1e-18 * Double(components.attoseconds)
  }
}
