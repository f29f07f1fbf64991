internal import Foundation

/// Columns by the log's rows of which groups take means, the same for all authors of a pair.
struct GroupColumns {
  /// All of them.
  let measures: [PositionMeasure]
  /// Measures, then what else is averaged.
  let all: [[Float]]
  /// Of each measure among all.
  let places: [PromptMeans.Place]
  /// 1 where the divergence exceeds its margin, else 0.
  let changed: Int
  /// Squares of a signed measure's scales, 0 where the exact number is known; nil where all are.
  ///
  /// Errors of a group's positions don't average out: its mean may be off by σ times the root mean square
  /// of their scales (on the demo by 0.6 of that at most).
  private let squares: [PositionMeasure: Int]
  private let verdicts: PositionVerdicts
  private let settings: PairAudit.Settings

  /// - Parameters:
  ///   - verdicts: of the pair's positions.
  ///   - settings: which margins.
  init(_ verdicts: PositionVerdicts, _ settings: PairAudit.Settings) {
    let measures = PositionMeasure.allCases
    let limit = settings.margin(.divergence)
    var all = measures.map { verdicts[$0].values }
    changed = all.count
    // A middle between bounds counts as nothing.
    let isBounded = verdicts[.divergence].basis == .bounded
    all.append(
      verdicts[.divergence].values.map {
        $0.isNaN || isBounded ? .nan : Double($0) > limit ? 1 : 0
      })
    var squares: [PositionMeasure: Int] = [:]
    var places: [PromptMeans.Place] = []
    for (index, measure) in measures.enumerated() {
      var place = PromptMeans.Place(measured: index)
      let column = verdicts[measure]
      if column.basis != .exact {
        if measure.isSigned, !column.basis.hasEnds {
          squares[measure] = all.count
          all.append(zip(column.scales, column.isKnown).map { $1 ? 0 : $0 * $0 })
        } else {
          place.ends = (all.count, all.count + 1)
          all += [-1.0, 1.0].map {
            measure.isSigned ? Self.signedEnds(column, $0) : Self.ends(column, $0)
          }
        }
      }
      places.append(place)
    }
    (self.measures, self.all, self.places) = (measures, all, places)
    (self.squares, self.verdicts, self.settings) = (squares, verdicts, settings)
  }

  /// (√JS ± h)², inside what a divergence can be: an error moves the root, and the mean of what is
  /// certain at each position is certain, whatever errors of a token's positions have in common.
  private static func ends(_ column: PositionVerdicts.Column, _ sign: Double) -> [Float] {
    zip(column.values, column.halfWidths).map { value, halfWidth in
      let root = max(Double(value), 0).squareRoot() + sign * Double(halfWidth)
      return value.isNaN ? .nan : Float(min(pow(max(root, 0), 2), log(2)))
    }
  }

  private static func signedEnds(_ column: PositionVerdicts.Column, _ sign: Double) -> [Float] {
    zip(column.values, column.halfWidths).map { Float(Double($0) + sign * Double($1)) }
  }

  /// How far the mean of a group may be off by errors that its ends don't hold.
  func bias(_ measure: PositionMeasure, of group: Int, author: Int, _ means: PromptMeans) -> Double
  {
    guard let place = squares[measure] else { return 0 }
    return verdicts[measure].deviations[author] * means.mean(of: group, place).squareRoot()
  }

  /// What a measure's groups are judged by.
  func judge(_ measure: PositionMeasure, bias: [Double]) -> GroupMeasure {
    GroupMeasure(
      margins: settings.allMargins(measure), margin: settings.margin(measure),
      isSigned: measure.isSigned, range: measure.column.range, bias: bias,
      isBounded: verdicts[measure].basis == .bounded)
  }
}
