extension Lanes {
  package typealias Floats = SIMD8<Float>

  /// eˣ in single precision with a relative error below 2.5e-7 for x in [−87, 88]; clamped outside.
  ///
  /// As the double version: r by its Taylor series to r⁷ (remainder 0.35⁸/8! = 6e-9).
  @inline(__always) package static func exp(_ x: Floats) -> Floats {
    var clamped = x.replacing(with: -87, where: x .< -87)
    clamped.replace(with: 88, where: clamped .> 88)
    let magic: Float = 12_582_912  // 1.5 · 2²³
    let shifted = clamped * 1.442_695_04 + magic
    let n = shifted - magic
    let r = (clamped - n * 0.693_145_75) - n * 1.428_606_8e-6
    var series = r * (1 / 5_040.0) + 1 / 720.0
    series = series * r + 1 / 120.0
    series = series * r + 1 / 24.0
    series = series * r + 1 / 6.0
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    let exponent = (unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127) &<< 23
    return unsafe series * unsafeBitCast(exponent, to: Floats.self)
  }
}
