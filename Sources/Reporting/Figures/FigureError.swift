/// Why a figure can't be made from what was measured.
package enum FigureError: Error, Equatable, CustomStringConvertible {
  /// There is no pair at all.
  case noPairs(figure: String)
  /// Every value of a pair is missing.
  case nothingMeasured(figure: String, pair: String)
  /// No given run has any of the metrics that are drawn.
  case noMetrics(runs: String)
  /// More curves than can be told apart.
  case tooMany(figure: String, what: String, most: Int, found: Int)
  /// Columns that belong together differ in length.
  case lengthsDiffer(figure: String, pair: String, expected: Int, found: Int)

  /// One line: what, where, and the fix.
  package var description: String {
    switch self {
    case .noPairs(let figure): "\(figure): no pair of models to show"
    case .nothingMeasured(let figure, let pair):
      "\(figure): nothing measured for pair \(pair); leave the pair out or score texts with responses"
    case .noMetrics(let runs):
      "\(runs): none of the metrics that figures show was measured; is it a training log?"
    case .tooMany(let figure, let what, let most, let found):
      "\(figure): \(found) \(what) can't be told apart, \(most) can; draw fewer together"
    case .lengthsDiffer(let figure, let pair, let expected, let found):
      "\(figure): pair \(pair) has \(found) values for \(expected) positions"
    }
  }
}
