/// A quantity of one run along its training, by tokens.
package struct TokenCurve: Equatable {
  /// The run's seed.
  package let seed: UInt64
  /// Tokens, ascending.
  package let x: [Double]
  /// The quantity there; no NaN.
  package let y: [Double]

  /// Those points that have a value; nil without any.
  package init?(seed: UInt64, x: [Double], y: [Double]) {
    let measured = zip(x, y).filter { $0.isFinite && $1.isFinite }
    guard !measured.isEmpty else { return nil }
    self.seed = seed
    self.x = measured.map(\.0)
    self.y = measured.map(\.1)
  }

  /// The quantity at some tokens: on the line between the points on either side, NaN outside of them.
  package func interpolated(at place: Double) -> Double {
    guard let after = x.firstIndex(where: { $0 >= place }) else { return .nan }
    if x[after] == place { return y[after] }
    guard after > 0 else { return .nan }
    let share = (place - x[after - 1]) / (x[after] - x[after - 1])
    return y[after - 1] + share * (y[after] - y[after - 1])
  }

  /// The mean of the points within half a window of some tokens.
  ///
  /// Towards the ends the window shrinks on both sides rather than lean. Where no point is so near, it is
  /// interpolated.
  package func averaged(at place: Double, window: Double) -> Double {
    guard let first = x.first, let last = x.last, place >= first, place <= last else { return .nan }
    let reach = min(window / 2, place - first, last - place)
    let near = zip(x, y).filter { abs($0.0 - place) <= reach }.map(\.1)
    return near.isEmpty ? interpolated(at: place) : near.reduce(0, +) / Double(near.count)
  }

  /// The curve on a grid; `window` 0 interpolates.
  func values(on grid: [Double], window: Double) -> [Double] {
    grid.map { window > 0 ? averaged(at: $0, window: window) : interpolated(at: $0) }
  }
}
