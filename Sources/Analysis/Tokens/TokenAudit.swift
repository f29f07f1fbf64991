package import RunLogs
package import StatisticalInference

/// By what an audit ranks tokens.
package enum AuditMeasure: String, Sendable, CaseIterable, Codable {
  /// Σ Jensen-Shannon divergence over the token's positions: where most of the change is.
  case totalDivergence = "js-total"
  /// Mean Jensen-Shannon divergence at the token's positions.
  case meanDivergence = "js-mean"
  /// Mean change of log-probability, largest first: tokens that became more likely.
  case raised = "dlogp-up"
  /// The same, smallest first: tokens that became less likely.
  case lowered = "dlogp-down"
  /// Mean |change of probability|.
  case probability = "dprob"
  /// Mean |change of entropy| before the token.
  case entropy = "dH"
}

/// How one token of the vocabulary fared over all its occurrences.
package struct TokenChange: Sendable, Equatable {
  /// The token.
  package let token: UInt32
  /// Its bytes, nil if the log has no tokenizer.
  package let bytes: TokenBytes?
  /// Occurrences that were measured.
  package let count: Int
  /// Occurrences by who wrote the text.
  package let countsBySource: [String: Int]
  /// Σ Jensen-Shannon divergence, nats.
  package let totalDivergence: Double
  /// That total as a share of all tokens' total.
  package let divergenceShare: Double
  /// Mean Jensen-Shannon divergence, nats.
  package let meanDivergence: Double
  /// Mean change of log-probability, nats.
  package let meanLogProbabilityChange: Double
  /// Mean change of probability.
  package let meanProbabilityChange: Double
  /// Mean |change of probability|.
  package let meanAbsoluteProbabilityChange: Double
  /// Mean change of entropy, nats.
  package let meanEntropyChange: Double
  /// Mean |change of entropy|, nats.
  package let meanAbsoluteEntropyChange: Double
}

/// A token of a ranking with intervals over prompts.
package struct RankedToken: Sendable, Equatable {
  /// Its sums and means.
  package let change: TokenChange
  /// Its share of all tokens' divergence.
  package let divergenceShare: Estimate
  /// Its mean Jensen-Shannon divergence, nats.
  package let divergence: Estimate
  /// Its mean change of log-probability, nats.
  package let logProbability: Estimate
  /// Its mean change of probability.
  package let probability: Estimate
  /// Its mean |change of probability|.
  package let absoluteProbability: Estimate
  /// Its mean change of entropy, nats.
  package let entropy: Estimate
  /// Its mean |change of entropy|, nats.
  package let absoluteEntropy: Estimate
}

extension RankedToken: Encodable {
  private enum CodingKeys: String, CodingKey {
    case token, text, count, countsBySource, totalDivergence, divergenceShare, meanDivergence
    case meanLogProbabilityChange, meanProbabilityChange, meanAbsoluteProbabilityChange
    case meanEntropyChange, meanAbsoluteEntropyChange
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(change.token, forKey: .token)
    try values.encode(change.bytes, forKey: .text)
    try values.encode(change.count, forKey: .count)
    try values.encode(change.countsBySource, forKey: .countsBySource)
    try values.encode(change.totalDivergence, forKey: .totalDivergence)
    try values.encode(divergenceShare, forKey: .divergenceShare)
    try values.encode(divergence, forKey: .meanDivergence)
    try values.encode(logProbability, forKey: .meanLogProbabilityChange)
    try values.encode(probability, forKey: .meanProbabilityChange)
    try values.encode(absoluteProbability, forKey: .meanAbsoluteProbabilityChange)
    try values.encode(entropy, forKey: .meanEntropyChange)
    try values.encode(absoluteEntropy, forKey: .meanAbsoluteEntropyChange)
  }
}

