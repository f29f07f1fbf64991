internal import Analysis
internal import RunLogs
internal import Scoring
internal import Tasks

/// Which change is planted at each token of the responses.
///
/// The model that is changed is one with edited weights, so that its rounding is its own; its logits are
/// shifted so that each token's log-probability differs from the unedited model's by a chosen size,
/// exactly.
struct Planting {
  /// Sizes of |Δ log p|, nats: none, and around the margins 0.01 and 0.1.
  static let sizes = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4]

  /// Of each row of the log: the chosen size; NaN where nothing is planted.
  let sizes: [Double]
  /// The chosen change with its sign; NaN where nothing is planted.
  let changes: [Double]
  /// What is done to the edited model's logit; nil where nothing is planted.
  let logits: [PlantedChange?]

  /// Chooses sizes and signs at random, all sizes equally often.
  ///
  /// - Parameters:
  ///   - pair: unedited and edited model.
  ///   - exact: a log with both, in 32 bits.
  ///   - seed: of the choices.
  /// - Throws: `RunLogError` if the log can't be read.
  init(_ pair: PairName, in exact: TokenTable, seed: UInt64) throws {
    let before = try exact.values(.logProbability, of: pair.before)
    let edited = try exact.values(.logProbability, of: pair.after)
    let entropies = try exact.values(.entropy, of: pair.after)
    var sizes = [Double](repeating: .nan, count: before.count)
    var changes = sizes
    var logits = [PlantedChange?](repeating: nil, count: before.count)
    let stream = StableHash.value(of: "planted sizes")
    try exact.rows(of: pair).visit { row, _, _ in
      var draws = CounterGenerator(seed: seed, stream: stream, index: UInt64(row))
      let size = draws.element(of: Self.sizes)
      let sign: Double = draws.chance(0.5) ? 1 : -1
      let (log, own) = (Double(before[row]), Double(edited[row]))
      // A token that is nearly certain can't become likelier.
      let change = log + sign * size < 0 ? sign * size : -size
      guard own < 0, log + change < 0 else { return }
      let planted = PlantedChange(
        before: own, after: log + change, entropy: Double(entropies[row]))
      guard planted.shift.isFinite else { return }
      (sizes[row], changes[row], logits[row]) = (size, change, planted)
    }
    (self.sizes, self.changes, self.logits) = (sizes, changes, logits)
  }

  /// Rows with a planted change.
  var rows: [Int] { logits.indices.filter { logits[$0] != nil } }

  /// For the scorer of the same texts.
  func shifts(of model: String, in exact: TokenTable) -> LogitShifts {
    LogitShifts(
      of: model, values: logits.map { Float($0?.shift ?? 0) },
      starts: (0..<exact.textCount).map { exact.log.tokens(ofSequence: $0).lowerBound })
  }

  /// What exact arithmetic says of the unedited model and the planted one.
  func truth(of pair: PairName, in exact: TokenTable) throws -> BoundaryCheck.Truth {
    let before = try exact.values(.logProbability, of: pair.before)
    let entropies = try exact.values(.entropy, of: pair.before)
    return BoundaryCheck.Truth(
      values: [.logProbability: changes],
      logProbabilities: before.indices.map { row in
        min(before[row], Float(logits[row]?.after ?? 0))
      },
      entropies: entropies.indices.map { row in
        max(entropies[row], Float(logits[row]?.entropyAfter ?? 0))
      })
  }
}
