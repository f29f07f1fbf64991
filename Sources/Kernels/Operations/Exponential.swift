/// Exponential and logarithm over eight doubles, without branches, so that loops over them
/// vectorise.
///
/// Integers are read from the bits of a double that a large constant was added to: the trapping
/// conversion `Int(x)` keeps a loop scalar (measured 20× slower).
@safe package enum Lanes {
  package typealias Doubles = SIMD8<Double>
  typealias Bits = SIMD8<Int64>

  @inline(__always) static func bits(_ x: Doubles) -> Bits {
    unsafe unsafeBitCast(x, to: Bits.self)
  }
  @inline(__always) static func doubles(_ x: Bits) -> Doubles {
    unsafe unsafeBitCast(x, to: Doubles.self)
  }

  /// The larger of each pair of lanes, as one instruction; NaN is not kept.
  @inline(__always) static func larger(_ a: Doubles, _ b: Doubles) -> Doubles {
    a.replacing(with: b, where: b .> a)
  }

  /// eˣ with a relative error below 4e-16 for |x| ≤ 700; below −700 it returns e⁻⁷⁰⁰ ≈ 1e-304.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by its Taylor series to r¹³, whose remainder is below
  /// 0.35¹⁴/14! = 5e-18; 2ⁿ is put together from bits. Exactly 1 at 0.
  @inline(__always) package static func exp(_ x: Doubles) -> Doubles {
    let clamped = larger(x, Doubles(repeating: -700))
    // 1.5 · 2⁵²: adding it leaves the nearest integer in the low bits.
    let magic = 6_755_399_441_055_744.0
    let shifted = clamped * 1.442_695_040_888_963_4 + magic
    let n = shifted - magic
    // ln 2 in two parts, the first short enough that n times it is exact.
    let r = (clamped - n * 0.693_147_180_369_123_8) - n * 1.908_214_929_270_587_7e-10
    var series = r * (1 / 6_227_020_800.0) + 1 / 479_001_600.0
    series = series * r + 1 / 39_916_800.0
    series = series * r + 1 / 3_628_800.0
    series = series * r + 1 / 362_880.0
    series = series * r + 1 / 40_320.0
    series = series * r + 1 / 5_040.0
    series = series * r + 1 / 720.0
    series = series * r + 1 / 120.0
    series = series * r + 1 / 24.0
    series = series * r + 1 / 6.0
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    return series * doubles((bits(shifted) &+ 1023) &<< 52)
  }

  /// ln y for y in [½, 2), relative error below 4e-16.
  ///
  /// Exactly 0 at 1.
  ///
  /// y = 2ᵏ·z with z in [√½, √2); ln z = 2 artanh(s), s = (z − 1)/(z + 1), |s| ≤ 0.172, by its odd
  /// series to s²³, whose remainder is below 0.172²⁵/25 = 3e-21.
  @inline(__always) package static func log(_ y: Doubles) -> Doubles {
    // The bits of √½; the difference's exponent field is k (−1, 0 or 1 here).
    let k = (bits(y) &- 0x3FE6_A09E_667F_3BCD) &>> 52
    let z = doubles(bits(y) &- (k &<< 52))
    let s = (z - 1) / (z + 1)
    let square = s * s
    var series = square * (1 / 23.0) + 1 / 21.0
    series = series * square + 1 / 19.0
    series = series * square + 1 / 17.0
    series = series * square + 1 / 15.0
    series = series * square + 1 / 13.0
    series = series * square + 1 / 11.0
    series = series * square + 1 / 9.0
    series = series * square + 1 / 7.0
    series = series * square + 1 / 5.0
    series = series * square + 1 / 3.0
    let logZ = 2 * s + 2 * s * square * series
    // k as a double: its low bits under a large constant's, as in `exp`.
    let magic = 6_755_399_441_055_744.0
    let kAsDouble = doubles(k &+ Bits(repeating: Int64(bitPattern: magic.bitPattern))) - magic
    return logZ + kAsDouble * 0.693_147_180_559_945_3
  }

  /// Eight floats from `pointer`, widened.
  @inline(__always) @unsafe static func load(_ pointer: UnsafePointer<Float>) -> Doubles {
    let floats = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
    return Doubles(floats)
  }

  /// The first `count` < 8 floats from `pointer`, widened; the other lanes get a logit so low that
  /// its exponential is nothing.
  @inline(never) @unsafe static func loadFirst(
    _ count: Int, of pointer: UnsafePointer<Float>
  ) -> Doubles {
    var values = Doubles(repeating: -1e30)
    for lane in 0..<count { values[lane] = Double(unsafe pointer[lane]) }
    return values
  }
}
