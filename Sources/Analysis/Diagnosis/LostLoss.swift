internal import RunLogs

/// The first step whose loss is no number.
///
/// An infinite loss is one for certain. NaN in a log is *not measured*, and a loss that became NaN looks
/// the same; so it counts where the step was made (its learning rate, gradient norm or reward is known) and
/// losses are missing for more such steps in a row than at any time before, the run's start included. A log
/// with a loss at each step so loses it at the first NaN, one with a loss at each tenth after ten.
struct LostLoss {
  /// The index of the first such step.
  let index: Int
  /// How many there are.
  let count: Int

  /// nil if there is none.
  ///
  /// - Parameters:
  ///   - losses: of all steps.
  ///   - log: to know of which steps anything is known.
  ///   - countsMissing: whether NaN counts; not of a part of the loss, which a step may lack.
  init?(_ losses: [Double], in log: TrainingLog, countsMissing: Bool) {
    let signs = countsMissing ? Self.signs(of: log) : []
    var (missing, longest, first, isKnown) = (0, 0, 0, false)
    var found: Int?
    var count = 0
    for (index, loss) in losses.enumerated() {
      if loss.isInfinite {
        count += 1
        if found == nil { found = index }
      } else if loss.isFinite {
        isKnown = true
        longest = max(longest, missing)
        missing = 0
      } else if signs.contains(where: { $0[index].isFinite }) {
        if missing == 0 { first = index }
        missing += 1
        if isKnown, missing > longest {
          count += missing == longest + 1 ? missing : 1
          if found == nil { found = first }
        }
      }
    }
    guard let found else { return nil }
    index = found
    self.count = count
  }

  /// What is known of each step that was made.
  private static func signs(of log: TrainingLog) -> [[Double]] {
    let names = [TrainingMetric.learningRate, .gradientNorm, .reward, .responseLength]
      .map(\.rawValue)
    return log.columns.filter { names.contains($0.name) }.map(\.values)
  }
}
