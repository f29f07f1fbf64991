/// Why a figure can't be made from what was measured.
public enum FigureError: Error, Equatable, CustomStringConvertible {
  /// There is no pair at all.
  case noPairs(figure: String)
  /// Every value of a pair is missing.
  case nothingMeasured(figure: String, pair: String)
  /// Columns that belong together differ in length.
  case lengthsDiffer(figure: String, pair: String, expected: Int, found: Int)

  /// One line: what, where, and the mend.
  public var description: String {
    switch self {
    case .noPairs(let figure): "\(figure): no pair of models to show"
    case .nothingMeasured(let figure, let pair):
      "\(figure): nothing measured for pair \(pair); leave the pair out or score texts with responses"
    case .lengthsDiffer(let figure, let pair, let expected, let found):
      "\(figure): pair \(pair) has \(found) values for \(expected) positions"
    }
  }
}
