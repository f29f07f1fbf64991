public import RunLogs

/// By what an audit ranks tokens.
public enum AuditMeasure: String, Sendable, CaseIterable, Codable {
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
public struct TokenChange: Sendable, Equatable, Encodable {
  /// The token.
  public let token: UInt32
  /// Its bytes, nil if the log has no tokenizer.
  public let bytes: TokenBytes?
  /// Occurrences that were measured.
  public let count: Int
  /// Occurrences by who wrote the text.
  public let countsBySource: [String: Int]
  /// Σ Jensen-Shannon divergence, nats.
  public let totalDivergence: Double
  /// That total as a share of all tokens' total.
  public let divergenceShare: Double
  /// Mean Jensen-Shannon divergence, nats.
  public let meanDivergence: Double
  /// Mean change of log-probability, nats.
  public let meanLogProbabilityChange: Double
  /// Mean change of probability.
  public let meanProbabilityChange: Double
  /// Mean |change of probability|.
  public let meanAbsoluteProbabilityChange: Double
  /// Mean change of entropy, nats.
  public let meanEntropyChange: Double
  /// Mean |change of entropy|, nats.
  public let meanAbsoluteEntropyChange: Double
}

/// Which tokens changed between two models: sums and means over occurrences, by token.
///
/// Without a noise model this is a ranking and no verdict: a token at the head of it need not have
/// changed by more than numerical noise would.
public struct TokenAudit: Sendable {
  /// Before and after.
  public let pair: PairName
  /// Who wrote texts, in the order of their first.
  public let sources: [String]
  /// Measured positions.
  public let positionCount: Int
  /// Every token that occurs, in ascending order of its id.
  public let changes: [TokenChange]

  /// Reads and adds up.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init(
    of pair: PairName, in log: TokenLog, selection: TokenSelection = .response
  ) throws {
    self.pair = pair
    let positions = try MeasuredPositions(
      of: log, selection: selection, models: [pair.before, pair.after])
    positionCount = positions.count
    let ids = try log.tokenIDs()
    let sourceOfSequence = try log.strings(.source)
    sources = try log.distinctSources()
    let divergence = try log.floats(.jensenShannonDivergence, of: pair)
    let logProbability = try log.floats(.logProbabilityChange, of: pair)
    let probability = try log.floats(.probabilityChange, of: pair)
    let entropy = try log.floats(.entropyChange, of: pair)
    var sums: [UInt32: Sums] = [:]
    for (index, sequence) in zip(positions.indices, positions.sequences) {
      sums[ids[index], default: Sums()].add(
        source: sourceOfSequence[sequence], divergence: Double(divergence[index]),
        logProbability: Double(logProbability[index]), probability: Double(probability[index]),
        entropy: Double(entropy[index]))
    }
    let total = sums.values.reduce(0) { $0 + $1.divergence }
    changes = sums.sorted { $0.key < $1.key }.map { token, sums in
      sums.change(token: token, bytes: log.tokenBytes(token).map(TokenBytes.init), total: total)
    }
  }

  /// The tokens that lead by a measure.
  ///
  /// - Parameters:
  ///   - measure: by what.
  ///   - minimumCount: rarer tokens are left out, because their means are chance.
  ///   - limit: at most so many.
  /// - Returns: the first `limit`, ties by ascending id.
  public func ranking(
    by measure: AuditMeasure, minimumCount: Int, limit: Int
  ) -> [TokenChange] {
    let frequent = changes.filter { $0.count >= minimumCount }
    // Ties go to the lower id, so that a ranking is the same every time.
    let ordered = frequent.sorted { a, b in
      let (x, y) = (measure.value(of: a), measure.value(of: b))
      return x == y ? a.token < b.token : x > y
    }
    return Array(ordered.prefix(limit))
  }
}

extension AuditMeasure {
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

private struct Sums {
  var counts: [String: Int] = [:]
  var count = 0
  var divergence = 0.0
  var logProbability = 0.0
  var probability = 0.0
  var absoluteProbability = 0.0
  var entropy = 0.0
  var absoluteEntropy = 0.0

  mutating func add(
    source: String, divergence: Double, logProbability: Double, probability: Double,
    entropy: Double
  ) {
    counts[source, default: 0] += 1
    count += 1
    self.divergence += divergence
    self.logProbability += logProbability
    self.probability += probability
    absoluteProbability += abs(probability)
    self.entropy += entropy
    absoluteEntropy += abs(entropy)
  }

  func change(token: UInt32, bytes: TokenBytes?, total: Double) -> TokenChange {
    let n = Double(count)
    return TokenChange(
      token: token, bytes: bytes, count: count, countsBySource: counts,
      totalDivergence: divergence, divergenceShare: total > 0 ? divergence / total : 0,
      meanDivergence: divergence / n, meanLogProbabilityChange: logProbability / n,
      meanProbabilityChange: probability / n,
      meanAbsoluteProbabilityChange: absoluteProbability / n, meanEntropyChange: entropy / n,
      meanAbsoluteEntropyChange: absoluteEntropy / n)
  }
}
