package import Testing

/// Expects `|actual − expected| ≤ absolute + relative · max(|actual|, |expected|)`.
///
/// Both tolerances are written down where it is called, with their derivation. NaN equals only NaN.
package func expectClose(
  _ actual: Double, _ expected: Double, absolute: Double = 0, relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  precondition(absolute >= 0 && relative >= 0)
  let allowed = absolute + relative * max(abs(actual), abs(expected))
  let isClose =
    actual == expected || (actual.isNaN && expected.isNaN) || abs(actual - expected) <= allowed
  #expect(
    isClose,
    "\(actual) is not \(expected): off by \(abs(actual - expected)), allowed \(allowed). \(comment())",
    sourceLocation: sourceLocation)
}

/// Expects two lists to be of one length and close element by element; names the worst.
package func expectClose(
  _ actual: [Float], _ expected: [Float], absolute: Double = 0, relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  var worst: (index: Int, excess: Double)?
  for (index, pair) in zip(actual, expected).enumerated() {
    let (a, e) = (Double(pair.0), Double(pair.1))
    if a == e || (a.isNaN && e.isNaN) { continue }
    let difference = abs(a - e)
    let excess = difference - absolute - relative * max(abs(a), abs(e))
    if !(excess <= 0), !(excess <= worst?.excess ?? 0) { worst = (index, excess) }
  }
  if let worst {
    let (a, e) = (actual[worst.index], expected[worst.index])
    Issue.record(
      "worst at \(worst.index): \(a) is not \(e), off by \(abs(a - e)). \(comment())",
      sourceLocation: sourceLocation)
  }
}
