internal import Plotting

/// Counts of points in equal bins of a plane, as two figures colour them.
enum PlaneDensity {
  static let binCount = 48

  /// Bins without points are NaN, which stay white; points beyond an edge are in the outermost bins.
  ///
  /// - Parameters:
  ///   - points: finite.
  ///   - x: both ends.
  ///   - y: both ends.
  /// - Returns: a map of `binCount` × `binCount` bins.
  static func map(
    _ points: [(x: Double, y: Double)], x: ClosedRange<Double>, y: ClosedRange<Double>
  ) -> DensityMap {
    var values = [Double](repeating: .nan, count: binCount * binCount)
    for point in points {
      let index = bin(point.y, in: y) * binCount + bin(point.x, in: x)
      values[index] = (values[index].isNaN ? 0 : values[index]) + 1
    }
    return DensityMap(xEdges: edges(x), yEdges: edges(y), values: values)
  }

  private static func edges(_ range: ClosedRange<Double>) -> [Double] {
    let size = range.upperBound - range.lowerBound
    return (0...binCount).map { range.lowerBound + size * Double($0) / Double(binCount) }
  }

  private static func bin(_ value: Double, in range: ClosedRange<Double>) -> Int {
    let part = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return Int(min(Double(binCount - 1), max(0, (part * Double(binCount)).rounded(.down))))
  }

  /// One scale for all panels.
  static func counts(_ maps: [DensityMap]) -> Axis {
    let most = maps.flatMap(\.values).reduce(1) { $1 > $0 ? $1 : $0 }
    return Axis("positions", scale: .logarithmic, range: 1...max(10, most))
  }
}
