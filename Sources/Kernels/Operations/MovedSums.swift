/// Takes in how much the probabilities of eight tokens changed.
protocol ChangeSums {
  /// - Parameters:
  ///   - size: |q − p|.
  ///   - isLoss: where p is larger.
  mutating func add(_ size: Lanes.Doubles, isLoss: SIMDMask<Lanes.Bits>)
  mutating func add(_ size: Lanes.Floats, isLoss: SIMDMask<SIMD8<Int32>>)
}

extension Lanes {
  /// Forgets all.
  struct NoChanges: ChangeSums {
    @inline(__always) mutating func add(_ size: Doubles, isLoss: SIMDMask<Bits>) {}
    @inline(__always) mutating func add(_ size: Floats, isLoss: SIMDMask<SIMD8<Int32>>) {}
  }

  /// Where what a slice's tokens gained and lost is added up, eight tokens after the other.
  @safe struct MovedSums: ChangeSums {
    private let gained: UnsafeMutablePointer<Double>
    private let lost: UnsafeMutablePointer<Double>
    private let count: Int
    private var index = 0

    /// Calls `body` with the sums of `count` tokens from `first` on.
    @inline(__always) static func with<Result>(
      _ gained: inout MutableSpan<Double>, _ lost: inout MutableSpan<Double>, from first: Int,
      count: Int, _ body: (inout MovedSums) -> Result
    ) -> Result {
      precondition(
        first >= 0 && first + count <= min(gained.count, lost.count),
        "moved mass: \(count) tokens from \(first) on into \(gained.count) and \(lost.count) sums")
      return unsafe gained.withUnsafeMutableBufferPointer { gained in
        unsafe lost.withUnsafeMutableBufferPointer { lost in
          guard let up = gained.baseAddress, let down = lost.baseAddress else {
            preconditionFailure("moved mass: no sums")
          }
          var moved = unsafe MovedSums(gained: up + first, lost: down + first, count: count)
          return body(&moved)
        }
      }
    }

    @unsafe private init(
      gained: UnsafeMutablePointer<Double>, lost: UnsafeMutablePointer<Double>, count: Int
    ) {
      unsafe (self.gained, self.lost) = unsafe (gained, lost)
      self.count = count
    }

    @inline(__always) mutating func add(_ size: Doubles, isLoss: SIMDMask<Bits>) {
      add(size.replacing(with: 0, where: isLoss), size.replacing(with: 0, where: .!isLoss))
    }

    @inline(__always) mutating func add(_ size: Floats, isLoss: SIMDMask<SIMD8<Int32>>) {
      add(
        Doubles(size.replacing(with: 0, where: isLoss)),
        Doubles(size.replacing(with: 0, where: .!isLoss)))
    }

    /// Adds to the next eight tokens' sums; beyond the last token nothing is written.
    @inline(__always) private mutating func add(_ gain: Doubles, _ loss: Doubles) {
      // 1.5 · 2¹⁶: adding it leaves a multiple of 2⁻³⁶.
      let magic = 98_304.0
      unsafe add((gain + magic) - magic, to: gained)
      unsafe add((loss + magic) - magic, to: lost)
      index &+= 8
    }

    @inline(__always) @unsafe private func add(
      _ values: Doubles, to sums: UnsafeMutablePointer<Double>
    ) {
      let place = unsafe sums + index
      if index &+ 8 <= count {
        let raw = UnsafeMutableRawPointer(place)
        let old = unsafe raw.loadUnaligned(as: Doubles.self)
        unsafe raw.storeBytes(of: old + values, as: Doubles.self)
      } else {
        for lane in 0..<(count - index) { unsafe place[lane] += values[lane] }
      }
    }
  }
}
