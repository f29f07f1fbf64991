internal import Foundation
internal import RunLogs
internal import TokenStatistics

/// Texts of sources as a block of a log.
struct ImportedBlock {
  private(set) var block = TokenLogBlock(sequences: [], unmeasured: [], models: [], pairs: [])
  private let header: TokenLogHeader
  /// Of each pair, as indices of models.
  private let pairs: [(before: Int, after: Int)]
  private let author: String
  /// Positions whose lists are no distribution's, say because they add up to more than 1.
  private(set) var inconsistentCount = 0

  init(_ header: TokenLogHeader, author: String) {
    self.header = header
    self.author = author
    pairs = header.pairs.compactMap { pair in
      guard let before = header.models.firstIndex(where: { $0.name == pair.before }),
        let after = header.models.firstIndex(where: { $0.name == pair.after })
      else { return nil }
      return (before, after)
    }
    block.models = header.models.map { _ in ModelColumns() }
    block.pairs = header.pairs.map { _ in PairColumns() }
  }

  /// Adds a text; `number` is its own in the log, from 0.
  mutating func append(_ text: DumpedText, number: Int) {
    let id = text.id.isEmpty ? "\(number + 1)" : text.id
    block.sequences.append(
      SequenceRecord(
        id: id, promptID: text.promptID.isEmpty ? id : text.promptID, sampleID: text.sampleID,
        source: author, finish: text.finish, reward: text.reward,
        metadata: JSONText.object(text.metadata), tokenIDs: text.tokenIDs,
        responseStart: text.responseStart, responseMask: text.responseMask))
    let start = block.unmeasured.count
    var known: [[TruncatedDistribution?]] = []
    for (index, columns) in text.models.enumerated() {
      known.append(append(columns, of: index, text.tokenIDs))
    }
    let count = text.tokenIDs.count
    block.unmeasured += (start..<start + count).map { row in
      block.models.lazy.map { $0.unmeasured[row] }.first { $0 != .measured } ?? .measured
    }
    for (index, pair) in pairs.enumerated() {
      append(pair: index, known[pair.before], known[pair.after], rows: start..<start + count, pair)
    }
  }

  // MARK: Models

  /// Adds what one model says; gives what is known of each position's distribution, nil where nothing is.
  private mutating func append(
    _ dumped: DumpedColumns, of index: Int, _ ids: [UInt32]
  ) -> [TruncatedDistribution?] {
    let record = header.models[index]
    let columns = Set(record.source?.columns ?? [])
    let (hasEntropy, hasRank) = (columns.contains("entropy"), columns.contains("rank"))
    let hasList = columns.contains("topk/id")
    var model = block.models[index]
    block.models[index] = ModelColumns()
    defer { block.models[index] = model }
    var known: [TruncatedDistribution?] = []
    known.reserveCapacity(ids.count)
    for place in ids.indices {
      let entropy = hasEntropy ? dumped.entropy[place] : 0
      let isMeasured =
        !dumped.logProbability[place].isNaN && !entropy.isNaN
        && ids[place] != DumpedText.unknownID
      let log = isMeasured ? dumped.logProbability[place] : .nan
      model.logProbability.append(log)
      if hasEntropy { model.entropy.append(isMeasured ? entropy : .nan) }
      if hasRank { model.rank.append(isMeasured ? dumped.rank[place] : 0) }
      model.unmeasured.append(isMeasured ? .measured : place == 0 ? .firstToken : .notInSource)
      let list =
        dumped.lists.isEmpty
        ? [] : TokenList(dumped.lists[place], occurring: ids[place]).top
      let distribution =
        isMeasured ? self.distribution(list, occurring: ids[place], log, record) : nil
      known.append(distribution)
      if hasList { append(list, isMeasured: isMeasured, to: &model.topK) }
      guard columns.contains(ModelBound.entropyLower.rawValue) else { continue }
      let bounds = distribution?.entropyBounds
      model.bounds[.entropyLower, default: []].append(Self.down(bounds?.lowerBound))
      model.bounds[.entropyUpper, default: []].append(Self.up(bounds?.upperBound))
    }
    return known
  }

