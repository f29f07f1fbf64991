internal import RunLogs
internal import TokenStatistics

/// Turns statistics of positions into the flat columns of a log.
struct BlockBuilder {
  private(set) var block: TokenLogBlock
  private let topCount: Int

  init(modelCount: Int, pairCount: Int, topCount: Int) {
    self.topCount = topCount
    block = TokenLogBlock(
      sequences: [], unmeasured: [], models: Array(repeating: ModelColumns(), count: modelCount),
      pairs: Array(repeating: PairColumns(), count: pairCount))
  }

  /// Appends a text: the tokens before the measured ones, which are the last, get NaN and a reason.
  mutating func add(
    _ record: SequenceRecord, positions: ArraySlice<PositionStatistics>,
    replicate: ArraySlice<PositionStatistics>? = nil,
    unmeasured reason: UnmeasuredReason
  ) {
    let missing = record.tokenIDs.count - positions.count
    block.sequences.append(record)
    block.unmeasured += Array(repeating: reason, count: missing)
    block.unmeasured += Array(repeating: .measured, count: positions.count)
    for index in block.models.indices {
      block.models[index].appendUnmeasured(missing, topCount: topCount)
      for position in positions {
        block.models[index].append(position.models[index], topCount: topCount)
      }
    }
    if let replicate {
      let gap = Array(repeating: Float.nan, count: missing)
      for index in block.models.indices {
        let statistics = replicate.map { $0.models[index] }
        block.models[index].replicate.logProbability +=
          gap + statistics.map { Float($0.logProbability) }
        block.models[index].replicate.entropy += gap + statistics.map { Float($0.entropy) }
      }
    }
    for index in block.pairs.indices {
      append(positions.map { $0.pairs[index] }, after: missing, to: &block.pairs[index])
    }
  }

  private func append(
    _ pairs: [PairStatistics], after missing: Int, to columns: inout PairColumns
  ) {
    let gap = Array(repeating: Float.nan, count: missing)
    for column in PairColumn.allCases {
      columns[column] += gap + pairs.map { Float($0[column]) }
    }
  }
}

extension PairStatistics {
  fileprivate subscript(column: PairColumn) -> Double {
    switch column {
    case .probabilityChange: probabilityChange
    case .logProbabilityChange: logProbabilityChange
    case .entropyChange: entropyChange
    case .divergenceOfBefore: klBeforeFromAfter
    case .divergenceOfAfter: klAfterFromBefore
    case .jensenShannonDivergence: jensenShannon
    case .totalVariationDistance: totalVariation
    case .topKOverlap: topOverlap
    }
  }
}

extension ModelColumns {
  fileprivate mutating func appendUnmeasured(_ count: Int, topCount: Int) {
    for column in ModelColumn.allCases { self[column] += Array(repeating: .nan, count: count) }
    for column in ModelIndexColumn.allCases { self[column] += Array(repeating: 0, count: count) }
    topK.ids += Array(repeating: 0, count: count * topCount)
    topK.logProbabilities += Array(repeating: .nan, count: count * topCount)
    topK.restLogMass += Array(repeating: .nan, count: count)
  }

  fileprivate mutating func append(_ statistics: DistributionStatistics, topCount: Int) {
    logProbability.append(Float(statistics.logProbability))
    entropy.append(Float(statistics.entropy))
    varentropy.append(Float(statistics.varentropy))
    logPartition.append(Float(statistics.logPartition))
    topLogProbability.append(Float(statistics.topLogProbabilities.first ?? .nan))
    rank.append(UInt32(statistics.rank))
    topToken.append(UInt32(statistics.topTokens.first ?? 0))
    for index in 0..<topCount {
      topK.ids.append(UInt32(statistics.topTokens[index]))
      topK.logProbabilities.append(Float(statistics.topLogProbabilities[index]))
    }
    topK.restLogMass.append(Float(statistics.restLogMass))
  }
}

extension TextLine {
  /// The log's record of a text.
  func record(of sequence: TokenSequence) -> SequenceRecord {
    SequenceRecord(
      id: id, promptID: promptID, sampleID: sampleID, source: source, finish: finish,
      isCorrect: correct, reward: reward, metadata: metadata,
      tokenIDs: sequence.ids.map { UInt32($0) }, responseStart: sequence.responseStart)
  }
}
