extension Lanes {
  /// Where what a slice's tokens gained and lost is added up, eight tokens after the other.
  @unsafe struct MovedSums {
    private let gained: UnsafeMutablePointer<Double>
    private let lost: UnsafeMutablePointer<Double>
    private let count: Int
    private var index = 0

    /// Calls `body` with the sums of `count` tokens from `first` on.
    @inline(__always) static func with<Result>(
      _ gained: inout MutableSpan<Double>, _ lost: inout MutableSpan<Double>, from first: Int,
      count: Int, _ body: (MovedSums) -> Result
    ) -> Result {
      precondition(
        first >= 0 && first + count <= min(gained.count, lost.count),
        "moved mass: \(count) tokens from \(first) on into \(gained.count) and \(lost.count) sums")
      return unsafe gained.withUnsafeMutableBufferPointer { gained in
        unsafe lost.withUnsafeMutableBufferPointer { lost in
          guard let up = gained.baseAddress, let down = lost.baseAddress else {
            preconditionFailure("moved mass: no sums")
          }
          return unsafe body(MovedSums(gained: up + first, lost: down + first, count: count))
        }
      }
    }

    private init(
      gained: UnsafeMutablePointer<Double>, lost: UnsafeMutablePointer<Double>, count: Int
    ) {
      unsafe (self.gained, self.lost) = unsafe (gained, lost)
      unsafe self.count = count
    }

    /// Adds to the next eight tokens' sums; beyond the last token nothing is written.
    @inline(__always) mutating func add(_ gain: Doubles, _ loss: Doubles) {
      // 1.5 · 2¹⁶: adding it leaves a multiple of 2⁻³⁶.
      let magic = 98_304.0
      unsafe add((gain + magic) - magic, to: gained)
      unsafe add((loss + magic) - magic, to: lost)
      unsafe index &+= 8
    }

    @inline(__always) private func add(
      _ values: Doubles, to sums: UnsafeMutablePointer<Double>
    ) {
      let place = unsafe sums + index
      if unsafe index &+ 8 <= count {
        let raw = UnsafeMutableRawPointer(place)
        let old = unsafe raw.loadUnaligned(as: Doubles.self)
        unsafe raw.storeBytes(of: old + values, as: Doubles.self)
      } else {
        for lane in unsafe 0..<(count - index) { unsafe place[lane] += values[lane] }
      }
    }
  }
}
