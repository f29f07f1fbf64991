public import RunLogs

/// How far a model is from itself in another precision: Δ = replicate − value.
///
/// It is the part of the noise that rounding of products makes; what else two runs may differ in, a log
/// of one run can't tell.
public struct ReplicateSummary: Sendable, Equatable, Codable {
  /// The model's name.
  public let model: String
  /// What the log's columns were computed in, say `BF16`.
  public let computeType: String
  /// What the replicate was computed in.
  public let replicateType: String
  /// Which tokens.
  public let selection: TokenSelection
  /// Whose texts; nil for all.
  public let source: String?
  /// Positions with numbers in both precisions.
  public let positionCount: Int
  /// Selected positions without statistics, in one precision or both.
  public let unmeasuredCount: Int
  /// Of the log-probability of the token that occurs, nats; nil if nothing was measured.
  public let logProbability: DifferenceSummary?
  /// Of the entropy, nats.
  public let entropy: DifferenceSummary?

  /// Of both types the one with fewer digits, whose rounding the difference is.
  public var coarserType: String {
    [computeType, replicateType].contains("BF16") ? "BF16" : computeType
  }

  /// Reads and summarises a model; nil if the log has no replicate of it.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  public init?(
    of model: String, in log: TokenLog, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    guard let reading = try ReplicateReading(model, in: log) else { return nil }
    let positions = try MeasuredPositions(
      of: log, selection: selection, source: source, models: [model])
    let indices = positions.indices.filter(reading.isMeasured)
    self.model = model
    computeType = reading.computeType
    replicateType = reading.replicateType
    self.selection = selection
    self.source = source
    positionCount = indices.count
    unmeasuredCount = positions.unmeasuredCount + positions.count - indices.count
    logProbability = DifferenceSummary(indices.map { reading.logProbability[$0] })
    entropy = DifferenceSummary(indices.map { reading.entropy[$0] })
  }
}

/// What changed between two models beside how far the same change is in another precision.
///
/// Both are of the log-probability of the token that occurs. A change that is smaller than its
/// difference between precisions is within the precision of the products.
public struct ReplicatePairSummary: Sendable, Equatable, Codable {
  /// `before:after`.
  public let pair: String
  /// Which tokens.
  public let selection: TokenSelection
  /// Whose texts; nil for all.
  public let source: String?
  /// Positions with numbers of both models in both precisions.
  public let positionCount: Int
  /// Selected positions without statistics of one model at least, in one precision at least.
  public let unmeasuredCount: Int
  /// Change: after − before as logged, nats; nil if nothing was measured.
  public let change: DifferenceSummary?
  /// Difference: that change in the replicates − that change as logged, nats.
  public let difference: DifferenceSummary?
  /// Root mean square of the change over that of its difference; NaN if nothing was measured.
  public let ratio: Double
  /// Share of positions whose |change| is at most the 99 % of |difference|; NaN if nothing was measured.
  public let shareWithin: Double

  /// Reads and summarises a pair; nil if the log has no replicate of one of both models.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init?(
    of pair: PairName, in log: TokenLog, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let logged = try log.floats(.logProbabilityChange, of: pair)
    guard let before = try ReplicateReading(pair.before, in: log),
      let after = try ReplicateReading(pair.after, in: log)
    else { return nil }
    let positions = try MeasuredPositions(
      of: log, selection: selection, source: source, models: [pair.before, pair.after])
    let indices = positions.indices.filter { before.isMeasured($0) && after.isMeasured($0) }
    let changes = indices.map { Double(logged[$0]) }
    self.pair = pair.description
    self.selection = selection
    self.source = source
    positionCount = indices.count
    unmeasuredCount = positions.unmeasuredCount + positions.count - indices.count
    change = DifferenceSummary(changes)
    // (a′ − b′) − (a − b) = (a′ − a) − (b′ − b).
    difference = DifferenceSummary(
      indices.map { after.logProbability[$0] - before.logProbability[$0] })
    guard let change, let difference else {
      (ratio, shareWithin) = (.nan, .nan)
      return
    }
    ratio = change.rootMeanSquare / difference.rootMeanSquare
    let bound = difference.percentile99
    shareWithin = Double(changes.count { abs($0) <= bound }) / Double(changes.count)
  }
}

/// Replicate − value at every token of a log; not finite where one of both is missing.
private struct ReplicateReading {
  let computeType: String
  let replicateType: String
  let logProbability: [Double]
  let entropy: [Double]

  init?(_ model: String, in log: TokenLog) throws {
    guard let replicate = try log.replicate(of: model),
      let record = log.header.models.first(where: { $0.name == model }),
      let replicateType = record.replicateType
    else { return nil }
    computeType = record.computeType
    self.replicateType = replicateType
    logProbability = Self.difference(
      replicate.logProbability, try log.floats(.logProbability, of: model))
    entropy = Self.difference(replicate.entropy, try log.floats(.entropy, of: model))
  }

  /// A product that overflows in one precision alone leaves a number in the other.
  func isMeasured(_ index: Int) -> Bool {
    logProbability[index].isFinite && entropy[index].isFinite
  }

  private static func difference(_ replicate: [Float], _ value: [Float]) -> [Double] {
    zip(replicate, value).map { Double($0) - Double($1) }
  }
}