  private func append(_ list: ArraySlice<ListedToken>, isMeasured: Bool, to top: inout TopK) {
    let missing = header.topK - (isMeasured ? list.count : 0)
    var mass = 0.0
    if isMeasured {
      for entry in list {
        top.ids.append(entry.id)
        top.logProbabilities.append(entry.logProbability)
        mass += exp(Double(entry.logProbability))
      }
    }
    top.ids += Array(repeating: 0, count: missing)
    top.logProbabilities += Array(repeating: isMeasured ? -.infinity : .nan, count: missing)
    top.restLogMass.append(isMeasured ? Float(log1p(-min(mass, 1))) : .nan)
  }

  /// What is known of a position; of a list that is no distribution's only that the token occurs.
  private mutating func distribution(
    _ list: ArraySlice<ListedToken>, occurring id: UInt32, _ log: Float, _ record: ModelRecord
  ) -> TruncatedDistribution? {
    var (ids, logs) = (list.map { Int32(clamping: $0.id) }, list.map { Double($0.logProbability) })
    let id = Int32(clamping: id)
    if !ids.contains(id) {
      ids.append(id)
      logs.append(Double(log))
    }
    let precision = LogProbabilityPrecision.engine(step: record.source?.precision ?? 0x1p-24)
    do throws(TruncationFault) {
      return try TruncatedDistribution(
        ids: ids, logProbabilities: logs, topCount: list.count,
        vocabularySize: record.vocabularySize, precision: precision)
    } catch {
      inconsistentCount += 1
      // Wider bounds, which hold whatever is wrong with the list.
      return try? TruncatedDistribution(
        ids: [id], logProbabilities: [min(Double(log), 0)], topCount: 0,
        vocabularySize: record.vocabularySize, precision: precision)
    }
  }

  // MARK: Pairs

  private mutating func append(
    pair index: Int, _ before: [TruncatedDistribution?], _ after: [TruncatedDistribution?],
    rows: Range<Int>, _ pair: (before: Int, after: Int)
  ) {
    var columns = block.pairs[index]
    block.pairs[index] = PairColumns()
    defer { block.pairs[index] = columns }
    let (p, q) = (block.models[pair.before], block.models[pair.after])
    for (place, row) in rows.enumerated() {
      let bounds = before[place].flatMap { before in
        after[place].map { DivergenceBounds(before, $0) }
      }
      let (a, b) = (Double(p.logProbability[row]), Double(q.logProbability[row]))
      columns[.logProbabilityChange].append(bounds == nil ? .nan : Float(b - a))
      columns[.probabilityChange].append(bounds == nil ? .nan : Float(exp(b) - exp(a)))
      func add(_ lower: PairBound, _ upper: PairBound, _ range: ClosedRange<Double>?) {
        columns.bounds[lower, default: []].append(Self.down(range?.lowerBound))
        columns.bounds[upper, default: []].append(Self.up(range?.upperBound))
      }
      add(.jensenShannonLower, .jensenShannonUpper, bounds?.jensenShannon)
      add(.totalVariationLower, .totalVariationUpper, bounds?.totalVariation)
      add(.klBeforeAfterLower, .klBeforeAfterUpper, bounds?.klBeforeAfter)
      add(.klAfterBeforeLower, .klAfterBeforeUpper, bounds?.klAfterBefore)
      let change = bounds.map { bounds in
        // Entropies that the source has are exact.
        p.entropy.isEmpty || q.entropy.isEmpty
          ? bounds.entropyChange
          : {
            let change = Double(q.entropy[row]) - Double(p.entropy[row])
            return change...change
          }()
      }
      add(.entropyChangeLower, .entropyChangeUpper, change)
    }
  }

  // MARK: Rounding

  /// The largest number of 32 bits that isn't above; NaN for nil.
  private static func down(_ bound: Double?) -> Float {
    guard let bound else { return .nan }
    let rounded = Float(bound)
    return Double(rounded) > bound ? rounded.nextDown : rounded
  }

  /// The smallest number of 32 bits that isn't below; NaN for nil.
  private static func up(_ bound: Double?) -> Float {
    guard let bound else { return .nan }
    let rounded = Float(bound)
    return Double(rounded) < bound ? rounded.nextUp : rounded
  }
}
