import Testing

/// Numbers worked out slowly in Double, each with how far single precision may be from it.
struct Bounded {
  var values: [Double] = []
  var bounds: [Double] = []

  mutating func append(_ value: Double, within bound: Double) {
    values.append(value)
    bounds.append(bound)
  }
}

/// Rounding of one operation in single precision: half a unit in the last place of 1.
let unitRoundoff = 0x1p-24

/// γ(n) = n·u / (1 − n·u), which bounds the relative error of n operations in a row.
///
/// An inner product of n terms is within γ(n) · Σ|a||b|, in whatever order it is added up and with
/// or without fused multiply-adds (Higham, "Accuracy and Stability of Numerical Algorithms", 3.1).
func gamma(_ count: Int) -> Double {
  let product = Double(count) * unitRoundoff
  return product / (1 - product)
}

/// Expects each number to be as close as its own bound says; names the worst.
func expectWithin(
  _ actual: [Float], _ expected: Bounded, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.values.count, sourceLocation: sourceLocation)
  var worst: (index: Int, share: Double)?
  for index in 0..<min(actual.count, expected.values.count) {
    let difference = abs(Double(actual[index]) - expected.values[index])
    if difference <= expected.bounds[index] { continue }
    let share = difference / expected.bounds[index]
    if !(share <= worst?.share ?? 0) { worst = (index, share) }
  }
  guard let worst else { return }
  Issue.record(
    """
    worst at \(worst.index): \(actual[worst.index]) is not \(expected.values[worst.index]), \
    \(worst.share) times the bound \(expected.bounds[worst.index]). \(comment())
    """, sourceLocation: sourceLocation)
}

/// The bits of floats: equality that tells −0 from 0 and lets a NaN equal itself.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
