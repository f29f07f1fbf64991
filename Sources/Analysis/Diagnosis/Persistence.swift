import Foundation

/// How alike neighbouring steps of a series are: the φ of the AR(1) series that thresholds come from.
package enum Persistence {
  /// Lag-1 autocorrelation around a local line, rounded up to 0.1, within [0.1, 0.95].
  ///
  /// The line has Gaussian weights with the width N/4. Detrending takes autocorrelation away:
  /// (1 + 3φ)/N is Kendall's correction of its bias, 6/N what the line takes, and one standard error,
  /// √((1 − φ²)/N), puts it on the safe side, as does rounding up.
  ///
  /// - Parameter values: finite, at least two.
  /// - Returns: φ.
  package static func coefficient(of values: [Double]) -> Double { range(of: values).upperBound }

  /// The same with what lies one standard error below, rounded down, at least 0.
  package static func range(of values: [Double]) -> ClosedRange<Double> {
    let n = Double(values.count)
    var raw = autocorrelation(of: values)
    // Of values whose squares are beyond a Double nothing is known.
    guard raw.isFinite else { return 0...0.95 }
    raw += (1 + 3 * raw) / n + 6 / n
    let error = (max(1 - raw * raw, 0) / n).squareRoot()
    let lower = min(max(((raw - error) * 10).rounded(.down) / 10, 0), 0.95)
    let upper = min(max(((raw + error) * 10).rounded(.up) / 10, 0.1), 0.95)
    return lower...max(lower, upper)
  }

  /// Lag 1 of what is left around the local line.
  private static func autocorrelation(of values: [Double]) -> Double {
    let line = localLine(of: values)
    var (products, squares, last) = (0.0, 0.0, 0.0)
    for (value, level) in zip(values, line) {
      let rest = value - level
      products += rest * last
      squares += rest * rest
      last = rest
    }
    return products / max(squares, 1e-300)
  }

  /// Of more steps than these the line is found through as many means: as it bends over a quarter of
  /// the run, that changes φ by less than a thousandth, and cost no longer grows with the square.
  private static let mostPoints = 512

  /// The local line's value at each step.
  ///
  /// - Parameter values: finite, at least two.
  /// - Returns: as many values.
  package static func localLine(of values: [Double]) -> [Double] {
    let count = values.count
    let pointCount = min(count, mostPoints)
    var places: [Double] = []
    var (levels, weights): ([Double], [Double]) = ([], [])
    for point in 0..<pointCount {
      let (first, end) = (point * count / pointCount, (point + 1) * count / pointCount)
      places.append(Double(first + end - 1) / 2 / Double(count))
      weights.append(Double(end - first))
      levels.append(values[first..<end].reduce(0, +) / Double(end - first))
    }
    let line = places.map { place in
      var (s0, s1, s2, y0, y1) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for other in 0..<pointCount {
        let distance = places[other] - place
        let weight = weights[other] * exp(-8 * distance * distance)
        s0 += weight
        s1 += weight * distance
        s2 += weight * distance * distance
        y0 += weight * levels[other]
        y1 += weight * distance * levels[other]
      }
      return (s2 * y0 - s1 * y1) / (s0 * s2 - s1 * s1)
    }
    if pointCount == count { return line }
    return (0..<count).map { index in
      let place = Double(index) / Double(count)
      let guess = min(index * pointCount / count, pointCount - 1)
      // The two points around it; at the ends the nearest two.
      let left = min(max(places[guess] > place ? guess - 1 : guess, 0), pointCount - 2)
      let share = (place - places[left]) / (places[left + 1] - places[left])
      return line[left] + share * (line[left + 1] - line[left])
    }
  }
}