/// Which tokens changed between two models: sums and means over occurrences, by token.
///
/// Without a noise model this is a ranking and no verdict: a token at the head of it need not have
/// changed by more than numerical noise would.
package struct TokenAudit: Sendable {
  /// Before and after.
  package let pair: PairName
  /// Who wrote texts, in the order of their first.
  package let sources: [String]
  /// Measured positions.
  package let positionCount: Int
  /// Every token that occurs, in ascending order of its id.
  package let changes: [TokenChange]
  private let columns: AuditColumns

  /// Reads and adds up.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    of pair: PairName, in table: TokenTable, selection: TokenSelection = .response
  ) throws {
    self.pair = pair
    let columns = try AuditColumns(of: pair, in: table, selection: selection)
    self.columns = columns
    positionCount = columns.rows.count
    sources = table.texts.sources
    var slots: [UInt32: Int] = [:]
    var sums: [AuditSums] = []
    // Of each token only the writers that have it: many writers times many tokens is too much.
    var counts: [[Int32: Int]] = []
    columns.rows.visit { row, text, _ in
      let id = columns.ids[row]
      let slot = slots[id] ?? sums.count
      if slot == sums.count {
        slots[id] = slot
        sums.append(AuditSums())
        counts.append([:])
      }
      sums[slot].add(columns, row)
      counts[slot][table.texts.sourceOf[text], default: 0] += 1
    }
    let total = sums.reduce(0) { $0 + $1.divergence }
    changes = slots.sorted { $0.key < $1.key }.map { [sources] token, slot in
      // Two writers may be one to `String`, and so to a dictionary.
      let known = Dictionary(
        counts[slot].map { (sources[Int($0.key)], $0.value) }, uniquingKeysWith: +)
      return sums[slot].change(
        token: token, bytes: table.log.tokenBytes(token).map(TokenBytes.init), total: total,
        countsBySource: known)
    }
  }

  /// The tokens that lead by a measure.
  ///
  /// - Parameters:
  ///   - measure: by what.
  ///   - minimumCount: rarer tokens are left out, because their means are chance.
  ///   - limit: at most so many.
  /// - Returns: the first `limit`, ties by ascending id.
  package func ranking(
    by measure: AuditMeasure, minimumCount: Int, limit: Int
  ) -> [TokenChange] {
    // Of tokens that became more likely, or less, only those that did.
    let frequent = changes.filter {
      $0.count >= minimumCount && (!measure.isOneSided || measure.value(of: $0) > 0)
    }
    // Ties go to the lower id, so that a ranking is the same every time; what isn't a number goes last.
    let ordered = frequent.sorted { a, b in
      let (x, y) = (measure.value(of: a), measure.value(of: b))
      if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a.token < b.token : y.isNaN }
      return x == y ? a.token < b.token : x > y
    }
    return Array(ordered.prefix(limit))
  }

  /// Several rankings with intervals of their means: over occurrences, prompts as clusters.
  package func estimates(of rankings: [[TokenChange]]) -> [[RankedToken]] {
    var known: Set<UInt32> = []
    let all = rankings.joined().filter { known.insert($0.token).inserted }
    let ranked = Dictionary(
      uniqueKeysWithValues: estimates(of: all).map { ($0.change.token, $0) })
    return rankings.map { $0.compactMap { ranked[$0.token] } }
  }

  private func estimates(of changes: [TokenChange]) -> [RankedToken] {
    var slots: [UInt32: Int] = [:]
    for (slot, change) in changes.enumerated() { slots[change.token] = slot }
    var byPrompt = [[Int32: AuditSums]](repeating: [:], count: changes.count)
    var totals = [Double](repeating: 0, count: columns.promptCount)
    columns.rows.visit { row, text, _ in
      let prompt = columns.prompts[text]
      totals[Int(prompt)] += Double(columns.divergence[row])
      guard let slot = slots[columns.ids[row]] else { return }
      byPrompt[slot][prompt, default: AuditSums()].add(columns, row)
    }
    return zip(changes, byPrompt).map { change, byPrompt in
      // Sorted: the order of a dictionary, and with it the last bits, changes from run to run.
      let parts = byPrompt.sorted { $0.key < $1.key }
      let counts = parts.map { Double($0.value.count) }
      func mean(
        _ part: KeyPath<AuditSums, Double>, _ range: ClosedRange<Double>? = nil,
        squares: Double? = nil
      ) -> Estimate {
        .ratio(
          parts.map { $0.value[keyPath: part] }, over: counts, within: range, squares: squares)
      }
      var own = [Double](repeating: 0, count: totals.count)
      for (prompt, sums) in parts { own[Int(prompt)] = sums.divergence }
      let positive = 0...Double.infinity
      return RankedToken(
        change: change,
        divergenceShare: totals.contains { $0 > 0 }
          ? .ratio(own, over: totals, within: 0...1, observations: change.count)
          : Estimate(
            value: 0, interval: nil, clusters: parts.count, observations: change.count,
            method: .clusterRobustRatio),
        divergence: mean(
          \.divergence, PairColumn.jensenShannonDivergence.range,
          squares: parts.reduce(0) { $0 + $1.value.squaredDivergence }),
        logProbability: mean(\.logProbability), probability: mean(\.probability, -1...1),
        absoluteProbability: mean(\.absoluteProbability, 0...1), entropy: mean(\.entropy),
        absoluteEntropy: mean(\.absoluteEntropy, positive))
    }
  }
}

