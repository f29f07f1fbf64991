internal import RunLogs
internal import TokenStatistics

/// Turns statistics of positions into the flat columns of a log.
struct BlockBuilder {
  private struct Text {
    let record: SequenceRecord
    let positions: ArraySlice<PositionStatistics>
    /// The same in another precision, if that was asked for.
    let replicate: ArraySlice<PositionStatistics>?
    /// In the order of the pairs; empty if nothing was measured.
    let moved: [MovedMassList]

    /// The first token, if there is one.
    var leadingCount: Int { min(record.tokenIDs.count, 1) }
    /// Tokens after the end of the context.
    var trailingCount: Int { record.tokenIDs.count - leadingCount - positions.count }
  }

  private let modelCount: Int
  private let pairCount: Int
  private let topCount: Int
  private let hasReplicate: Bool
  private let hasMovedMass: Bool
  private var texts: [Text] = []

  init(
    modelCount: Int, pairCount: Int, topCount: Int, hasReplicate: Bool, hasMovedMass: Bool
  ) {
    (self.modelCount, self.pairCount, self.topCount) = (modelCount, pairCount, topCount)
    (self.hasReplicate, self.hasMovedMass) = (hasReplicate, hasMovedMass)
  }

  /// Appends a text: its first token, and those after the measured ones, which begin at its second,
  /// get NaN and a reason.
  mutating func add(
    _ record: SequenceRecord, positions: ArraySlice<PositionStatistics>,
    replicate: ArraySlice<PositionStatistics>?, moved: [MovedMassList]
  ) {
    texts.append(
      Text(record: record, positions: positions, replicate: replicate, moved: moved))
  }

  /// All texts so far, each column in one go: its time grows with its length alone.
  func block() -> TokenLogBlock {
    TokenLogBlock(
      sequences: texts.map(\.record),
      unmeasured: unmeasured { position in position.models.allSatisfy { $0 != nil } },
      models: (0..<modelCount).map { modelColumns($0) },
      pairs: (0..<pairCount).map { pairColumns($0) })
  }

  /// Why tokens have no numbers; a position that isn't known is beyond some vocabulary.
  private func unmeasured(_ isKnown: (PositionStatistics) -> Bool) -> [UnmeasuredReason] {
    texts.flatMap { text in
      Array(repeating: .firstToken, count: text.leadingCount)
        + text.positions.map { isKnown($0) ? .measured : .beyondVocabulary }
        + Array(repeating: .beyondContext, count: text.trailingCount)
    }
  }

  private func modelColumns(_ model: Int) -> ModelColumns {
    var columns = ModelColumns()
    columns.unmeasured = unmeasured { $0.models[model] != nil }
    columns.replicate = replicate(of: model)
    for column in ModelColumn.allCases {
      columns[column] = self.column(missing: .nan) { $0.models[model].map { Float($0[column]) } }
    }
    for column in ModelIndexColumn.allCases {
      columns[column] = self.column(missing: 0) { $0.models[model].map { UInt32($0[column]) } }
    }
    columns.topK = TopK(
      ids: table(missing: 0) { position, index in
        position.models[model].map { UInt32($0.topTokens[index]) }
      },
      logProbabilities: table(missing: .nan) { position, index in
        position.models[model].map { Float($0.topLogProbabilities[index]) }
      }, restLogMass: column(missing: .nan) { $0.models[model].map { Float($0.restLogMass) } })
    return columns
  }

  /// Empty without a replicate.
  private func replicate(of model: Int) -> Replicate {
    Replicate(
      logProbability: replicateColumn { $0.models[model]?.logProbability },
      entropy: replicateColumn { $0.models[model]?.entropy })
  }

  /// NaN in texts that were scored once; empty without a replicate.
  private func replicateColumn(_ value: (PositionStatistics) -> Double?) -> [Float] {
    guard hasReplicate else { return [] }
    var values: [Float] = []
    for text in texts {
      guard let replicate = text.replicate else {
        values.append(contentsOf: repeatElement(.nan, count: text.record.tokenIDs.count))
        continue
      }
      values.append(contentsOf: repeatElement(.nan, count: text.leadingCount))
      for position in replicate { values.append(value(position).map { Float($0) } ?? .nan) }
      values.append(contentsOf: repeatElement(.nan, count: text.trailingCount))
    }
    return values
  }

  private func pairColumns(_ pair: Int) -> PairColumns {
    var columns = PairColumns()
    for column in PairColumn.allCases {
      columns[column] = self.column(missing: .nan) { $0.pairs[pair].map { Float($0[column]) } }
    }
    columns.replicate = replicateColumn { $0.pairs[pair]?.jensenShannon }
    if hasMovedMass { columns.moved = moved(pair) }
    return columns
  }

  private func moved(_ pair: Int) -> MovedMass {
    var moved = MovedMass()
    for text in texts {
      let list = text.moved.isEmpty ? MovedMassList() : text.moved[pair]
      moved.append(
        tokens: list.tokens, gained: list.gained, lost: list.lost, positions: list.positions,
        dropped: list.dropped)
    }
    return moved
  }

  /// `[tokens]`.
  private func column<Value>(
    missing: Value, _ value: (PositionStatistics) -> Value?
  ) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(texts.reduce(0) { $0 + $1.record.tokenIDs.count })
    for text in texts {
      values.append(contentsOf: repeatElement(missing, count: text.leadingCount))
      for position in text.positions { values.append(value(position) ?? missing) }
      values.append(contentsOf: repeatElement(missing, count: text.trailingCount))
    }
    return values
  }

  /// `[tokens × k]`.
  private func table<Value>(
    missing: Value, _ value: (PositionStatistics, Int) -> Value?
  ) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(topCount * texts.reduce(0) { $0 + $1.record.tokenIDs.count })
    for text in texts {
      values.append(contentsOf: repeatElement(missing, count: text.leadingCount * topCount))
      for position in text.positions {
        for index in 0..<topCount { values.append(value(position, index) ?? missing) }
      }
      values.append(contentsOf: repeatElement(missing, count: text.trailingCount * topCount))
    }
    return values
  }
}

extension PairStatistics {
  fileprivate subscript(column: PairColumn) -> Double {
    switch column {
    case .probabilityChange: probabilityChange
    case .logProbabilityChange: logProbabilityChange
    case .entropyChange: entropyChange
    case .klBeforeAfter: klBeforeAfter
    case .klAfterBefore: klAfterBefore
    case .jensenShannonDivergence: jensenShannon
    case .totalVariationDistance: totalVariation
    case .topKOverlap: topOverlap
    case .bucketLogMass: bucketLogMass
    }
  }
}

extension DistributionStatistics {
  fileprivate subscript(column: ModelColumn) -> Double {
    switch column {
    case .logProbability: logProbability
    case .entropy: entropy
    case .varentropy: varentropy
    case .topLogProbability: topLogProbabilities.first ?? .nan
    case .logPartition: logPartition
    case .extraLogMass: extraLogMass
    }
  }

  fileprivate subscript(column: ModelIndexColumn) -> Int {
    switch column {
    case .rank: rank
    case .topToken: Int(topTokens.first ?? 0)
    }
  }
}

extension TextLine {
  /// The log's record of a text.
  func record(of sequence: TokenSequence) -> SequenceRecord {
    SequenceRecord(
      id: id, promptID: promptID, sampleID: sampleID, source: source, finish: finish,
      isCorrect: correct, reward: reward, metadata: metadata,
      tokenIDs: sequence.ids.map { UInt32($0) }, responseStart: sequence.responseStart,
      responseMask: sequence.responseMask)
  }
}