extension AuditMeasure {
  /// Whether it is of changes in one direction.
  var isOneSided: Bool { self == .raised || self == .lowered }

  /// What is ranked, larger first.
  func value(of change: TokenChange) -> Double {
    switch self {
    case .totalDivergence: change.totalDivergence
    case .meanDivergence: change.meanDivergence
    case .raised: change.meanLogProbabilityChange
    case .lowered: -change.meanLogProbabilityChange
    case .probability: change.meanAbsoluteProbabilityChange
    case .entropy: change.meanAbsoluteEntropyChange
    }
  }
}

/// What an audit reads.
private struct AuditColumns: Sendable {
  let rows: TokenRows
  let prompts: [Int32]
  let promptCount: Int
  let ids: [UInt32]
  let divergence: [Float]
  let logProbability: [Float]
  let probability: [Float]
  let entropy: [Float]

  init(of pair: PairName, in table: TokenTable, selection: TokenSelection) throws {
    rows = try table.rows(of: pair, selection)
    (prompts, promptCount) = (table.texts.prompts, table.texts.promptCount)
    ids = try table.tokenIDs()
    divergence = try table.values(.jensenShannonDivergence, of: pair)
    logProbability = try table.values(.logProbabilityChange, of: pair)
    probability = try table.values(.probabilityChange, of: pair)
    entropy = try table.values(.entropyChange, of: pair)
  }
}

private struct AuditSums {
  var count = 0
  var divergence = 0.0
  var squaredDivergence = 0.0
  var logProbability = 0.0
  var probability = 0.0
  var absoluteProbability = 0.0
  var entropy = 0.0
  var absoluteEntropy = 0.0

  mutating func add(_ columns: AuditColumns, _ row: Int) {
    let probability = Double(columns.probability[row])
    let entropy = Double(columns.entropy[row])
    count += 1
    let divergence = Double(columns.divergence[row])
    self.divergence += divergence
    squaredDivergence += divergence * divergence
    logProbability += Double(columns.logProbability[row])
    self.probability += probability
    absoluteProbability += abs(probability)
    self.entropy += entropy
    absoluteEntropy += abs(entropy)
  }

  func change(
    token: UInt32, bytes: TokenBytes?, total: Double, countsBySource: [String: Int]
  ) -> TokenChange {
    let n = Double(count)
    return TokenChange(
      token: token, bytes: bytes, count: count, countsBySource: countsBySource,
      totalDivergence: divergence, divergenceShare: total > 0 ? divergence / total : 0,
      meanDivergence: divergence / n, meanLogProbabilityChange: logProbability / n,
      meanProbabilityChange: probability / n,
      meanAbsoluteProbabilityChange: absoluteProbability / n, meanEntropyChange: entropy / n,
      meanAbsoluteEntropyChange: absoluteEntropy / n)
  }
}
